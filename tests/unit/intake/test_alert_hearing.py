"""What people do with an alert's incident, and what that means for its alerts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.tenancy import TenantScope
from services.intake.domain.alerts.group import (
    Group,
    State,
    Told,
    Wish,
    admits,
    ended,
    heard,
    is_past,
    learned,
    opened,
    wish,
)
from services.intake.domain.alerts.senders import Sender
from services.intake.domain.alerts.severity import Severity
from services.intake.domain.alerts.signal import Action, Signal
from services.intake.domain.alerts.source import AlertSource, Correlation, Policy
from services.intake.use_cases.alerts import Hearing

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROOM = TenantScope("prv_1", "ten_1")
FIRE = Signal(Action.FIRE, "disk", "Disk is full", configuration_item="db-1", labels=(("site", "paris"),))


def source(**policy: object) -> AlertSource:
    return AlertSource(
        "als_1", "prv_1", "ten_1", "Probe", Sender.GENERIC, "", "", NOON, policy=Policy(**policy)
    )


def group(told: Told = Told.OPEN) -> Group:
    made = opened("alg_1", source(), FIRE, "", NOON)
    return replace(made, told=told, incident_id="inc_1")


class Kept:
    """One group, as a store keeps it."""

    def __init__(self, one: Group) -> None:
        self.group = one

    def of_incident(self, scope: TenantScope, incident_id: str) -> list[Group]:
        return [self.group]

    def save(self, changed: Group, now: datetime) -> Group:
        self.group = changed
        return changed


def after(fact: str, one: Group, by_person: bool = True) -> Group:
    kept = Kept(one)
    Hearing(kept, lambda: NOON).hear(ROOM, "inc_1", fact, by_person)  # type: ignore[arg-type]  # a part of the port
    return kept.group


@pytest.mark.parametrize("fact", ["closed", "canceled"])
def test_an_incident_that_is_over_ends_its_group(fact: str):
    ended = after(fact, group())
    assert ended.state is State.ENDED and not ended.keys


def test_what_somebody_resolves_counts_as_recovered():
    settled = after("resolved", group())
    assert (settled.state, settled.told) == (State.RECOVERED, Told.RESOLVED)


def test_what_we_resolved_ourselves_and_forgot_in_a_crash_is_learned_from_the_record():
    forgotten = after("resolved", group(), by_person=False)
    assert forgotten.state is State.FIRING and wish(forgotten, NOON) is Wish.REOPEN


def test_what_the_record_was_told_is_known_of_a_group_that_changed_meanwhile():
    before = heard(group(), "als_1", replace(FIRE, action=Action.RECOVER), NOON)
    told = replace(before, told=Told.RESOLVED)
    meanwhile = heard(before, "als_1", FIRE, NOON)
    present = learned(meanwhile, before, told, NOON)
    assert present.state is State.FIRING and wish(present, NOON) is Wish.REOPEN
    assert learned(ended(meanwhile, NOON), before, told, NOON).state is State.ENDED


def test_what_somebody_reopens_is_theirs_until_it_fires_again():
    taken = after("reopened", after("resolved", group()))
    assert taken.told is Told.LEFT and wish(taken, NOON) is Wish.NOTHING
    again = heard(taken, "als_1", FIRE, NOON)
    assert again.state is State.FIRING and wish(again, NOON) is Wish.NOTHING


def test_after_the_window_an_alert_is_another_story_but_an_open_incident_is_never_past():
    settled = after("resolved", group())
    assert not is_past(settled, NOON + timedelta(minutes=60))
    assert is_past(settled, NOON + timedelta(minutes=61))
    assert not is_past(group(), NOON + timedelta(days=9))


def test_a_late_end_of_an_earlier_time_is_not_taken_for_the_present():
    began = replace(FIRE, start_time=NOON)
    firing = heard(group(), "als_1", began, NOON)
    late = replace(began, action=Action.RECOVER, start_time=NOON - timedelta(hours=1))
    assert heard(firing, "als_1", late, NOON).state is State.FIRING
    assert heard(firing, "als_1", replace(late, start_time=NOON), NOON).state is State.RECOVERED


def test_alerts_of_one_cause_are_found_by_item_by_labels_or_by_time():
    by_item = source(correlation=Correlation.CONFIGURATION_ITEM)
    assert by_item.correlation_key(FIRE) == by_item.correlation_key(replace(FIRE, configuration_item="DB-1"))
    assert not by_item.correlation_key(replace(FIRE, configuration_item=""))
    by_label = source(correlation=Correlation.LABELS, correlation_labels=("site",))
    assert by_label.correlation_key(FIRE) and not by_label.correlation_key(replace(FIRE, labels=()))
    by_time = source(correlation=Correlation.TIME_WINDOW, correlation_minutes=5)
    key = by_time.correlation_key(FIRE)
    made = opened("alg_1", by_time, FIRE, key, NOON)
    assert admits(made, key, NOON + timedelta(minutes=5))
    assert not admits(made, key, NOON + timedelta(minutes=6))
    assert not admits(made, "", NOON)


def test_only_what_grows_worse_is_told_to_the_record():
    known = replace(group(), told_severity=Severity.MEDIUM)
    worse = replace(FIRE, severity=Severity.CRITICAL)
    assert wish(heard(known, "als_1", worse, NOON), NOON) is Wish.PRIORITIZE
    assert wish(heard(known, "als_1", replace(FIRE, severity=Severity.INFO), NOON), NOON) is Wish.NOTHING
    other = Signal(Action.FIRE, "cpu", "CPU", severity=Severity.HIGH)
    assert wish(heard(known, "als_1", other, NOON), NOON) is Wish.PRIORITIZE
    unknown = replace(known, told_severity=None)
    assert wish(heard(unknown, "als_1", worse, NOON), NOON) is Wish.NOTHING
