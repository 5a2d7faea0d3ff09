"""Logistic regression with a ridge, by Newton's method: small enough to need no library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

# Of the standardized weights: 1 / C in the words of others.
RIDGE = 10.0
_MOST_STEPS = 12
_ENOUGH = 1e-5


@dataclass(frozen=True, slots=True)
class Regression:
    """chance = 1 / (1 + exp(-(intercept + weights · features)))."""

    intercept: float
    weights: tuple[float, ...]

    def score(self, features: Sequence[float]) -> float:
        """The log-odds."""
        return self.intercept + sum(map(mul, self.weights, features))


def fitted(rows: Sequence[Sequence[float]], outcomes: Sequence[bool], ridge: float = RIDGE) -> Regression:
    """The regression of outcomes on rows of features; all rows are of one length. Empty rows give an even chance."""
    if not rows:
        return Regression(0.0, ())
    columns, means, spreads = _standardized(rows)
    columns.append([1.0] * len(rows))
    weights = [0.0] * len(columns)
    for _ in range(_MOST_STEPS):
        scores = [
            sum(values)
            for values in zip(*(_scaled(c, w) for c, w in zip(columns, weights, strict=True)), strict=True)
        ]
        step = _step(columns, weights, [chance(score) for score in scores], outcomes, ridge)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < _ENOUGH:
            break
    plain = [weight / spread for weight, spread in zip(weights, spreads, strict=False)]
    return Regression(weights[-1] - sum(map(mul, plain, means)), tuple(plain))


def chance(score: float) -> float:
    """The probability of a log-odds."""
    if score >= 0:
        return 1 / (1 + math.exp(-score))
    return math.exp(score) / (1 + math.exp(score))


def _scaled(column: Sequence[float], weight: float) -> list[float]:
    return [value * weight for value in column]


def _standardized(rows: Sequence[Sequence[float]]) -> tuple[list[list[float]], list[float], list[float]]:
    columns, means, spreads = [], [], []
    for column in zip(*rows, strict=True):
        mean = sum(column) / len(column)
        centered = [value - mean for value in column]
        spread = math.sqrt(sum(map(mul, centered, centered)) / len(column)) or 1.0
        columns.append([value / spread for value in centered])
        means.append(mean)
        spreads.append(spread)
    return columns, means, spreads


def _step(
    columns: Sequence[list[float]],
    weights: Sequence[float],
    chances: Sequence[float],
    outcomes: Sequence[bool],
    ridge: float,
) -> list[float]:
    """One step of Newton's method; the last column, the intercept, is held by no ridge."""
    missing = [outcome - p for outcome, p in zip(outcomes, chances, strict=True)]
    curves = [max(p * (1 - p), 1e-9) for p in chances]
    size = len(columns)
    ridges = [ridge] * (size - 1) + [0.0]
    gradient = [
        sum(map(mul, column, missing)) - held * weight
        for column, held, weight in zip(columns, ridges, weights, strict=True)
    ]
    hessian = [[0.0] * size for _ in range(size)]
    for i, column in enumerate(columns):
        curved = list(map(mul, column, curves))
        for j in range(i + 1):
            hessian[i][j] = hessian[j][i] = sum(map(mul, curved, columns[j]))
        hessian[i][i] += ridges[i] + 1e-9
    return _solved(hessian, gradient)


def _solved(matrix: list[list[float]], values: list[float]) -> list[float]:
    """x of matrix · x = values, by elimination with the greatest pivot."""
    rows = [[*row, value] for row, value in zip(matrix, values, strict=True)]
    size = len(rows)
    for i in range(size):
        pivot = max(range(i, size), key=lambda at: abs(rows[at][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for below in range(i + 1, size):
            share = rows[below][i] / rows[i][i]
            if share:
                rows[below] = [a - share * b for a, b in zip(rows[below], rows[i], strict=True)]
    found = [0.0] * size
    for i in reversed(range(size)):
        known = sum(map(mul, rows[i][i + 1 : size], found[i + 1 :]))
        found[i] = (rows[i][size] - known) / rows[i][i]
    return found
