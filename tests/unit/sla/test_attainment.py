"""How attainment is figured."""

import pytest

from services.sla.domain.attainment import Attainment, Outcome, Tally, attainments, totals
from services.sla.domain.contract import TargetKind

FIRST, LAST = TargetKind.FIRST_RESPONSE, TargetKind.RESOLUTION


@pytest.mark.parametrize(
    ("met", "breached", "percent"),
    [
        (0, 0, None),
        (0, 3, 0.0),
        (3, 0, 100.0),
        (2, 1, 66.6),
        (1999, 1, 99.9),
        (10**6, 1, 99.9),
        (1, 999, 0.1),
    ],
)
def test_attainment_is_met_of_decided_and_never_rounds_a_breach_away(met, breached, percent):
    assert Attainment("ten", "ctr", LAST, met, breached, running=7).percent == percent


def test_counts_of_one_promise_come_together_and_totals_cross_contracts():
    tallies = [
        Tally("ten_b", "ctr_b", LAST, Outcome.MET, 1),
        Tally("ten_a", "ctr_a", LAST, Outcome.MET, 4),
        Tally("ten_a", "ctr_a", LAST, Outcome.BREACHED, 2),
        # The same outcome twice: decided, and due without the watcher having come to it.
        Tally("ten_a", "ctr_a", LAST, Outcome.BREACHED, 1),
        Tally("ten_a", "ctr_a", FIRST, Outcome.RUNNING, 5),
    ]
    assert attainments(tallies) == [
        Attainment("ten_a", "ctr_a", FIRST, running=5),
        Attainment("ten_a", "ctr_a", LAST, met=4, breached=3),
        Attainment("ten_b", "ctr_b", LAST, met=1),
    ]
    assert totals(tallies) == [
        Attainment("", "", FIRST, running=5),
        Attainment("", "", LAST, met=5, breached=3),
    ]
