"""MongoDB or NATS away, with servers that the test holds in its own hands, so that there is time to look."""

from __future__ import annotations

import secrets
import signal
import smtplib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.harness.journey import (
    decided,
    in_the_queue,
    incident_titled,
    opened_for,
    timed_on_its_contract,
)
from tests.harness.platform import Platform, letter
from tests.harness.servers import Mongod, NatsServer
from tests.harness.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.faults]

SAM, DESK = "sam.okafor@acme.example", "support@acme.northstar.example"
NEW = {"tenant_id": "acme", "requester": {"email": SAM}}


class House:
    """A platform on servers of the test's own."""

    def __init__(self, platform: Platform, mongod: Mongod, nats: NatsServer) -> None:
        self.platform = platform
        self.mongod = mongod
        self.nats = nats

    def restarts(self) -> dict[str, int]:
        return {name: one["restarts"] for name, one in self.platform.running()["services"].items()}

    def works(self) -> None:
        """Mail and call come all the way, and no service had to be restarted for it."""
        platform, title = self.platform, f"As before {secrets.token_hex(4)}"
        # A person tries again after a 503; that is what Retry-After says.
        wait_until(
            lambda: platform.api.get("/incidents").status_code == 200, 30, 0.2, "reading to work again"
        )
        opened = wait_until(lambda: self._opened(title), 30, 0.2, "a call to be taken again")
        incident = decided(platform, opened["incident_id"])
        timed_on_its_contract(platform, incident, "Acme Gold")
        in_the_queue(platform, incident)
        platform.mailbox.wait_for(SAM, incident["number"])
        mailed = f"{title} by mail"
        wait_until(lambda: self.mail_answer(mailed) == 250, 30, 0.2, "a mail to be taken again")
        incident_titled(platform, mailed)
        assert set(self.restarts().values()) == {0}

    def _opened(self, title: str) -> dict[str, Any] | None:
        answer = self.platform.api.post("/incidents", {**NEW, "title": title}, Idempotency_Key=title[-8:])
        return answer.json() if answer.status_code == 201 else None

    def mail_answer(self, subject: str) -> int:
        """What the SMTP conversation about a mail ended with."""
        try:
            self.platform.send(letter(SAM, DESK, subject, "Words.\n"))
        except smtplib.SMTPResponseException as error:
            return error.smtp_code
        except smtplib.SMTPRecipientsRefused as error:
            [(code, _words)] = error.recipients.values()
            return code
        return 250


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    mongod, nats = Mongod(folder / "mongod"), NatsServer(folder / "nats")
    mongod.start()
    nats.start()
    platform = Platform(folder / "data", MONGODB_URI=mongod.uri, NATS_URL=nats.url).up()
    yield House(platform, mongod, nats)
    platform.down()
    nats.stop()
    mongod.stop()


def test_given_servers_are_used_instead_of_embedded_ones(house: House) -> None:
    document = house.platform.running()
    assert document["mongod"]["pid"] is None
    assert document["mongod"]["uri"] == house.mongod.uri
    assert document["nats"]["url"] == house.nats.url


def test_without_mongodb_nothing_is_acknowledged_and_everybody_is_told_to_come_back(house: House) -> None:
    house.platform.api.read("/incidents")
    house.mongod.kill()
    try:
        refused(house)
    finally:
        house.mongod.start()
    house.works()


def test_a_mongodb_that_hangs_is_an_outage_like_any_other(house: House) -> None:
    house.platform.api.read("/incidents")
    assert house.mongod.process
    house.mongod.process.send_signal(signal.SIGSTOP)
    try:
        refused(house)
    finally:
        house.mongod.process.send_signal(signal.SIGCONT)
    house.works()


def refused(house: House) -> None:
    """503 and 451, each within the time in which a client still listens."""
    title = f"Never acknowledged {secrets.token_hex(4)}"
    for answer in (
        house.platform.api.post("/incidents", {**NEW, "title": title}),
        house.platform.api.get("/incidents"),
    ):
        assert answer.status_code == 503, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) >= 1
    assert house.mail_answer(title) == 451
    assert house.platform.api.token().status_code in (200, 503)


def test_without_nats_everything_is_accepted_and_waits(house: House) -> None:
    title = f"Nobody hears this {secrets.token_hex(4)}"
    house.nats.kill()
    try:
        called = opened_for(house.platform, "acme", SAM, title)
        assert house.mail_answer(f"{title} by mail") == 250
        mailed = incident_titled(house.platform, f"{title} by mail")
        replied = house.platform.api.do(f"/incidents/{called['incident_id']}/replies", {"text": "On it."})
        assert "assignment_decision" not in replied
        for incident in (called, mailed):
            assert house.platform.mailbox.list(subject=incident["number"]) == []
    finally:
        house.nats.start()
    for incident in (called, mailed):
        known = decided_or_answered(house.platform, incident["incident_id"])
        timed_on_its_contract(house.platform, known, "Acme Gold")
        in_the_queue(house.platform, known)
        house.platform.mailbox.wait_for(SAM, incident["number"], timeout=30)
    wait_until(
        lambda: len(house.platform.mailbox.list(SAM, called["number"])) == 2,
        30,
        0.2,
        "acknowledgement and reply",
    )
    house.works()


def decided_or_answered(platform: Platform, incident_id: str) -> dict[str, Any]:
    """Decided; what staff have answered meanwhile may already be in progress."""

    def found() -> dict[str, Any] | None:
        incident = platform.api.read(f"/incidents/{incident_id}")
        return incident if incident.get("assignment_decision") else None

    return wait_until(found, timeout=40, pause=0.2, what="triage to decide")
