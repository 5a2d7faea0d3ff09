"""Many at once: numbers without gaps or doubles, each command once, nobody's words lost."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pymongo import MongoClient

from chassis.errors import Unavailable
from services.incidents.store import IncidentStore
from tests.harness.incidents import Incidents, evidence_of, running_incidents
from tests.harness.waiting import wait_until


def positions(incidents: Incidents, tenant_id: str) -> list[int]:
    """The numbers' positions of all of a tenant's incidents, from its list."""
    found, token = [], ""
    while True:
        page = incidents.call(
            "ListIncidents", incidents.service(), tenant_id=tenant_id, page_size=200, page_token=token
        )
        found += [int(each.number.rpartition("-")[2]) for each in page.incidents]
        token = page.next_page_token
        if not token:
            return sorted(found)


def test_sixteen_threads_leave_no_gap_and_no_double(incidents: Incidents) -> None:
    tenant = incidents.new_tenant()
    with ThreadPoolExecutor(16) as pool:
        accepted = list(pool.map(lambda _: incidents.accept({"tenant_id": tenant})[0], range(200)))
    assert not [each for each in accepted if each.error_reason]
    assert positions(incidents, tenant) == list(range(1, 201))


def test_batches_and_single_ones_share_one_row_of_numbers(incidents: Incidents) -> None:
    tenant = incidents.new_tenant()

    def send(place: int) -> None:
        incidents.accept(*[{"tenant_id": tenant}] * (1 if place % 2 else 12))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(16)))
    assert positions(incidents, tenant) == list(range(1, 8 * 13 + 1))


def test_one_submission_sent_by_everybody_at_once_is_one_incident(mongod: str, tmp_path: Path) -> None:
    installation = f"t{secrets.token_hex(5)}"
    quick = {"sweep_seconds": 0.1, "number_grace_seconds": 0.2}
    with running_incidents(mongod, installation, tmp_path, **quick) as incidents:
        incidents.wait_until_ready()
        tenant = incidents.new_tenant()
        for _ in range(5):
            evidence = evidence_of(tenant_id=tenant)
            with ThreadPoolExecutor(8) as pool:
                accepted = list(pool.map(lambda _, same=evidence: incidents.accept(same)[0], range(8)))
            assert len({each.incident_id for each in accepted}) == 1

        def whole() -> bool:
            row = positions(incidents, tenant)
            return row == list(range(1, len(row) + 1)) and no_reservations(mongod, installation)

        wait_until(whole, timeout=20, what="a whole row of numbers")
    with MongoClient(mongod) as client:
        client.drop_database(f"{installation}_incidents")


def test_one_command_with_one_key_from_everybody_has_one_effect(incidents: Incidents) -> None:
    incident_id, tech = incidents.open().incident_id, incidents.technician()

    def reply(_: int) -> None:
        incidents.call("Reply", tech, incident_id=incident_id, text="hello", idempotency_key="once")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(reply, range(8)))
    assert incidents.facts(incident_id) == ["incident_opened", "replied"]


def test_nobodys_words_are_lost_when_several_write_at_once(incidents: Incidents) -> None:
    incident_id, tech = incidents.open().incident_id, incidents.technician()

    def note(place: int) -> None:
        incidents.call("Note", tech, incident_id=incident_id, text=f"note {place}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, range(12)))
    entries = incidents.call("ListTimeline", tech, incident_id=incident_id).entries
    assert {entry.text for entry in entries[1:]} == {f"note {place}" for place in range(12)}


def test_what_a_crash_left_between_number_and_record_is_healed(
    mongod: str, tmp_path: Path, monkeypatch
) -> None:
    """A retry finishes it under its number; what nobody sends again is voided after a while."""
    installation = f"t{secrets.token_hex(5)}"
    quick = {"sweep_seconds": 0.1, "number_grace_seconds": 0.2, "number_patience_seconds": 3.0}
    with running_incidents(mongod, installation, tmp_path, **quick) as incidents:
        incidents.wait_until_ready()
        tenant = incidents.new_tenant()
        retried, given_up = evidence_of(tenant_id=tenant), evidence_of(tenant_id=tenant)
        with monkeypatch.context() as crashing:

            def crash(*_: object) -> None:
                raise Unavailable("store_unavailable")

            crashing.setattr(IncidentStore, "create_many", crash)
            for evidence in (retried, given_up):
                refused = incidents.accept(evidence)[0]
                assert (refused.error_reason, refused.retryable) == ("store_unavailable", True)
        later = incidents.accept(evidence_of(tenant_id=tenant))[0]
        assert later.number.endswith("-3")
        assert incidents.accept(retried)[0].number.endswith("-1")

        wait_until(lambda: positions(incidents, tenant) == [1, 2, 3], timeout=20, what="the gap to close")
        voided = incidents.call(
            "GetIncident", incidents.service(), incident_id=later.number.replace("-3", "-2")
        )
        assert (voided.title, voided.state) == ("Number not used", 7)
        wait_until(lambda: no_reservations(mongod, installation), timeout=20)

        # And should it be sent again after all, it is not lost.
        assert incidents.accept(given_up)[0].number.endswith("-4")
    with MongoClient(mongod) as client:
        client.drop_database(f"{installation}_incidents")


def no_reservations(mongod: str, installation: str) -> bool:
    with MongoClient(mongod) as client:
        numbers = client[f"{installation}_incidents"]["numbers"]
        return numbers.count_documents({"reserved.0": {"$exists": True}}) == 0
