"""MongoDB is killed under load: what was acknowledged is there once, and the row of numbers ends up whole."""

import secrets
import threading
import time
from pathlib import Path

import pytest

from chassis.errors import FairleadError
from tests.harness.incidents import Incidents, evidence_of, running_incidents
from tests.harness.servers import Mongod
from tests.harness.waiting import wait_until

ROUNDS, THREADS = 3, 6


def send_until_taken(incidents: Incidents, evidence: dict, ledger: dict[str, str]) -> None:
    """As intake does: the same submission again until it is taken."""
    while True:
        try:
            accepted = incidents.accept(evidence)[0]
        except FairleadError:
            accepted = None
        if accepted is not None and accepted.number:
            ledger[evidence["submission_id"]] = accepted.number
            return
        time.sleep(0.1)


def row(incidents: Incidents, tenant: str) -> dict[str, str]:
    """Number → submission of every record of the tenant."""
    found, token = {}, ""
    while True:
        page = incidents.call(
            "ListIncidents", incidents.service(), tenant_id=tenant, page_size=200, page_token=token
        )
        found |= {each.number: each.submission_id for each in page.incidents}
        token = page.next_page_token
        if not token:
            return found


@pytest.mark.faults
def test_a_killed_store_loses_and_doubles_nothing(tmp_path: Path) -> None:
    server = Mongod(tmp_path / "mongod")
    server.start()
    quick = {"sweep_seconds": 0.1, "number_grace_seconds": 0.5, "number_patience_seconds": 2.0}
    ledger: dict[str, str] = {}
    enough = threading.Event()
    with running_incidents(server.uri, f"t{secrets.token_hex(5)}", tmp_path, **quick) as incidents:
        incidents.wait_until_ready()
        tenant = incidents.new_tenant()

        def load() -> None:
            while not enough.is_set():
                send_until_taken(incidents, evidence_of(tenant_id=tenant), ledger)

        threads = [threading.Thread(target=load) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for _ in range(ROUNDS):
            reached = len(ledger) + 40
            wait_until(lambda least=reached: len(ledger) >= least, timeout=40, what="load to flow")
            server.kill()
            server.start()
        enough.set()
        for thread in threads:
            thread.join(60)

        def whole() -> bool:
            positions = sorted(int(number.rpartition("-")[2]) for number in row(incidents, tenant))
            return positions == list(range(1, len(positions) + 1))

        wait_until(whole, timeout=30, pause=0.2, what="a whole row of numbers")
        kept = row(incidents, tenant)
        assert len(set(ledger.values())) == len(ledger)
        assert {number: kept.get(number) for number in ledger.values()} == {
            number: submission for submission, number in ledger.items()
        }
        voided = [number for number, submission in kept.items() if submission.startswith("void:")]
        assert len(kept) == len(ledger) + len(voided)
    server.stop()
