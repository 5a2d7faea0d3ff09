"""How long rounds are apart, so that what comes meanwhile shares one."""

from itertools import pairwise

import pytest

from chassis.pace import LONGEST_SECONDS, SHORTEST_SECONDS, Pace


def rounds(per_second: float, seconds: float = 5.0) -> list[float]:
    """When rounds begin while something comes at this rate."""
    pace, now, taken, begun = Pace(), 0.0, 0, [0.0]
    while now < seconds:
        now += pace.breath(now)
        came = int(per_second * now)
        if came > taken:
            pace.took(came - taken, now)
            taken = came
        begun.append(now)
    return begun


def waits(per_second: float) -> list[float]:
    """Between the rounds of the last second."""
    begun = rounds(per_second)
    return [after - before for before, after in pairwise(begun) if before > 4.0]


@pytest.mark.parametrize("per_second", [0, 1, 10, 35])
def test_where_little_comes_nobody_waits_long(per_second: int) -> None:
    assert max(waits(per_second)) == pytest.approx(SHORTEST_SECONDS)


def test_rounds_that_would_all_be_small_are_taken_further_apart() -> None:
    assert min(waits(150)) == pytest.approx(LONGEST_SECONDS)


def test_the_more_comes_the_longer_is_the_wait() -> None:
    average = [sum(waits(rate)) / len(waits(rate)) for rate in (30, 45, 50, 200)]
    assert average == sorted(set(average))


def test_a_flood_is_seen_at_once_and_forgotten_soon() -> None:
    pace = Pace()
    pace.took(200, 10.0)
    assert pace.breath(10.0) == LONGEST_SECONDS
    assert pace.breath(13.0) == SHORTEST_SECONDS
