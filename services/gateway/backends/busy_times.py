"""What other services know of a time in which something is to be changed: maintenance windows, and business hours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.errors import FairleadError
from chassis.tenancy import Caller
from fairlead.incidents.v1 import change_pb2 as changes
from fairlead.incidents.v1.change_service_pb2 import BusyTime
from fairlead.sla.v1 import calendar_pb2

if TYPE_CHECKING:
    from services.gateway.backends import Backends

# A window is as long at most; a day more for each zone around it.
_MOST_DAYS = 33


def busy_times(backends: Backends, caller: Caller, change: changes.Change) -> list[BusyTime]:
    """During the change's window; what cannot be asked just now, or not by this caller, is left out."""
    if not change.HasField("window"):
        return []
    start = change.window.start_time.ToDatetime(tzinfo=UTC)
    end = change.window.end_time.ToDatetime(tzinfo=UTC)
    found = _if_there(lambda: list(_maintenance(backends, caller, change.tenant_id)))
    if change.tenant_id:
        found += _if_there(lambda: list(_business_hours(backends, caller, change.tenant_id, start, end)))
    return [one for one in found if _moment(one.start_time) < end and start < _moment(one.end_time)]


def _maintenance(backends: Backends, caller: Caller, tenant_id: str) -> Iterator[BusyTime]:
    for window in backends.windows.all(caller, tenant_id):
        yield BusyTime(
            kind=changes.CONFLICT_KIND_MAINTENANCE,
            name=window.name,
            start_time=window.start_time,
            end_time=window.end_time,
            tenant_id=window.tenant_id,
            items=window.configuration_items,
        )


def _business_hours(
    backends: Backends, caller: Caller, tenant_id: str, start: datetime, end: datetime
) -> Iterator[BusyTime]:
    """Of the first calendar of the client's contract that is not always open."""
    for contract in backends.contracts.list(caller, tenant_id):
        for calendar_id in dict.fromkeys(target.calendar_id for target in contract.targets):
            calendar = backends.calendars.get(caller, calendar_id)
            if not calendar.always_open:
                yield from _open_hours(backends, caller, calendar, tenant_id, start, end)
                return


def _open_hours(
    backends: Backends,
    caller: Caller,
    calendar: calendar_pb2.Calendar,
    tenant_id: str,
    start: datetime,
    end: datetime,
) -> Iterator[BusyTime]:
    zone = ZoneInfo(calendar.time_zone)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    years = sorted({first.year, last.year})
    days = {
        one.date: one for year in years for one in backends.previews.calendar(caller, calendar, year).days
    }
    for number in range(min((last - first).days + 1, _MOST_DAYS)):
        day = first + timedelta(days=number)
        for window in days[day.isoformat()].windows if day.isoformat() in days else ():
            found = BusyTime(
                kind=changes.CONFLICT_KIND_BUSINESS_HOURS, name=calendar.name, tenant_id=tenant_id
            )
            found.start_time.FromDatetime(_instant(day, window.start, zone))
            found.end_time.FromDatetime(_instant(day, window.end, zone))
            yield found


def _instant(day: date, text: str, zone: ZoneInfo) -> datetime:
    """24:00 is the midnight that ends the day."""
    if text == "24:00":
        day, text = day + timedelta(days=1), "00:00"
    return datetime.combine(day, time.fromisoformat(text), zone).astimezone(UTC)


def _moment(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)


def _if_there(ask: Callable[[], list[BusyTime]]) -> list[BusyTime]:
    try:
        return ask()
    except FairleadError:
        return []
