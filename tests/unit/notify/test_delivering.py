"""One sender's round: what is wrong with one delivery is nobody else's trouble."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from chassis.errors import NotFound, Unavailable
from chassis.tenancy import Caller, Role, Scope, TenantScope
from services.notify.domain.delivery import Channel, Delivery, Outcome, State
from services.notify.domain.guard import Person, Tenant
from services.notify.domain.notification import Side
from services.notify.domain.webhook import Webhook
from services.notify.ports import AnswerRequest, Attempt, ComposedMail, Mail
from services.notify.use_cases import Deliver
from services.notify.use_cases.turns import AT_ONCE, Turns

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACME = Tenant("ten_1", "prv_1", "acme", "Acme", "en", "UTC", "support@acme.example", {})


@dataclass
class Kept:
    """Deliveries in memory, saved under their revision as the store does."""

    records: dict[str, Delivery] = field(default_factory=dict)
    saves: int = 0
    fail_after: int = 1_000

    def due(
        self, now: datetime, limit: int, channel: Channel, closed: frozenset[str] = frozenset()
    ) -> list[Delivery]:
        due = [one for one in self.records.values() if one.due_time and one.due_time <= now]
        return [one for one in due if one.channel is channel and one.recipient not in closed][:limit]

    def save_many(self, deliveries: Sequence[Delivery], now: datetime) -> list[Delivery]:
        self.saves += 1
        if self.saves > self.fail_after:
            raise Unavailable("store_unavailable", "It is away.")
        saved = [replace(one, revision=one.revision + 1) for one in deliveries]
        self.records |= {one.delivery_id: one for one in saved}
        return saved


class Peers:
    """Directory, record and callers: everybody is there, but for the incident "inc_lost"."""

    def __init__(self, known: dict[str, Person] | None = None) -> None:
        self.known = known or {}

    def of(self, provider_id: str) -> Caller:
        return Caller("service:notify", provider_id, None, frozenset({Role.SERVICE}))

    def tenant(self, caller: Caller, tenant_id: str) -> Tenant:
        return ACME

    def at_address(self, caller: Caller, address: str) -> None:
        return None

    def people(self, caller: Caller, person_ids: object) -> dict:
        return self.known

    def answer_tokens(self, caller: Caller, requests: Sequence[AnswerRequest]) -> list[str]:
        return [f"{one.incident_id}-{one.answer}-{one.cycle}-{one.recipient}" for one in requests]

    def reply_tokens(self, caller: Caller, requests: Sequence[tuple[str, str]]) -> list[str]:
        if any(incident_id == "inc_lost" for incident_id, _ in requests):
            raise NotFound("incident_not_found", "There is no such incident.")
        return ["t0k3n" for _ in requests]


class Suppressed:
    """Knows one address that nothing is sent to."""

    def among(self, asked: dict[TenantScope, set[str]]) -> dict[TenantScope, set[str]]:
        return {scope: addresses & {"away@north.example"} for scope, addresses in asked.items()}


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


def round_of(
    *deliveries: Delivery, fail_after: int = 1_000, people: dict | None = None
) -> tuple[Kept, Post, Deliver]:
    kept, post, peers = (
        Kept({one.delivery_id: one for one in deliveries}, fail_after=fail_after),
        Post(),
        Peers(people),
    )
    return (
        kept,
        post,
        Deliver(Channel.EMAIL, kept, None, peers, peers, peers, post, None, Suppressed(), lambda: NOW),
    )


def states(kept: Kept) -> dict[str, State]:
    return {one.recipient: one.state for one in kept.records.values()}


def test_an_address_nobody_can_write_to_is_given_up_and_the_others_are_told_once():
    kept, post, deliver = round_of(mail_to("a@x.example"), mail_to("not an@address"), mail_to("b@x.example"))
    deliver.run_once()
    deliver.run_once()
    assert post.sent == ["a@x.example", "b@x.example"]
    assert states(kept)["not an@address"] is State.DEAD


def test_staff_whose_address_is_suppressed_are_not_written_to():
    ada = Person(
        "per_ada", "prv_1", "Away@north.example", "Ada", "en", "Europe/London", True, frozenset(), None
    )
    told = replace(mail_to("per_ada"), recipient_person_id="per_ada", side=Side.STAFF.value)
    kept, post, deliver = round_of(told, mail_to("b@x.example"), people={"per_ada": ada})
    deliver.run_once()
    assert post.sent == ["b@x.example"]
    assert kept.records[told.delivery_id].last_error == "address_bounces"


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


class Endpoints:
    """Endpoints of the tenant; those in `silent` never answer. Also what sends to them."""

    def __init__(self, *silent: str) -> None:
        self.silent = set(silent)
        self.told: list[str] = []

    def get(self, scope: Scope, webhook_id: str) -> Webhook:
        return Webhook(webhook_id, "prv_1", "ten_1", "https://x.example", frozenset(), "whsec_", True, NOW)

    def send(self, delivery: Delivery, webhook: Webhook, now: datetime) -> tuple[Attempt, bool]:
        self.told.append(webhook.webhook_id)
        if webhook.webhook_id in self.silent:
            return Attempt(Outcome.UNKNOWN, "webhook_timeout", answered=False), False
        return Attempt(Outcome.SENT), False


def hook_to(webhook_id: str, number: int) -> Delivery:
    delivery = mail_to(f"{webhook_id}{number}")
    return replace(delivery, channel=Channel.WEBHOOK, recipient=webhook_id, content={"payload": "{}"})


def test_an_endpoint_that_does_not_answer_costs_one_attempt_a_rest_and_the_others_nothing():
    seconds = [0.0]
    endpoints = Endpoints("whk_silent")
    hooks = [hook_to("whk_silent", number) for number in range(40)] + [hook_to("whk_well", 1)]
    kept = Kept({one.delivery_id: one for one in hooks})
    turns = Turns(lambda: seconds[0])
    deliver = Deliver(
        Channel.WEBHOOK,
        kept,
        endpoints,
        None,
        None,
        None,
        None,
        endpoints,
        Suppressed(),
        lambda: NOW,
        turns=turns,
    )
    deliver.run_once()
    deliver.run_once()
    assert endpoints.told == ["whk_silent", "whk_well"]
    assert deliver.run_once() == 0
    waiting = [one for one in kept.records.values() if one.recipient == "whk_silent"]
    assert sorted(one.attempts for one in waiting) == [0] * 39 + [1]

    endpoints.silent.clear()
    seconds[0] += 6
    for _ in range(3):
        deliver.run_once()
    assert len(endpoints.told) == 2 + 39


def test_a_mail_does_not_wait_in_the_line_of_the_webhooks():
    hooks = [hook_to("whk_silent", number) for number in range(40)]
    _, post, deliver = round_of(*hooks, mail_to("a@x.example"))
    deliver.run_once()
    assert post.sent == ["a@x.example"]


def test_turns_are_limited_while_an_endpoint_answers_and_one_alone_while_it_does_not():
    seconds = [0.0]
    turns = Turns(lambda: seconds[0])
    assert [turns.begin("whk_1") for _ in range(AT_ONCE + 1)] == [True] * AT_ONCE + [False]
    assert turns.closed() == {"whk_1"}
    assert turns.begin("whk_2")
    for _ in range(AT_ONCE):
        turns.end("whk_1", False)
    assert not turns.begin("whk_1")
    seconds[0] += 40
    assert [turns.begin("whk_1"), turns.begin("whk_1")] == [True, False]
    turns.end("whk_1", True)
    assert [turns.begin("whk_1"), turns.begin("whk_1")] == [True, True]
    assert turns.closed() == frozenset()
