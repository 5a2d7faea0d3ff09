"""From facts to deliveries: who is told, each once, saved before anything is sent."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.tenancy import GrantedScope, TenantScope
from services.notify import ports
from services.notify.domain import war
from services.notify.domain.delivery import (
    TOO_MANY,
    UNREACHABLE,
    Channel,
    Delivery,
    State,
    delivery_id,
    suppressed,
)
from services.notify.domain.notification import IncidentFact, Notification, Side, notifications_for
from services.notify.domain.webhook import EVENT_TYPES, Webhook
from services.notify.use_cases.bouncing import Reachable
from services.notify.use_cases.claims import Claims


@dataclass(frozen=True)
class Tell:
    """Plans the deliveries of a batch of facts and saves them in one write; idempotent by event."""

    deliveries: ports.Deliveries
    webhooks: ports.Webhooks
    reachable: Reachable
    now: ports.Clock
    nudge: ports.Nudge
    claims: Claims | None = None

    def tell(self, facts: Sequence[IncidentFact], payload_of: Callable[[str], str]) -> None:
        """payload_of: event id → the JSON that webhooks are sent of it; asked once for each event they hear of."""
        planned = [self._mail(fact, told) for fact in facts for told in notifications_for(fact)]
        planned = self._without_unreachable(planned, _heard_from(facts))
        by_mail = {fact.event_id for fact in facts if fact.by_mail}
        planned = self._without_wars(planned, by_mail) if by_mail else planned
        endpoints = self._endpoints({fact.provider_id for fact in facts})
        for fact in facts:
            wanting = [each for each in endpoints[fact.provider_id] if each.wants(fact.fact, fact.tenant_id)]
            payload = payload_of(fact.event_id) if wanting else ""
            planned += [self._hook(fact, webhook, payload) for webhook in wanting]
        if planned and self._add(planned):
            self.nudge()

    def _add(self, planned: Sequence[Delivery]) -> Sequence[Delivery]:
        """Saves them; what is new of those claimed for this process is handed to its senders. What may be to do for them."""
        if self.claims is None:
            return self.deliveries.add_many(planned)
        marked = self.claims.mark(planned, self.now())
        try:
            added = self.deliveries.add_many(marked.deliveries)
        except BaseException:
            self.claims.doubt(marked)
            raise
        self.claims.hand_over(marked, added)
        return marked.deliveries

    def _endpoints(self, providers: set[str]) -> dict[str, list[Webhook]]:
        return {provider: self.webhooks.all(GrantedScope(provider, None)) for provider in providers}

    def _mail(self, fact: IncidentFact, told: Notification) -> Delivery:
        recipient = told.recipient
        # Staff are written to at the address the directory has when it is sent.
        known = recipient.side is Side.CLIENT and recipient.address
        address = recipient.address if known else recipient.person_id
        content = {
            "title": recipient.title or fact.title,
            "words": told.words,
            "attachments": "\n".join(_may_be_named(fact, told)),
            "unverified": "" if fact.verified else "yes",
            "actor_name": fact.actor_name,
            "assignee_name": fact.assignee_name,
            "is_requester": "yes" if recipient == fact.requester else "",
            **fact.details,
        }
        return replace(
            self._delivery(fact, Channel.EMAIL, told.kind, address),
            recipient_person_id=recipient.person_id,
            recipient_name=recipient.name,
            side=recipient.side.value,
            content=content,
        )

    def _hook(self, fact: IncidentFact, webhook: Webhook, payload: str) -> Delivery:
        event_type = EVENT_TYPES[fact.fact]
        hook = self._delivery(fact, Channel.WEBHOOK, event_type, webhook.webhook_id)
        return replace(hook, subject=event_type, content={"payload": payload})

    def _delivery(self, fact: IncidentFact, channel: Channel, kind: str, recipient: str) -> Delivery:
        now = self.now()
        return Delivery(
            delivery_id=delivery_id(fact.event_id, channel, recipient),
            provider_id=fact.provider_id,
            tenant_id=fact.tenant_id,
            incident_id=fact.incident_id,
            incident_number=fact.number,
            channel=channel,
            notification=kind,
            recipient=recipient,
            event_id=fact.event_id,
            create_time=now,
            due_time=now,
        )

    def _without_wars(self, planned: Sequence[Delivery], by_mail: set[str]) -> list[Delivery]:
        """Those that a mail brought, as long as there have not been too many within the hour."""
        since = self.now() - war.WINDOW
        by_tenant: dict[TenantScope, list[Delivery]] = defaultdict(list)
        for one in planned:
            if one.event_id in by_mail and one.state is not State.SUPPRESSED:
                by_tenant[_scope(one)].append(one)
        stopped: set[str] = set()
        for scope, told in by_tenant.items():
            stopped |= self._acknowledged_too_often(scope, told, since) | self._said_too_often(
                scope, told, since
            )
        return [suppressed(one, TOO_MANY) if one.delivery_id in stopped else one for one in planned]

    def _acknowledged_too_often(
        self, scope: TenantScope, told: Sequence[Delivery], since: datetime
    ) -> set[str]:
        acknowledging = [one for one in told if one.notification == war.ACKNOWLEDGEMENT]
        addresses = {one.recipient for one in acknowledging}
        former = self.deliveries.acknowledged_since(scope, addresses, since) if addresses else {}
        titles = {address: list(former.get(address, ())) for address in addresses}
        stopped = set()
        for one in acknowledging:
            title, before = one.content["title"], titles[one.recipient]
            if war.acknowledges_too_often(title, one.incident_number, before):
                stopped.add(one.delivery_id)
            else:
                before.append(title)
        return stopped

    def _said_too_often(self, scope: TenantScope, told: Sequence[Delivery], since: datetime) -> set[str]:
        saying = [one for one in told if one.notification in war.WORDS]
        talks = {one.incident_id for one in saying}
        counts = Counter(self.deliveries.words_since(scope, talks, since) if talks else {})
        stopped = set()
        for one in saying:
            counts[one.incident_id, one.recipient] += 1
            if counts[one.incident_id, one.recipient] > war.MOST_WORDS:
                stopped.add(one.delivery_id)
        return stopped

    def _without_unreachable(
        self, planned: Sequence[Delivery], heard: Mapping[TenantScope, set[str]]
    ) -> list[Delivery]:
        by_tenant: dict[TenantScope, set[str]] = defaultdict(set)
        for delivery in planned:
            if "@" in delivery.recipient:
                by_tenant[_scope(delivery)].add(delivery.recipient.lower())
        away = self.reachable.suppressed(by_tenant, heard) if by_tenant else {}
        return [
            suppressed(one, UNREACHABLE) if one.recipient.lower() in away.get(_scope(one), ()) else one
            for one in planned
        ]


def _scope(delivery: Delivery) -> TenantScope:
    return TenantScope(delivery.provider_id, delivery.tenant_id)


def _heard_from(facts: Sequence[IncidentFact]) -> dict[TenantScope, set[str]]:
    """Addresses that wrote to us, surely: an incident was opened by an authenticated mail of theirs."""
    heard: dict[TenantScope, set[str]] = defaultdict(set)
    for fact in facts:
        opened = fact.fact == "incident_opened" and fact.by_mail and fact.verified and not fact.automatic
        if opened and fact.requester and fact.requester.address:
            heard[TenantScope(fact.provider_id, fact.tenant_id)].add(fact.requester.address.lower())
    return heard


def _may_be_named(fact: IncidentFact, told: Notification) -> tuple[str, ...]:
    """A sender who could not be authenticated is told nothing that somebody wrote; a file's name is such a thing."""
    return fact.attachments if fact.verified or told.kind != "incident_opened" else ()
