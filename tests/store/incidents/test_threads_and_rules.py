"""Message-IDs and closing rules on real MongoDB."""

import secrets
from datetime import timedelta

import pytest
from pymongo.database import Database

from chassis.tenancy import TenantScope
from services.incidents.domain.closing import DEFAULT_RULES, ClosingRules
from services.incidents.domain.threading import Thread, Tie
from services.incidents.store import MailThreadStore, RuleStore
from tests.harness.incident_values import NOON, after


@pytest.fixture
def scope() -> TenantScope:
    unique = secrets.token_hex(4)
    return TenantScope(f"prv_{unique}", f"ten_{unique}")


def rules(days: int, effective=None) -> ClosingRules:
    return ClosingRules(timedelta(days=days), timedelta(days=days * 2), effective)


def test_a_message_id_is_found_in_its_own_tenant_only(database: Database, scope: TenantScope) -> None:
    threads = MailThreadStore(database)
    known = {"a@x": Thread("inc_1", Tie.PROVEN), "b@x": Thread("inc_2", Tie.SENT)}
    threads.record(scope, known, NOON)
    assert threads.find(scope, ["a@x", "b@x", "c@x"]) == known
    assert threads.find(TenantScope(scope.provider_id, "ten_other"), ["a@x"]) == {}


def test_the_first_incident_of_a_message_id_keeps_it(database: Database, scope: TenantScope) -> None:
    threads = MailThreadStore(database)
    threads.record(scope, {"a@x": Thread("inc_1", Tie.PROVEN)}, NOON)
    threads.record(scope, {one: Thread("inc_2", Tie.PROVEN) for one in ("a@x", "b@x")}, NOON)
    found = threads.find(scope, ["a@x", "b@x"])
    assert {one: thread.incident_id for one, thread in found.items()} == {"a@x": "inc_1", "b@x": "inc_2"}


def test_what_is_known_more_firmly_takes_the_place_of_what_was_only_mentioned(
    database: Database, scope: TenantScope
) -> None:
    threads = MailThreadStore(database)
    for tie in (Tie.CLAIMED, Tie.SENT, Tie.MENTIONED):
        threads.record(scope, {"a@x": Thread(f"inc_{tie.name}", tie)}, NOON)
    assert threads.find(scope, ["a@x"]) == {"a@x": Thread("inc_SENT", Tie.SENT)}


def test_a_message_id_from_before_ties_were_told_apart_keeps_its_incident(
    database: Database, scope: TenantScope
) -> None:
    old = {"provider_id": scope.provider_id, "tenant_id": scope.tenant_id, "message_id": "old@x"}
    database["mail_threads"].insert_one(old | {"incident_id": "inc_1", "create_time": NOON})
    threads = MailThreadStore(database)
    threads.record(scope, {"old@x": Thread("inc_2", Tie.SENT)}, NOON)
    assert threads.find(scope, ["old@x"])["old@x"].incident_id == "inc_1"


def test_without_a_contract_the_default_holds(database: Database, scope: TenantScope) -> None:
    assert RuleStore(database).at(scope, NOON) == DEFAULT_RULES


def test_the_tenants_own_contract_goes_before_the_providers_default(
    database: Database, scope: TenantScope
) -> None:
    store = RuleStore(database)
    store.keep(TenantScope(scope.provider_id, scope.provider_id), "ctr_default", 1, rules(1))
    assert store.at(scope, NOON).close_after == timedelta(days=1)
    store.keep(scope, "ctr_own", 1, rules(5))
    assert store.at(scope, NOON).close_after == timedelta(days=5)


def test_a_version_holds_from_its_effective_time(database: Database, scope: TenantScope) -> None:
    store = RuleStore(database)
    store.keep(scope, "ctr_1", 1, rules(2, after(0)))
    store.keep(scope, "ctr_1", 2, rules(4, after(60)))
    assert store.at(scope, after(59)).close_after == timedelta(days=2)
    assert store.at(scope, after(60)).close_after == timedelta(days=4)


def test_a_version_that_is_heard_twice_or_late_changes_nothing(
    database: Database, scope: TenantScope
) -> None:
    store = RuleStore(database)
    store.keep(scope, "ctr_1", 2, rules(4, after(60)))
    store.keep(scope, "ctr_1", 1, rules(2, after(0)))
    store.keep(scope, "ctr_1", 2, rules(4, after(60)))
    assert store.at(scope, after(90)) == rules(4, after(60))
