"""What makes a run of breaches count for nothing, and that what is planted is what the service would have saved."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.breach_lag import at_once, spread
from benchmarks.breaches import Told, lags
from benchmarks.figures import Void
from benchmarks.planting import PROVIDER, TENANTS, TERMS, as_another, far, soon
from services.sla.domain.clock_set import settle
from services.sla.store.translation import clock_set_from, clock_set_state

NOON = datetime(2026, 6, 14, 12, tzinfo=UTC)
DUE = {f"inc_{number}": NOON + timedelta(seconds=number) for number in range(4)}


def told(id, decided=0.1, announced=0.3):
    return Told(id, DUE[id] + timedelta(seconds=decided), DUE[id] + timedelta(seconds=announced))


def test_lags_are_counted_from_the_due_second_to_the_stream():
    found = lags(DUE, [told("inc_0", 0.05, 0.2), *map(told, ("inc_1", "inc_2", "inc_3"))])
    assert (found.p99, found.shares()["p50"], found.shares()["decided_p50"]) == (300.0, 300.0, 100.0)
    assert list(found.announced) == [200.0, 300.0, 300.0, 300.0]


@pytest.mark.parametrize(
    "wrong",
    [
        [told(id) for id in ("inc_0", "inc_1", "inc_2")],
        [told(id) for id in (*DUE, "inc_2")],
        [*map(told, DUE), Told("inc_9", NOON, NOON)],
        [told("inc_0", -0.001), *map(told, ("inc_1", "inc_2", "inc_3"))],
    ],
    ids=["one is missing", "one came twice", "one was not due", "one came early"],
)
def test_a_run_in_which_not_each_breach_was_told_once_is_void(wrong):
    with pytest.raises(Void):
        lags(DUE, wrong)


def test_as_many_are_due_each_second_spread_or_at_once():
    assert spread(4, 2) == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]
    assert at_once(2, 3) == [0, 0, 1, 1, 2, 2]


def planted(life, number=7):
    """As the service reads what is planted."""
    id = f"inc_t{number:07}"
    state = as_another(clock_set_state(life.settled(NOON)), id, number)
    return clock_set_from(
        {"_id": id, "provider_id": PROVIDER, "tenant_id": TENANTS[0], "revision": 1, **state}
    )


@pytest.mark.parametrize("life", [soon(NOON + timedelta(minutes=1)), *far(3, NOON)])
def test_the_service_would_leave_what_is_planted_as_it_is_and_tell_nothing_of_it(life):
    record = planted(life)
    assert (record.facts[0].event_id, record.header.number) == ("inc_t0000007:1000", "BENCH-7")
    assert settle(record, TERMS, NOON) == (record, [])
    assert record.is_running


def test_what_is_planted_soon_breaches_at_its_time_and_what_is_far_runs():
    due = NOON + timedelta(seconds=90)
    record = planted(soon(due))
    assert record.next_due_time == due
    _, told = settle(record, TERMS, due + timedelta(milliseconds=1))
    assert [(one.fact, one.clock.kind) for one in told if one.clock] == [("breached", "resolution")]
    lives = [planted(life) for life in far(100, NOON)]
    assert all(life.next_due_time > NOON + timedelta(days=8) for life in lives)
    assert all(life.next_look_time > NOON + timedelta(hours=1) for life in lives)
