"""When an article was enough: somebody said that it helped, and asked for nothing afterwards.

That somebody read an article, or typed and went away, proves nothing; what they say themselves and then do does. The formula
stands in docs/figures.md.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# Whoever opens something so soon after an article helped has not been helped.
WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that a person of a client did: said that an article helped, or opened an incident."""

    tenant_id: str
    person_id: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Deflections:
    """helped = deflected + undecided + what was followed by an incident after all."""

    helped: int = 0
    deflected: int = 0
    undecided: int = 0


def deflections_of(
    helped: Iterable[Moment], opened: Iterable[Moment], now: datetime
) -> Mapping[str, Deflections]:
    """By tenant. One who is helped by several articles before they ask for anything was helped once for each of them."""
    openings: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for each in opened:
        openings[each.tenant_id, each.person_id].append(each.time)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in helped:
        until = each.time + WITHIN
        followed = any(each.time <= time < until for time in openings[each.tenant_id, each.person_id])
        outcome = "followed" if followed else "deflected" if until <= now else "undecided"
        counts[each.tenant_id].update(("helped", outcome))
    return {
        tenant_id: Deflections(count["helped"], count["deflected"], count["undecided"])
        for tenant_id, count in sorted(counts.items())
    }
