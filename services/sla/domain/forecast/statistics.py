"""How earlier incidents ended, by what was known when they opened."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

# As many incidents at the overall rate stand behind every rate: few outcomes alone say little.
PRIOR = 5.0
_LEAST, _MOST = 0.005, 0.995
# Fewer similar incidents than this are no basis to show.
_LEAST_SHOWN = 10

# A group of fields that incidents have in common, from the more general to the more telling.
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of an incident when it opens."""

    time: datetime
    # By field; what is missing counts as "".
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Basis:
    """Which earlier incidents a chance rests on: of so many that were alike in these fields, so many breached."""

    fields: Key
    incidents: int
    breached: int


class Statistics:
    """Outcomes counted by every key. What is learned later never changes what was answered before."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self.keys = tuple(keys)
        self._outcomes: list[dict[tuple[str, ...], list[int]]] = [{} for _ in keys]
        self.incidents = 0
        self.breached = 0

    def learn(self, opening: Opening, breached: bool) -> None:
        """One outcome."""
        said = _said(opening)
        for key, outcomes in zip(self.keys, self._outcomes, strict=True):
            counts = outcomes.setdefault(tuple(said.get(name, "") for name in key), [0, 0])
            counts[0] += 1
            counts[1] += breached
        self.incidents += 1
        self.breached += breached

    def features(self, opening: Opening) -> list[float]:
        """For each key the log-odds of a breach and how many incidents say so; at last the overall log-odds."""
        said, rate = _said(opening), self.rate
        odds, counted = [], []
        for key, outcomes in zip(self.keys, self._outcomes, strict=True):
            total, breached = outcomes.get(tuple(said.get(name, "") for name in key), (0, 0))
            odds.append(log_odds((breached + PRIOR * rate) / (total + PRIOR)))
            counted.append(math.log1p(total))
        return [*odds, *counted, log_odds(rate)]

    @property
    def rate(self) -> float:
        """How many breached of all; 2 of 5 before anything was learned."""
        return (self.breached + 0.8) / (self.incidents + 2)

    def basis(self, opening: Opening) -> Basis:
        """The most telling key with enough incidents: the last that has them, or all incidents together."""
        return self.basis_with(opening) or Basis((), self.incidents, self.breached)

    def basis_with(self, opening: Opening, field: str = "") -> Basis | None:
        """The same, of the keys with a field alone; None where none of them has enough incidents."""
        said = _said(opening)
        for key, outcomes in zip(reversed(self.keys), reversed(self._outcomes), strict=True):
            if field and field not in key:
                continue
            total, breached = outcomes.get(tuple(said.get(name, "") for name in key), (0, 0))
            if total >= _LEAST_SHOWN:
                return Basis(key, total, breached)
        return None


def log_odds(rate: float) -> float:
    """ln(p / (1 - p)), kept away from certainty."""
    bounded = min(max(rate, _LEAST), _MOST)
    return math.log(bounded / (1 - bounded))


def _said(opening: Opening) -> dict[str, str]:
    """With the weekday, and the hours in threes: what opens at night waits longer."""
    at = opening.time
    return {**opening.said, "weekday": str(at.isoweekday()), "hours": str(at.hour // 3)}
