"""Reading back: everything that was acknowledged is there, decided, timed and told about, or the run is void."""

import time
from collections.abc import Collection
from typing import Any

from benchmarks.context import Context
from benchmarks.figures import require, require_all
from cli.mail_catcher.store import entries


def read_back(context: Context, acknowledged: Collection[str], since: str) -> list[dict[str, Any]]:
    """The incidents of these ids, through the API; `since`: of no older update (RFC 3339). Raises Void."""
    require(len(acknowledged) == len(set(acknowledged)), "an incident was acknowledged twice")
    api = context.desk.provider
    wanted = set(acknowledged)
    listed = api.all_of("/incidents", "incidents", updated_after=since)
    found = [one for one in listed if one["incident_id"] in wanted]
    require_all("to be read", wanted, (one["incident_id"] for one in found))
    require_all("classified", wanted, (one["incident_id"] for one in found if one.get("category")))
    require_all("prioritized", wanted, (one["incident_id"] for one in found if one.get("priority")))
    require_all("assigned", wanted, (one["incident_id"] for one in found if one.get("assignee_id")))
    rows = {row["incident_id"]: row for row in api.all_of("/queue", "entries", sort="update_time")}
    require_all("in the queue", wanted, rows)
    timed = (key for key, row in rows.items() if row.get("due_time") and row.get("assignee_id"))
    require_all("timed in the queue", wanted, timed)
    numbers = {one["number"] for one in found}
    require(len(numbers) == len(found), "two incidents have the same number")
    _require_told(context, found)
    return found


def _require_told(context: Context, incidents: list[dict[str, Any]]) -> None:
    """Whoever asked has exactly one acknowledgement with the number, and the assignee one mail."""
    told: dict[tuple[str, str], int] = {}
    for caught in all_mail(context):
        number = caught["subject"].partition("]")[0].lstrip("[")
        for address in caught["to"]:
            told[number, address.lower()] = told.get((number, address.lower()), 0) + 1
    missing = [one["number"] for one in incidents if not told.get(_requester_of(one))]
    require(not missing, f"{len(missing)} were told nothing: {', '.join(missing[:3])}")
    twice = [one["number"] for one in incidents if told[_requester_of(one)] > 1]
    require(not twice, f"{len(twice)} were told twice: {', '.join(twice[:3])}")
    numbers: dict[str, int] = {}
    for (number, _), count in told.items():
        numbers[number] = numbers.get(number, 0) + count
    alone = [one["number"] for one in incidents if numbers[one["number"]] < 2]
    require(not alone, f"of {len(alone)} no assignee was told: {', '.join(alone[:3])}")


def _requester_of(incident: dict[str, Any]) -> tuple[str, str]:
    return incident["number"], incident["requester"].get("address", "").lower()


def all_mail(context: Context) -> list[dict[str, Any]]:
    """Everything that the mail catcher acknowledged, from its own file: its pages hold the newest alone."""
    with (context.installation.data_dir / "mail" / "mails").open("rb") as mails:
        return [entry for _, _, entry in entries(mails) if "to" in entry]


def moment() -> str:
    """Now, as the API writes times, a moment ago for clocks' sake."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 2))
