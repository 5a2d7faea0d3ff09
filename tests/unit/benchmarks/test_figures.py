"""The arithmetic of the figures, and what makes a run count for nothing."""

import pytest

from benchmarks.cpu import per_operation
from benchmarks.figures import (
    TOO_BUSY,
    Void,
    line,
    per_second,
    percentile,
    require_all,
    require_good,
    rounded,
)


def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed():
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, share) for share in (0.0, 0.5, 0.95, 0.99, 1.0)] == [1, 50, 95, 99, 100]


def test_a_percentile_is_a_value_that_was_measured_and_order_does_not_matter():
    assert percentile([30.0, 10.0, 20.0], 0.5) == 20.0
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([1.0, 2.0], 0.95) == 2.0


def test_nothing_measured_is_void():
    with pytest.raises(Void):
        percentile([], 0.5)


def test_a_line_carries_the_ratio_to_the_floor_of_its_own_run():
    assert line("api_create", 240.0, "1/s", floor=1600.0, count=7200) == {
        "name": "api_create",
        "value": 240.0,
        "unit": "1/s",
        "floor": 1600.0,
        "ratio": 0.15,
        "count": 7200,
    }


def test_a_line_without_a_floor_has_no_ratio():
    assert line("cold_start", 2.5, "s") == {"name": "cold_start", "value": 2.5, "unit": "s"}


def test_a_low_floor_says_that_the_machine_is_too_busy():
    assert line("api_create", 50.0, "1/s", floor=999.0)["note"] == TOO_BUSY
    assert "note" not in line("api_create", 50.0, "1/s", floor=1000.0)


def test_a_floor_of_nothing_divides_nothing():
    assert line("api_create", 5.0, "1/s", floor=0.0)["ratio"] == 0.0


@pytest.mark.parametrize(
    ("value", "told"), [(0.012345, 0.0123), (1.2345, 1.23), (123.45, 123.0), (4321.4, 4321.0), (0.0, 0.0)]
)
def test_a_figure_says_no_more_than_it_knows(value: float, told: float):
    assert rounded(value) == told


def test_a_run_that_took_no_time_is_void():
    assert per_second(90, 30.0) == 3.0
    with pytest.raises(Void):
        per_second(1, 0.0)


def test_one_bad_answer_makes_a_run_void():
    require_good({"201": 100}, {"201"})
    with pytest.raises(Void, match="503"):
        require_good({"201": 100, "503": 1}, {"201"})


def test_a_run_that_nothing_answered_is_void():
    with pytest.raises(Void):
        require_good({}, {"200"})


def test_what_was_acknowledged_and_is_not_done_is_named():
    require_all("timed", ["a", "b"], ["b", "a", "c"])
    with pytest.raises(Void, match="1 acknowledged, but not timed: b"):
        require_all("timed", ["a", "b"], ["a"])


def test_cpu_is_told_by_operation_and_process():
    assert per_operation({"mongod": 1.2, "nats": 0.3, "cradle": 0.0001}, 100) == {"mongod": 12.0, "nats": 3.0}
