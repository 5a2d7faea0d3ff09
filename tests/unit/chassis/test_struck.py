"""What the relay struck out of late and may read once more."""

from types import SimpleNamespace
from typing import Any

from chassis.outbox.ledger import Struck, Waiting

STORE: Any = SimpleNamespace(collection=SimpleNamespace(name="incidents"))
OTHER: Any = SimpleNamespace(collection=SimpleNamespace(name="problems"))


def found(*seqs: int, id: str = "inc_1", store: Any = STORE) -> Waiting:
    events = [{"seq": seq} for seq in seqs]
    return Waiting(store, id, "prv", "ten", events, stream_seq=3, unpublished=list(events))


def published(*seqs: int, stream_seq: int) -> Waiting:
    each = found(*seqs)
    each.published(len(seqs), stream_seq)
    return each


def test_what_was_struck_out_is_not_taken_again_though_it_is_read_again():
    struck = Struck()
    struck.note(STORE, [published(1000, 1001, stream_seq=9)], now=1.0)
    assert struck.without(STORE, [found(1000, 1001)], now=1.1) == []


def test_what_came_since_follows_what_the_stream_has():
    struck = Struck()
    struck.note(STORE, [published(1000, stream_seq=9)], now=1.0)
    (left,) = struck.without(STORE, [found(1000, 2000)], now=1.1)
    assert [event["seq"] for event in left.events] == [event["seq"] for event in left.unpublished] == [2000]
    assert left.stream_seq == 9


def test_what_could_not_be_published_still_waits():
    struck = Struck()
    struck.note(STORE, [found(1000)], now=1.0)
    assert len(struck.without(STORE, [found(1000)], now=1.1)) == 1


def test_the_same_id_in_another_collection_is_another_aggregate():
    struck = Struck()
    struck.note(STORE, [published(1000, stream_seq=9)], now=1.0)
    assert len(struck.without(OTHER, [found(1000, store=OTHER)], now=1.1)) == 1


def test_it_is_forgotten_so_that_what_a_crash_brought_back_is_found():
    struck = Struck(seconds=5.0)
    struck.note(STORE, [published(1000, stream_seq=9)], now=1.0)
    struck.note(STORE, [published(2000, stream_seq=12)], now=4.0)
    assert struck.without(STORE, [found(1000, 2000)], now=8.9) == []
    assert len(struck.without(STORE, [found(1000, 2000)], now=9.1)) == 1
