"""A forecaster: what was learned from incidents whose outcome is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.sla.domain.forecast.regression import Regression, chance, fitted
from services.sla.domain.forecast.statistics import Basis, Key, Opening, Statistics, log_odds

# The first incidents are met with empty statistics: what their features are worth cannot be learned from them.
_WARMING_UP = 0.3
# The chances of the latest tenth, forecast from those before it, are held against its outcomes.
_CALIBRATING = 0.1
# Fewer than these tell nothing of calibration.
_LEAST_CALIBRATING = 100


class Known(NamedTuple):
    """One incident whose outcome is known."""

    opening: Opening
    breached: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """The chance of a breach now and when it opened; of so many incidents alike in these fields, so many breached."""

    chance: float
    chance_at_opening: float
    alike: Key
    incidents: int
    breached: int


@dataclass(frozen=True)
class Forecaster:
    """Answers a chance, and what it rests on."""

    statistics: Statistics
    regression: Regression
    # From the regression's log-odds to those that came true.
    calibration: Regression

    def chance(self, opening: Opening) -> float:
        """The chance of a breach."""
        return chance(self.calibration.score([self._score(opening)]))

    def basis(self, opening: Opening) -> Basis:
        """The similar incidents to show beside it."""
        return self.statistics.basis(opening)

    def _score(self, opening: Opening) -> float:
        return self.regression.score(self.statistics.features(opening))


def trained(known: Iterable[Known], keys: Sequence[Key]) -> Forecaster:
    """A forecaster that has learned from incidents, in the order in which they opened."""
    ordered = sorted(known, key=lambda one: one.opening.time)
    cut = round(len(ordered) * (1 - _CALIBRATING))
    whole = _learned(ordered, keys)
    if len(ordered) - cut < _LEAST_CALIBRATING:
        return whole
    earlier = _learned(ordered[:cut], keys)
    scores = [earlier._score(one.opening) for one in ordered[cut:]]
    line = fitted([[score] for score in scores], [one.breached for one in ordered[cut:]], ridge=1.0)
    # Half way to what came true: how many breach moves from month to month, and the latest is but one of them.
    halfway = Regression(line.intercept / 2, ((line.weights[0] + 1) / 2,))
    return Forecaster(whole.statistics, whole.regression, halfway)


def _learned(ordered: Sequence[Known], keys: Sequence[Key]) -> Forecaster:
    """Each incident's features are what was known before it, so that the weights are those of a forecast."""
    statistics, rows = Statistics(keys), []
    for opening, breached in ordered:
        rows.append(statistics.features(opening))
        statistics.learn(opening, breached)
    begin = round(len(ordered) * _WARMING_UP)
    outcomes = [one.breached for one in ordered[begin:]]
    if not 0 < sum(outcomes) < len(outcomes):
        # All of one kind: the overall rate is all there is to say.
        weights = (0.0,) * (2 * len(statistics.keys))
        regression = Regression(log_odds(statistics.rate), (*weights, 0.0))
    else:
        regression = fitted(rows[begin:], outcomes)
    return Forecaster(statistics, regression, Regression(0.0, (1.0,)))
