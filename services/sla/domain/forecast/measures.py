"""How good forecasts were, once the outcomes are known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

BINS = 10


def area_under_curve(chances: Sequence[float], outcomes: Sequence[bool]) -> float | None:
    """How often one that breached had the greater chance than one that did not; None without both kinds."""
    positives = sum(outcomes)
    negatives = len(outcomes) - positives
    if not positives or not negatives:
        return None
    ranked = sorted(zip(chances, outcomes, strict=True))
    before = total = 0.0
    for _, tied in groupby(ranked, key=lambda one: one[0]):
        group = [outcome for _, outcome in tied]
        total += sum(group) * (before + (len(group) - sum(group)) / 2)
        before += len(group) - sum(group)
    return total / (positives * negatives)


def brier(chances: Sequence[float], outcomes: Sequence[bool]) -> float:
    """The mean squared distance of chance and outcome."""
    return sum((p - y) ** 2 for p, y in zip(chances, outcomes, strict=True)) / len(outcomes)


def calibration(chances: Sequence[float], outcomes: Sequence[bool]) -> list[dict[str, Any]]:
    """By tenths of the chance: how many, the mean chance, and how many breached."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for p, y in zip(chances, outcomes, strict=True):
        bins[min(int(p * BINS), BINS - 1)].append((p, y))
    return [
        {
            "from": place / BINS,
            "to": (place + 1) / BINS,
            "incidents": len(held),
            "chance": round(math.fsum(p for p, _ in held) / len(held), 4) if held else None,
            "breached": round(sum(y for _, y in held) / len(held), 4) if held else None,
        }
        for place, held in enumerate(bins)
    ]


def calibration_error(chances: Sequence[float], outcomes: Sequence[bool]) -> float:
    """The expected distance of chance and outcome over those bins."""
    table = calibration(chances, outcomes)
    return sum(
        each["incidents"] * abs(each["chance"] - each["breached"]) for each in table if each["incidents"]
    ) / len(outcomes)
