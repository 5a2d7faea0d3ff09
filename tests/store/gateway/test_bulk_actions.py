"""What was asked of many incidents is done once, whoever dies meanwhile, and never once it was undone."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo import MongoClient

from chassis.errors import InvalidState, NotFound, RevisionConflict, Unavailable
from chassis.mongo import ScopedCollection
from chassis.tenancy import Caller, Role
from services.gateway.bulk import BulkAction, BulkActions, BulkRunner, Row, RowResult, State, Step, bulk_id_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOM = Caller("person:per_tom", "prv_north", None, frozenset({Role.TECHNICIAN}))
TIA = Caller("person:per_tia", "prv_north", None, frozenset({Role.TECHNICIAN}))


class Record:
    """The record's hold: refused or away where it is told to be."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.raises: dict[str, Exception] = {}

    def hold(self, caller: Caller, incident_id: str, **fields: Any) -> Any:
        self.calls.append(incident_id)
        if error := self.raises.get(incident_id):
            raise error
        return SimpleNamespace(revision=fields["revision"] + 1)


class Room:
    def __init__(self, collection: ScopedCollection) -> None:
        self.now, self.record = NOW, Record()
        self.actions = BulkActions(collection, lambda: self.now)
        self.refusal: Exception | None = None

    def run(self) -> int:
        def asker(_action: BulkAction) -> Caller:
            if self.refusal:
                raise self.refusal
            return TOM

        return BulkRunner(self.actions, SimpleNamespace(incidents=self.record), asker).run_due()

    def asked(self, key: str, *ids: str) -> BulkAction:
        bulk_id, due = bulk_id_of(TOM.subject, key), self.now + timedelta(seconds=10)
        rows = tuple(Row(one, one.upper(), 3) for one in ids)
        steps = (Step("hold", {"awaiting": 3, "reason": "Parts"}),)
        return self.actions.begin(
            BulkAction(bulk_id, "prv_north", TOM.subject, "hold", steps, rows, self.now, due)
        )

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def room(mongod: str, installation: str):
    client: MongoClient = MongoClient(mongod, tz_aware=True, tzinfo=UTC)
    yield Room(ScopedCollection(client[f"{installation}_gateway"]["bulk_actions"]))
    client.drop_database(f"{installation}_gateway")
    client.close()


def test_nothing_is_done_while_it_can_be_undone_and_each_once_afterwards(room: Room):
    asked = room.asked("k1", "inc_1", "inc_2")
    assert room.asked("k1", "inc_1", "inc_2").bulk_id == asked.bulk_id
    assert room.run() == 0
    room.later(10)
    assert [room.run(), room.run()] == [1, 0]
    done = room.actions.get(TOM, asked.bulk_id)
    assert (done.state, done.count(RowResult.DONE)) == (State.DONE, 2)
    assert room.record.calls == ["inc_1", "inc_2"]


def test_what_was_undone_is_never_done_and_what_has_begun_is_not_undone(room: Room):
    first, second = room.asked("k1", "inc_1"), room.asked("k2", "inc_2")
    for _ in range(2):
        assert room.actions.undo(TOM, first.bulk_id).state is State.UNDONE
    room.later(10)
    room.run()
    assert room.record.calls == ["inc_2"]
    with pytest.raises(InvalidState, match="bulk_action_begun"):
        room.actions.undo(TOM, second.bulk_id)


def test_it_is_its_askers_alone(room: Room):
    asked = room.asked("k1", "inc_1")
    for ask in (room.actions.get, room.actions.undo):
        with pytest.raises(NotFound):
            ask(TIA, asked.bulk_id)
    assert room.actions.latest(TIA) == [] and len(room.actions.latest(TOM)) == 1


def test_a_row_that_is_refused_hides_no_other_and_says_why(room: Room):
    asked = room.asked("k1", "inc_1", "inc_2")
    room.record.raises["inc_1"] = RevisionConflict("revision_conflict", "Somebody was quicker.")
    room.later(10)
    room.run()
    first, second = room.actions.get(TOM, asked.bulk_id).rows
    assert (first.result, first.reason) == (RowResult.REFUSED, "revision_conflict")
    assert second.result is RowResult.DONE


def test_whoever_takes_it_on_after_a_crash_goes_on_where_the_other_stopped(room: Room):
    asked = room.asked("k1", "inc_1", "inc_2", "inc_3")
    room.later(10)
    taken = room.actions.claim()
    assert taken and room.actions.note(*taken, 0, Row("inc_1", "INC_1", 3, RowResult.DONE))
    assert room.run() == 0, "somebody works on it"
    room.later(31)
    assert room.run() == 1
    assert room.record.calls == ["inc_2", "inc_3"]
    assert not room.actions.note(*taken, 1, Row("inc_2", "INC_2", 3)), "the first one is too late"
    assert room.actions.get(TOM, asked.bulk_id).count(RowResult.DONE) == 3


def test_while_the_record_is_away_it_waits_and_goes_on_afterwards(room: Room):
    asked = room.asked("k1", "inc_1", "inc_2")
    room.record.raises["inc_2"] = Unavailable("store_unavailable", "away")
    room.later(10)
    room.run()
    assert room.actions.get(TOM, asked.bulk_id).state is State.RUNNING
    del room.record.raises["inc_2"]
    assert room.run() == 0
    room.later(3)
    room.run()
    assert room.record.calls == ["inc_1", "inc_2", "inc_2"]
    assert room.actions.get(TOM, asked.bulk_id).state is State.DONE


def test_who_may_not_act_any_more_changes_nothing(room: Room):
    asked = room.asked("k1", "inc_1")
    room.refusal = NotFound("tenant_not_found", "There is no such tenant.")
    room.later(10)
    room.run()
    refused = room.actions.get(TOM, asked.bulk_id).rows[0]
    assert (refused.result, refused.reason, room.record.calls) == (RowResult.REFUSED, "tenant_not_found", [])
