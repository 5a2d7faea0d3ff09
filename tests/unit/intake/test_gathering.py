"""What comes in together is handled together."""

import threading

import pytest

from chassis.errors import Unavailable
from services.intake.store.gathering import Gathered


def test_what_waits_while_a_batch_is_handled_becomes_the_next_batch():
    busy, go = threading.Event(), threading.Event()
    batches: list[list[int]] = []

    def handle(items: list[int]) -> list[int]:
        batches.append(items)
        busy.set()
        go.wait(5)
        return [item * 2 for item in items]

    gathered = Gathered(handle, "test", threads=1)
    first = gathered.put(1)
    assert busy.wait(5)
    others = [gathered.put(number) for number in range(2, 6)]
    go.set()
    assert [future.result(5) for future in (first, *others)] == [2, 4, 6, 8, 10]
    assert batches == [[1], [2, 3, 4, 5]]
    gathered.stop()


def test_an_exception_among_the_answers_is_for_its_item_alone():
    gathered = Gathered(lambda items: [ValueError() if item == 2 else item for item in items], "test")
    assert gathered.put(1).result(5) == 1
    with pytest.raises(ValueError):
        gathered.put(2).result(5)
    gathered.stop()


def test_what_the_handler_raises_fails_the_whole_batch():
    def handle(_items: list[int]) -> list[int]:
        raise Unavailable("store_unavailable")

    gathered = Gathered(handle, "test")
    with pytest.raises(Unavailable):
        gathered.put(1).result(5)
    gathered.stop()


def test_heavy_items_go_in_several_batches():
    busy, go = threading.Event(), threading.Event()
    batches: list[int] = []

    def handle(items: list[int]) -> list[int]:
        batches.append(len(items))
        busy.set()
        go.wait(5)
        return items

    gathered = Gathered(handle, "test", threads=1, weight=lambda item: item, heaviest=10)
    futures = [gathered.put(20)]
    assert busy.wait(5)
    futures += [gathered.put(4) for _ in range(5)]
    go.set()
    for future in futures:
        future.result(5)
    assert batches == [1, 2, 2, 1]
    gathered.stop()


def test_a_cancelled_item_is_not_handled():
    busy, go = threading.Event(), threading.Event()
    seen: list[int] = []

    def handle(items: list[int]) -> list[int]:
        seen.extend(items)
        busy.set()
        go.wait(5)
        return items

    gathered = Gathered(handle, "test", threads=1)
    gathered.put(1)
    assert busy.wait(5)
    unwanted, wanted = gathered.put(2), gathered.put(3)
    assert unwanted.cancel()
    go.set()
    assert wanted.result(5) == 3
    assert seen == [1, 3]
    gathered.stop()


def test_stopping_finishes_what_waits_and_takes_no_more():
    gathered = Gathered(lambda items: items, "test")
    future = gathered.put(1)
    gathered.stop()
    assert future.result(0) == 1
    with pytest.raises(Unavailable):
        gathered.put(2).result(0)


def test_settled_is_what_was_put_before_whoever_asks():
    go, written = threading.Event(), []

    def handle(items: list[int]) -> list[int]:
        go.wait(5)
        written.extend(items)
        return items

    gathered = Gathered(handle, "test", threads=1)
    gathered.put(1)
    gathered.put(2)
    threading.Timer(0.05, go.set).start()
    gathered.settle()
    assert written == [1, 2]
    gathered.stop()


def test_where_many_come_a_batch_waits_for_more_and_where_few_come_none_does():
    busy, go = threading.Event(), threading.Event()
    batches: list[int] = []

    def handle(items: list[int]) -> list[int]:
        batches.append(len(items))
        busy.set()
        go.wait(5)
        return items

    gathered = Gathered(handle, "test", linger=60.0, crowd=2)
    few = gathered.put(1)
    assert busy.wait(5)
    many = [gathered.put(number) for number in (2, 3)]
    go.set()
    assert [future.result(5) for future in (few, *many)] == [1, 2, 3]
    lingering = [gathered.put(number) for number in range(3)]
    # Whoever asks for what is noted does not wait so long.
    gathered.settle()
    assert [future.result(5) for future in lingering] == [0, 1, 2]
    assert batches == [1, 2, 3]
    gathered.stop()


def test_who_lingers_is_not_waited_for_at_the_end():
    gathered = Gathered(lambda items: items, "test", threads=2, linger=60.0)
    waiting = [gathered.put(number) for number in range(3)]
    gathered.stop()
    assert [future.result(0) for future in waiting] == [0, 1, 2]
