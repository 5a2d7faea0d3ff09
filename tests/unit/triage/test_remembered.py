"""How long counts of the queue are believed."""

import threading
from itertools import count

import pytest

from services.triage.store import remembered
from services.triage.store.remembered import Answers

LONG = 0.8


@pytest.fixture
def clock(monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(remembered.time, "monotonic", lambda: moment[0])
    return moment


@pytest.fixture
def read():
    return count(1).__next__


def test_a_count_is_made_anew_when_a_row_was_saved(clock, read):
    answers = Answers()
    assert [answers.get("open", read), answers.get("open", read)] == [1, 1]
    answers.saved()
    assert answers.get("open", read) == 2


def test_a_count_is_no_older_than_a_second(clock, read):
    answers = Answers()
    answers.get("open", read, LONG)
    clock[0] += 1.1
    assert answers.get("open", read, LONG) == 2


def test_a_count_that_takes_long_is_held_through_saves(clock, read):
    answers = Answers()
    answers.get("open", read, LONG)
    answers.saved()
    clock[0] += LONG / 4
    assert answers.get("open", read, LONG) == 1


def test_one_reads_a_long_count_anew_while_the_others_go_on_with_the_old_one(clock, read):
    answers, begun, go_on = Answers(), threading.Event(), threading.Event()
    answers.get("open", read, LONG)
    clock[0] += 0.6 * LONG

    def slowly():
        begun.set()
        assert go_on.wait(20)
        return read()

    found = []
    one = threading.Thread(target=lambda: found.append(answers.get("open", slowly, LONG)))
    one.start()
    assert begun.wait(20)
    assert answers.get("open", read, LONG) == 1
    go_on.set()
    one.join(20)
    assert found == [2]
    assert answers.get("open", read, LONG) == 2
