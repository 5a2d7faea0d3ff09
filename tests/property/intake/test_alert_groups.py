"""Whatever order alerts fire and recover in, however often they are repeated, the group is consistent in the end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts.group import (
    Group,
    State,
    Told,
    Wish,
    heard,
    opened,
    settled_by_people,
    wish,
)
from services.intake.domain.alerts.senders import Sender
from services.intake.domain.alerts.signal import Action, Signal
from services.intake.domain.alerts.source import AlertSource, Policy

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOURCE = AlertSource(
    "als_1", "prv_1", "ten_1", "Prometheus", Sender.GENERIC, "", "", NOON, policy=Policy(flap_changes=4)
)
KEYS = ("disk", "cpu", "net")
steps = st.lists(
    st.tuples(st.sampled_from(list(Action)), st.sampled_from(KEYS), st.integers(0, 600)), max_size=40
)


def _signal(action: Action, key: str) -> Signal:
    return Signal(action, key, f"{key} is bad")


def _played(played: list[tuple[Action, str, int]]) -> tuple[Group, list[tuple[Action, str, datetime]]]:
    now, told = NOON, []
    group = opened("alg_1", SOURCE, _signal(Action.FIRE, "disk"), "", now)
    for action, key, seconds in played:
        now += timedelta(seconds=seconds)
        group = heard(group, "als_1", _signal(action, key), now)
        told.append((action, key, now))
    return group, told


@given(steps)
def test_each_alert_fires_exactly_if_the_last_that_was_said_of_it_is_that_it_does(played):
    group, told = _played(played)
    last = {"disk": Action.FIRE}
    for action, key, _ in told:
        if action is Action.FIRE or (action is Action.RECOVER and key in last):
            last[key] = action
    assert {alert.dedup_key: alert.firing for alert in group.alerts} == {
        key: action is Action.FIRE for key, action in last.items()
    }
    assert (group.state is State.FIRING) == any(alert.firing for alert in group.alerts)


@given(steps)
def test_every_repetition_is_counted_once_and_makes_no_second_row(played):
    group, told = _played(played)
    for alert in group.alerts:
        said = sum(1 for action, key, _ in told if action is Action.FIRE and key == alert.dedup_key)
        assert alert.count == said + (alert.dedup_key == "disk")
        assert alert.first_time <= alert.last_time
    assert len({alert.key for alert in group.alerts}) == len(group.alerts)


@given(steps)
def test_the_record_is_never_told_that_it_is_over_while_something_fires_or_flaps(played):
    now = NOON
    group = opened("alg_1", SOURCE, _signal(Action.FIRE, "disk"), "", now)
    closings = 0
    for action, key, seconds in played:
        now += timedelta(seconds=seconds)
        group = heard(group, "als_1", _signal(action, key), now)
        wanted = wish(group, now)
        if wanted is Wish.OPEN:
            group = _told(group, Told.OPEN)
        elif wanted is Wish.RESOLVE:
            assert group.state is State.RECOVERED and not group.flapping
            group, closings = _told(group, Told.RESOLVED), closings + 1
        elif wanted is Wish.REOPEN:
            assert group.state is State.FIRING
            group = _told(group, Told.OPEN)
        lately = [one for one in group.changes if now - one <= SOURCE.policy.flap_window]
        assert len(lately) < 4 or group.flapping


@given(steps)
def test_a_pending_wish_always_has_a_time_to_be_looked_at(played):
    group, told = _played(played)
    now = told[-1][2] if told else NOON
    assert (group.due_time is not None) or wish(group, now) is Wish.NOTHING


@given(steps)
def test_what_people_settle_is_settled_until_it_fires_again(played):
    group, told = _played(played)
    now = told[-1][2] if told else NOON
    settled = settled_by_people(_told(group, Told.OPEN), now)
    assert settled.state is State.RECOVERED and wish(settled, now) is Wish.NOTHING
    again = heard(settled, "als_1", _signal(Action.FIRE, "disk"), now + timedelta(seconds=1))
    assert wish(again, now + timedelta(seconds=1)) is Wish.REOPEN


def _told(group: Group, told: Told) -> Group:
    return replace(group, told=told, flapping_told=True)
