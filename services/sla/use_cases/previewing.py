"""What the clocks would do under a contract or calendar that nobody has saved. Reads only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chassis.errors import InvalidArgument, PermissionDenied
from chassis.tenancy import Caller
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar, check_calendar
from services.sla.domain.contract import Contract, Terms
from services.sla.domain.contract_check import check_contract
from services.sla.domain.preview import Day, Promise, promises, year_of_days
from services.sla.ports import Calendars, Clock
from services.sla.use_cases.reach import provider_of, room_of

_FIRST_YEAR, _LAST_YEAR = 1970, 2999


class Previewing:
    """For the provider's staff. The same checks and the same engine as for what is saved."""

    def __init__(self, calendars: Calendars, clock: Clock) -> None:
        self._calendars = calendars
        self._clock = clock

    def contract(
        self, caller: Caller, contract: Contract, opened: datetime | None
    ) -> tuple[datetime, list[Promise]]:
        """When each promise would be due for an incident opened then (now, where no time is given).

        Raises PermissionDenied, InvalidArgument as saving it would.
        """
        _require_staff(caller)
        provider_id = provider_of(caller, contract.provider_id)
        terms = drafted(self._calendars, provider_id, contract)
        at = opened or self._clock()
        return at, promises(terms, at)

    def calendar(self, caller: Caller, calendar: Calendar, year: int) -> tuple[int, list[Day]]:
        """Every date of a year. Raises PermissionDenied, InvalidArgument as saving it would."""
        _require_staff(caller)
        check_calendar(calendar)
        shown = year or self._clock().astimezone(calendar.zone).year
        if not _FIRST_YEAR <= shown <= _LAST_YEAR:
            raise InvalidArgument("year_invalid", f"A year is {_FIRST_YEAR} to {_LAST_YEAR}.", field="year")
        return shown, year_of_days(calendar, shown)


def drafted(calendars: Calendars, provider_id: str, contract: Contract) -> Terms:
    """The terms of a contract that nobody has saved, on its calendars' latest versions. Raises as saving it would."""
    wanted = {target.calendar_id for target in contract.targets}
    records = {one.calendar_id: one for one in calendars.get_many(room_of(provider_id), wanted)}
    whole = replace(contract, time_zone=contract.time_zone or "UTC")
    check_contract(whole, records)
    return Terms(whole, {key: BusinessTime(record.latest) for key, record in records.items()})


def _require_staff(caller: Caller) -> None:
    if not caller.is_staff:
        raise PermissionDenied("role_required", "This needs the provider's staff.", roles="staff")
