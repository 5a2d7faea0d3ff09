"""Addresses that nothing is sent to, on a real MongoDB; and a war of machines played over real stores."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from chassis import mongo
from chassis.config import Settings
from chassis.errors import NotFound, RevisionConflict
from chassis.tenancy import GrantedScope, TenantScope
from chassis.tokens import CallerSigner, make_keys
from services.notify import store
from services.notify.domain.delivery import State
from services.notify.domain.notification import IncidentFact, Recipient, Side
from services.notify.domain.suppression import Cause, Failure, failed, lifted, suppressed_by_staff
from services.notify.domain.war import MOST_ALIKE
from services.notify.use_cases import Reachable, Tell

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACME, LUMEN = TenantScope("prv_1", "ten_acme"), TenantScope("prv_1", "ten_lumen")
JANE = "jane@acme.example"


@pytest.fixture
def house(mongod: str, tmp_path: Path) -> Iterator[tuple[Database, CallerSigner]]:
    make_keys(tmp_path, ["notify"])
    settings = Settings(
        service="notify",
        installation=f"t{secrets.token_hex(5)}",
        mongodb_uri=mongod,
        key_dir=tmp_path,
        addresses={},
    )
    database = mongo.connect(settings)
    store.prepare()
    yield database, CallerSigner.load(tmp_path, "notify")
    with MongoClient(mongod) as client:
        client.drop_database(database.name)


@pytest.fixture
def suppressions(house: tuple[Database, CallerSigner]) -> store.SuppressionStore:
    return store.SuppressionStore(house[0])


def test_an_address_is_suppressed_for_its_client_alone_until_it_is_lifted(
    suppressions: store.SuppressionStore,
):
    failure = Failure("dlv_1", "5.1.1", True, "no such user", NOW)
    saved = suppressions.save(failed(suppressions.of(ACME, JANE, NOW), failure, NOW))
    assert suppressions.of(ACME, JANE, NOW) == saved
    assert suppressions.among({ACME: [JANE, "sam@acme.example"]}) == {ACME: {JANE}}
    assert suppressions.among({LUMEN: [JANE]}) == {}
    assert suppressions.among({ACME: ["sam@acme.example"], LUMEN: [JANE]}) == {}
    assert suppressions.page(GrantedScope("prv_1", frozenset({"ten_lumen"})), 10, "") == ([], "")
    with pytest.raises(NotFound):
        suppressions.get(LUMEN, saved.suppression_id)
    again = suppressions.save(lifted(saved, NOW))
    assert suppressions.among({ACME: [JANE]}) == {}
    assert suppressions.page(ACME, 10, "") == ([], "")
    assert suppressions.of(ACME, JANE, NOW) == again


def test_whoever_decided_on_what_was_changed_meanwhile_decides_anew(suppressions: store.SuppressionStore):
    first = second = suppressions.of(ACME, JANE, NOW)
    saved = suppressions.save(suppressed_by_staff(first, NOW))
    with pytest.raises(RevisionConflict):
        suppressions.save(suppressed_by_staff(second, NOW))
    suppressions.save(lifted(saved, NOW))
    with pytest.raises(RevisionConflict):
        suppressions.save(lifted(saved, NOW))


def test_they_come_in_pages_the_latest_first(suppressions: store.SuppressionStore):
    for minute in range(5):
        moment = NOW + timedelta(minutes=minute)
        made = suppressions.of(ACME if minute % 2 else LUMEN, f"a{minute}@x.example", moment)
        suppressions.save(suppressed_by_staff(made, moment))
    found, token = suppressions.page(GrantedScope("prv_1", None), 3, "")
    rest, end = suppressions.page(GrantedScope("prv_1", None), 3, token)
    assert [one.address[:2] for one in (*found, *rest)] == ["a4", "a3", "a2", "a1", "a0"]
    assert end == ""
    assert [one.address[:2] for one in suppressions.page(LUMEN, 3, "", "a2@x.example")[0]] == ["a2"]


def test_what_was_noted_before_there_were_causes_is_suppressed_and_can_be_lifted(
    house: tuple[Database, CallerSigner], suppressions: store.SuppressionStore
):
    old = {"_id": "bnc_1", "address": JANE, "status": "5.1.1", "update_time": NOW}
    house[0]["bounces"].insert_one({**old, "provider_id": "prv_1", "tenant_id": "ten_acme"})
    assert suppressions.among({ACME: [JANE]}) == {ACME: {JANE}}
    [known], _ = suppressions.page(ACME, 10, "")
    assert known.cause is Cause.PERMANENT
    suppressions.save(lifted(known, NOW))
    assert suppressions.among({ACME: [JANE]}) == {}


def test_a_war_of_a_thousand_answers_ends_after_a_handful(house: tuple[Database, CallerSigner]):
    """Two ticket systems that mark nothing: whatever we acknowledge comes back as a new request."""
    deliveries = store.DeliveryStore(*house)
    reachable = Reachable(store.SuppressionStore(house[0]), lambda: NOW)
    tell = Tell(deliveries, store.WebhookStore(house[0]), reachable, lambda: NOW, lambda: None)
    robot = Recipient(Side.CLIENT, "per_robot", "robot@acme.example", "Robot")

    def opened(number: int) -> IncidentFact:
        return IncidentFact(
            event_id=f"inc_{number}:1000",
            fact="incident_opened",
            time=NOW,
            provider_id="prv_1",
            tenant_id="ten_acme",
            incident_id=f"inc_{number}",
            number=f"ACME-{number}",
            title=f"[#{number}] We have your message",
            by_mail=True,
            requester=robot,
        )

    for first in range(0, 1000, 10):
        tell.tell([opened(number) for number in range(first, first + 10)], lambda _: "{}")
    kept = list(house[0]["deliveries"].find({}, ["state", "last_error"]))
    assert len(kept) == 1000
    stopped = [one for one in kept if one["state"] == State.SUPPRESSED.value]
    assert len(stopped) == 1000 - MOST_ALIKE
    assert {one["last_error"] for one in stopped} == {"too_many_an_hour"}
