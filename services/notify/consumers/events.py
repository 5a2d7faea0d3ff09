"""Events in: what happened to an incident or its clock, as a fact that may concern somebody."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import MessageToDict

from chassis.bus import Consumer, Event, EventFailed
from fairlead.directory.v1 import events_pb2 as directory_events
from fairlead.incidents.v1 import events_pb2 as incident_events
from fairlead.incidents.v1 import incident_pb2, major_incident_pb2
from fairlead.incidents.v1 import order_events_pb2 as order_events
from fairlead.intake.v1 import events_pb2 as intake_events
from fairlead.sla.v1 import contract_pb2
from fairlead.sla.v1 import events_pb2 as sla_events
from fairlead.triage.v1 import events_pb2 as triage_events
from services.notify.consumers.changes import CHANGE_FACTS, change_fact
from services.notify.domain.notification import IncidentFact, Recipient, Side
from services.notify.domain.webhook import EVENT_TYPES
from services.notify.use_cases import NoteBounce, Report, Tell

Forget = Callable[[str, list[str]], None]

_INCIDENT_FACTS = {
    "incident_opened": incident_events.IncidentOpened,
    "replied": incident_events.Replied,
    "classified": incident_events.Classified,
    "prioritized": incident_events.Prioritized,
    "assigned": incident_events.Assigned,
    "held": incident_events.Held,
    "resumed": incident_events.Resumed,
    "resolved": incident_events.Resolved,
    "confirmed": incident_events.Confirmed,
    "closed": incident_events.Closed,
    "reopened": incident_events.Reopened,
    "canceled": incident_events.Canceled,
    "rated": incident_events.Rated,
    "merged": incident_events.Merged,
    "unmerged": incident_events.Unmerged,
    "approval_asked": order_events.ApprovalAsked,
    "approval_decided": order_events.ApprovalDecided,
}
_TARGET_FACTS = {
    "target_warned": sla_events.TargetWarned,
    "target_breached": sla_events.TargetBreached,
    "target_met": sla_events.TargetMet,
    "target_missed": sla_events.TargetMissed,
}
_STATEMENT_FACTS = {
    "period_closed": sla_events.PeriodClosed,
    "credit_decided": sla_events.CreditDecided,
}
_TARGETS = {
    contract_pb2.TARGET_KIND_FIRST_RESPONSE: "first_response",
    contract_pb2.TARGET_KIND_RESOLUTION: "resolution",
}


def consumers(tell: Tell, bounced: NoteBounce, forget: Forget) -> list[Consumer]:
    """What notify hears."""
    return [
        Consumer("notify-incidents", "incidents", tuple(_INCIDENT_FACTS), _telling(tell, incident_fact)),
        Consumer("notify-targets", "sla", tuple(_TARGET_FACTS), _telling(tell, target_fact)),
        Consumer("notify-statements", "sla", tuple(_STATEMENT_FACTS), _telling(tell, statement_fact)),
        Consumer("notify-pages", "triage", ("paged",), _telling(tell, page_fact)),
        Consumer(
            "notify-majors",
            "incidents",
            ("major_update_due", "major_role_given", "major_action_due"),
            _telling(tell, major_fact),
        ),
        Consumer("notify-changes", "incidents", CHANGE_FACTS, _telling(tell, change_fact)),
        Consumer("notify-bounces", "intake", ("bounce_received",), _bouncing(bounced)),
        Consumer(
            "notify-directory",
            "directory",
            ("tenant_changed", "brand_changed", "person_changed", "grant_changed"),
            _forgetting(forget),
            live=True,  # each process remembers for itself
        ),
    ]


def incident_fact(event: Event) -> IncidentFact:
    """An announcement of the incidents service."""
    message: Any = event.parse(_INCIDENT_FACTS[event.fact])
    incident = message.incident
    return IncidentFact(
        event_id=event.id,
        fact=event.fact,
        time=event.time,
        provider_id=event.provider_id,
        tenant_id=event.tenant_id,
        incident_id=incident.incident_id,
        number=incident.number,
        title=incident.title,
        actor_subject=message.actor.subject,
        actor_name=message.actor.name,
        words=_words(event.fact, message),
        attachments=_attachments(event.fact, message),
        by_staff=event.fact == "replied" and message.by_staff,
        automatic=event.fact == "incident_opened" and message.automatic,
        by_mail=_came_by_mail(event.fact, message),
        verified=incident.verified,
        requester=_party(incident.requester) if incident.HasField("requester") else None,
        participants=tuple(_party(party) for party in incident.participants),
        assignee_id=incident.assignee_id,
        assignee_name=incident.assignee_name,
        approvers=_approvers(event.fact, message),
        details=_details(event.fact, message),
    )


def target_fact(event: Event) -> IncidentFact:
    """An announcement of the service level service."""
    message: Any = event.parse(_TARGET_FACTS[event.fact])
    clock = message.clock
    told = event.fact in ("target_warned", "target_breached")
    due = clock.due_time.ToDatetime(tzinfo=UTC).isoformat() if clock.HasField("due_time") else ""
    return IncidentFact(
        event_id=event.id,
        fact=event.fact,
        time=event.time,
        provider_id=event.provider_id,
        tenant_id=event.tenant_id,
        incident_id=clock.incident_id,
        number=message.number,
        title="",
        actor_subject=event.caller.subject,
        assignee_id=message.assignee_id if told else "",
        assignee_name=message.assignee_name if told else "",
        details={"target": _TARGETS.get(clock.kind, ""), "due_time": due},
    )


def page_fact(event: Event) -> IncidentFact:
    """Somebody is called by triage: for their own mail alone."""
    message = event.parse(triage_events.Paged)
    escalation, page = message.escalation, message.page
    return IncidentFact(
        event_id=event.id,
        fact=event.fact,
        time=event.time,
        provider_id=event.provider_id,
        tenant_id=event.tenant_id,
        incident_id=escalation.incident_id,
        number=escalation.number,
        title=escalation.title,
        actor_subject=event.caller.subject,
        assignee_id=page.person.person_id,
        assignee_name=page.person.name,
        details={
            "priority": f"P{escalation.priority}" if escalation.priority else "",
            "step": str(page.step),
            "steps": str(escalation.steps),
            "via": page.via,
            "policy": escalation.policy_name,
            "answer_tag": message.answer_tag,
        },
    )


def major_fact(event: Event) -> IncidentFact:
    """Somebody has a role in a major incident, or something that is due: for them, by way of one client's incident."""
    message = event.parse(major_incident_pb2.MajorIncidentChanged)
    said = message.changes
    return IncidentFact(
        event_id=event.id,
        fact=event.fact,
        time=event.time,
        provider_id=event.provider_id,
        tenant_id=said.get("at_tenant_id", "") or event.tenant_id,
        incident_id=said.get("at_incident_id", ""),
        number=said.get("at_number", ""),
        title=message.title,
        actor_subject=message.actor.subject,
        actor_name=message.actor.name,
        assignee_id=said.get("person_id", "") if said.get("at_tenant_id") else "",
        assignee_name=said.get("name", ""),
        # What is to be done about it; of a major incident's other words no mail speaks.
        words=message.text if event.fact == "major_action_due" else "",
        details={
            "due_time": said.get("due_time", ""),
            "due_date": said.get("due_date", ""),
            "owner": said.get("owner", ""),
            "major": message.number,
            "role": said.get("role", ""),
        },
    )


def statement_fact(event: Event) -> IncidentFact:
    """What became of a client's statement: for webhooks alone, and about no incident."""
    return IncidentFact(
        event_id=event.id,
        fact=event.fact,
        time=event.time,
        provider_id=event.provider_id,
        tenant_id=event.tenant_id,
        incident_id="",
        number="",
        title="",
        actor_subject=event.caller.subject,
    )


def payload_of(event: Event) -> str:
    """What webhooks are sent: the type, the time, and the event's message without internal words."""
    message: Any = event.parse((_INCIDENT_FACTS | _TARGET_FACTS | _STATEMENT_FACTS)[event.fact])
    if "incident" in message.DESCRIPTOR.fields_by_name:
        # Whether others are touched by the same matter is the provider's own affair.
        message.incident.ClearField("major_id")
        message.incident.ClearField("major_number")
    if event.fact == "incident_opened":
        message.ClearField("item_names")
    data = MessageToDict(message, preserving_proto_field_name=True, use_integers_for_enums=False)
    body: dict[str, Any] = {
        "type": EVENT_TYPES[event.fact],
        "timestamp": _rfc3339(event.time),
        "data": {"event_id": event.id, "tenant_id": event.tenant_id, **data},
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _telling(tell: Tell, fact_of: Callable[[Event], IncidentFact]) -> Callable[[list[Event]], None]:
    def handle(events: list[Event]) -> None:
        facts = []
        failed: dict[str, Exception] = {}
        for event in events:
            try:
                facts.append(fact_of(event))
            except Exception as error:
                failed[event.id] = error
        by_id = {event.id: event for event in events}
        # Written out only where a webhook hears of it: most events have no such listener.
        tell.tell(facts, lambda event_id: payload_of(by_id[event_id]))
        if failed:
            raise EventFailed(failed)

    return handle


def _bouncing(bounced: NoteBounce) -> Callable[[list[Event]], None]:
    def handle(events: list[Event]) -> None:
        for event in events:
            message = event.parse(intake_events.BounceReceived)
            report = Report(message.return_path, message.status, message.permanent, message.diagnostic)
            bounced.note(event.provider_id, report)

    return handle


def _forgetting(forget: Forget) -> Callable[[list[Event]], None]:
    def handle(events: list[Event]) -> None:
        for event in events:
            forget(event.provider_id, [_changed_id(event)])

    return handle


def _changed_id(event: Event) -> str:
    if event.fact == "tenant_changed":
        return event.parse(directory_events.TenantChanged).tenant.tenant_id
    if event.fact == "brand_changed":
        return event.parse(directory_events.BrandChanged).brand.tenant_id
    if event.fact == "person_changed":
        return event.parse(directory_events.PersonChanged).person.person_id
    return event.parse(directory_events.GrantChanged).person.person_id


def _came_by_mail(fact: str, message: Any) -> bool:
    if fact == "incident_opened":
        return message.incident.channel == "email"
    return fact == "replied" and bool(message.submission_id)


def _words(fact: str, message: Any) -> str:
    if fact == "incident_opened":
        return message.incident.description
    if fact == "replied":
        return message.text
    if fact == "resolved":
        return message.incident.resolution.text
    if fact in ("reopened", "canceled", "closed"):
        return message.reason
    if fact == "approval_decided":
        return message.comment
    return ""


def _details(fact: str, message: Any) -> dict[str, str]:
    if fact == "assigned":
        return {"previous_assignee_id": message.previous_assignee_id}
    if fact in ("resolved", "closed"):
        # Links in the mail are for this resolution alone.
        return {"cycle": str(message.incident.reopen_count)}
    if fact == "approval_asked":
        # Links in the mail are for this step alone.
        requester = message.incident.requester
        return {
            "cycle": str(message.step),
            "reminder": "yes" if message.reminder else "",
            "requester": requester.name or requester.address,
        }
    if fact == "approval_decided":
        return {"outcome": message.outcome, "over": "yes" if message.over else ""}
    if fact == "merged":
        return {"into": message.into_number, "people": "join" if message.people_join else ""}
    if fact == "unmerged":
        return {"into": message.from_number, "people": "left" if message.people_left else ""}
    return {}


def _attachments(fact: str, message: Any) -> tuple[str, ...]:
    if fact not in ("incident_opened", "replied"):
        return ()
    return tuple(attachment.name for attachment in message.attachments)


def _approvers(fact: str, message: Any) -> tuple[Recipient, ...]:
    if fact != "approval_asked":
        return ()
    return tuple(Recipient(Side.CLIENT, one.person_id, name=one.name) for one in message.approvers)


def _party(party: incident_pb2.Party) -> Recipient:
    return Recipient(Side.CLIENT, party.person_id, party.address, party.name, party.title)


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
