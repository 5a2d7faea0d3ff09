"""What is announced of incidents and clocks, as changes of the queue's rows."""

from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.bus import Event
from fairlead.incidents.v1 import events_pb2 as incident_events
from fairlead.incidents.v1 import incident_pb2, major_incident_pb2
from fairlead.sla.v1 import clock_pb2, contract_pb2
from fairlead.sla.v1 import events_pb2 as sla_events
from services.triage.domain.decision import HELD, ROUTED
from services.triage.domain.queue import (
    Hold,
    IncidentFacts,
    QueueClock,
    QueueForecast,
    QueueRow,
    SlaState,
    with_clock,
    with_facts,
    with_forecast,
    without_contract,
)
from services.triage.use_cases import RowChange

INCIDENT_FACTS = {
    "incident_opened": incident_events.IncidentOpened,
    "replied": incident_events.Replied,
    "noted": incident_events.Noted,
    "classified": incident_events.Classified,
    "prioritized": incident_events.Prioritized,
    "assigned": incident_events.Assigned,
    "acknowledged": incident_events.Acknowledged,
    "held": incident_events.Held,
    "resumed": incident_events.Resumed,
    "resolved": incident_events.Resolved,
    "confirmed": incident_events.Confirmed,
    "closed": incident_events.Closed,
    "reopened": incident_events.Reopened,
    "canceled": incident_events.Canceled,
    "merged": incident_events.Merged,
    "absorbed": incident_events.Absorbed,
    "unmerged": incident_events.Unmerged,
    "released": incident_events.Released,
    "hint_dismissed": incident_events.HintDismissed,
    "linked": incident_events.Linked,
    "unlinked": incident_events.Unlinked,
    "items_named": incident_events.ItemsNamed,
    "tied": incident_events.Tied,
    "untied": incident_events.Untied,
    "joined_major": major_incident_pb2.JoinedMajor,
    "left_major": major_incident_pb2.LeftMajor,
}
TARGET_FACTS = {
    "target_started": sla_events.TargetStarted,
    "target_changed": sla_events.TargetChanged,
    "target_warned": sla_events.TargetWarned,
    "target_breached": sla_events.TargetBreached,
    "target_met": sla_events.TargetMet,
    "target_missed": sla_events.TargetMissed,
}
FORECAST = "target_forecast"
CLOCK_FACTS = {**TARGET_FACTS, FORECAST: sla_events.TargetForecast}
_TARGETS = {
    contract_pb2.TARGET_KIND_FIRST_RESPONSE: "first_response",
    contract_pb2.TARGET_KIND_RESOLUTION: "resolution",
    contract_pb2.TARGET_KIND_NEXT_UPDATE: "next_update",
}
# What the provider agrees with its own groups and with vendors stands on the incident's page, not in its row.
_SHOWN_LEVELS = frozenset({contract_pb2.TARGET_LEVEL_UNSPECIFIED, contract_pb2.TARGET_LEVEL_CLIENT})


def incident_change(event: Event, message: Any) -> RowChange:
    """An incident's announcement as a change of its row."""
    facts = facts_of(message.incident)
    return RowChange(
        event.provider_id, event.tenant_id, facts.incident_id, lambda row: with_facts(row, facts)
    )


def clock_change(event: Event, message: Any) -> RowChange:
    """A clock's announcement as a change of its incident's row."""
    if event.fact == FORECAST:
        return _forecast_change(event, message)
    if event.fact == "target_started" and not message.has_contract:
        return RowChange(event.provider_id, event.tenant_id, event.aggregate_id, without_contract)
    if not is_for_the_client(message.clock):
        return RowChange(event.provider_id, event.tenant_id, event.aggregate_id, lambda row: row)
    clock = clock_of(message.clock, event.seq)

    def change(row: QueueRow) -> QueueRow:
        return with_clock(row, clock)

    return RowChange(event.provider_id, event.tenant_id, event.aggregate_id, change)


def is_for_the_client(clock: clock_pb2.Clock) -> bool:
    """Whether it is promised to the client, not agreed with a group or vendor."""
    return clock.level in _SHOWN_LEVELS


def _forecast_change(event: Event, message: Any) -> RowChange:
    clock = message.clock
    said = clock.forecast
    forecast = QueueForecast(
        target=_TARGETS.get(clock.kind, ""),
        chance=said.chance if clock.HasField("forecast") else None,
        similar_incidents=said.similar_incidents,
        similar_breached=said.similar_breached,
        sequence=event.seq,
    )
    return RowChange(
        event.provider_id, event.tenant_id, event.aggregate_id, lambda row: with_forecast(row, forecast)
    )


def facts_of(incident: incident_pb2.Incident) -> IncidentFacts:
    """What a row shows of an incident."""
    decision = incident.classification_decision
    routing = incident.assignment_decision
    unassigned = not (incident.assignment_group_id or incident.assignee_id)
    nobody_fits = routing.source == ROUTED and not incident.assignee_id
    return IncidentFacts(
        incident_id=incident.incident_id,
        provider_id=incident.provider_id,
        tenant_id=incident.tenant_id,
        incident_revision=incident.revision,
        number=incident.number,
        title=incident.title,
        kind=_word(incident_pb2.IncidentKind, "INCIDENT_KIND", incident.kind),
        state=_word(incident_pb2.IncidentState, "INCIDENT_STATE", incident.state),
        priority=incident.priority,
        category=incident.category,
        requester_name=incident.requester.name or incident.requester.address,
        assignment_group_id=incident.assignment_group_id,
        assignment_group_name=incident.assignment_group_name,
        assignee_id=incident.assignee_id,
        assignee_name=incident.assignee_name,
        channel=incident.channel,
        verified=incident.verified,
        create_time=_time(incident.create_time),
        update_time=_time(incident.update_time),
        hold=_hold(incident.hold) if incident.HasField("hold") else None,
        in_maintenance=unassigned and routing.source == HELD,
        needs_dispatcher=nobody_fits or (decision.source == "default" and bool(decision.reason)),
        major_number=incident.major_number,
        resolve_time=_time(incident.resolution.resolve_time) if incident.HasField("resolution") else None,
    )


def clock_of(clock: clock_pb2.Clock, sequence: int) -> QueueClock:
    """A clock as the queue shows it; a stopped or paused one has no due time."""
    state = {
        clock_pb2.CLOCK_STATE_RUNNING: SlaState.AT_RISK if clock.warned else SlaState.OK,
        clock_pb2.CLOCK_STATE_PAUSED: SlaState.BREACHED if clock.breached else SlaState.PAUSED,
        clock_pb2.CLOCK_STATE_BREACHED: SlaState.BREACHED,
        clock_pb2.CLOCK_STATE_MISSED: SlaState.BREACHED,
    }.get(clock.state, SlaState.MET)
    runs = clock.state in (clock_pb2.CLOCK_STATE_RUNNING, clock_pb2.CLOCK_STATE_BREACHED)
    due_time = _time(clock.due_time) if runs and clock.HasField("due_time") else None
    target = _TARGETS.get(clock.kind) or f"custom:{clock.name}"
    return QueueClock(target, state, due_time, sequence, clock.cycle)


def _hold(hold: incident_pb2.Hold) -> Hold:
    awaiting = _word(incident_pb2.AwaitedParty, "AWAITED_PARTY", hold.awaiting)
    return Hold(awaiting, hold.reason, _time(hold.start_time), hold.approval)


def _time(moment: Timestamp) -> datetime:
    return moment.ToDatetime(tzinfo=UTC)


def _word(enum, prefix: str, value: int) -> str:
    name = enum.Name(value).removeprefix(f"{prefix}_").lower()
    return "" if name == "unspecified" else name
