"""Calendars: made, changed by a next version, read."""

from __future__ import annotations

from dataclasses import replace

from chassis.errors import NotFound
from chassis.tenancy import Caller, TenantScope
from services.sla.domain.calendar import Calendar, check_calendar
from services.sla.domain.contract import TargetLevel
from services.sla.domain.versions import CalendarRecord
from services.sla.ports import Calendars, Clock, Contracts, NewId
from services.sla.use_cases.reach import may_read, provider_of, reach_of, require_writer, room_of


class Scheduling:
    """Calendars lie in their provider's own room."""

    def __init__(self, calendars: Calendars, contracts: Contracts, clock: Clock, new_id: NewId) -> None:
        self._calendars = calendars
        self._contracts = contracts
        self._clock = clock
        self._new_id = new_id

    def create(self, caller: Caller, calendar: Calendar, provider_id: str = "") -> CalendarRecord:
        """Raises PermissionDenied, InvalidArgument (naming the field), AlreadyExists("calendar_name_taken")."""
        require_writer(caller)
        provider_id = provider_of(caller, provider_id)
        check_calendar(calendar)
        first = replace(calendar, calendar_id=self._new_id("cal"), version=1, create_time=self._clock())
        return self._calendars.add(
            room_of(provider_id), CalendarRecord(first.calendar_id, provider_id, (first,))
        )

    def update(self, caller: Caller, calendar: Calendar, revision: int) -> CalendarRecord:
        """The next version, whole; incidents opened from now on run on it.

        Raises NotFound, PermissionDenied, InvalidArgument, RevisionConflict, AlreadyExists.
        """
        # Found as the caller may see it, then permitted: a stranger learns nothing from which refusal it gets.
        record = self.get(caller, calendar.calendar_id)
        require_writer(caller)
        check_calendar(calendar)
        following = replace(calendar, version=record.latest.version + 1, create_time=self._clock())
        scope = TenantScope(record.provider_id, record.provider_id)
        return self._calendars.save(scope, record.with_version(following, revision))

    def get(self, caller: Caller, calendar_id: str) -> CalendarRecord:
        """Staff read all; a client's people those that their contract is measured on.

        Raises NotFound("calendar_not_found").
        """
        if may_read(caller):
            record = self._calendars.get(reach_of(caller), calendar_id)
            if caller.is_staff or calendar_id in self._used(caller):
                return record
        raise NotFound("calendar_not_found", "There is no such calendar.")

    def all_for(self, caller: Caller) -> list[CalendarRecord]:
        """By name: those that `get` would give."""
        if not may_read(caller):
            return []
        records = self._calendars.all_of(reach_of(caller))
        if caller.is_staff:
            return records
        used = self._used(caller)
        return [record for record in records if record.calendar_id in used]

    def _used(self, caller: Caller) -> set[str]:
        records = self._contracts.all_of(reach_of(caller))
        targets = (target for record in records for version in record.versions for target in version.targets)
        return {t.calendar_id for t in targets if t.level is TargetLevel.CLIENT}
