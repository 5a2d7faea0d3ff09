"""An incident log: whatever its lines, their order, repetition and damage change nothing that is not theirs."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.contract import Terms
from services.sla.domain.incident_log.invariants import violated
from services.sla.domain.incident_log.reading import NotALog, read
from services.sla.domain.incident_log.tally import Tally, replayed
from tests.property.sla.strategies import calendars, contracts

HEADING = "number,incident_state,sys_mod_count,reopen_count,opened_at,sys_updated_at,priority,assignment_group,category"
STATES = st.sampled_from(
    (
        "New",
        "Active",
        "Awaiting User Info",
        "Awaiting Vendor",
        "Awaiting Problem",
        "Resolved",
        "Closed",
        "-100",
        "?",
    )
)


@st.composite
def logs(draw):
    lines, start = [], datetime(2024, 3, 29, 8)
    for number in range(draw(st.integers(1, 3))):
        opened = moment = start + timedelta(minutes=draw(st.integers(0, 4000)))
        for order in range(draw(st.integers(1, 6))):
            moment += timedelta(minutes=draw(st.integers(-5, 900)))
            cells = (
                *(
                    f"INC{number}",
                    draw(STATES),
                    order,
                    draw(st.integers(0, 2)),
                    opened.isoformat(),
                    moment.isoformat(),
                ),
                *(draw(st.sampled_from(("1", "2", "3 - Moderate", "?"))), draw(st.sampled_from("xy?")), "x"),
            )
            lines.append(",".join(map(str, cells)))
    return lines


@st.composite
def terms(draw):
    pair = {name: BusinessTime(draw(calendars(name))) for name in ("cal_a", "cal_b")}
    return Terms(draw(contracts()), pair)


def table(lines, agreed):
    reading, tally = read(lines), Tally()
    for entries in reading.lives():
        one = replayed(entries, agreed, reading.latest)
        tally.add(entries[0].number, one, violated(one))
    return tally.table()


@settings(max_examples=30, deadline=None)
@given(logs(), terms(), st.data())
def test_order_and_repetition_of_lines_change_nothing_and_every_invariant_holds(lines, agreed, data):
    shuffled = data.draw(st.permutations([HEADING, *lines, *lines[:3]]))
    plain = table([HEADING, *lines], agreed)
    assert table(shuffled, agreed) == plain
    assert plain["violations"] == 0, plain["violating"]


@settings(max_examples=100, deadline=None)
@given(logs(), st.lists(st.text(max_size=80), max_size=5))
def test_no_line_of_anything_is_fatal(lines, damage):
    reading = read([HEADING, *damage, *lines])
    whole = read([HEADING, *lines])
    assert all(set(entries) <= reading.entries[number] for number, entries in whole.entries.items())
    try:
        read(damage)
    except NotALog:
        pass
