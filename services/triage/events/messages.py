"""Domain objects as protobuf messages: what calls answer with and what events carry are the same."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import on_call_pb2, queue_pb2, queue_service_pb2, rule_pb2
from services.triage.domain.matrix import Level
from services.triage.domain.oncall.layer import Restriction
from services.triage.domain.queue import QueueClock, QueueCounts, QueueForecast, QueueRow
from services.triage.domain.routing import AssignmentGroup


def timestamp(moment: datetime | None) -> Timestamp | None:
    """The moment as a message; None stays unset."""
    if moment is None:
        return None
    result = Timestamp()
    result.FromDatetime(moment)
    return result


def entry(row: QueueRow) -> queue_pb2.QueueEntry:
    """A row, whole. One that only clocks were heard of has no number and no state."""
    message = queue_pb2.QueueEntry(
        incident_id=row.incident_id,
        provider_id=row.provider_id,
        tenant_id=row.tenant_id,
        due_time=timestamp(row.due_time),
        sla_state=_sla_state(row.sla_state),
        clocks=[_clock(row.clocks[name]) for name in sorted(row.clocks)],
        revision=row.revision,
        breach_risk=row.breach_risk,
        forecast=_forecast(row.forecast),
    )
    facts = row.facts
    if facts is None:
        return message
    message.MergeFrom(
        queue_pb2.QueueEntry(
            number=facts.number,
            title=facts.title,
            kind=named(incident_pb2.IncidentKind, "INCIDENT_KIND", facts.kind),
            state=named(incident_pb2.IncidentState, "INCIDENT_STATE", facts.state),
            priority=incident_pb2.Priority.ValueType(facts.priority),
            category=facts.category,
            requester_name=facts.requester_name,
            assignment_group_id=facts.assignment_group_id,
            assignment_group_name=facts.assignment_group_name,
            assignee_id=facts.assignee_id,
            assignee_name=facts.assignee_name,
            channel=facts.channel,
            verified=facts.verified,
            create_time=timestamp(facts.create_time),
            update_time=timestamp(facts.update_time),
            incident_revision=facts.incident_revision,
            needs_dispatcher=facts.needs_dispatcher,
            in_maintenance=facts.in_maintenance,
            major_number=facts.major_number,
            resolve_time=timestamp(facts.resolve_time),
        )
    )
    if facts.hold is not None:
        message.hold.awaiting = named(incident_pb2.AwaitedParty, "AWAITED_PARTY", facts.hold.awaiting)
        message.hold.reason = facts.hold.reason
        message.hold.approval = facts.hold.approval
        message.hold.start_time.FromDatetime(facts.hold.start_time)
    return message


def counts(found: QueueCounts) -> queue_service_pb2.CountQueueResponse:
    """The counts, priorities by their names."""
    return queue_service_pb2.CountQueueResponse(
        total=found.total,
        mine=found.mine,
        unassigned=found.unassigned,
        at_risk=found.at_risk,
        breached=found.breached,
        needs_dispatcher=found.needs_dispatcher,
        waiting=found.waiting,
        resolved=found.resolved,
        by_view=found.by_view,
        by_priority={f"P{priority}": count for priority, count in found.by_priority.items() if priority},
        by_tenant=found.by_tenant,
    )


def group(record: AssignmentGroup, provider_id: str) -> rule_pb2.AssignmentGroup:
    """An assignment group, whole."""
    return rule_pb2.AssignmentGroup(
        group_id=record.group_id,
        provider_id=provider_id,
        name=record.name,
        members=[
            rule_pb2.GroupMember(
                person_id=member.person_id,
                name=member.name,
                load_cap=member.load_cap,
                away=member.away,
                hours=[_restriction(one) for one in member.hours],
            )
            for member in record.members
        ],
        categories=sorted(record.categories),
        tenant_ids=sorted(record.tenant_ids),
        is_default=record.is_default,
        revision=record.revision,
        time_zone=record.time_zone,
        schedule_id=record.schedule_id,
        hours=[_restriction(one) for one in record.hours],
        holiday_country=record.holiday_country,
        holiday_region=record.holiday_region,
        needs=[rule_pb2.SkillNeed(category=one.category, skills=sorted(one.skills)) for one in record.needs],
    )


def _restriction(one: Restriction) -> on_call_pb2.OnCallRestriction:
    return on_call_pb2.OnCallRestriction(
        weekdays=sorted(one.weekdays),
        start=one.start.isoformat(timespec="minutes"),
        end=one.end.isoformat(timespec="minutes"),
    )


def level_number(level: Level | None) -> int:
    """Impact and urgency have the same numbers as the ITIL matrix; 0 where nothing is set."""
    return int(level) if level else 0


def _clock(clock: QueueClock) -> queue_pb2.QueueClock:
    return queue_pb2.QueueClock(
        target=clock.target, state=_sla_state(clock.state), due_time=timestamp(clock.due_time)
    )


def _forecast(forecast: QueueForecast | None) -> queue_pb2.QueueForecast | None:
    if forecast is None or forecast.chance is None:
        return None
    return queue_pb2.QueueForecast(
        target=forecast.target,
        chance=forecast.chance,
        similar_incidents=forecast.similar_incidents,
        similar_breached=forecast.similar_breached,
    )


def _sla_state(state: str) -> queue_pb2.SlaState:
    return named(queue_pb2.SlaState, "SLA_STATE", state)


def named(enum, prefix: str, name: str):
    """The value of a generated enum whose name ends in this word; unspecified for the empty word."""
    return enum.Value(f"{prefix}_{name.upper()}" if name else f"{prefix}_UNSPECIFIED")
