"""Sending what is due: claim, look once more, send, save."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from chassis.errors import FairleadError, NotFound, Unavailable
from chassis.tenancy import Caller, TenantScope
from services.notify import ports
from services.notify.domain.answers import answers_offered
from services.notify.domain.delivery import (
    CLAIM,
    UNREACHABLE,
    Channel,
    Delivery,
    Outcome,
    claimed,
    finished,
    released,
    suppressed,
)
from services.notify.domain.guard import Person, Tenant, refusal
from services.notify.domain.notification import Side
from services.notify.domain.webhook import TEST_EVENT, Webhook
from services.notify.use_cases.claims import Claims
from services.notify.use_cases.turns import Turns

BATCH = 25
# About what a round of planning makes; as many may be of unknown outcome after a crash.
CLAIMED_AT_ONCE = 100
Group = Sequence[Delivery]
_Ready = tuple[Delivery, Tenant, Person | None, str]
Each = Callable[[Callable[[Group], None], Sequence[Group]], Iterable[None]]


@dataclass(frozen=True)
class Deliver:
    """One sender's round, for one channel: nobody's mail waits for somebody's endpoint. Several may run at once, in one
    process or in many: a claim is an optimistic save.
    """

    channel: Channel
    deliveries: ports.Deliveries
    webhooks: ports.Webhooks
    directory: ports.Directory
    record: ports.Record
    callers: ports.Callers
    mail: ports.MailChannel
    webhook: ports.WebhookChannel
    suppressions: ports.Suppressions
    now: ports.Clock
    elapsed: Callable[[], float] = time.monotonic
    # Runs a function over the groups of a round: `map` one after the other, a pool's several at once. Mails go each by
    # itself, the deliveries of one endpoint one after another.
    each: Each = map
    turns: Turns = field(default_factory=lambda: Turns(time.monotonic))
    # Two senders at the same claim would only take it from each other.
    claiming: threading.Lock = field(default_factory=threading.Lock)
    # What this process planned itself, and claimed when it did.
    claims: Claims = field(default_factory=lambda: Claims(0, time.monotonic))

    def run_once(self) -> int:
        """Sends up to BATCH deliveries that are due; answers how many there were. Raises Unavailable."""
        if self.claims.time_to_look():
            return self._send_due() or self._send_claimed()
        return self._send_claimed() or self._send_due()

    def give_back(self) -> None:
        """At the end: what was claimed and not begun is due for whoever comes next."""
        now = self.now()
        waiting, _ = self.claims.take(CLAIMED_AT_ONCE)
        self.deliveries.save_many([released(delivery, now) for delivery in waiting], now)

    def _send_claimed(self) -> int:
        mine, since = self.claims.take(BATCH)
        if mine:
            self._send_all(mine, since)
        return len(mine)

    def _send_due(self) -> int:
        with self.claiming:
            now = self.now()
            due = self.deliveries.due(now, BATCH, self.channel, self.turns.closed())
            mine = self.deliveries.save_many([claimed(delivery, now) for delivery in due], now)
        if mine:
            self._send_all(mine, self.elapsed())
        return len(due)

    def _send_all(self, mine: Sequence[Delivery], started: float) -> None:
        """Each is saved as soon as it was sent: a crash leaves one of unknown outcome for each that sends, not a
        batch of them.
        """
        if self.channel is Channel.WEBHOOK:
            by_endpoint: dict[str, list[Delivery]] = defaultdict(list)
            for delivery in mine:
                by_endpoint[delivery.recipient].append(delivery)
            for _ in self.each(lambda group: self._send_hooks(group, started), list(by_endpoint.values())):
                pass
            return
        prepared = self._prepare(mine)
        unsent = [ready for ready in prepared.values() if isinstance(ready, Delivery)]

        def mail(delivery: Delivery) -> Delivery:
            ready = prepared[delivery.delivery_id]
            assert not isinstance(ready, Delivery)
            return self._mail(delivery, ready)

        def send(group: Group) -> None:
            for delivery in group:
                late = self._is_late(started)
                changed = released(delivery, self.now()) if late else self._attempt(delivery, mail)
                self.deliveries.save_many([changed], self.now())

        ended = {delivery.delivery_id for delivery in unsent}
        for _ in self.each(send, [[delivery] for delivery in mine if delivery.delivery_id not in ended]):
            pass
        if unsent:
            self.deliveries.save_many(unsent, self.now())

    def _is_late(self, started: float) -> bool:
        """Half of the claim is kept in reserve for the attempt at hand."""
        return self.elapsed() - started > CLAIM.total_seconds() / 2

    def _send_hooks(self, group: Group, started: float) -> None:
        """All to one endpoint. Once it does not answer, the others wait until it has rested."""
        endpoint = group[0].recipient
        answers = begun = self.turns.begin(endpoint)

        def hook(delivery: Delivery) -> Delivery:
            nonlocal answers
            changed, answers = self._hook(delivery)
            return changed

        try:
            for delivery in group:
                goes = answers and not self._is_late(started)
                changed = self._attempt(delivery, hook) if goes else released(delivery, self.now())
                self.deliveries.save_many([changed], self.now())
        finally:
            if begun:
                self.turns.end(endpoint, answers)

    def _attempt(self, delivery: Delivery, send: Callable[[Delivery], Delivery]) -> Delivery:
        """What came of it. One that cannot be made or sent at all is given up, visibly, and holds up no other."""
        try:
            return send(delivery)
        except Unavailable as error:
            return finished(delivery, Outcome.TRY_AGAIN, error.reason, self.now())
        except Exception as error:
            reason = f"delivery_unsendable {type(error).__name__}"
            return finished(delivery, Outcome.REFUSED, reason, self.now())

    def _mail(self, delivery: Delivery, mail: ports.Mail) -> Delivery:
        composed = self.mail.compose(mail)
        attempt = self.mail.send(composed)
        sent = replace(
            delivery,
            subject=composed.subject,
            message_id=composed.message_id,
            recipient=composed.recipient,
        )
        return finished(sent, attempt.outcome, attempt.error, self.now())

    def _hook(self, delivery: Delivery) -> tuple[Delivery, bool]:
        """What became of it, and whether its endpoint answers, as far as is known."""
        scope = TenantScope(delivery.provider_id, delivery.tenant_id)
        room = TenantScope(delivery.provider_id, delivery.provider_id)
        try:
            webhook = self._webhook(scope, room, delivery.recipient)
        except NotFound:
            return suppressed(delivery, "webhook_deleted"), True
        if not webhook.enabled:
            return suppressed(delivery, "webhook_disabled"), True
        attempt, gone = self.webhook.send(delivery, webhook, self.now())
        if gone:
            self.webhooks.disable(room if webhook.for_all_tenants else scope, webhook.webhook_id)
        # Whoever tries an endpoint wants to know how it went, not to have it tried for days.
        once = delivery.notification == TEST_EVENT and attempt.outcome is not Outcome.SENT
        outcome = Outcome.REFUSED if once else attempt.outcome
        return finished(delivery, outcome, attempt.error, self.now()), attempt.answered

    def _webhook(self, scope: TenantScope, room: TenantScope, webhook_id: str) -> Webhook:
        try:
            return self.webhooks.get(scope, webhook_id)
        except NotFound:
            return self.webhooks.get(room, webhook_id)

    def _prepare(self, mails: Sequence[Delivery]) -> dict[str, "ports.Mail | Delivery"]:
        """Delivery id → the mail, or the delivery as it ends without one."""
        by_provider: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in mails:
            by_provider[delivery.provider_id].append(delivery)
        prepared: dict[str, ports.Mail | Delivery] = {}
        for provider_id, group in by_provider.items():
            prepared |= self._prepare_or_postpone(provider_id, group)
        return prepared

    def _prepare_or_postpone(
        self, provider_id: str, group: Sequence[Delivery]
    ) -> dict[str, "ports.Mail | Delivery"]:
        try:
            return self._prepare_for(provider_id, group)
        except Exception as error:
            if len(group) > 1 and not isinstance(error, Unavailable):
                # One of them is at fault: alone it holds up nobody else.
                each = [self._prepare_or_postpone(provider_id, [one]) for one in group]
                return {key: value for found in each for key, value in found.items()}
            # Nothing was sent, so all may be tried again.
            reason = error.reason if isinstance(error, FairleadError) else type(error).__name__
            now = self.now()
            return {one.delivery_id: finished(one, Outcome.TRY_AGAIN, reason, now) for one in group}

    def _prepare_for(self, provider_id: str, group: Sequence[Delivery]) -> dict[str, "ports.Mail | Delivery"]:
        caller = self.callers.of(provider_id)
        ids = {delivery.recipient_person_id for delivery in group if delivery.recipient_person_id}
        people = self.directory.people(caller, ids)
        prepared: dict[str, ports.Mail | Delivery] = {}
        ready: list[_Ready] = []
        for delivery in group:
            person = people.get(delivery.recipient_person_id)
            if not delivery.recipient_person_id:
                person = self.directory.at_address(caller, delivery.recipient)
            reason = refusal(delivery.tenant_id, delivery.recipient_person_id, person)
            address = _address(delivery, person)
            if reason or not address:
                prepared[delivery.delivery_id] = suppressed(delivery, reason or "recipient_unknown")
            else:
                stands = _on_their_side(delivery, person)
                ready.append((stands, self.directory.tenant(caller, delivery.tenant_id), person, address))
        ready = self._reachable(ready, prepared)
        # What is about no incident has no conversation that an answer could join.
        about = [one for one in ready if one[0].incident_id]
        minted = self.record.reply_tokens(caller, [(one[0].incident_id, one[3]) for one in about])
        tokens = {one[0].delivery_id: token for one, token in zip(about, minted, strict=True)}
        answers = self._answers(caller, [one[0] for one in ready])
        for delivery, tenant, person, address in ready:
            prepared[delivery.delivery_id] = ports.Mail(
                delivery=delivery,
                tenant=tenant,
                address=address,
                name=person.name if person else delivery.recipient_name,
                locale=(person.locale if person else "") or tenant.locale,
                time_zone=(person.time_zone if person else "") or tenant.time_zone,
                reply_token=tokens.get(delivery.delivery_id, ""),
                answer_tokens=answers.get(delivery.delivery_id, {}),
            )
        return prepared

    def _reachable(
        self, ready: "Sequence[_Ready]", prepared: "dict[str, ports.Mail | Delivery]"
    ) -> "list[_Ready]":
        """Those whose address may be written to; of the client's side that was asked when it was planned."""
        asked: dict[TenantScope, set[str]] = defaultdict(set)
        for delivery, _, _, address in ready:
            if "@" not in delivery.recipient:
                asked[TenantScope(delivery.provider_id, delivery.tenant_id)].add(address.lower())
        away = self.suppressions.among(asked) if asked else {}
        kept = []
        for one in ready:
            delivery, _, _, address = one
            scope = TenantScope(delivery.provider_id, delivery.tenant_id)
            if "@" not in delivery.recipient and address.lower() in away.get(scope, ()):
                prepared[delivery.delivery_id] = suppressed(replace(delivery, recipient=address), UNREACHABLE)
            else:
                kept.append(one)
        return kept

    def _answers(self, caller: Caller, ready: Sequence[Delivery]) -> dict[str, dict[str, str]]:
        """Delivery id → answer → token. They age from the delivery's making: a repeated attempt is the same mail."""
        wanted = [(delivery, answer) for delivery in ready for answer in answers_offered(delivery)]
        if not wanted:
            return {}
        requests = [
            ports.AnswerRequest(
                incident_id=delivery.incident_id,
                answer=answer,
                cycle=int(delivery.content["cycle"]),
                recipient=delivery.recipient_person_id or delivery.recipient,
                issue_time=delivery.create_time,
            )
            for delivery, answer in wanted
        ]
        made: dict[str, dict[str, str]] = defaultdict(dict)
        for (delivery, answer), token in zip(
            wanted, self.record.answer_tokens(caller, requests), strict=True
        ):
            made[delivery.delivery_id][answer] = token
        return made


def _on_their_side(delivery: Delivery, person: Person | None) -> Delivery:
    """Whoever is asked about a change may be staff or the client's: they are led where they belong."""
    if person is None or not delivery.content.get("change"):
        return delivery
    client = delivery.tenant_id in person.member_of
    return replace(delivery, side=(Side.CLIENT if client else Side.STAFF).value)


def _address(delivery: Delivery, person: Person | None) -> str:
    """Staff at the address the directory has; the client's side at the one they wrote from."""
    if delivery.side == Side.STAFF:
        return person.address if person else ""
    return delivery.recipient if "@" in delivery.recipient else (person.address if person else "")
