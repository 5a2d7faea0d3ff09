"""Sharing work among those who come together."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from chassis.gathering import Gathering
from tests.harness.waiting import wait_until


def test_one_alone_is_served_at_once() -> None:
    gathering = Gathering(lambda key, items: [item * 2 for item in items], most=8)
    assert gathering.do("a", 21) == 42


def test_those_who_come_while_one_works_are_taken_along_together() -> None:
    batches: list[list[int]] = []
    go_on = threading.Event()

    def work(key: str, items: list[int]) -> list[int]:
        batches.append(items)
        go_on.wait(10)
        return items

    gathering = Gathering(work, most=8)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(gathering.do, "a", 0)
        wait_until(lambda: batches)
        others = [pool.submit(gathering.do, "a", place) for place in range(1, 6)]
        wait_until(lambda: len(gathering._waiting["a"]) == 5)
        go_on.set()
        assert [each.result(10) for each in (first, *others)] == [0, 1, 2, 3, 4, 5]
    assert [len(batch) for batch in batches] == [1, 5]
    assert gathering._waiting == {}


def test_keys_do_not_wait_for_each_other() -> None:
    both = threading.Barrier(2)
    gathering = Gathering(lambda key, items: (both.wait(10), items)[1], most=8)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(gathering.do, ["a", "b"], [1, 2])) == [1, 2]


def test_a_batch_has_a_bound_and_nobody_is_forgotten() -> None:
    largest = []

    def work(key: str, items: list[int]) -> list[int]:
        largest.append(len(items))
        return items

    gathering = Gathering(work, most=3)
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(gathering.do, ["a"] * 500, range(500))) == list(range(500))
    assert max(largest) <= 3
    assert sum(largest) == 500


def test_a_failure_is_everybodys_of_that_batch_and_nobody_elses() -> None:
    def work(key: str, items: list[int]) -> list[int]:
        if 13 in items:
            raise LookupError("13")
        return items

    gathering = Gathering(work, most=8)
    with pytest.raises(LookupError):
        gathering.do("a", 13)
    assert gathering.do("a", 14) == 14


def test_after_company_the_next_ones_wait_for_each_other_and_alone_nobody_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batches: list[int] = []
    lingered: list[float] = []
    go_on = threading.Event()

    def work(key: str, items: list[int]) -> list[int]:
        batches.append(len(items))
        go_on.wait(10)
        return items

    gathering = Gathering(work, most=8, linger=60.0)

    def until_company_comes(seconds: float) -> None:
        lingered.append(seconds)
        wait_until(lambda: gathering._waiting["a"])

    monkeypatch.setattr("chassis.gathering.time", SimpleNamespace(sleep=until_company_comes))
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(gathering.do, "a", 0)
        wait_until(lambda: batches)
        others = [pool.submit(gathering.do, "a", place) for place in (1, 2)]
        wait_until(lambda: len(gathering._waiting["a"]) == 2)
        go_on.set()
        assert [each.result(10) for each in (first, *others)] == [0, 1, 2]
        assert not lingered
        late = [pool.submit(gathering.do, "a", place) for place in (3, 4)]
        assert [each.result(20) for each in late] == [3, 4]
    assert batches == [1, 2, 2] and lingered == [60.0]
