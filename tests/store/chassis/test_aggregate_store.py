"""AggregateStore against a real MongoDB: revisions, events in the same write, batches with a result for each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.wrappers_pb2 import StringValue
from pymongo.database import Database

from chassis.clock import now
from chassis.config import Settings
from chassis.errors import AlreadyExists, NotFound, RevisionConflict
from chassis.mongo import connect
from chassis.outbox import AggregateStore, OutboundEvent, Outcome, ledger
from chassis.tenancy import GrantedScope, Role, TenantScope
from tests.harness.callers import PROVIDER, TENANT, Identities

ACME = TenantScope(PROVIDER, TENANT)
OTHER = TenantScope(PROVIDER, "ten_lumen")


@pytest.fixture
def identities(tmp_path: Path) -> Identities:
    return Identities(tmp_path, "incidents", "triage")


@pytest.fixture
def database(mongod: str, installation: str) -> Iterator[Database]:
    database = connect(Settings(service="incidents", installation=installation, mongodb_uri=mongod))
    yield database
    # Some of these tests add indexes of their own, which no other test is to find.
    database.client.drop_database(database.name)
    database.client.close()


@pytest.fixture
def store(database: Database, identities: Identities) -> AggregateStore:
    store = AggregateStore(database["incidents"], "incident", identities.signer("incidents"))
    store.ensure_indexes()
    return store


@pytest.fixture
def noted(identities: Identities):
    caller = identities.person(now())

    def make(text: str, fact: str = "incident_noted") -> OutboundEvent:
        return OutboundEvent(fact, StringValue(value=text), now(), caller)

    return make


def test_a_new_aggregate_begins_at_revision_one_with_its_events(store, noted):
    store.create(ACME, "inc_1", {"title": "Printer"}, [noted("a"), noted("b")])

    loaded = store.load(ACME, "inc_1")
    assert loaded == {
        "_id": "inc_1",
        "provider_id": PROVIDER,
        "tenant_id": TENANT,
        "revision": 1,
        "title": "Printer",
    }
    events = store.history(ACME, "inc_1")
    assert [(event.id, event.revision) for event in events] == [("inc_1:1000", 1), ("inc_1:1001", 1)]
    assert [event.parse(StringValue).value for event in events] == ["a", "b"]


def test_a_save_raises_the_revision_and_appends_its_events(store, noted):
    store.create(ACME, "inc_1", {"title": "Printer", "state": "new"}, [noted("a")])

    assert store.save(ACME, "inc_1", 1, {"state": "assigned"}, [noted("b")]) == 2

    loaded = store.load(ACME, "inc_1")
    assert (loaded["revision"], loaded["title"], loaded["state"]) == (2, "Printer", "assigned")
    assert [event.seq for event in store.history(ACME, "inc_1")] == [1000, 2000]


def test_the_second_of_two_who_loaded_the_same_revision_is_refused_and_leaves_no_event(store, noted):
    store.create(ACME, "inc_1", {"state": "new"}, [])
    store.save(ACME, "inc_1", 1, {"state": "assigned"}, [noted("first")])

    with pytest.raises(RevisionConflict) as refused:
        store.save(ACME, "inc_1", 1, {"state": "closed"}, [noted("second")])

    assert refused.value.reason == "incident_changed"
    assert store.load(ACME, "inc_1")["state"] == "assigned"
    assert [event.parse(StringValue).value for event in store.history(ACME, "inc_1")] == ["first"]


def test_another_tenants_aggregate_is_not_found_exactly_as_a_missing_one(store, noted):
    store.create(ACME, "inc_1", {}, [noted("a")])

    def refusals(scope: TenantScope, id: str) -> list[str]:
        answers = []
        for attempt in (
            lambda: store.load(scope, id),
            lambda: store.history(scope, id),
            lambda: store.save(scope, id, 1, {"state": "x"}, []),
        ):
            with pytest.raises(NotFound) as refused:
                attempt()
            answers.append(str(refused.value))
        return answers

    assert refusals(OTHER, "inc_1") == refusals(ACME, "inc_2")
    assert store.load(GrantedScope(PROVIDER, frozenset({TENANT})), "inc_1")["revision"] == 1


def test_an_id_or_a_unique_value_is_taken_only_once(store, database):
    database["incidents"].create_index([("tenant_id", 1), ("number", 1)], unique=True)
    store.create(ACME, "inc_1", {"number": 1}, [])
    store.create(ACME, "inc_2", {"number": 2}, [])

    for attempt in (
        lambda: store.create(ACME, "inc_1", {"number": 3}, []),
        lambda: store.create(ACME, "inc_3", {"number": 1}, []),
        lambda: store.save(ACME, "inc_2", 1, {"number": 1}, []),
    ):
        with pytest.raises(AlreadyExists) as refused:
            attempt()
        assert refused.value.reason == "incident_exists"


def test_a_batch_of_creations_says_which_existed(store, noted):
    store.create(ACME, "inc_2", {}, [])

    results = store.create_many([(ACME, f"inc_{n}", {"n": n}, [noted(str(n))]) for n in (1, 2, 3)])

    assert [(result.id, result.outcome) for result in results] == [
        ("inc_1", Outcome.OK),
        ("inc_2", Outcome.EXISTS),
        ("inc_3", Outcome.OK),
    ]
    assert store.history(ACME, "inc_2") == []
    assert len(store.history(ACME, "inc_3")) == 1


def test_a_batch_of_saves_says_which_conflicted_were_missing_or_were_taken(store, database, noted):
    database["incidents"].create_index([("tenant_id", 1), ("number", 1)], unique=True)
    store.create_many([(ACME, f"inc_{n}", {"number": n}, []) for n in range(1, 6)])
    store.save(ACME, "inc_2", 1, {}, [])
    store.create(OTHER, "inc_9", {"number": 9}, [])

    results = store.save_many(
        [
            (ACME, "inc_1", 1, {"state": "held"}, [noted("1")]),
            (ACME, "inc_2", 1, {"state": "held"}, [noted("2")]),  # someone saved it first
            (ACME, "inc_7", 1, {"state": "held"}, [noted("7")]),  # there is no such one
            (ACME, "inc_9", 1, {"state": "held"}, [noted("9")]),  # another tenant's
            (ACME, "inc_3", 1, {"number": 4}, [noted("3")]),  # the number is taken
            (ACME, "inc_5", 1, {}, [noted("5")]),
        ]
    )

    assert [(result.outcome, result.revision) for result in results] == [
        (Outcome.OK, 2),
        (Outcome.CONFLICT, 0),
        (Outcome.MISSING, 0),
        (Outcome.MISSING, 0),
        (Outcome.EXISTS, 0),
        (Outcome.OK, 2),
    ]
    assert [len(store.history(ACME, f"inc_{n}")) for n in (1, 2, 3, 5)] == [1, 0, 0, 1]
    assert store.count(ACME) == 5
    assert store.load(OTHER, "inc_9")["revision"] == 1


def test_a_batch_that_names_an_aggregate_twice_is_refused_whole(store, noted):
    store.create(ACME, "inc_1", {}, [])

    with pytest.raises(ValueError, match="only once"):
        store.save_many([(ACME, "inc_1", 1, {}, [noted("a")]), (ACME, "inc_1", 2, {}, [noted("b")])])

    assert store.load(ACME, "inc_1")["revision"] == 1


def test_a_timeline_is_whole_while_its_events_move_to_the_history(store, noted):
    store.create(ACME, "inc_1", {}, [noted("a"), noted("b")])
    store.save(ACME, "inc_1", 1, {}, [noted("c")])
    expected = ["a", "b", "c", "d"]

    (waiting,) = ledger.read(store, ())
    ledger.archive(store, [waiting])  # now in both
    store.save(ACME, "inc_1", 2, {}, [noted("d")])
    assert [event.parse(StringValue).value for event in store.history(ACME, "inc_1")] == expected

    waiting.published(3, stream_seq=3)
    ledger.strike(store, [waiting])  # now in the history alone, but for the last
    ledger.archive(store, [waiting])  # as a second relay would
    assert [event.parse(StringValue).value for event in store.history(ACME, "inc_1")] == expected
    assert [event.seq for event in store.history(ACME, "inc_1", after_seq=1000, limit=2)] == [1001, 2000]


def test_the_poll_for_pending_events_reads_nothing_when_there_are_none(store, database, noted):
    store.create_many([(ACME, f"inc_{n}", {}, []) for n in range(50)])
    store.create(ACME, "inc_pending", {}, [noted("a")])

    query = {"pending_events.0": {"$exists": True}}
    plan = store.collection.find(query, hint="pending_events").explain()["executionStats"]

    assert (plan["totalKeysExamined"], plan["totalDocsExamined"], plan["nReturned"]) == (1, 1, 1)
    assert [waiting.id for waiting in ledger.read(store, ())] == ["inc_pending"]


def test_an_event_carries_its_callers_own_token_while_that_is_valid_at_the_events_time(store, identities):
    moment = now()
    caller = identities.person(moment - timedelta(minutes=4))
    store.create(ACME, "inc_1", {}, [OutboundEvent("incident_noted", StringValue(), moment, caller)])

    (event,) = store.history(ACME, "inc_1")

    assert event.caller == caller
    assert identities.verifier.verify(event.caller.token, event.time) == caller


def test_an_event_that_outlives_its_callers_token_is_vouched_for_by_the_service(store, identities):
    moment = now()
    late = identities.person(moment - timedelta(minutes=6))
    unsigned = replace(late, token="")
    pretended = replace(late, subject="person:per_eve", token=identities.person(moment).token)
    callers = [late, unsigned, pretended]
    store.create(
        ACME, "inc_1", {}, [OutboundEvent("incident_noted", StringValue(), moment, each) for each in callers]
    )

    for event, caller in zip(store.history(ACME, "inc_1"), callers, strict=True):
        assert event.caller == caller  # the timeline still says who did it
        vouched = identities.verifier.verify(event.caller.token, event.time)
        assert vouched.subject == "service:incidents"
        assert vouched.roles == {Role.SERVICE}
        assert vouched.tenant_ids == {TENANT}


def test_what_happens_in_the_providers_own_room_concerns_all_its_tenants(store, identities):
    room, unsigned = TenantScope(PROVIDER, PROVIDER), replace(identities.person(now()), token="")
    store.create(room, "rul_1", {}, [OutboundEvent("rule_changed", StringValue(), now(), unsigned)])

    (event,) = store.history(room, "rul_1")

    assert identities.verifier.verify(event.caller.token, event.time).tenant_ids is None


def test_an_event_nobody_could_verify_is_not_saved(database, identities):
    store = AggregateStore(database["incidents"], "incident")
    unsigned = replace(identities.person(now()), token="")

    with pytest.raises(ValueError, match="no token"):
        store.create(ACME, "inc_1", {}, [OutboundEvent("incident_noted", StringValue(), now(), unsigned)])

    assert store.count(ACME) == 0


def test_a_payload_is_not_read_as_another_type(store, noted):
    store.create(ACME, "inc_1", {}, [noted("a")])

    with pytest.raises(TypeError, match="StringValue"):
        store.history(ACME, "inc_1")[0].parse(Duration)


def test_the_stores_own_fields_cannot_be_overwritten_by_state(store):
    for field in ("_id", "tenant_id", "provider_id", "revision", "pending_events", "published"):
        with pytest.raises(ValueError, match=field):
            store.create(ACME, "inc_1", {field: "x"}, [])


def test_an_aggregate_needs_one_tenant_and_an_id_fit_for_a_subject(store):
    with pytest.raises(TypeError):
        store.create(GrantedScope(PROVIDER, None), "inc_1", {}, [])
    for id in ("", "inc.1", "inc *", "inc>"):
        with pytest.raises(ValueError, match="plain id"):
            store.create(ACME, id, {}, [])
