"""One sender's round: what is wrong with one delivery is nobody else's trouble."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from chassis.errors import NotFound, Unavailable
from chassis.tenancy import Caller, Role
from services.notify.domain.delivery import Channel, Delivery, Outcome, State
from services.notify.domain.guard import Tenant
from services.notify.domain.notification import Side
from services.notify.ports import AnswerRequest, Attempt, ComposedMail, Mail
from services.notify.use_cases import Deliver

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACME = Tenant("ten_1", "prv_1", "acme", "Acme", "en", "UTC", "support@acme.example", {})


@dataclass
class Kept:
    """Deliveries in memory, saved under their revision as the store does."""

    records: dict[str, Delivery] = field(default_factory=dict)
    saves: int = 0
    fail_after: int = 1_000

    def due(self, now: datetime, limit: int) -> list[Delivery]:
        return [one for one in self.records.values() if one.due_time and one.due_time <= now][:limit]

    def save_many(self, deliveries: Sequence[Delivery], now: datetime) -> list[Delivery]:
        self.saves += 1
        if self.saves > self.fail_after:
            raise Unavailable("store_unavailable", "It is away.")
        saved = [replace(one, revision=one.revision + 1) for one in deliveries]
        self.records |= {one.delivery_id: one for one in saved}
        return saved


class Peers:
    """Directory, record and callers: everybody is there, but for the incident "inc_lost"."""

    def of(self, provider_id: str) -> Caller:
        return Caller("service:notify", provider_id, None, frozenset({Role.SERVICE}))

    def tenant(self, caller: Caller, tenant_id: str) -> Tenant:
        return ACME

    def at_address(self, caller: Caller, address: str) -> None:
        return None

    def people(self, caller: Caller, person_ids: object) -> dict:
        return {}

    def answer_tokens(self, caller: Caller, requests: Sequence[AnswerRequest]) -> list[str]:
        return [f"{one.incident_id}-{one.answer}-{one.cycle}-{one.recipient}" for one in requests]

    def reply_tokens(self, caller: Caller, requests: Sequence[tuple[str, str]]) -> list[str]:
        if any(incident_id == "inc_lost" for incident_id, _ in requests):
            raise NotFound("incident_not_found", "There is no such incident.")
        return ["t0k3n" for _ in requests]


class Post:
    """Takes mail, but for addresses that nobody can write to."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.composed: list[Mail] = []

    def compose(self, mail: Mail) -> ComposedMail:
        if " " in mail.address:
            raise ValueError("no address")
        self.composed.append(mail)
        return ComposedMail("s", "m@x.example", "", mail.address, b"")

    def send(self, mail: ComposedMail) -> Attempt:
        self.sent.append(mail.recipient)
        return Attempt(Outcome.SENT)


def mail_to(address: str, incident_id: str = "inc_1") -> Delivery:
    return Delivery(
        f"dlv_{address}", "prv_1", "ten_1", incident_id, "ACME-1", Channel.EMAIL, "replied", address,
        "inc_1:1000", NOW, NOW, side=Side.CLIENT.value,
    )  # fmt: skip


def round_of(*deliveries: Delivery, fail_after: int = 1_000) -> tuple[Kept, Post, Deliver]:
    kept, post, peers = (
        Kept({one.delivery_id: one for one in deliveries}, fail_after=fail_after),
        Post(),
        Peers(),
    )
    return kept, post, Deliver(kept, None, peers, peers, peers, post, None, lambda: NOW)


def states(kept: Kept) -> dict[str, State]:
    return {one.recipient: one.state for one in kept.records.values()}


def test_an_address_nobody_can_write_to_is_given_up_and_the_others_are_told_once():
    kept, post, deliver = round_of(mail_to("a@x.example"), mail_to("not an@address"), mail_to("b@x.example"))
    deliver.run_once()
    deliver.run_once()
    assert post.sent == ["a@x.example", "b@x.example"]
    assert states(kept)["not an@address"] is State.DEAD


def test_a_mail_whose_incident_is_not_there_holds_up_no_other():
    kept, post, deliver = round_of(mail_to("a@x.example"), mail_to("b@x.example", "inc_lost"))
    deliver.run_once()
    assert post.sent == ["a@x.example"]
    assert states(kept)["b@x.example"] is State.RETRYING


def test_what_was_sent_is_saved_before_the_next_is_sent():
    # The claim is the first write, so the store goes away after the second mail.
    kept, post, deliver = round_of(*(mail_to(f"{name}@x.example") for name in "abcd"), fail_after=2)
    with pytest.raises(Unavailable):
        deliver.run_once()
    assert post.sent == ["a@x.example", "b@x.example"]
    assert states(kept)["a@x.example"] is State.SENT


def test_links_to_answer_by_are_made_for_whoever_may_use_them():
    solved = mail_to("jane@acme.example")
    content = {**solved.content, "cycle": "2", "is_requester": "yes"}
    solved = replace(solved, notification="resolved", side="client", content=content)
    other = replace(mail_to("jane@acme.example", "inc_2"), delivery_id="dlv_other")
    _, post, deliver = round_of(solved, other)
    deliver.run_once()
    tokens = {mail.delivery.incident_id: dict(mail.answer_tokens) for mail in post.composed}
    address = "jane@acme.example"
    assert tokens["inc_1"] == {
        "confirm": f"inc_1-confirm-2-{address}",
        "reopen": f"inc_1-reopen-2-{address}",
    }
    assert tokens["inc_2"] == {}
