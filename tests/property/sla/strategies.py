"""Random calendars, contracts and lives of incidents, on whole minutes, often near a change of the clocks."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from services.sla.domain.calendar import Calendar
from services.sla.domain.contract import AwaitedParty, Contract, ReopenRule, Target, TargetKind, TargetLevel
from services.sla.domain.facts import Fact, FactKind

ZONES = (
    "UTC",
    "Europe/Paris",
    "America/Toronto",
    "Europe/London",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Auckland",
)
# Near each lies a change of the clocks in some of the zones, or none.
STARTS = (
    datetime(2024, 3, 9, 12, tzinfo=UTC),
    datetime(2024, 3, 30, 12, tzinfo=UTC),
    datetime(2024, 4, 6, 2, tzinfo=UTC),
    datetime(2024, 10, 26, 12, tzinfo=UTC),
    datetime(2024, 11, 2, 12, tzinfo=UTC),
    datetime(2024, 12, 30, 22, tzinfo=UTC),
    datetime(2024, 6, 12, 7, tzinfo=UTC),
)

minutes_of_day = st.integers(0, 24 * 60 - 1)


@st.composite
def windows(draw):
    """Up to three windows, overlapping and overnight ones among them."""
    result = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(minutes_of_day)
        result.append((start * 60, (start + draw(st.integers(1, 24 * 60))) * 60))
    return tuple(result)


def dates():
    anchors = st.sampled_from([start.date() for start in STARTS])
    return st.builds(lambda anchor, days: anchor + timedelta(days=days), anchors, st.integers(-2, 6))


@st.composite
def breaks(draw):
    start = draw(st.integers(0, 22 * 60))
    return ((start * 60, (start + draw(st.integers(1, 23 * 60 - start))) * 60),)


@st.composite
def calendars(draw, calendar_id="cal_a"):
    hours = {weekday: draw(windows()) for weekday in range(1, 8)}
    # Some day of the week has hours of its own, so that every sum ends.
    hours[draw(st.integers(1, 7))] = ((9 * 3600, 17 * 3600),)
    return Calendar(
        calendar_id=calendar_id,
        time_zone=draw(st.sampled_from(ZONES)),
        always_open=draw(st.sampled_from((False, False, False, True))),
        hours=hours,
        holidays=draw(st.frozensets(dates(), max_size=3)),
        overrides=draw(st.dictionaries(dates(), windows(), max_size=2)),
        breaks=draw(st.dictionaries(dates(), breaks(), max_size=2)),
    )


@st.composite
def times(draw, days=3):
    return draw(st.sampled_from(STARTS)) + timedelta(minutes=draw(st.integers(0, days * 1440)))


PARTIES = st.sampled_from(list(AwaitedParty))


SERVICES = CHANNELS = GROUPS = ("", "x", "y")
LEVELS = tuple(TargetLevel)
# What may be promised at each level.
KINDS = {
    TargetLevel.CLIENT: tuple(TargetKind),
    TargetLevel.OPERATIONAL: (TargetKind.FIRST_RESPONSE, TargetKind.RESOLUTION),
    TargetLevel.VENDOR: (TargetKind.RESOLUTION,),
}
EVENTS = st.sampled_from([kind for kind in FactKind if kind is not FactKind.ABSORBED])


@st.composite
def targets_of(draw, level, kind):
    """Up to four targets that take turns in aiming one clock, no two of which select the same."""
    custom = kind is TargetKind.CUSTOM
    start, stop = (draw(EVENTS), draw(EVENTS)) if custom else (None, None)
    selecting = st.tuples(
        st.integers(0, 3),
        st.sampled_from(SERVICES),
        st.sampled_from(CHANNELS),
        st.sampled_from(GROUPS if level is TargetLevel.OPERATIONAL else ("",)),
    )
    parties = st.frozensets(PARTIES, max_size=4)
    if level is TargetLevel.VENDOR:
        parties = parties.map(lambda chosen: chosen - {AwaitedParty.VENDOR})
    return [
        Target(
            kind=kind,
            priority=priority,
            goal_seconds=draw(st.integers(1, 40 * 60)) * 60,
            calendar_id=draw(st.sampled_from(("cal_a", "cal_b"))),
            warning_percent=draw(st.sampled_from((0, 50, 75))),
            pausing_parties=draw(parties),
            name="any" if custom else "",
            level=level,
            service=service,
            channel=channel,
            group_id=group,
            warning_percents=draw(st.sampled_from(((), (25, 90)))),
            start_event=start,
            stop_event=stop,
            reopen_rule=draw(st.sampled_from((None, None, *ReopenRule))),
        )
        for priority, service, channel, group in draw(st.lists(selecting, max_size=4, unique=True))
    ]


@st.composite
def contracts(draw):
    targets = []
    for level in LEVELS:
        for kind in KINDS[level]:
            targets += draw(targets_of(level, kind))
    if not targets:
        targets = [Target(TargetKind.RESOLUTION, 0, 3600, "cal_a")]
    return Contract(
        contract_id="ctr_a",
        provider_id="prv_a",
        tenant_id="ten_a",
        name="Any",
        targets=tuple(targets),
        reopen_rule=draw(st.sampled_from(list(ReopenRule))),
    )


@st.composite
def lives(draw, most=12):
    """An incident's facts in their true order, beginning with its opening; several may share a minute."""
    moment = draw(times(days=2))
    about = {
        "service": draw(st.sampled_from(SERVICES)),
        "channel": draw(st.sampled_from(CHANNELS)),
        "group_id": draw(st.sampled_from(GROUPS)),
    }
    facts = [Fact("inc:1000", 1000, FactKind.OPENED, moment, priority=draw(st.integers(1, 3)), **about)]
    kinds = [kind for kind in FactKind if kind not in (FactKind.OPENED, FactKind.ABSORBED)]
    weights = [FactKind.HELD, FactKind.RESUMED, FactKind.PRIORITIZED, FactKind.RESPONDED] * 2 + kinds
    for number in range(draw(st.integers(0, most))):
        moment += timedelta(minutes=draw(st.one_of(st.integers(0, 90), st.integers(0, 480))))
        kind = draw(st.sampled_from(weights))
        facts.append(
            Fact(
                f"inc:{2000 + number}",
                2000 + number,
                kind,
                moment,
                priority=draw(st.integers(1, 3)) if kind is FactKind.PRIORITIZED else 0,
                awaiting=draw(PARTIES).value if kind is FactKind.HELD else "",
                service=draw(st.sampled_from(SERVICES)) if kind is FactKind.CLASSIFIED else "",
                group_id=draw(st.sampled_from(GROUPS)) if kind is FactKind.ASSIGNED else "",
            )
        )
    return facts
