"""incidents.*: what happened to an incident, as facts for its clocks."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from google.protobuf.message import Message

from chassis import bus
from chassis.errors import RevisionConflict
from fairlead.incidents.v1 import events_pb2 as pb
from fairlead.incidents.v1 import incident_pb2
from services.sla.domain.clock_set import Header
from services.sla.domain.contract import AwaitedParty
from services.sla.domain.facts import OPTIONAL, Fact, FactKind
from services.sla.use_cases import Heard, Hearing

_MESSAGES: dict[str, type[Message]] = {
    "incident_opened": pb.IncidentOpened,
    "replied": pb.Replied,
    "prioritized": pb.Prioritized,
    "assigned": pb.Assigned,
    "held": pb.Held,
    "resumed": pb.Resumed,
    "resolved": pb.Resolved,
    "closed": pb.Closed,
    "reopened": pb.Reopened,
    "canceled": pb.Canceled,
    "classified": pb.Classified,
    "acknowledged": pb.Acknowledged,
    "confirmed": pb.Confirmed,
    "merged": pb.Merged,
    "absorbed": pb.Absorbed,
    "unmerged": pb.Unmerged,
    "released": pb.Released,
    "split_from": pb.SplitFrom,
}
_KINDS = {
    "incident_opened": FactKind.OPENED,
    "prioritized": FactKind.PRIORITIZED,
    "held": FactKind.HELD,
    "resumed": FactKind.RESUMED,
    "resolved": FactKind.RESOLVED,
    "closed": FactKind.CLOSED,
    "reopened": FactKind.REOPENED,
    "canceled": FactKind.CANCELED,
    "assigned": FactKind.ASSIGNED,
    "classified": FactKind.CLASSIFIED,
    "acknowledged": FactKind.ACKNOWLEDGED,
    "confirmed": FactKind.CONFIRMED,
    "merged": FactKind.MERGED,
    "absorbed": FactKind.ABSORBED,
    # The same, undone.
    "unmerged": FactKind.MERGED,
    "released": FactKind.ABSORBED,
}
# Most contracts ask for none of these. They tell no one's part in the incident, so that then nothing is saved.
_FACT_ONLY = OPTIONAL - {FactKind.REPLIED}
_INCIDENT_KINDS = {
    incident_pb2.INCIDENT_KIND_INCIDENT: "incident",
    incident_pb2.INCIDENT_KIND_SERVICE_REQUEST: "service_request",
}
_AWAITED = {
    incident_pb2.AWAITED_PARTY_REQUESTER: AwaitedParty.REQUESTER,
    incident_pb2.AWAITED_PARTY_CLIENT: AwaitedParty.CLIENT,
    incident_pb2.AWAITED_PARTY_VENDOR: AwaitedParty.VENDOR,
    incident_pb2.AWAITED_PARTY_CHANGE: AwaitedParty.CHANGE,
    incident_pb2.AWAITED_PARTY_PROVIDER: AwaitedParty.PROVIDER,
}


class IncidentFacts:
    """Hands a batch of events to the use case as one `Heard` for each incident."""

    FACTS = tuple(_MESSAGES)

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing

    def handle(self, events: Sequence[bus.Event]) -> None:
        failed: dict[str, Exception] = {}
        heard: dict[str, Heard] = {}
        for event in events:
            try:
                header, fact = read(event)
            except Exception as error:
                failed[event.id] = error
                continue
            known = heard.get(event.aggregate_id)
            heard[event.aggregate_id] = Heard(
                incident_id=event.aggregate_id,
                provider_id=event.provider_id,
                tenant_id=event.tenant_id,
                header=_newer(header, known.header if known else None),
                facts=(*(known.facts if known else ()), *((fact,) if fact else ())),
            )
        beaten = self._hearing.hear(list(heard.values()))
        for event in events:
            if event.aggregate_id in beaten:
                failed[event.id] = RevisionConflict("incident_changed", "Others keep changing its clocks.")
        if failed:
            raise bus.EventFailed(failed)


def _newer(one: Header | None, other: Header | None) -> Header | None:
    return one if other is None or (one and one.revision > other.revision) else other


def read(event: bus.Event) -> tuple[Header | None, Fact | None]:
    """What an event says of its incident, and the fact in it if there is one for a clock."""
    message = event.parse(_MESSAGES[event.fact])
    incident: incident_pb2.Incident = message.incident  # type: ignore[attr-defined]  # each of these messages has one
    kind = _KINDS.get(event.fact)
    if isinstance(message, pb.Replied):
        kind = FactKind.RESPONDED if message.by_staff else FactKind.REPLIED
    # What staff had answered where it was split from is its answer, too.
    if isinstance(message, pb.SplitFrom) and message.HasField("first_response_time"):
        kind = FactKind.RESPONDED
    fact = _fact(event, kind, message) if kind else None
    return (None if kind in _FACT_ONLY else _header(event, incident)), fact


def _header(event: bus.Event, incident: incident_pb2.Incident) -> Header:
    people = (party.person_id for party in incident.participants)
    return Header(
        number=incident.number,
        requester_id=incident.requester.person_id,
        participant_ids=frozenset(person_id for person_id in people if person_id),
        assignee_id=incident.assignee_id,
        assignee_name=incident.assignee_name,
        assignment_group_id=incident.assignment_group_id,
        assignment_group_name=incident.assignment_group_name,
        revision=incident.revision or event.revision,
    )


def _fact(event: bus.Event, kind: FactKind, message: Any) -> Fact:
    incident: incident_pb2.Incident = message.incident
    time = event.time
    said: dict[str, Any] = {}
    match kind:
        case FactKind.OPENED:
            if incident.HasField("create_time"):
                time = incident.create_time.ToDatetime(tzinfo=UTC)
            said = {
                "incident_kind": _INCIDENT_KINDS.get(incident.kind, ""),
                "channel": incident.channel,
                # The category is what tells today which service an incident is about.
                "service": incident.category,
                "group_id": incident.assignment_group_id,
            }
        case FactKind.RESPONDED if isinstance(message, pb.SplitFrom):
            time = message.first_response_time.ToDatetime(tzinfo=UTC)
        case FactKind.CLASSIFIED:
            said = {"service": incident.category}
        case FactKind.ASSIGNED:
            said = {"group_id": incident.assignment_group_id}
        case FactKind.HELD:
            said = {"awaiting": str(_AWAITED.get(incident.hold.awaiting, ""))}
        case FactKind.RESOLVED:
            said = {"code": incident.resolution.code}
        case FactKind.MERGED | FactKind.ABSORBED:
            said = _merge(message)
    priority = incident.priority if kind in (FactKind.OPENED, FactKind.PRIORITIZED) else 0
    return Fact(event.id, event.seq, kind, time, priority, **said)


def _merge(message: Any) -> dict[str, Any]:
    match message:
        case pb.Absorbed():
            since = message.open_time.ToDatetime(tzinfo=UTC)
            return {"other_id": message.absorbed_incident_id, "since": since}
        case pb.Released():
            return {"other_id": message.released_incident_id, "undone": True}
        case pb.Unmerged():
            return {"other_id": message.from_incident_id, "undone": True}
        case _:
            return {"other_id": message.into_incident_id}
