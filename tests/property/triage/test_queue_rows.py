"""A row depends on what was announced, not on the order or number of times in which it was heard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain.queue import (
    IncidentFacts,
    QueueClock,
    QueueForecast,
    QueueRow,
    SlaState,
    Tally,
    totals_of,
    with_clock,
    with_facts,
    with_forecast,
)

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
FACTS = IncidentFacts(
    incident_id="inc_1", provider_id="prv_1", tenant_id="ten_1", incident_revision=1, number="ACME-1",
    title="VPN", kind="incident", state="new", priority=3, category="", requester_name="Ada",
    assignment_group_id="", assignment_group_name="", assignee_id="", assignee_name="", channel="email",
    verified=True, create_time=START, update_time=START,
)  # fmt: skip

facts_change = st.builds(
    lambda revision: (
        lambda row: with_facts(row, replace(FACTS, incident_revision=revision, title=f"as of {revision}"))
    ),
    st.integers(1, 9),
)
clock_change = st.builds(
    lambda target, cycle, sequence: (
        lambda row: with_clock(
            row,
            QueueClock(
                target,
                list(SlaState)[(cycle * 7 + sequence) % len(SlaState)],
                START + timedelta(minutes=cycle * 100 + sequence),
                sequence,
                cycle,
            ),
        )
    ),
    st.sampled_from(["first_response", "resolution"]),
    st.integers(1, 2),
    st.integers(1, 9),
)
forecast_change = st.builds(
    lambda chance, sequence: (
        # What a sequence says is always the same: an announcement is never another one.
        lambda row: with_forecast(row, QueueForecast("resolution", chance(sequence), 20, 5, sequence))
    ),
    st.just(lambda sequence: None if sequence % 4 == 0 else sequence / 10),
    st.integers(1, 9),
)
any_change = st.one_of(facts_change, clock_change, forecast_change)
Change = Callable[[QueueRow], QueueRow]


def told(changes: list[Change]) -> QueueRow:
    row = QueueRow("inc_1", "prv_1", "ten_1")
    for change in changes:
        row = change(row)
    return row


@given(st.lists(any_change, max_size=12), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(changes: list[Change], random):
    shuffled = [*changes, *changes]
    random.shuffle(shuffled)
    assert told(shuffled) == told(changes)


@given(st.lists(st.one_of(facts_change, clock_change), max_size=12))
def test_the_due_time_is_the_earliest_of_those_that_run(changes: list[Change]):
    row = told(changes)
    due = [clock.due_time for clock in row.clocks.values() if clock.due_time]
    assert row.due_time == (min(due) if due else None)


@given(st.lists(any_change, max_size=12))
def test_the_risk_is_what_was_forecast_last_unless_something_breached_runs_on(changes: list[Change]):
    row = told(changes)
    late = any(clock.state is SlaState.BREACHED and clock.due_time for clock in row.clocks.values())
    forecast = row.forecast.chance if row.forecast else None
    assert row.breach_risk == (1.0 if late else forecast)


@given(st.lists(clock_change, min_size=1, max_size=12))
def test_a_breach_is_never_hidden_by_another_clock(changes: list[Change]):
    row = told(changes)
    breached = any(clock.state is SlaState.BREACHED for clock in row.clocks.values())
    assert (row.sla_state is SlaState.BREACHED) == breached


tally = st.builds(
    Tally,
    tenant_id=st.sampled_from(["ten_a", "ten_b"]),
    priority=st.integers(1, 5),
    assignee_id=st.sampled_from(["", "per_a", "per_b"]),
    sla_state=st.sampled_from(list(SlaState)),
    needs_dispatcher=st.booleans(),
    count=st.integers(1, 50),
)


@given(st.lists(tally, max_size=20))
def test_the_parts_of_the_counts_add_up_to_the_total(tallies: list[Tally]):
    counts = totals_of(tallies).seen_by("per_a")
    assert sum(counts.by_priority.values()) == counts.total == sum(counts.by_tenant.values())
    assert counts.mine + counts.unassigned <= counts.total
