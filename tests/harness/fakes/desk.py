"""An incidents service that can be read and answered: FakeIncidents with tenants, timelines and the client's commands.

    desk = FakeDesk("prv_north")
    incident = desk.opened("ten_acme", "VPN drops", requester=("per_ana", "Ana"), text="Since this morning …")
    desk.happen(incident, "replied", "Please restart it.", actor=("per_tom", "Tom Tech"))
    desk.happen(incident, "noted", "Same tunnel again.", actor=("per_tom", "Tom Tech"), visible=False)
    with gateway_room(…, incidents=desk) as room: …
    desk.commands[-1]                          # ("Reply", request), newest last

A caller sees the incidents of the tenants in their token, requesters only their own; others are not found, as with the
real one. It knows just enough of the lifecycle for pages: who may see, and what confirming and reopening lead to.
"""

import base64
import json
from datetime import timedelta
from typing import Any

from chassis.clock import now
from chassis.errors import InvalidState, NotFound, PermissionDenied
from chassis.rpc.status import CALLER_METADATA
from chassis.tenancy import Caller, Role
from fairlead.incidents.v1 import incident_pb2, incident_service_pb2
from tests.harness.fakes.incidents import FakeIncidents


class FakeDesk(FakeIncidents):
    """One provider's incidents, with what was said in them."""

    def __init__(self, provider_id: str = "prv_test") -> None:
        super().__init__(provider_id)
        self.timelines: dict[str, list[incident_pb2.TimelineEntry]] = {}
        self.commands: list[tuple[str, Any]] = []
        # Token → what it is for; see link_to.
        self.links: dict[str, dict[str, Any]] = {}
        self._answered: dict[str, int] = {}

    def opened(
        self, tenant_id: str, title: str, requester: tuple[str, str], text: str = "", **fields: Any
    ) -> incident_pb2.Incident:
        """An incident with its first entry."""
        party = incident_pb2.Party(person_id=requester[0], name=requester[1])
        incident = self.add(tenant_id=tenant_id, title=title, description=text, requester=party, **fields)
        self.happen(incident, "incident_opened", text, actor=requester)
        return incident

    def happen(
        self,
        incident: incident_pb2.Incident,
        fact: str,
        text: str = "",
        actor: tuple[str, str] = ("", ""),
        visible: bool = True,
        reason: str = "",
        **changes: str,
    ) -> incident_pb2.TimelineEntry:
        """Adds an entry to a timeline."""
        entries = self.timelines.setdefault(incident.incident_id, [])
        incident.revision += 1
        seq = incident.revision * 1000
        entry = incident_pb2.TimelineEntry(
            entry_id=f"{incident.incident_id}:{seq}",
            incident_id=incident.incident_id,
            fact=fact,
            actor=incident_pb2.Actor(subject=f"person:{actor[0]}", name=actor[1]),
            visibility="VISIBILITY_PUBLIC" if visible else "VISIBILITY_INTERNAL",
            text=text,
            reason=reason,
            changes=changes,
            seq=seq,
        )
        entry.time.FromDatetime(now())
        entries.append(entry)
        return entry

    def GetIncident(self, request: Any, context: Any) -> Any:
        with self._answering("GetIncident", context):
            return self._seen(request.incident_id, context)

    def BatchGetIncidents(self, request: Any, context: Any) -> Any:
        with self._answering("BatchGetIncidents", context):
            caller, named = caller_of(context), set(request.incident_ids)
            seen = [each for each in self.incidents.values() if _sees(caller, each)]
            found = [each for each in seen if named & {each.incident_id, each.number}]
            return incident_service_pb2.BatchGetIncidentsResponse(incidents=found)

    def ListIncidents(self, request: Any, context: Any) -> Any:
        with self._answering("ListIncidents", context):
            caller = caller_of(context)
            found = [
                incident
                for incident in reversed(self.incidents.values())
                if _sees(caller, incident)
                and request.tenant_id in ("", incident.tenant_id)
                and (not request.states or incident.state in request.states)
                and (not request.mine or _takes_part(caller, incident))
                and request.words.lower() in f"{incident.number} {incident.title}".lower()
                and (not request.awaits_client or _awaits_client(incident))
            ]
            start = int(request.page_token or 0)
            end = start + (request.page_size or 50)
            token = str(end) if end < len(found) else ""
            return incident_service_pb2.ListIncidentsResponse(
                incidents=found[start:end], next_page_token=token
            )

    def ListTimeline(self, request: Any, context: Any) -> Any:
        with self._answering("ListTimeline", context):
            incident = self._seen(request.incident_id, context)
            internal = caller_of(context).is_staff
            entries = [
                entry
                for entry in self.timelines.get(incident.incident_id, [])
                if entry.seq > request.after_seq
                and (internal or entry.visibility == incident_pb2.VISIBILITY_PUBLIC)
            ]
            shown = incident if request.with_incident else None
            return incident_service_pb2.ListTimelineResponse(entries=entries, incident=shown)

    def Reply(self, request: Any, context: Any) -> Any:
        return self._command("Reply", "replied", request, context, text=request.text)

    def Confirm(self, request: Any, context: Any) -> Any:
        return self._command("Confirm", "confirmed", request, context, state="CLOSED", needs="RESOLVED")

    def Reopen(self, request: Any, context: Any) -> Any:
        return self._command("Reopen", "reopened", request, context, state="ASSIGNED", reason=request.reason)

    def Cancel(self, request: Any, context: Any) -> Any:
        return self._command("Cancel", "canceled", request, context, state="CANCELED", reason=request.reason)

    def Rate(self, request: Any, context: Any) -> Any:
        with self._answering("Rate", context):
            incident = self._seen(request.incident_id, context)
            self.commands.append(("Rate", request))
            if caller_of(context).person_id != incident.requester.person_id:
                raise PermissionDenied("requester_only", "Only who asked.")
            self._rate(incident, request.score, request.comment)
            return incident

    def link_to(self, incident: incident_pb2.Incident, action: str, **more: Any) -> str:
        """A genuine link of the incident's requester; `standing` says whether it may still be used."""
        token = more.pop("token", "") or f"{action}-{incident.incident_id}-{len(self.links)}"
        self.links[token] = {"incident": incident, "action": action, "standing": "OPEN", **more}
        return token

    def ReadAnswerLink(self, request: Any, context: Any) -> Any:
        with self._answering("ReadAnswerLink", context):
            return self._link(request.token, context)

    def UseAnswerLink(self, request: Any, context: Any) -> Any:
        with self._answering("UseAnswerLink", context):
            link = self._link(request.token, context)
            kept, incident = self.links[request.token], link.incident
            if kept["standing"] != "OPEN":
                raise InvalidState(f"answer_link_{kept['standing'].lower()}", "No longer.")
            self.commands.append(("UseAnswerLink", request))
            incident = kept["incident"]
            actor = (incident.requester.person_id, incident.requester.name)
            if kept["action"] == "rate":
                self._rate(incident, request.score, request.text)
                return self._link(request.token, context)
            kept["standing"] = "USED"
            confirms = kept["action"] == "confirm"
            incident.state = "INCIDENT_STATE_CLOSED" if confirms else "INCIDENT_STATE_ASSIGNED"
            self.happen(incident, "confirmed" if confirms else "reopened", actor=actor, reason=request.text)
            return self._link(request.token, context)

    def _link(self, token: str, context: Any) -> incident_service_pb2.AnswerLink:
        kept, caller = self.links.get(token), caller_of(context)
        incident = kept["incident"] if kept else None
        if incident is None or (caller.tenant_ids and incident.tenant_id not in caller.tenant_ids):
            raise NotFound("answer_link_not_found", "There is no such link.")
        answer = incident_service_pb2.AnswerLink(
            incident=incident,
            action=f"ANSWER_ACTION_{kept['action'].upper()}",
            standing=f"ANSWER_STANDING_{kept['standing']}",
            recipient=incident.requester,
        )
        answer.expire_time.FromDatetime(now() + timedelta(days=14))
        solved = ("INCIDENT_STATE_RESOLVED", "INCIDENT_STATE_CLOSED")
        if incident_pb2.IncidentState.Name(incident.state) in solved:
            answer.rate_token = next(
                (
                    known
                    for known, it in self.links.items()
                    if it["incident"] is incident and it["action"] == "rate"
                ),
                "",
            ) or self.link_to(incident, "rate")
        return answer

    def _rate(self, incident: incident_pb2.Incident, score: int, comment: str) -> None:
        incident.rating.score, incident.rating.comment = score, comment
        incident.rating.rate_time.FromDatetime(now())
        incident.rating.change_until_time.FromDatetime(now() + timedelta(days=7))
        actor = (incident.requester.person_id, incident.requester.name)
        self.happen(incident, "rated", comment, actor=actor, visible=False, score=str(score))

    def _command(
        self, name: str, fact: str, request: Any, context: Any, state: str = "", needs: str = "", **said: str
    ) -> Any:
        with self._answering(name, context):
            incident, caller = self._seen(request.incident_id, context), caller_of(context)
            self.commands.append((name, request))
            if request.idempotency_key in self._answered:
                return incident
            if needs and incident.state != incident_pb2.IncidentState.Value(f"INCIDENT_STATE_{needs}"):
                raise InvalidState("transition_not_allowed", "Not in this state.", command=fact)
            self._answered[request.idempotency_key] = 1
            if state:
                incident.state = f"INCIDENT_STATE_{state}"
            self.happen(incident, fact, actor=(caller.person_id, caller.name), **said)
            return incident

    def _seen(self, wanted: str, context: Any) -> incident_pb2.Incident:
        caller = caller_of(context)
        for incident in self.incidents.values():
            if wanted in (incident.incident_id, incident.number) and _sees(caller, incident):
                return incident
        raise NotFound("incident_not_found", "There is no such incident.")


def caller_of(context: Any) -> Caller:
    """The caller in a call's metadata, read and not verified."""
    token = str(dict(context.invocation_metadata())[CALLER_METADATA])
    body = token.split(".")[1]
    return Caller.from_claims(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))), token)


def _takes_part(caller: Caller, incident: incident_pb2.Incident) -> bool:
    return caller.person_id in (incident.requester.person_id, *(p.person_id for p in incident.participants))


def _awaits_client(incident: incident_pb2.Incident) -> bool:
    held = incident.state == incident_pb2.INCIDENT_STATE_ON_HOLD and incident.hold.awaiting in (
        incident_pb2.AWAITED_PARTY_REQUESTER,
        incident_pb2.AWAITED_PARTY_CLIENT,
    )
    return held or incident.state == incident_pb2.INCIDENT_STATE_RESOLVED


def _sees(caller: Caller, incident: incident_pb2.Incident) -> bool:
    if caller.provider_id != incident.provider_id:
        return False
    if caller.tenant_ids is not None and incident.tenant_id not in caller.tenant_ids:
        return False
    return caller.is_staff or Role.CLIENT_MANAGER in caller.roles or _takes_part(caller, incident)
