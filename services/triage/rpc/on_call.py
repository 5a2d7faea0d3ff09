"""On-call schedules."""

from datetime import UTC, datetime
from typing import Any

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.triage.v1 import on_call_pb2
from fairlead.triage.v1 import on_call_service_pb2 as answers
from fairlead.triage.v1.on_call_service_pb2_grpc import OnCallServiceServicer
from services.triage.domain.oncall.absence import Unavailable
from services.triage.domain.oncall.layer import Layer, TurnUnit
from services.triage.domain.oncall.piece import Watcher
from services.triage.domain.oncall.schedule import Override, Schedule
from services.triage.events import on_call as messages
from services.triage.rpc.words import restrictions, word
from services.triage.use_cases.absences import KeepAbsences
from services.triage.use_cases.feeds import KeepFeeds, OpenFeed
from services.triage.use_cases.on_call import KeepSchedules


class OnCallServicer(OnCallServiceServicer):
    """On-call schedules, for staff."""

    def __init__(self, schedules: KeepSchedules, feeds: KeepFeeds, absences: KeepAbsences) -> None:
        self._absences = absences
        self._schedules = schedules
        self._feeds = feeds

    def CreateSchedule(self, request: Any, context: grpc.ServicerContext) -> on_call_pb2.OnCallSchedule:
        return messages.schedule(self._schedules.create(caller_of(context), _schedule(request.schedule)))

    def UpdateSchedule(self, request: Any, context: grpc.ServicerContext) -> on_call_pb2.OnCallSchedule:
        wanted = request.schedule
        return messages.schedule(
            self._schedules.update(caller_of(context), _schedule(wanted), wanted.revision)
        )

    def DeleteSchedule(self, request: Any, context: grpc.ServicerContext) -> answers.DeleteScheduleResponse:
        self._schedules.delete(caller_of(context), request.schedule_id)
        return answers.DeleteScheduleResponse()

    def GetSchedule(self, request: Any, context: grpc.ServicerContext) -> on_call_pb2.OnCallSchedule:
        return messages.schedule(self._schedules.get(caller_of(context), request.schedule_id))

    def ListSchedules(self, request: Any, context: grpc.ServicerContext) -> answers.ListSchedulesResponse:
        found = self._schedules.all(caller_of(context))
        return answers.ListSchedulesResponse(schedules=[messages.schedule(one) for one in found])

    def ListShifts(self, request: Any, context: grpc.ServicerContext) -> answers.ListShiftsResponse:
        found = self._schedules.shifts(
            caller_of(context),
            request.schedule_id,
            _moment(request, "start_time"),
            _moment(request, "end_time"),
        )
        return answers.ListShiftsResponse(shifts=messages.shifts(found))

    def ListOnCall(self, request: Any, context: grpc.ServicerContext) -> answers.ListOnCallResponse:
        moment = _moment(request, "time") if request.HasField("time") else None
        found = self._schedules.on_call(caller_of(context), moment)
        return answers.ListOnCallResponse(
            on_call=[messages.on_call(one.schedule, one.now, one.gap) for one in found]
        )

    def CreateFeed(self, request: Any, context: grpc.ServicerContext) -> on_call_pb2.OnCallFeed:
        return _feed(self._feeds.create(caller_of(context), request.schedule_id))

    def ListFeeds(self, request: Any, context: grpc.ServicerContext) -> answers.ListFeedsResponse:
        found = self._feeds.all(caller_of(context))
        return answers.ListFeedsResponse(feeds=[_feed(one) for one in found])

    def DeleteFeed(self, request: Any, context: grpc.ServicerContext) -> answers.DeleteFeedResponse:
        self._feeds.delete(caller_of(context), request.feed_id)
        return answers.DeleteFeedResponse()

    def ReadFeed(self, request: Any, context: grpc.ServicerContext) -> answers.ReadFeedResponse:
        opened, shifts = self._feeds.read(caller_of(context), request.token)
        return answers.ReadFeedResponse(
            feed=_feed(opened),
            shifts=[
                answers.OnCallFeedShift(
                    uid=one.uid,
                    sequence=one.sequence,
                    shift=messages.shifts([one.piece])[0],
                    schedule_name=one.schedule_name,
                )
                for one in shifts
            ],
        )

    def AddOverride(self, request: Any, context: grpc.ServicerContext) -> on_call_pb2.OnCallSchedule:
        override = Override(
            "",
            Watcher(request.override.person.person_id),
            _moment(request.override, "start_time"),
            _moment(request.override, "end_time"),
            request.override.reason,
        )
        changed = self._schedules.add_override(caller_of(context), request.schedule_id, override)
        return messages.schedule(changed)

    def RemoveOverride(self, request: Any, context: grpc.ServicerContext) -> on_call_pb2.OnCallSchedule:
        changed = self._schedules.remove_override(
            caller_of(context), request.schedule_id, request.override_id
        )
        return messages.schedule(changed)

    def AddAbsence(self, request: Any, context: grpc.ServicerContext) -> on_call_pb2.OnCallAbsence:
        given = request.absence
        watcher = Watcher(given.person.person_id)
        times = _moment(given, "start_time"), _moment(given, "end_time")
        made = self._absences.add(caller_of(context), Unavailable("", watcher, *times, given.reason))
        return messages.absence(made)

    def ListAbsences(self, request: Any, context: grpc.ServicerContext) -> answers.ListAbsencesResponse:
        found = self._absences.all(caller_of(context))
        return answers.ListAbsencesResponse(absences=[messages.absence(one) for one in found])

    def RemoveAbsence(self, request: Any, context: grpc.ServicerContext) -> answers.RemoveAbsenceResponse:
        self._absences.remove(caller_of(context), request.absence_id)
        return answers.RemoveAbsenceResponse()


def _feed(opened: OpenFeed) -> on_call_pb2.OnCallFeed:
    return messages.feed(opened.feed, opened.schedule_name, opened.token)


def _schedule(message: on_call_pb2.OnCallSchedule) -> Schedule:
    return Schedule(
        schedule_id=message.schedule_id,
        name=" ".join(message.name.split()),
        time_zone=message.time_zone,
        layers=tuple(_layer(one, f"layers[{number}]") for number, one in enumerate(message.layers)),
    )


def _layer(message: on_call_pb2.OnCallLayer, field: str) -> Layer:
    return Layer(
        name=" ".join(message.name.split()),
        people=tuple(Watcher(one.person_id) for one in message.people),
        start=_wall(message.start, f"{field}.start"),
        turn_count=message.turn_count,
        turn_unit=TurnUnit(word(on_call_pb2.TurnUnit, "TURN_UNIT", message.turn_unit, f"{field}.turn_unit")),
        restrictions=restrictions(message.restrictions, f"{field}.restrictions"),
        until=_wall(message.until, f"{field}.until") if message.until else None,
    )


def _wall(text: str, field: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.max.replace(tzinfo=UTC)
    if found.tzinfo is not None or not 1970 <= found.year <= 2999:
        raise InvalidArgument("local_time_invalid", "A local time such as 2026-03-02T09:00.", field=field)
    return found.replace(second=0, microsecond=0)


def _moment(message: Any, field: str) -> datetime:
    if not message.HasField(field):
        raise InvalidArgument("value_missing", f"{field} is needed.", field=field)
    moment = getattr(message, field).ToDatetime(tzinfo=UTC)
    if not 1970 <= moment.year <= 2999:
        raise InvalidArgument("time_out_of_range", "Between 1970 and 2999.", field=field)
    return moment
