"""Two changes that are under way: one scheduled for the next Saturday night, one that is still being planned."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chassis import clock
from cli.seed.office import Office
from fairlead.incidents.v1 import change_pb2
from fairlead.incidents.v1 import change_service_pb2 as messages

_ZONE = "Europe/London"
_SATURDAY = 5


def make_changes(office: Office, tenants: dict[str, str]) -> None:
    """Found by their keys; what has been done with them since is left alone."""
    patches = _change(
        office,
        "patches",
        ["Lumen file server"],
        tenant_id=tenants["lumen"],
        kind=change_pb2.CHANGE_KIND_STANDARD,
        title="Monthly patches of the file server",
        plan="Snapshot, patch, restart, open three case files.",
        back_out_plan="Return to the snapshot.",
        risk_answers=_answers("often", "fully", "easy", "one_person"),
        window=_next_saturday(timedelta(hours=22), timedelta(hours=2)),
    )
    if patches.state == change_pb2.CHANGE_STATE_DRAFT:
        named = {"change_id": patches.change_id}
        office.call(office.changes.RequestChange, messages.ChangeCommandRequest(**named))
        # Whatever speaks against it, the demonstration shows it.
        scheduled = messages.ScheduleChangeRequest(**named, accept_conflicts=True)
        office.call(office.changes.ScheduleChange, scheduled)
    _change(
        office,
        "printers",
        ["Label printing"],
        tenant_id=tenants["acme"],
        kind=change_pb2.CHANGE_KIND_NORMAL,
        title="New firmware for the label printers",
        description="They lose their network in standby; the maker's version 4.2 mends that.",
        plan="One printer on Saturday, the others a week later if labels come.",
        back_out_plan="Load version 4.1 from the stick in the cabinet.",
        test_plan="Print fifty labels after an hour of standby.",
        risk_answers=_answers("once", "partly", "easy", "one_team"),
        client_facing=True,
        window=_next_saturday(timedelta(days=7, hours=14), timedelta(hours=3)),
    )


def _change(office: Office, key: str, items: list[str], **fields: Any) -> change_pb2.Change:
    request = messages.CreateChangeRequest(
        change=change_pb2.Change(**fields), item_names=items, idempotency_key=f"seed: {key}"
    )
    return office.call(office.changes.CreateChange, request)


def _answers(experience: str, testing: str, back_out: str, complexity: str) -> dict[str, str]:
    return {
        "experience": experience,
        "testing": testing,
        "back_out": back_out,
        "complexity": complexity,
    }


def _next_saturday(after_midnight: timedelta, length: timedelta) -> change_pb2.ChangeWindow:
    """Of the week that begins tomorrow, so that it is never over when it is made."""
    zone = ZoneInfo(_ZONE)
    tomorrow = clock.now().astimezone(zone).date() + timedelta(days=1)
    saturday = tomorrow + timedelta(days=(_SATURDAY - tomorrow.weekday()) % 7)
    start = datetime.combine(saturday, time(), zone) + after_midnight
    window = change_pb2.ChangeWindow(time_zone=_ZONE)
    window.start_time.FromDatetime(start)
    window.end_time.FromDatetime(start + length)
    return window
