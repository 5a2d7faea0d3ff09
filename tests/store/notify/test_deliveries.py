"""Deliveries on a real MongoDB: found when due without reading those that have ended, and counted for wars."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pymongo import MongoClient

from chassis import mongo
from chassis.config import Settings
from chassis.tenancy import TenantScope
from chassis.tokens import CallerSigner, make_keys
from services.notify import store
from services.notify.domain.delivery import Channel, Delivery, State, delivery_id, suppressed
from services.notify.domain.notification import Side

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACME, LUMEN = TenantScope("prv_1", "ten_acme"), TenantScope("prv_1", "ten_lumen")


@pytest.fixture
def deliveries(mongod: str, tmp_path: Path) -> Iterator[store.DeliveryStore]:
    installation = f"t{secrets.token_hex(5)}"
    make_keys(tmp_path, ["notify"])
    settings = Settings(
        service="notify", installation=installation, mongodb_uri=mongod, key_dir=tmp_path, addresses={}
    )
    database = mongo.connect(settings)
    store.prepare()
    yield store.DeliveryStore(database, CallerSigner.load(tmp_path, "notify"))
    with MongoClient(mongod) as client:
        client.drop_database(database.name)


def made(event_id: str, scope: TenantScope = ACME, **more: object) -> Delivery:
    fields: dict = {
        "delivery_id": delivery_id(event_id, Channel.EMAIL, scope.tenant_id),
        "provider_id": scope.provider_id, "tenant_id": scope.tenant_id, "incident_id": "inc_1",
        "incident_number": "ACME-1", "channel": Channel.EMAIL, "notification": "incident_opened",
        "recipient": "jane@acme.example", "event_id": event_id, "create_time": NOW, "due_time": NOW,
        "side": Side.CLIENT.value, "content": {"title": "VPN"},
    }  # fmt: skip
    return Delivery(**{**fields, **more})


def test_what_is_due_is_found_without_reading_what_has_ended(deliveries: store.DeliveryStore):
    ended = [made(f"e{number}", state=State.SENT, due_time=None) for number in range(50)]
    hook = {"channel": Channel.WEBHOOK, "recipient": "whk_1"}
    hooks = [made(f"h{number}", delivery_id=f"dlv_h{number}", **hook) for number in range(9)]
    deliveries.add_many([*ended, *hooks, made("due"), made("later", due_time=NOW + timedelta(hours=1))])
    database = deliveries.records.collection.database
    database.command("profile", 2)
    assert [one.event_id for one in deliveries.due(NOW, 25, Channel.EMAIL)] == ["due"]
    assert deliveries.due(NOW, 25, Channel.WEBHOOK, frozenset({"whk_1"})) == []
    assert len(deliveries.due(NOW, 25, Channel.WEBHOOK, frozenset({"whk_2"}))) == 9
    database.command("profile", 0)
    named = {"ns": deliveries.records.collection.full_name, "op": "query"}
    seen = list(database["system.profile"].find(named).sort("ts", 1))
    assert [each["docsExamined"] for each in seen] == [1, 0, 9]


def test_acknowledgements_are_counted_by_address_within_the_window_and_the_tenant(deliveries):
    hour_ago = NOW - timedelta(hours=1)
    deliveries.add_many(
        [
            made("a"),
            made("b"),
            made("old", create_time=hour_ago - timedelta(seconds=1)),
            suppressed(made("quiet"), "too_many_an_hour"),
            made("words", notification="replied"),
            made("elsewhere", LUMEN),
        ]
    )
    assert deliveries.acknowledged_since(ACME, ["jane@acme.example"], hour_ago) == {
        "jane@acme.example": ["VPN", "VPN"]
    }


def test_words_are_counted_by_incident_and_reader(deliveries: store.DeliveryStore):
    ada = {"side": Side.STAFF.value, "recipient_person_id": "per_ada", "recipient": "ada@north.example"}
    deliveries.add_many(
        [
            made("a", notification="replied"),
            made("b", notification="answered", **ada),
            made("c", notification="answered", **ada),
            made("d", notification="replied", incident_id="inc_2"),
            made("e"),
        ]
    )
    counted = deliveries.words_since(ACME, ["inc_1"], NOW)
    assert counted == {("inc_1", "jane@acme.example"): 1, ("inc_1", "per_ada"): 2}


def test_a_list_is_read_without_what_was_said_which_it_does_not_show(deliveries: store.DeliveryStore):
    deliveries.add_many([made("old"), made("new", create_time=NOW + timedelta(minutes=1))])
    found, token = deliveries.page(ACME, "inc_1", "", 10, "")
    assert [(one.event_id, one.content) for one in found] == [("new", {}), ("old", {})]
    assert token == "" and deliveries.get(ACME, found[0].delivery_id).content == {"title": "VPN"}
