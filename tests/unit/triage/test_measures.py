"""How good predictions were, and whether their confidence can be believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain.learning.measures import (
    Answered,
    above,
    accuracy_at_coverage,
    by_class,
    expected_calibration_error,
    figures,
    macro_f1,
    threshold_for,
    weighted_f1,
)

ANSWERS = [
    Answered("vpn", 0.95, "vpn"),
    Answered("vpn", 0.90, "vpn"),
    Answered("vpn", 0.60, "mail"),
    Answered("mail", 0.85, "mail"),
    Answered("mail", 0.40, "printer"),
]
CLASSES = st.sampled_from(["vpn", "mail", "printer", "access"])


def test_a_class_nobody_predicted_counts_as_much_as_any_other():
    classes = by_class(ANSWERS)
    assert classes["vpn"].f1 == pytest.approx(0.8) and classes["vpn"].precision == pytest.approx(2 / 3)
    assert classes["printer"].f1 == 0 and classes["printer"].support == 1
    assert macro_f1(classes) == pytest.approx((0.8 + 0.5 + 0) / 3)
    assert weighted_f1(classes) == pytest.approx((0.8 * 2 + 0.5 * 2 + 0) / 5)


def test_confidence_is_held_against_what_came_true():
    assert expected_calibration_error([Answered("a", 0.75, "a")] * 3 + [Answered("a", 0.75, "b")]) == 0
    assert expected_calibration_error([Answered("a", 1.0, "b")]) == 1
    assert expected_calibration_error([Answered("a", 0.9, "a"), Answered("a", 0.3, "b")]) == pytest.approx(
        0.2
    )


def test_the_surest_are_measured_apart():
    assert above(ANSWERS) == (0.6, 1.0)
    assert accuracy_at_coverage(ANSWERS, 0.8) == 0.75


def test_a_threshold_is_the_least_confidence_that_is_right_often_enough():
    assert threshold_for(ANSWERS, 0.95) == 0.85
    assert threshold_for(ANSWERS, 0.7) == 0.60
    assert threshold_for([Answered("a", 0.9, "b")], 0.5) is None
    tied = [Answered("a", 0.9, "a"), Answered("a", 0.9, "b")]
    assert threshold_for(tied, 0.9) is None, "equal confidence is above a threshold together"


def test_nothing_at_all_has_figures_too():
    assert set(figures([]).values()) == {0.0}


@given(st.lists(st.builds(Answered, CLASSES, st.floats(0, 1), CLASSES), min_size=1))
def test_figures_are_shares(answers: list[Answered]):
    assert all(0 <= value <= 1 for value in figures(answers).values())
    assert figures(answers) == figures(answers[::-1]) or len({one.confidence for one in answers}) < len(
        answers
    )
