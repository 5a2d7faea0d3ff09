"""The arithmetic of the figures: percentiles, ratios, lines, and when a run counts for nothing."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# Bare durable inserts a second, below which other work on this machine decides what is measured.
QUIET_FLOOR = 1_000.0
TOO_BUSY = "the machine is too busy"


class Void(Exception):
    """A run whose figures must not be told: something acknowledged was not done, or the load was not what it says."""


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed (nearest rank).

    Raises Void without values.
    """
    if not values:
        raise Void("nothing was measured")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def line(name: str, value: float, unit: str, floor: float | None = None, **more: Any) -> dict[str, Any]:
    """One figure. With a floor (in the same unit) it carries the ratio, and whether the machine was quiet."""
    found: dict[str, Any] = {"name": name, "value": rounded(value), "unit": unit}
    if floor is not None:
        found |= {"floor": rounded(floor), "ratio": round(value / floor, 3) if floor else 0.0}
        if floor < QUIET_FLOOR:
            found["note"] = TOO_BUSY
    return found | more


def rounded(value: float) -> float:
    """Three figures say all that such a measurement knows; larger numbers keep their units."""
    if not value or math.isinf(value) or math.isnan(value):
        return value
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return round(value, digits)


def per_second(count: int, seconds: float) -> float:
    """Raises Void for a run that took no time."""
    if seconds <= 0:
        raise Void("the run took no time")
    return count / seconds


def require(done: bool, why: str) -> None:
    """Raises Void unless done."""
    if not done:
        raise Void(why)


def require_good(statuses: Mapping[str, int], good: Iterable[str], share: float = 0.0) -> None:
    """Raises Void when more than `share` of the answers are not among the good ones."""
    total = sum(statuses.values())
    require(total > 0, "nothing was answered")
    bad = {status: count for status, count in statuses.items() if status not in set(good)}
    require(sum(bad.values()) <= share * total, f"{sum(bad.values())} of {total} answers were {bad}")


def require_all(what: str, acknowledged: Iterable[str], done: Iterable[str]) -> None:
    """Raises Void, with a few of their names, when something acknowledged is not among what was done."""
    missing = sorted(set(acknowledged) - set(done))
    shown = ", ".join(missing[:3])
    require(not missing, f"{len(missing)} acknowledged, but not {what}: {shown}")
