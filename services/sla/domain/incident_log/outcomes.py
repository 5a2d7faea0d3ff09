"""What a logged incident was known by when it opened, and whether it breached: to learn forecasts from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from services.sla.domain.forecast import measures
from services.sla.domain.forecast.forecaster import Forecaster, Known
from services.sla.domain.forecast.statistics import Key, Opening, Statistics
from services.sla.domain.incident_log.life import opening_of
from services.sla.domain.incident_log.reading import Entry, Reading

# From the more general to the more telling. When and how an incident was resolved and closed stands on its first line
# already in some exports: none of that is here.
KEYS: tuple[Key, ...] = (
    ("hours", "weekday"),
    ("location",),
    ("category",),
    ("subcategory",),
    ("u_symptom",),
    ("opened_by",),
    ("sys_created_by",),
    ("caller_id",),
    ("priority",),
    ("assignment_group",),
    ("assigned_to",),
    ("category", "subcategory", "u_symptom"),
    ("assignment_group", "hours", "weekday"),
    ("location", "assignment_group"),
    ("caller_id", "assignment_group"),
    ("opened_by", "assignment_group"),
    ("assignment_group", "category"),
    ("assignment_group", "subcategory"),
    ("assignment_group", "assigned_to"),
    ("assignment_group", "priority"),
)
# A simple forecast to be held against: the rate of the same group and priority.
PLAIN: Key = ("assignment_group", "priority")
_FIELDS = tuple(sorted({name for key in KEYS for name in key} - {"hours", "weekday"}))
_DECIDED = frozenset({"resolved", "closed", "canceled"})


def known_of(entries: Sequence[Entry]) -> Known | None:
    """One incident, from its lines in order; None while its outcome is open."""
    first, last = entries[0], entries[-1]
    kept = next((e.cell("made_sla").lower() for e in reversed(entries) if e.cell("made_sla")), "")
    if kept != "false" and (kept != "true" or last.cell("incident_state").lower() not in _DECIDED):
        return None
    said = {name: first.cell(name) for name in _FIELDS}
    return Known(Opening(opening_of(entries), said), kept == "false")


def outcomes_of(reading: Reading) -> dict[str, Known]:
    """By number, in the order of opening; those without an outcome are left out."""
    found = {entries[0].number: known_of(entries) for entries in reading.lives()}
    decided = [(number, known) for number, known in found.items() if known]
    return dict(sorted(decided, key=lambda one: (one[1].opening.time, one[0])))


def evaluated(forecaster: Forecaster, train: Sequence[Known], test: Sequence[Known]) -> dict[str, Any]:
    """How good a forecaster is on incidents that it did not learn from, beside a simple forecast."""
    outcomes = [one.breached for one in test]
    chances = [forecaster.chance(one.opening) for one in test]
    plain = Statistics([PLAIN])
    for one in train:
        plain.learn(*one)
    rates = [plain.features(one.opening)[0] for one in test]
    return {
        "auc": _rounded(measures.area_under_curve(chances, outcomes)),
        "baseline_auc": _rounded(measures.area_under_curve(rates, outcomes)),
        "brier": _rounded(measures.brier(chances, outcomes)),
        "expected_calibration_error": _rounded(measures.calibration_error(chances, outcomes)),
        "mean_chance": _rounded(math.fsum(chances) / len(chances)),
        "breached": _rounded(sum(outcomes) / len(outcomes)),
        "calibration": measures.calibration(chances, outcomes),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
