"""A desk whose staff can work: FakeDesk with every command of technicians, revisions, and rows of a queue made from it.

workshop = FakeWorkshop("prv_north")
workshop.commands[-1]                       # ("Hold", request)
workshop.entries(caller, filter)            # rows of triage's queue, as for `ListQueue`
"""

from collections.abc import Callable
from typing import Any

from chassis.clock import now
from chassis.errors import InvalidState, RevisionConflict
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2, incident_service_pb2
from fairlead.triage.v1 import queue_pb2, queue_service_pb2
from tests.harness.fakes.desk import FakeDesk, caller_of
from tests.harness.fakes.views import FakeViews

_OPEN = (1, 2, 3, 4)
_MATRIX = {(1, 1): 1, (1, 2): 2, (2, 1): 2, (1, 3): 3, (2, 2): 3, (3, 1): 3, (2, 3): 4, (3, 2): 4, (3, 3): 5}


class FakeWorkshop(FakeDesk):
    """Knows just enough of the rules for the console: revisions are held, a few states refuse."""

    def __init__(self, provider_id: str = "prv_test") -> None:
        super().__init__(provider_id)
        # Clocks of rows by incident id: (SlaState word, due time or None).
        self.clocks: dict[str, tuple[str, Any]] = {}
        # Chances of rows by incident id: (chance, similar incidents, how many of them breached).
        self.chances: dict[str, tuple[float, int, int]] = {}
        self.needs_dispatcher: set[str] = set()
        # Answers `TellChildren`.
        self.told_children: list[dict[str, Any]] = []
        # Answers `ListDuplicates`.
        self.duplicates: list[dict[str, Any]] = []
        self.views = FakeViews()
        # Answer `CountFlow` and `CountKpis`; see fakes/figures.py.
        self.flow: Callable[[Any, Caller], Any] = lambda request, caller: (
            incident_service_pb2.CountFlowResponse()
        )
        self.kpis: Callable[[Any, Caller], Any] = lambda request, caller: (
            incident_service_pb2.CountKpisResponse()
        )

    def Reply(self, request: Any, context: Any) -> Any:
        return self._work("Reply", "replied", request, context, text=request.text, state="IN_PROGRESS")

    def CountFlow(self, request: Any, context: Any) -> Any:
        with self._answering("CountFlow", context):
            return self.flow(request, caller_of(context))

    def CountKpis(self, request: Any, context: Any) -> Any:
        with self._answering("CountKpis", context):
            return self.kpis(request, caller_of(context))

    def Note(self, request: Any, context: Any) -> Any:
        return self._work("Note", "noted", request, context, text=request.text, visible=False)

    def Classify(self, request: Any, context: Any) -> Any:
        fields = {"category": request.category, "kind": request.kind}
        changes = {"category": request.category}
        return self._work("Classify", "classified", request, context, fields, visible=False, **changes)

    def Prioritize(self, request: Any, context: Any) -> Any:
        priority = _MATRIX[request.impact, request.urgency]
        fields = {"impact": request.impact, "urgency": request.urgency, "priority": priority}
        changes = {"priority": f"p{priority}"}
        return self._work("Prioritize", "prioritized", request, context, fields, visible=False, **changes)

    def Assign(self, request: Any, context: Any) -> Any:
        names = ("assignment_group_id", "assignment_group_name", "assignee_id", "assignee_name")
        fields = {name: getattr(request, name) for name in names}
        return self._work(
            "Assign", "assigned", request, context, fields, state="ASSIGNED", visible=False, **fields
        )

    def Acknowledge(self, request: Any, context: Any) -> Any:
        return self._work("Acknowledge", "acknowledged", request, context, state="IN_PROGRESS")

    def Hold(self, request: Any, context: Any) -> Any:
        hold = incident_pb2.Hold(awaiting=request.awaiting, reason=request.reason)
        hold.start_time.FromDatetime(now())
        party = incident_pb2.AwaitedParty.Name(request.awaiting).removeprefix("AWAITED_PARTY_").lower()
        return self._work(
            "Hold",
            "held",
            request,
            context,
            {"hold": hold},
            state="ON_HOLD",
            reason=request.reason,
            awaiting=party,
        )

    def Resume(self, request: Any, context: Any) -> Any:
        return self._work("Resume", "resumed", request, context, state="IN_PROGRESS", needs="ON_HOLD")

    def Resolve(self, request: Any, context: Any) -> Any:
        return self._work(
            "Resolve", "resolved", request, context, state="RESOLVED", text=request.text, reason=request.code
        )

    def Close(self, request: Any, context: Any) -> Any:
        return self._work("Close", "closed", request, context, state="CLOSED", needs="RESOLVED")

    def Cancel(self, request: Any, context: Any) -> Any:
        return self._work("Cancel", "canceled", request, context, state="CANCELED", reason=request.reason)

    def Merge(self, request: Any, context: Any) -> Any:
        into = self.by_number(request.into)
        links = [{"kind": "LINK_KIND_MERGED_INTO", "incident_id": into.incident_id, "number": into.number}]
        fields = {"merged_into_incident_id": into.incident_id, "links": links}
        return self._work("Merge", "merged", request, context, fields, state="MERGED", reason=request.reason)

    def Unmerge(self, request: Any, context: Any) -> Any:
        done = self._work("Unmerge", "unmerged", request, context, state="NEW", needs="MERGED")
        del done.links[:]
        return done

    def DismissHint(self, request: Any, context: Any) -> Any:
        return self._work("DismissHint", "hint_dismissed", request, context, visible=False)

    def SetParent(self, request: Any, context: Any) -> Any:
        parent = self.by_number(request.parent)
        links = [{"kind": "LINK_KIND_CHILD_OF", "incident_id": parent.incident_id, "number": parent.number}]
        return self._work("SetParent", "linked", request, context, {"links": links}, visible=False)

    def Split(self, request: Any, context: Any) -> Any:
        with self._answering("Split", context):
            self.commands.append(("Split", request))
            return incident_pb2.Incident(incident_id="inc_split", number="ACME-77")

    def TellChildren(self, request: Any, context: Any) -> Any:
        with self._answering("TellChildren", context):
            self.commands.append(("TellChildren", request))
            return incident_service_pb2.TellChildrenResponse(children=self.told_children)

    def ListDuplicates(self, request: Any, context: Any) -> Any:
        with self._answering("ListDuplicates", context):
            return incident_service_pb2.ListDuplicatesResponse(duplicates=self.duplicates)

    def _work(
        self, name: str, fact: str, request: Any, context: Any, fields: dict[str, Any] | None = None,
        state: str = "", needs: str = "", visible: bool = True, **said: str,
    ) -> Any:  # fmt: skip
        with self._answering(name, context):
            incident, caller = self._seen(request.incident_id, context), caller_of(context)
            if request.revision and request.revision != incident.revision:
                raise RevisionConflict("revision_conflict", "The record has moved on.")
            if needs and incident.state != incident_pb2.IncidentState.Value(f"INCIDENT_STATE_{needs}"):
                raise InvalidState("transition_not_allowed", "Not in this state.", command=fact)
            self.commands.append((name, request))
            if request.idempotency_key and request.idempotency_key in self._answered:
                return incident
            self._answered[request.idempotency_key] = 1
            incident.MergeFrom(incident_pb2.Incident(**(fields or {})))
            if state:
                incident.state = f"INCIDENT_STATE_{state}"
            self.happen(incident, fact, actor=(caller.person_id, caller.name), visible=visible, **said)
            return incident

    def by_number(self, number: str) -> incident_pb2.Incident:
        """The incident as the record has it."""
        return next(each for each in self.incidents.values() if each.number == number)

    def entry(self, incident: incident_pb2.Incident) -> queue_pb2.QueueEntry:
        """The row of an incident."""
        word, due = self.clocks.get(incident.incident_id, ("pending", None))
        entry = queue_pb2.QueueEntry(
            requester_name=incident.requester.name,
            sla_state=f"SLA_STATE_{word.upper()}",
            incident_revision=incident.revision,
            revision=incident.revision,
            needs_dispatcher=incident.incident_id in self.needs_dispatcher,
            hold=incident.hold if incident.HasField("hold") else None,
            **{
                name: getattr(incident, name)
                for name in (
                    *(
                        "incident_id",
                        "provider_id",
                        "tenant_id",
                        "number",
                        "title",
                        "kind",
                        "state",
                        "priority",
                    ),
                    *("category", "assignment_group_id", "assignment_group_name", "assignee_id"),
                    *("assignee_name", "create_time", "update_time", "channel", "verified"),
                )
            },
        )
        if due:
            entry.due_time.FromDatetime(due)
        if said := self.chances.get(incident.incident_id):
            entry.breach_risk = 1.0 if word == "breached" else said[0]
            entry.forecast.target, entry.forecast.chance = "resolution", said[0]
            entry.forecast.similar_incidents, entry.forecast.similar_breached = said[1:]
        return entry

    def list_queue(self, request: Any, caller: Caller) -> queue_service_pb2.ListQueueResponse:
        """Answers `ListQueue`; the page token is a number."""
        found = self._matching(caller, request.filter)
        by_risk = request.sort == queue_service_pb2.QUEUE_SORT_BREACH_RISK
        found.sort(key=_by_risk if by_risk else _by_priority)
        start, size = int(request.page_token or 0), request.page_size or 50
        token = str(start + size) if start + size < len(found) else ""
        return queue_service_pb2.ListQueueResponse(
            entries=found[start : start + size],
            next_page_token=token,
            counts=self.count_queue(request.counts, caller) if request.HasField("counts") else None,
            views=self.views.seen(caller) if request.views else [],
        )

    def count_queue(self, request: Any, caller: Caller) -> queue_service_pb2.CountQueueResponse:
        """Answers `CountQueue`."""
        found = self._matching(caller, request.filter)
        late = [entry.sla_state for entry in found]
        answer = queue_service_pb2.CountQueueResponse(
            total=len(found),
            mine=sum(entry.assignee_id == caller.person_id for entry in found),
            unassigned=sum(not entry.assignee_id for entry in found),
            at_risk=late.count(queue_pb2.SLA_STATE_AT_RISK),
            breached=late.count(queue_pb2.SLA_STATE_BREACHED),
            needs_dispatcher=sum(entry.needs_dispatcher for entry in found),
            waiting=sum(entry.state == incident_pb2.INCIDENT_STATE_ON_HOLD for entry in found),
            resolved=self._resolved(caller),
        )
        for view in self.views.seen(caller) if request.saved_views else ():
            answer.by_view[view.view_id] = len(self._matching(caller, view.filter))
        for entry in found:
            answer.by_tenant[entry.tenant_id] += 1
        return answer

    def _resolved(self, caller: Caller) -> int:
        return len(
            self._matching(
                caller, queue_service_pb2.QueueFilter(states=[incident_pb2.INCIDENT_STATE_RESOLVED])
            )
        )

    def _matching(self, caller: Caller, wanted: Any) -> list[queue_pb2.QueueEntry]:
        def fits(entry: queue_pb2.QueueEntry) -> bool:
            return (
                (entry.state in (wanted.states or _OPEN))
                and entry.provider_id == caller.provider_id
                and (caller.tenant_ids is None or entry.tenant_id in caller.tenant_ids)
                and (not wanted.tenant_ids or entry.tenant_id in wanted.tenant_ids)
                and (not wanted.priorities or entry.priority in wanted.priorities)
                and (not wanted.assignee_id or entry.assignee_id == wanted.assignee_id)
                and (not wanted.unassigned or not entry.assignee_id)
                and (not wanted.sla_states or entry.sla_state in wanted.sla_states)
                and (not wanted.needs_dispatcher or entry.needs_dispatcher)
                and (not wanted.kinds or entry.kind in wanted.kinds)
                and (not wanted.channels or entry.channel in wanted.channels)
                and (
                    not wanted.assignment_group_id or entry.assignment_group_id == wanted.assignment_group_id
                )
                and (not wanted.assigned_to_me or entry.assignee_id == caller.person_id)
                and wanted.query.lower() in f"{entry.title} {entry.number} {entry.requester_name}".lower()
            )

        with self._lock:
            return [entry for entry in map(self.entry, self.incidents.values()) if fits(entry)]


def _by_priority(entry: queue_pb2.QueueEntry) -> tuple[int, float, str]:
    return entry.priority, _due(entry), entry.incident_id


def _by_risk(entry: queue_pb2.QueueEntry) -> tuple[float, float, str]:
    risk = entry.breach_risk if entry.HasField("breach_risk") else -1
    return -risk, _due(entry), entry.incident_id


def _due(entry: queue_pb2.QueueEntry) -> float:
    return entry.due_time.ToMilliseconds() if entry.HasField("due_time") else float("inf")
