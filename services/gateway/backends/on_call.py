"""On-call schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.triage.v1 import on_call_pb2 as on_call
from fairlead.triage.v1 import on_call_service_pb2 as messages
from fairlead.triage.v1.on_call_service_pb2_grpc import OnCallServiceStub
from services.gateway.backends.calendar_events import stretches_of


class OnCall:
    """Client of fairlead.triage.v1.OnCallService."""

    def __init__(self, channel: Any) -> None:
        self._stub = OnCallServiceStub(channel)

    def create(self, caller: Caller, new: on_call.OnCallSchedule) -> on_call.OnCallSchedule:
        return call(self._stub.CreateSchedule, messages.CreateScheduleRequest(schedule=new), caller)

    def update(self, caller: Caller, changed: on_call.OnCallSchedule) -> on_call.OnCallSchedule:
        """Its overrides stay as they are."""
        return call(self._stub.UpdateSchedule, messages.UpdateScheduleRequest(schedule=changed), caller)

    def delete(self, caller: Caller, schedule_id: str) -> None:
        call(self._stub.DeleteSchedule, messages.DeleteScheduleRequest(schedule_id=schedule_id), caller)

    def get(self, caller: Caller, schedule_id: str) -> on_call.OnCallSchedule:
        return call(self._stub.GetSchedule, messages.GetScheduleRequest(schedule_id=schedule_id), caller)

    def all(self, caller: Caller) -> list[on_call.OnCallSchedule]:
        """By name."""
        return [*call(self._stub.ListSchedules, messages.ListSchedulesRequest(), caller).schedules]

    def shifts(
        self, caller: Caller, schedule_id: str, start: datetime, end: datetime
    ) -> list[on_call.OnCallShift]:
        """Gaps among them."""
        request = messages.ListShiftsRequest(schedule_id=schedule_id)
        request.start_time.FromDatetime(start)
        request.end_time.FromDatetime(end)
        return [*call(self._stub.ListShifts, request, caller).shifts]

    def now(self, caller: Caller, moment: datetime | None = None) -> list[on_call.OnCallNow]:
        """Who is on call by every schedule."""
        request = messages.ListOnCallRequest()
        if moment:
            request.time.FromDatetime(moment)
        return [*call(self._stub.ListOnCall, request, caller).on_call]

    def create_feed(self, caller: Caller, schedule_id: str) -> on_call.OnCallFeed:
        """Of the caller's own shifts without a schedule."""
        return call(self._stub.CreateFeed, messages.CreateFeedRequest(schedule_id=schedule_id), caller)

    def feeds(self, caller: Caller) -> list[on_call.OnCallFeed]:
        """The caller's own."""
        return [*call(self._stub.ListFeeds, messages.ListFeedsRequest(), caller).feeds]

    def delete_feed(self, caller: Caller, feed_id: str) -> None:
        call(self._stub.DeleteFeed, messages.DeleteFeedRequest(feed_id=feed_id), caller)

    def read_feed(self, caller: Caller, token: str) -> messages.ReadFeedResponse:
        """What a feed's link shows."""
        return call(self._stub.ReadFeed, messages.ReadFeedRequest(token=token), caller)

    def add_override(
        self, caller: Caller, schedule_id: str, new: on_call.OnCallOverride
    ) -> on_call.OnCallSchedule:
        request = messages.AddOverrideRequest(schedule_id=schedule_id, override=new)
        return call(self._stub.AddOverride, request, caller)

    def import_overrides(
        self, caller: Caller, schedule_id: str, person_id: str, document: str, now: datetime
    ) -> tuple[int, on_call.OnCallSchedule]:
        """A person is on call at each event of an iCalendar document; how many were new. What is there is left alone."""
        schedule = self.get(caller, schedule_id)
        there = {
            (one.person.person_id, one.start_time.ToSeconds(), one.end_time.ToSeconds())
            for one in schedule.overrides
        }
        added = 0
        for stretch in stretches_of(document, schedule.time_zone, now):
            new = on_call.OnCallOverride(reason=stretch.summary)
            new.person.person_id = person_id
            new.start_time.FromDatetime(stretch.start_time)
            new.end_time.FromDatetime(stretch.end_time)
            if (person_id, new.start_time.ToSeconds(), new.end_time.ToSeconds()) not in there:
                schedule = self.add_override(caller, schedule_id, new)
                added += 1
        return added, schedule

    def add_absence(self, caller: Caller, new: on_call.OnCallAbsence) -> on_call.OnCallAbsence:
        return call(self._stub.AddAbsence, messages.AddAbsenceRequest(absence=new), caller)

    def absences(self, caller: Caller) -> list[on_call.OnCallAbsence]:
        """Those that are not over, the earliest first."""
        return [*call(self._stub.ListAbsences, messages.ListAbsencesRequest(), caller).absences]

    def remove_absence(self, caller: Caller, absence_id: str) -> None:
        call(self._stub.RemoveAbsence, messages.RemoveAbsenceRequest(absence_id=absence_id), caller)

    def remove_override(self, caller: Caller, schedule_id: str, override_id: str) -> on_call.OnCallSchedule:
        request = messages.RemoveOverrideRequest(schedule_id=schedule_id, override_id=override_id)
        return call(self._stub.RemoveOverride, request, caller)
