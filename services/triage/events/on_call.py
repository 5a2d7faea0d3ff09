"""On-call schedules as messages."""

from collections.abc import Iterable

from fairlead.triage.v1 import on_call_pb2
from services.triage.domain.oncall.absence import Unavailable
from services.triage.domain.oncall.feed import Feed
from services.triage.domain.oncall.layer import Layer
from services.triage.domain.oncall.piece import Piece, Watcher
from services.triage.domain.oncall.schedule import OnCall, Override, Schedule
from services.triage.events.messages import timestamp


def schedule(record: Schedule) -> on_call_pb2.OnCallSchedule:
    """A schedule, whole."""
    return on_call_pb2.OnCallSchedule(
        schedule_id=record.schedule_id,
        name=record.name,
        time_zone=record.time_zone,
        layers=[_layer(one) for one in record.layers],
        overrides=[_override(one) for one in record.overrides],
        revision=record.revision,
        absences=[absence(one) for one in record.away],
    )


def absence(record: Unavailable) -> on_call_pb2.OnCallAbsence:
    """When somebody cannot be on call."""
    return on_call_pb2.OnCallAbsence(
        absence_id=record.absence_id,
        person=person(record.watcher),
        start_time=timestamp(record.start_time),
        end_time=timestamp(record.end_time),
        reason=record.reason,
        made_by=record.made_by,
    )


def shifts(pieces: Iterable[Piece]) -> list[on_call_pb2.OnCallShift]:
    """Shifts and gaps, as they are."""
    return [
        on_call_pb2.OnCallShift(
            start_time=timestamp(one.start_time),
            end_time=timestamp(one.end_time),
            person=person(one.watcher),
            source=one.source,
            override_id=one.override_id,
        )
        for one in pieces
    ]


def on_call(record: Schedule, now: OnCall, gap: Piece | None) -> on_call_pb2.OnCallNow:
    """Who is on call by one schedule."""
    return on_call_pb2.OnCallNow(
        schedule_id=record.schedule_id,
        schedule_name=record.name,
        person=person(now.watcher),
        source=now.source,
        override_id=now.override_id,
        until=timestamp(now.until),
        next=person(now.next),
        gap_start_time=timestamp(gap.start_time if gap else None),
        gap_end_time=timestamp(gap.end_time if gap else None),
    )


def feed(record: Feed, schedule_name: str, token: str) -> on_call_pb2.OnCallFeed:
    """A feed with what opens it."""
    return on_call_pb2.OnCallFeed(
        feed_id=record.feed_id,
        person_id=record.person_id,
        schedule_id=record.schedule_id,
        schedule_name=schedule_name,
        create_time=timestamp(record.create_time),
        token=token,
    )


def person(watcher: Watcher | None) -> on_call_pb2.OnCallPerson | None:
    """Unset for nobody."""
    return on_call_pb2.OnCallPerson(person_id=watcher.person_id, name=watcher.name) if watcher else None


def _layer(layer: Layer) -> on_call_pb2.OnCallLayer:
    return on_call_pb2.OnCallLayer(
        name=layer.name,
        people=[on_call_pb2.OnCallPerson(person_id=one.person_id, name=one.name) for one in layer.people],
        start=layer.start.isoformat(timespec="minutes"),
        turn_count=layer.turn_count,
        turn_unit=on_call_pb2.TurnUnit.Value(f"TURN_UNIT_{layer.turn_unit.name}"),
        restrictions=[
            on_call_pb2.OnCallRestriction(
                weekdays=sorted(one.weekdays),
                start=one.start.isoformat(timespec="minutes"),
                end=one.end.isoformat(timespec="minutes"),
            )
            for one in layer.restrictions
        ],
        until=layer.until.isoformat(timespec="minutes") if layer.until else "",
    )


def _override(override: Override) -> on_call_pb2.OnCallOverride:
    return on_call_pb2.OnCallOverride(
        override_id=override.override_id,
        person=person(override.watcher),
        start_time=timestamp(override.start_time),
        end_time=timestamp(override.end_time),
        reason=override.reason,
        made_by=override.made_by,
    )
