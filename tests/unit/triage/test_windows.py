"""Maintenance windows: what they hold, and what becomes of it afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.errors import InvalidArgument
from fairlead.incidents.v1 import incident_pb2
from services.triage.consumers.rows import facts_of
from services.triage.domain.decision import HELD
from services.triage.domain.report import Report
from services.triage.domain.window import Window
from services.triage.ports import Held
from services.triage.use_cases.windows import ReleaseHeld

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WINDOW = Window("mwn_1", "prv_1", "ten_1", "Patching", NOON, NOON + timedelta(hours=1), frozenset({"db-1"}))
ALERT = Report("inc_1", "ten_1", "Disk", "", "alert", "", configuration_item="DB-1")


def test_only_alerts_of_what_is_worked_on_are_held_and_only_meanwhile():
    assert WINDOW.holds(ALERT, NOON)
    assert not WINDOW.holds(ALERT, NOON - timedelta(seconds=1))
    assert not WINDOW.holds(ALERT, WINDOW.end_time)
    assert not WINDOW.holds(replace(ALERT, channel="email"), NOON)
    assert not WINDOW.holds(replace(ALERT, configuration_item="db-2"), NOON)
    assert WINDOW.holds(replace(ALERT, configuration_item="db-2", item_names=("orders", "db-1")), NOON)
    assert replace(WINDOW, configuration_items=frozenset()).holds(replace(ALERT, configuration_item=""), NOON)


def test_a_window_ended_early_is_over_now_and_one_that_is_over_stays_so():
    soon = NOON + timedelta(minutes=5)
    assert WINDOW.ended(soon).end_time == soon
    assert WINDOW.ended(NOON + timedelta(days=1)).end_time == WINDOW.end_time


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"end_time": NOON - timedelta(hours=1)}, "end_time"),
        ({"start_time": NOON + timedelta(hours=2)}, "end_time"),
        ({"end_time": NOON + timedelta(days=60)}, "end_time"),
    ],
)
def test_what_is_no_window_is_refused(change: dict[str, Any], field: str):
    with pytest.raises(InvalidArgument) as refused:
        replace(WINDOW, **change).checked(NOON)
    assert refused.value.values["field"] == field


class Kept:
    """What a window held."""

    def __init__(self, *held: Held) -> None:
        self.held = list(held)

    def due(self, now: datetime, limit: int) -> list[Held]:
        return [one for one in self.held if one.due_time <= now]

    def release(self, held: Iterable[Held]) -> None:
        done = list(held)
        self.held = [one for one in self.held if one not in done]


class Deciding:
    """Refuses what it is told to."""

    def __init__(self, *refused: str) -> None:
        self.refused = refused
        self.decided: list[str] = []

    def decide(self, openings: Sequence[Any]) -> dict[str, Exception]:
        self.decided += [one.report.incident_id for one in openings]
        return {one.event_id: ValueError() for one in openings if one.report.incident_id in self.refused}


def test_what_was_held_is_decided_afterwards_and_what_failed_stays_due():
    held = [
        Held(f"{name}:1", "prv_1", replace(ALERT, incident_id=name), "mwn_1", WINDOW.end_time)
        for name in ("inc_1", "inc_2")
    ]
    kept, deciding = Kept(*held), Deciding("inc_2")
    early: Any = ReleaseHeld(kept, deciding, lambda: NOON)  # type: ignore[arg-type]  # parts of the ports
    assert early.release_due() == 0 and not deciding.decided
    late: Any = ReleaseHeld(kept, deciding, lambda: WINDOW.end_time)  # type: ignore[arg-type]  # parts of the ports
    assert late.release_due() == 2 and deciding.decided == ["inc_1", "inc_2"]
    assert [one.report.incident_id for one in kept.held] == ["inc_2"]


def test_a_row_bears_a_sign_while_a_window_holds_it_and_until_somebody_has_it():
    incident = incident_pb2.Incident(incident_id="inc_1")
    assert not facts_of(incident).in_maintenance
    incident.assignment_decision.source = HELD
    assert facts_of(incident).in_maintenance
    incident.assignee_id = "per_1"
    assert not facts_of(incident).in_maintenance
