"""ScopedCollection against a real MongoDB: nothing without a scope, nothing outside it."""

import inspect
from collections.abc import Iterator

import pytest
from pymongo import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.database import Database

from chassis.config import Settings
from chassis.errors import Unavailable
from chassis.mongo import ScopedCollection, connect, page_after
from chassis.outbox import AggregateStore
from chassis.tenancy import GrantedScope, SystemScope, TenantScope
from tests.harness.servers import free_port

A, B = TenantScope("prv_1", "ten_a"), TenantScope("prv_1", "ten_b")
FOREIGN = TenantScope("prv_2", "ten_c")
EVERYTHING = SystemScope("tests look at all of it")


@pytest.fixture
def database(mongod: str, installation: str) -> Iterator[Database]:
    database = connect(Settings(service="triage", installation=installation, mongodb_uri=mongod))
    yield database
    database.client.close()


@pytest.fixture
def rules(database: Database) -> ScopedCollection:
    rules = ScopedCollection(database["rules"])
    for scope in (A, B, FOREIGN):
        rules.insert_many(scope, [{"_id": f"{scope.tenant_id}_{n}", "n": n} for n in range(3)])
    return rules


def calls(collection: ScopedCollection) -> dict:
    """Every public method with arguments that would touch all records if the scope did not hold them back."""
    update = {"$set": {"touched": True}}
    return {
        "find_one": lambda scope: collection.find_one(scope, {"n": 1}),
        "find": lambda scope: collection.find(scope),
        "iterate": lambda scope: list(collection.iterate(scope)),
        "count": lambda scope: collection.count(scope),
        "distinct": lambda scope: collection.distinct(scope, "tenant_id"),
        "aggregate": lambda scope: collection.aggregate(scope, [{"$match": {}}]),
        "insert_one": lambda scope: collection.insert_one(scope, {"n": 9}),
        "insert_many": lambda scope: collection.insert_many(scope, [{"n": 9}]),
        "insert_each": lambda scope: collection.insert_each([(scope, {"n": 9})]),
        "update_one": lambda scope: collection.update_one(scope, {"n": 1}, update),
        "update_many": lambda scope: collection.update_many(scope, {}, update),
        "find_one_and_update": lambda scope: collection.find_one_and_update(scope, {"n": 1}, update),
        "delete_one": lambda scope: collection.delete_one(scope, {"n": 1}),
        "delete_many": lambda scope: collection.delete_many(scope, {}),
        "bulk_write": lambda scope: collection.bulk_write(
            scope, [InsertOne({"n": 9}), UpdateMany({}, update), DeleteMany({"n": 1})]
        ),
        "bulk_write_each": lambda scope: collection.bulk_write_each(
            [(scope, UpdateMany({}, update)), (scope, DeleteOne({"n": 1}))]
        ),
    }


def test_every_method_is_probed(rules):
    public = {name for name, _ in inspect.getmembers(ScopedCollection, inspect.isfunction) if name[0] != "_"}

    assert set(calls(rules)) == public


@pytest.mark.parametrize("method", sorted(calls(ScopedCollection.__new__(ScopedCollection))))
def test_no_method_can_be_called_without_a_scope(rules, method):
    before = rules.find(EVERYTHING, sort=[("_id", 1)])
    for scope in (None, "", {}, "ten_a", {"tenant_id": "ten_a"}):
        with pytest.raises(TypeError):
            calls(rules)[method](scope)
    assert rules.find(EVERYTHING, sort=[("_id", 1)]) == before


@pytest.mark.parametrize("method", sorted(calls(ScopedCollection.__new__(ScopedCollection))))
def test_no_method_reaches_another_tenants_records(rules, method):
    def others() -> list[dict]:
        return rules.find(EVERYTHING, {"tenant_id": {"$ne": "ten_a"}}, sort=[("_id", 1)])

    before = others()
    answer = calls(rules)[method](A)

    assert others() == before
    assert "ten_b" not in str(answer) and "ten_c" not in str(answer)


def test_a_grant_sees_its_tenants_and_no_other_providers(rules):
    assert rules.count(GrantedScope("prv_1", None)) == 6
    assert rules.count(GrantedScope("prv_1", frozenset({"ten_b", "ten_c"}))) == 3
    assert rules.count(GrantedScope("prv_1", frozenset())) == 0
    assert rules.find(A, {"tenant_id": "ten_b"}) == []


def test_a_new_record_is_stamped_with_its_owner(rules):
    rules.insert_one(A, {"_id": "new"})
    rules.update_one(B, {"_id": "upserted"}, {"$set": {"n": 1}}, upsert=True)

    assert rules.find_one(EVERYTHING, {"_id": "new"}) == {
        "_id": "new",
        "provider_id": "prv_1",
        "tenant_id": "ten_a",
    }
    assert rules.find_one(B, {"_id": "upserted"})["provider_id"] == "prv_1"


def test_of_several_new_records_those_whose_key_is_taken_are_named_and_the_others_are_there(rules):
    taken = rules.insert_each([(A, {"_id": "ten_a_0"}), (B, {"_id": "new"}), (B, {"_id": "ten_a_1"})])

    assert taken == [0, 2]
    assert rules.find_one(B, {"_id": "new"})["tenant_id"] == "ten_b"
    assert rules.find_one(A, {"_id": "ten_a_0"})["n"] == 0
    assert rules.insert_each([]) == []


def test_under_a_wider_scope_a_new_record_names_its_owner_itself(rules):
    granted = GrantedScope("prv_1", frozenset({"ten_a"}))
    rules.insert_one(granted, {"_id": "own", "provider_id": "prv_1", "tenant_id": "ten_a"})
    with pytest.raises(TypeError):
        rules.insert_one(granted, {"_id": "nobody's"})
    with pytest.raises(ValueError, match="another tenant"):
        rules.insert_one(granted, {"_id": "x", "provider_id": "prv_1", "tenant_id": "ten_b"})
    with pytest.raises(TypeError, match="upsert"):
        rules.update_one(granted, {"_id": "x"}, {"$set": {"n": 1}}, upsert=True)


@pytest.mark.parametrize(
    "update",
    [
        {"$set": {"tenant_id": "ten_b"}},
        {"$unset": {"provider_id": ""}},
        {"$rename": {"n": "tenant_id"}},
        [{"$set": {"tenant_id": "ten_b"}}],
        [{"$unset": "tenant_id"}],
        [{"$replaceWith": {"n": 1}}],
    ],
)
def test_a_record_never_changes_its_owner(rules, update):
    with pytest.raises(ValueError, match="never change"):
        rules.update_one(A, {"n": 1}, update)
    with pytest.raises(ValueError, match="never change"):
        rules.bulk_write(A, [UpdateOne({"n": 1}, update)])


def test_a_pipeline_does_not_leave_its_collection(rules):
    lookup = {"$lookup": {"from": "rules", "localField": "n", "foreignField": "n", "as": "all"}}
    for pipeline in ([lookup], [{"$facet": {"x": [lookup]}}], [{"$unionWith": "rules"}], [{"$out": "copy"}]):
        with pytest.raises(ValueError, match="other collections"):
            rules.aggregate(A, pipeline)


def test_an_operation_that_cannot_be_scoped_is_refused(rules):
    with pytest.raises(TypeError, match="ReplaceOne"):
        rules.bulk_write(A, [ReplaceOne({"n": 1}, {})])


def test_pages_follow_one_another(rules):
    sort = [("n", -1), ("_id", 1)]
    scope = GrantedScope("prv_1", None)
    first = rules.find(scope, sort=sort, limit=4)
    rest = rules.find(scope, page_after(sort, [first[-1]["n"], first[-1]["_id"]]), sort=sort)

    assert first + rest == rules.find(scope, sort=sort)


def test_an_aggregates_list_leaves_out_what_only_the_outbox_needs(database):
    store = AggregateStore(database["incidents"], "incident")
    store.create(A, "inc_1", {"title": "x"}, [])

    for document in (store.find(A)[0], store.find_one(A), store.load(A, "inc_1")):
        assert "pending_events" not in document and document["revision"] == 1


def test_a_mongodb_that_is_not_there_is_unavailable_and_does_not_keep_the_process_from_starting():
    uri = f"mongodb://127.0.0.1:{free_port()}/?replicaSet=rs0"
    database = connect(Settings(service="triage", mongodb_uri=uri))

    with pytest.raises(Unavailable):
        ScopedCollection(database["rules"]).find(A)
