"""What service levels announce: a domain fact becomes an event of events.proto, with its name in the subject."""

from collections.abc import Callable, Iterable
from datetime import datetime

from google.protobuf.message import Message

from chassis.outbox import OutboundEvent
from chassis.tenancy import Caller
from fairlead.sla.v1 import clock_pb2, events_pb2
from services.sla.domain.clock_set import Announcement, ClockSet
from services.sla.domain.contract import Contract
from services.sla.events import messages
from services.sla.events.statements import credit_decided, period_closed

__all__ = ["contract_changed", "credit_decided", "messages", "period_closed", "target_events"]

_MESSAGES: dict[str, Callable[..., Message]] = {
    "started": events_pb2.TargetStarted,
    "changed": events_pb2.TargetChanged,
    "warned": events_pb2.TargetWarned,
    "breached": events_pb2.TargetBreached,
    "met": events_pb2.TargetMet,
    "missed": events_pb2.TargetMissed,
    "forecast": events_pb2.TargetForecast,
}


def contract_changed(version: Contract, revision: int, caller: Caller, time: datetime) -> list[OutboundEvent]:
    """A new version of a contract, at the revision its save makes. For a default the tenant id is empty."""
    message = events_pb2.ContractChanged(contract=messages.contract(version, revision))
    return [OutboundEvent("contract_changed", message, time, caller)]


def target_events(
    announcements: Iterable[Announcement],
    record: ClockSet,
    agreed: Contract | None,
    caller: Caller,
    time: datetime,
) -> list[OutboundEvent]:
    """What is told of an incident's clocks, in order. The event's time is when it was noticed; the clock says
    when it came about.
    """
    return [_target_event(each, record, agreed, caller, time) for each in announcements]


def _target_event(
    announcement: Announcement, record: ClockSet, agreed: Contract | None, caller: Caller, time: datetime
) -> OutboundEvent:
    header = record.header
    if announcement.clock is None or agreed is None:
        nothing = clock_pb2.Clock(incident_id=record.incident_id, tenant_id=record.tenant_id)
        if announcement.fact == "forecast":
            unforeseen = events_pb2.TargetForecast(clock=nothing, number=header.number)
            return OutboundEvent("target_forecast", unforeseen, time, caller)
        unpromised = events_pb2.TargetStarted(clock=nothing, has_contract=False, number=header.number)
        return OutboundEvent("target_started", unpromised, time, caller)
    message = _MESSAGES[announcement.fact](
        clock=messages.clock(announcement.clock, record, agreed, forecast=announcement.forecast),
        number=header.number,
    )
    if isinstance(message, events_pb2.TargetStarted):
        message.has_contract = True
    elif isinstance(message, events_pb2.TargetChanged):
        message.change = announcement.change
    elif isinstance(message, events_pb2.TargetWarned | events_pb2.TargetBreached):
        message.assignee_id, message.assignee_name = header.assignee_id, header.assignee_name
        if isinstance(message, events_pb2.TargetWarned):
            message.warning_percent = announcement.warning_percent
    return OutboundEvent(f"target_{announcement.fact}", message, time, caller)
