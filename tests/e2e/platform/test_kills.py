"""kill -9 of everything in turn while mails and calls come in: nothing acknowledged is lost, nothing is doubled."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.harness.ledger import Ledger
from tests.harness.platform import SERVICES, Platform
from tests.harness.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.faults]


@pytest.mark.timeout(240)
def test_whoever_is_killed_nothing_acknowledged_is_lost_and_nobody_is_told_twice(platform: Platform) -> None:
    ledger = Ledger(platform, "acme").start()
    before = restarts(platform)
    for name in (*SERVICES, "nats", "mongod", "mail_catcher"):
        acknowledged = len(ledger.acknowledged)
        platform.kill_and_wait(name)
        wait_until(
            lambda: len(ledger.acknowledged) > acknowledged + 2,  # noqa: B023
            *(30, 0.05, f"work to be taken after {name} was killed"),
        )
    ledger.stop()
    after = restarts(platform)
    # Each came back by itself, and none fell because another had.
    assert {name: after[name] - before[name] for name in after} == dict.fromkeys(after, 1)

    incidents = wait_until(
        lambda: all_there(platform, ledger), 60, 0.5, "everything acknowledged to be there"
    )
    titles = Counter(one["title"] for one in incidents)
    assert {title: titles[title] for title in ledger.acknowledged} == dict.fromkeys(ledger.acknowledged, 1)
    mine = {one["incident_id"]: one for one in incidents if one["title"] in set(ledger.acknowledged)}
    print(f"{len(mine)} acknowledged; tried again after {dict(ledger.refusals)}")
    wait_until(lambda: not unfinished(platform, mine), 60, 0.5, "everything to be decided and timed")
    told_once(platform, mine)
    numbered_without_gaps(platform)
    # An outage is waited out: nothing of it is left for an operator to pick up.
    assert platform.fairlead("dead-letters", "list").stdout == "no dead letters\n"


def restarts(platform: Platform) -> dict[str, int]:
    document = platform.running()
    entries = {
        **document["services"],
        **{name: document[name] for name in ("nats", "mongod", "mail_catcher")},
    }
    return {name: entry["restarts"] for name, entry in entries.items()}


def all_there(platform: Platform, ledger: Ledger) -> list[dict[str, Any]]:
    incidents = platform.api.all_incidents()
    missing = set(ledger.acknowledged) - {one["title"] for one in incidents}
    return [] if missing else incidents


def unfinished(platform: Platform, incidents: dict[str, Any]) -> list[str]:
    """Those that triage or the clocks have not reached yet, by their rows in the queue."""
    rows = {row["incident_id"]: row for row in platform.api.all_of("/queue", "entries")}
    return [
        one["number"]
        for incident_id, one in incidents.items()
        if not (row := rows.get(incident_id)) or "assignee_id" not in row or len(row["clocks"]) != 2
    ]


def told_once(platform: Platform, incidents: dict[str, dict[str, Any]]) -> None:
    """One acknowledgement to the requester of each, by event and by Message-ID."""

    def told() -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {incident_id: [] for incident_id in incidents}
        for one in platform.api.all_of("/deliveries", "deliveries"):
            if one.get("incident_id") in found and one["notification"] == "incident_opened":
                found[one["incident_id"]].append(one)
        return found

    def untold() -> dict[str, list[dict[str, Any]]]:
        return {
            incidents[incident_id]["number"]: deliveries
            for incident_id, deliveries in told().items()
            if not any(one["state"] == "sent" for one in deliveries)
        }

    try:
        wait_until(lambda: not untold(), 60, 1.0, "every requester to be told")
    except AssertionError:
        pytest.fail(f"never told: {untold()}")
    caught = Counter(mail["message_id"].strip("<>") for mail in platform.mailbox.list("courier-"))
    for incident_id, deliveries in told().items():
        number = incidents[incident_id]["number"]
        assert len(deliveries) == 1, f"{number}: {len(deliveries)} acknowledgements"
        times, ambiguous = caught[deliveries[0]["message_id"]], deliveries[0]["ambiguous_attempts"]
        # A kill between the server's taking a mail and our knowing it cannot be decided: it is sent again with
        # the same Message-ID, by which every mail program knows it, and counted.
        assert 1 <= times <= 1 + ambiguous, f"{number}: caught {times} times, {ambiguous} ambiguous"
    subjects = Counter(
        mail["subject"].partition("]")[0] + "]"
        for mail in {mail["message_id"]: mail for mail in platform.mailbox.list("courier-")}.values()
    )
    for one in incidents.values():
        assert subjects[f"[{one['number']}]"] == 1, (
            f"{one['number']}: {subjects['[' + one['number'] + ']']} different mails"
        )


def numbered_without_gaps(platform: Platform) -> None:
    def numbers() -> list[int]:
        own = [one["number"] for one in platform.api.all_incidents() if one["number"].startswith("ACME-")]
        return sorted(int(number.partition("-")[2]) for number in own)

    wait_until(lambda: numbers() == list(range(1, len(numbers()) + 1)), 30, 0.5, "numbers without a gap")
