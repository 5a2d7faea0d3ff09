"""What happens at the door while something behind it is down."""

from pathlib import Path

import pytest

from chassis.errors import Unavailable
from chassis.tenancy import Role
from fairlead.intake.v1 import submission_pb2
from tests.harness.intake import Bench, mail, running_intake
from tests.harness.servers import Mongod, free_port
from tests.harness.waiting import wait_until


@pytest.fixture
def own_mongod(tmp_path: Path):
    server = Mongod(tmp_path / "mongod")
    server.start()
    yield server
    server.stop()


def _code(bench: Bench, subject: str) -> int:
    with bench.smtp() as connection:
        connection.ehlo()
        connection.mail("jane@acme.example")
        connection.rcpt("support@acme.northstar.example")
        return connection.data(mail(subject).as_bytes())[0]


@pytest.mark.faults
def test_while_the_store_is_down_mail_is_answered_451_and_afterwards_taken(
    own_mongod: Mongod, nats: str, tmp_path: Path
):
    own_mongod.kill()
    # The ports are bound although MongoDB was never seen.
    with running_intake(own_mongod.uri, nats, "fl", tmp_path) as bench:
        assert _code(bench, "too early") == 451
        own_mongod.start()
        wait_until(lambda: _code(bench, "after the start") == 250, timeout=30)
        own_mongod.kill()
        assert _code(bench, "in the outage") == 451
        with pytest.raises(Unavailable):
            bench.submit(bench.caller(Role.REQUESTER))
        own_mongod.start()
        wait_until(lambda: _code(bench, "after the outage") == 250, timeout=30)
        subjects = {one.subject for one in bench.taken(2, timeout=30)}
        # A 451 may hide a mail that was stored after all; one with a 250 is there for certain.
        assert {"after the start", "after the outage"} <= subjects


@pytest.mark.faults
def test_mail_that_was_answered_250_is_filed_after_a_restart(mongod, nats, installation, tmp_path: Path):
    port = free_port()
    with running_intake(mongod, nats, installation, tmp_path, incidents_port=port) as bench:
        for number in range(20):
            bench.send(mail(f"mail {number}"))
    with running_intake(mongod, nats, installation, tmp_path) as bench:
        assert {one.subject for one in bench.taken(20, timeout=60)} == {f"mail {n}" for n in range(20)}


def test_while_the_record_is_down_a_submission_is_received_and_later_accepted(
    mongod, nats, installation, tmp_path: Path
):
    port = free_port()
    with running_intake(mongod, nats, installation, tmp_path, incidents_port=port) as bench:
        caller = bench.caller(Role.REQUESTER)
        received = bench.submit(caller)
        assert received.state == submission_pb2.SUBMISSION_STATE_RECEIVED
        with bench.incidents.serving(port):
            accepted = wait_until(lambda: _accepted(bench, caller, received.submission_id), timeout=40)
    assert accepted.incident_number == "ACME-1"


def test_while_the_directory_is_down_mail_waits_and_nothing_is_quarantined(
    mongod, nats, installation, tmp_path: Path
):
    with running_intake(mongod, nats, installation, tmp_path) as bench:
        bench.send(mail("before"))
        bench.taken()
        bench.directory.stop()
        # Its answers are still good for half a minute; and a mailbox that was there is taken to be there.
        bench.send(mail(sender="new@acme.example"), sender="new@acme.example")
        wait_until(lambda: _waiting(bench) == 1)
        assert bench.quarantined() == []
        with bench.smtp() as connection:
            connection.ehlo()
            connection.mail("jane@acme.example")
            assert connection.rcpt("help@northstar.example")[0] == 451


def test_a_connection_that_breaks_off_leaves_no_mail(bench: Bench):
    connection = bench.smtp()
    connection.ehlo()
    connection.mail("jane@acme.example")
    connection.rcpt("support@acme.northstar.example")
    connection.docmd("DATA")
    connection.send(b"Subject: half\r\n\r\nthe first half")
    connection.close()
    bench.send(mail("whole"))
    assert [one.subject for one in bench.taken()] == ["whole"]


def _accepted(bench: Bench, caller, submission_id: str):
    found = bench.get(caller, submission_id)
    return found if found.state == submission_pb2.SUBMISSION_STATE_ACCEPTED else None


def _waiting(bench: Bench) -> int:
    from pymongo import MongoClient

    database = MongoClient(bench.settings.mongodb_uri)[bench.settings.database_name]
    return database["arrivals"].count_documents({"state": "received"})


def test_without_nats_mail_is_taken_and_its_events_wait(mongod, installation, tmp_path: Path):
    nowhere = f"nats://127.0.0.1:{free_port()}"
    with running_intake(mongod, nowhere, installation, tmp_path) as bench:
        bench.send(mail())
        assert bench.taken()[0].subject == "Printer"
        assert bench.submit(bench.caller(Role.REQUESTER)).incident_number
