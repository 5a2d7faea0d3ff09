"""Counters on real MongoDB."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from chassis.tenancy import TenantScope
from services.incidents.store import NumberStore
from tests.harness.incident_values import NOON


@pytest.fixture
def scope() -> TenantScope:
    return TenantScope("prv_north", f"ten_{secrets.token_hex(4)}")


def reserved(database: Database, scope: TenantScope) -> list[str]:
    numbers = database.get_collection("numbers", read_concern=ReadConcern("local"))
    counter = numbers.find_one({"_id": scope.tenant_id})
    return [each["submission_id"] for each in counter["reserved"]]


def test_the_first_number_is_one_and_the_next_is_two(database: Database, scope: TenantScope) -> None:
    numbers = NumberStore(database)
    assert numbers.reserve(scope, ["sub_a"], NOON) == {"sub_a": 1}
    assert numbers.reserve(scope, ["sub_b"], NOON) == {"sub_b": 2}


def test_a_retry_gets_the_same_number(database: Database, scope: TenantScope) -> None:
    numbers = NumberStore(database)
    numbers.reserve(scope, ["sub_a", "sub_b"], NOON)
    assert NumberStore(database).reserve(scope, ["sub_b", "sub_c"], NOON) == {"sub_b": 2, "sub_c": 3}


def test_a_block_is_given_out_in_order_in_one_step(database: Database, scope: TenantScope) -> None:
    wanted = [f"sub_{place}" for place in range(100)]
    assert NumberStore(database).reserve(scope, wanted, NOON) == {key: n + 1 for n, key in enumerate(wanted)}


def test_one_submission_twice_in_a_block_has_one_number(database: Database, scope: TenantScope) -> None:
    assert NumberStore(database).reserve(scope, ["sub_a", "sub_a"], NOON) == {"sub_a": 1}


def test_ids_that_look_like_expressions_are_taken_literally(database: Database, scope: TenantScope) -> None:
    numbers = NumberStore(database)
    assert numbers.reserve(scope, ["$position", "$$ROOT"], NOON) == {"$position": 1, "$$ROOT": 2}
    numbers.settle(scope, ["$position"])
    numbers.flush()
    assert reserved(database, scope) == ["$$ROOT"]


def test_what_is_settled_is_forgotten_with_the_next_write(database: Database, scope: TenantScope) -> None:
    numbers = NumberStore(database)
    numbers.reserve(scope, ["sub_a"], NOON)
    numbers.settle(scope, ["sub_a"])
    assert reserved(database, scope) == ["sub_a"]
    numbers.reserve(scope, ["sub_b"], NOON)
    assert reserved(database, scope) == ["sub_b"]


def test_a_flush_forgets_when_nothing_else_is_written(database: Database, scope: TenantScope) -> None:
    numbers = NumberStore(database)
    numbers.reserve(scope, ["sub_a"], NOON)
    numbers.settle(scope, ["sub_a"])
    numbers.flush()
    assert reserved(database, scope) == []
    assert numbers.reserve(scope, ["sub_b"], NOON) == {"sub_b": 2}


def test_only_old_reservations_are_unsettled(database: Database, scope: TenantScope) -> None:
    numbers = NumberStore(database)
    numbers.reserve(scope, ["sub_old"], NOON)
    numbers.reserve(scope, ["sub_young"], NOON + timedelta(minutes=5))
    found = [each for each in numbers.unsettled(NOON + timedelta(minutes=1)) if each.scope == scope]
    assert [(each.submission_id, each.position, each.time) for each in found] == [("sub_old", 1, NOON)]


def test_tenants_count_for_themselves(database: Database, scope: TenantScope) -> None:
    numbers = NumberStore(database)
    other = TenantScope("prv_north", f"{scope.tenant_id}x")
    assert numbers.reserve(scope, ["sub_a"], NOON) == {"sub_a": 1}
    assert numbers.reserve(other, ["sub_a"], NOON) == {"sub_a": 1}


def test_sixteen_threads_get_every_number_once(database: Database, scope: TenantScope) -> None:
    stores = [NumberStore(database) for _ in range(4)]

    def take(place: int) -> int:
        numbers = stores[place % 4]
        given = numbers.reserve(scope, [f"sub_{place}"], NOON)[f"sub_{place}"]
        numbers.settle(scope, [f"sub_{place}"])
        return given

    with ThreadPoolExecutor(16) as pool:
        given = list(pool.map(take, range(320)))
    assert sorted(given) == list(range(1, 321))


def test_the_very_first_ones_of_a_tenant_may_come_at_once(database: Database) -> None:
    numbers, start = NumberStore(database), threading.Barrier(8)

    def take(scope: TenantScope, place: int) -> int:
        start.wait(10)
        return numbers.reserve(scope, [f"sub_{place}"], NOON)[f"sub_{place}"]

    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            scope = TenantScope("prv_north", f"ten_{secrets.token_hex(4)}")
            assert sorted(pool.map(take, [scope] * 8, range(8))) == list(range(1, 9))


def test_several_tenants_are_given_numbers_in_one_go_each_from_its_own_row(database: Database) -> None:
    numbers = NumberStore(database)
    acme, lumen = (
        TenantScope("prv_north", f"ten_{secrets.token_hex(4)}"),
        TenantScope("prv_north", f"ten_{secrets.token_hex(4)}"),
    )
    first = numbers.reserve_across({acme: ["sub_a", "sub_b"], lumen: ["sub_c"]}, NOON)
    assert first == {acme: {"sub_a": 1, "sub_b": 2}, lumen: {"sub_c": 1}}
    again = numbers.reserve_across({acme: ["sub_b", "sub_d"], lumen: ["sub_c", "sub_e"]}, NOON)
    assert again == {acme: {"sub_b": 2, "sub_d": 3}, lumen: {"sub_c": 1, "sub_e": 2}}


def test_what_is_settled_leaves_with_the_next_go(database: Database) -> None:
    numbers = NumberStore(database)
    acme, lumen = (
        TenantScope("prv_north", f"ten_{secrets.token_hex(4)}"),
        TenantScope("prv_north", f"ten_{secrets.token_hex(4)}"),
    )
    numbers.reserve_across({acme: ["sub_a"], lumen: ["sub_b"]}, NOON)
    numbers.settle(acme, ["sub_a"])
    numbers.reserve_across({acme: ["sub_c"], lumen: ["sub_d"]}, NOON)
    left = {one.submission_id for one in numbers.unsettled(NOON) if one.scope in (acme, lumen)}
    assert left == {"sub_b", "sub_c", "sub_d"}
