"""Impact × urgency → priority."""

import itertools

import pytest

from services.incidents.domain.incident import Impact, Priority, Urgency
from services.incidents.domain.priority import MATRIX, from_matrix

IMPACTS, URGENCIES, PRIORITIES = list(Impact), list(Urgency), list(Priority)

# (impact, urgency, priority), 1 the highest, and how many of 141,712 real incidents said so.
REAL = [
    (1, 1, 1, 2258),
    (1, 2, 2, 1233),
    (2, 1, 2, 1739),
    (2, 2, 3, 132429),
    (2, 3, 4, 167),
    (3, 1, 3, 23),
    (3, 2, 4, 432),
    (3, 3, 4, 3431),
]


@pytest.mark.parametrize(("impact", "urgency", "priority", "rows"), REAL)
def test_the_matrix_agrees_with_every_row_of_a_real_one(
    impact: int, urgency: int, priority: int, rows: int
) -> None:
    decided = from_matrix(IMPACTS[impact - 1], URGENCIES[urgency - 1])
    assert decided is PRIORITIES[priority - 1]


def test_the_matrix_knows_every_pair() -> None:
    assert set(MATRIX) == set(itertools.product(Impact, Urgency))


def test_more_impact_or_urgency_never_lowers_the_priority() -> None:
    for (impact, urgency), priority in MATRIX.items():
        for other in IMPACTS[: IMPACTS.index(impact)]:
            assert MATRIX[other, urgency] <= priority
        for other in URGENCIES[: URGENCIES.index(urgency)]:
            assert MATRIX[impact, other] <= priority


def test_half_a_pair_decides_nothing() -> None:
    assert from_matrix(Impact.HIGH, None) is None
    assert from_matrix(None, Urgency.HIGH) is None
