"""Additions of business time, beside a well-known library in the same run; and the replay of a long life.

Both add the same amounts to the same times on the same calendar (Paris, two windows a day, national holidays), and must
agree on every one of them. Processor time, so that neither pays for what else runs. The contract of the replay has a
first response, an update and a resolution; the life has thirty facts.
"""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from typing import Any

import businesstimedelta
import holidays

from benchmarks.context import Context
from benchmarks.figures import Void, line, per_second
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock import replay
from services.sla.domain.contract import AwaitedParty, Contract, Target, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.instants import SECOND, micros, moment_of

ZONE, COUNTRY = "Europe/Paris", "FR"
FACTS = 30
_WINDOWS = ((9 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))
_START = datetime(2024, 4, 2, 6, tzinfo=UTC)
_SAMPLES = 500
_LEAST_SECONDS = 1.0


def run(context: Context) -> Iterator[dict[str, Any]]:
    """Additions a second with theirs as the floor, and replays a second."""
    dice = random.Random(20)
    asked = [
        (_START + timedelta(minutes=dice.randrange(150 * 1440)), dice.randrange(1, 40 * 60) * 60)
        for _ in range(_SAMPLES)
    ]
    time_of_ours, rules = BusinessTime(_calendar()), _their_rules()

    def ours(start: datetime, seconds: int) -> datetime:
        return moment_of(time_of_ours.after(micros(start), seconds * SECOND))

    def theirs(start: datetime, seconds: int) -> datetime:
        return (start + businesstimedelta.BusinessTimeDelta(rules, seconds=seconds)).astimezone(UTC)

    apart = [(start, seconds) for start, seconds in asked if ours(start, seconds) != theirs(start, seconds)]
    if apart:
        raise Void(f"they do not agree on {len(apart)} of {_SAMPLES} additions: {apart[0]}")
    context.progress(f"agreed on {_SAMPLES} additions")
    floor = _rate(lambda: [theirs(*one) for one in asked[:50]], 50)
    found = _rate(lambda: [ours(*one) for one in asked], _SAMPLES)
    yield line("business_time_additions", found, "additions/s of CPU", against="businesstimedelta") | {
        "floor": round(floor), "ratio": round(found / floor, 1)
    }  # fmt: skip
    facts, terms = _life(), _terms(time_of_ours)
    at = facts[-1].time
    yield line(
        "replay_30_facts", _rate(lambda: replay(facts, terms, at), 1), "replays/s of CPU", facts=len(facts)
    )


def _rate(work: Callable[[], object], count: int) -> float:
    """How many a second of this process's own time; the best of three."""
    best = 0.0
    for _ in range(3):
        begun, done = time.process_time(), 0
        while (spent := time.process_time() - begun) < _LEAST_SECONDS / 3:
            work()
            done += count
        best = max(best, per_second(done, spent))
    return best


def _calendar() -> Calendar:
    return Calendar("cal", ZONE, hours=dict.fromkeys(range(1, 6), _WINDOWS), country=COUNTRY)


def _their_rules() -> Any:
    import pytz

    zone = pytz.timezone(ZONE)
    working = businesstimedelta.WorkDayRule(wall_time(9), wall_time(17), range(5), tz=zone)
    lunch = businesstimedelta.LunchTimeRule(wall_time(12), wall_time(13), range(5), tz=zone)
    closed = businesstimedelta.HolidayRule(holidays.country_holidays(COUNTRY), tz=zone)
    return businesstimedelta.Rules([working, lunch, closed])


def _terms(business_time: BusinessTime) -> Terms:
    kinds = (TargetKind.FIRST_RESPONSE, TargetKind.NEXT_UPDATE, TargetKind.RESOLUTION)
    pausing = frozenset({AwaitedParty.REQUESTER})
    targets = [
        Target(kind, 0, 40 * 3600, "cal", warning_percent=75, pausing_parties=pausing) for kind in kinds
    ]
    return Terms(Contract("ctr", "prv", "ten", "Any", tuple(targets)), {"cal": business_time})


def _life() -> list[Fact]:
    """Held, resumed, answered and aimed anew, over some weeks."""
    turns = (FactKind.HELD, FactKind.RESUMED, FactKind.RESPONDED, FactKind.PRIORITIZED)
    kinds = [FactKind.OPENED, *(turns[place % 4] for place in range(FACTS - 2)), FactKind.RESOLVED]
    said: dict[FactKind, dict[str, Any]] = {
        FactKind.HELD: {"awaiting": "requester"},
        FactKind.PRIORITIZED: {"priority": 2},
    }
    return [
        Fact(f"inc:{place}", place, kind, _START + timedelta(hours=7 * place), **said.get(kind, {}))
        for place, kind in enumerate(kinds)
    ]
