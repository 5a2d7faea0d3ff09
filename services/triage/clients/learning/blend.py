"""Several scorers' opinions made one probability, fitted on texts that none of them had learned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

# How strongly each scorer's weight is kept near an equal share, and each class's shift near none. Few texts say little about
# many classes: there the shifts stay small.
_WEIGHT_PENALTY = 1.0
_SHIFT_PENALTY = 4.0
# What is tried of lifting rare classes, and how much accuracy it may cost.
_LIFTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
_COST = 0.002


@dataclass(frozen=True)
class Blend:
    """A weight for each scorer and a shift for each class: softmax(Σ weight × scores + shift) is the probability."""

    weights: np.ndarray
    shifts: np.ndarray

    @classmethod
    def fit(cls, scores: list[np.ndarray], truth: np.ndarray) -> Blend:
        """Weights and shifts that make what was true as likely as can be; scores: for each scorer texts × classes."""
        stacked = np.stack(scores).astype(np.float64)
        scorers, texts, classes = stacked.shape
        hot = np.zeros((texts, classes))
        hot[np.arange(texts), truth] = 1.0
        start = np.concatenate([np.full(scorers, 1.0 / scorers), np.zeros(classes)])

        def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
            weights, shifts = parameters[:scorers], parameters[scorers:]
            logs = log_softmax(np.tensordot(weights, stacked, axes=1) + shifts, axis=1)
            away = weights - start[:scorers]
            value = -(hot * logs).sum() + _WEIGHT_PENALTY * away @ away + _SHIFT_PENALTY * shifts @ shifts
            error = np.exp(logs) - hot
            slope = np.concatenate(
                [
                    np.tensordot(stacked, error, axes=([1, 2], [0, 1])) + 2 * _WEIGHT_PENALTY * away,
                    error.sum(axis=0) + 2 * _SHIFT_PENALTY * shifts,
                ]
            )
            return value, slope

        bounds = [(0.0, None)] * scorers + [(None, None)] * classes
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
        return cls(found.x[:scorers], found.x[scorers:])

    @classmethod
    def even(cls, scorers: int, classes: int) -> Blend:
        """Where nothing can be held back: all scorers count the same."""
        return cls(np.full(scorers, 1.0 / scorers), np.zeros(classes))

    def probabilities(self, scores: list[np.ndarray]) -> np.ndarray:
        """Texts × classes; each row sums to 1."""
        total = sum(weight * each for weight, each in zip(self.weights, scores, strict=True))
        return softmax(total + self.shifts, axis=1)


def lift_of(likely: np.ndarray, truth: np.ndarray, shares: np.ndarray) -> float:
    """How much more rare classes are to be chosen than their probability says: as much as costs hardly any accuracy.

    The likeliest class is right most often, and hardly ever a rare one: where there are many of those, none would be found.
    """
    tried = [(lift, chosen(likely, shares, lift)) for lift in _LIFTS]
    reached = [float((picked == truth).mean()) for _, picked in tried]
    worth = [
        (_mean_f1(picked, truth), -lift)
        for (lift, picked), right in zip(tried, reached, strict=True)
        if right >= max(reached) - _COST
    ]
    return -max(worth)[1]


def chosen(likely: np.ndarray, shares: np.ndarray, lift: float) -> np.ndarray:
    """The class of each row, rarer ones lifted."""
    return (np.log(likely + 1e-12) - lift * np.log(shares)).argmax(axis=1)


def _mean_f1(picked: np.ndarray, truth: np.ndarray) -> float:
    size = int(max(picked.max(), truth.max())) + 1
    hits = np.bincount(truth[picked == truth], minlength=size)
    both = np.bincount(picked, minlength=size) + np.bincount(truth, minlength=size)
    return float((2 * hits[both > 0] / both[both > 0]).mean())
