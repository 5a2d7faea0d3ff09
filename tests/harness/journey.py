"""The life of one incident as an outsider can follow it: opened, decided, timed, in the queue.

Each function waits for its step, and holds what it finds against what the step before has said.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.harness.platform import Platform
from tests.harness.waiting import wait_until


def opened_for(platform: Platform, tenant: str, requester: str, title: str, text: str = "") -> dict[str, Any]:
    body = {"tenant_id": tenant, "title": title, "description": text, "requester": {"email": requester}}
    return platform.api.do("/incidents", body)


def incident_titled(platform: Platform, title: str) -> dict[str, Any]:
    """The incident that has this title, once there is one."""

    def found() -> dict[str, Any] | None:
        page = platform.api.read("/incidents", page_size=50)["incidents"]
        return next((one for one in page if one["title"] == title), None)

    return wait_until(found, timeout=20, pause=0.1, what=f"an incident titled {title}")


def decided(platform: Platform, incident_id: str) -> dict[str, Any]:
    """The incident once triage has decided about it."""

    def found() -> dict[str, Any] | None:
        incident = platform.api.read(f"/incidents/{incident_id}")
        return incident if incident.get("assignment_decision") else None

    incident = wait_until(found, timeout=20, pause=0.1, what="triage to decide")
    for decision in ("classification_decision", "priority_decision", "assignment_decision"):
        assert incident[decision]["reason"]
    assert incident["assignment_group_name"]
    assert incident["assignee_name"]
    assert incident["state"] == "assigned"
    return incident


def timed_on_its_contract(platform: Platform, incident: dict[str, Any], contract_name: str) -> None:
    """Both clocks run for its priority, on that contract, each on the calendar the contract names for it."""
    path = f"/incidents/{incident['incident_id']}/clocks"

    def aimed() -> dict[str, Any] | None:
        answer = platform.api.get(path, explain="true")
        # Not found: the clocks' service has not heard of it yet.
        found = answer.json() if answer.status_code == 200 else {"clocks": []}
        clocks = found["clocks"]
        return found if clocks and all(c["priority"] == incident["priority"] for c in clocks) else None

    found = wait_until(aimed, timeout=20, pause=0.1, what="clocks of the decided priority")
    contract = platform.api.read(f"/contracts/{found['contract_id']}")
    assert contract["name"] == found["contract_name"] == contract_name
    targets = {
        (target["kind"], target["priority"]): (target["calendar_id"], target["goal_seconds"])
        for target in contract["targets"]
    }
    assert {clock["kind"] for clock in found["clocks"]} == {"first_response", "resolution"}
    for clock in found["clocks"]:
        assert (clock["calendar_id"], clock["goal_seconds"]) == targets[clock["kind"], incident["priority"]]
        start, due = (datetime.fromisoformat(clock[name]) for name in ("start_time", "due_time"))
        assert start == datetime.fromisoformat(incident["create_time"])
        always_open = platform.api.read(f"/calendars/{clock['calendar_id']}")["always_open"]
        _leads_from_start_to_due(clock, start, due, always_open)


def _leads_from_start_to_due(
    clock: dict[str, Any], start: datetime, due: datetime, always_open: bool
) -> None:
    """Its segments follow each other without a gap, and what counts in them is the goal: at any hour of any day. One
    that was met has come as far as it was stopped."""
    at, counted = start, timedelta()
    for segment in clock["segments"]:
        begin, end = (datetime.fromisoformat(segment[name]) for name in ("start_time", "end_time"))
        assert begin == at, f"a gap in {clock}"
        at = end
        if segment["counted"]:
            counted += end - begin
        elif always_open:
            # The calendar of the priority before, which triage found an instant later, may have been closed.
            assert segment["calendar_id"] != clock["calendar_id"], f"closed around the clock: {clock}"
    goal = timedelta(seconds=clock["goal_seconds"])
    if "stop_time" in clock:
        assert at == datetime.fromisoformat(clock["stop_time"]) < due
        assert counted < goal <= due - start
    else:
        assert (at, counted) == (due, goal)


def in_the_queue(platform: Platform, incident: dict[str, Any]) -> None:
    """Its row, once it says what the incident says and when it is due."""

    def row() -> dict[str, Any] | None:
        answer = platform.api.get(f"/queue/{incident['incident_id']}")
        entry = answer.json() if answer.status_code == 200 else {}
        current = entry.get("incident_revision", 0) >= incident["revision"]
        return entry if current and len(entry["clocks"]) == 2 and entry.get("due_time") else None

    entry = wait_until(row, timeout=20, pause=0.1, what="the row in the queue")
    for name in ("number", "title", "priority", "category", "assignee_id", "tenant_id"):
        assert entry[name] == incident[name]
    listed = platform.api.read("/queue", query=incident["number"])["entries"]
    assert incident["incident_id"] in [one["incident_id"] for one in listed]
