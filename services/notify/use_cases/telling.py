"""From facts to deliveries: who is told, each once, saved before anything is sent."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chassis.errors import NotFound
from chassis.tenancy import GrantedScope, TenantScope
from services.notify import ports
from services.notify.domain import war
from services.notify.domain.delivery import Channel, Delivery, delivery_id, suppressed
from services.notify.domain.notification import IncidentFact, Notification, Side, notifications_for
from services.notify.domain.webhook import EVENT_TYPES, Webhook


@dataclass(frozen=True)
class Tell:
    """Plans the deliveries of a batch of facts and saves them in one write; idempotent by event."""

    deliveries: ports.Deliveries
    webhooks: ports.Webhooks
    bounces: ports.Bounces
    now: ports.Clock
    nudge: ports.Nudge

    def tell(self, facts: Sequence[IncidentFact], payload_of: Callable[[str], str]) -> None:
        """payload_of: event id → the JSON that webhooks are sent of it; asked once for each event they hear of."""
        planned = [self._mail(fact, told) for fact in facts for told in notifications_for(fact)]
        planned = self._without_bouncing(planned)
        by_mail = {fact.event_id for fact in facts if fact.by_mail}
        planned = self._without_wars(planned, by_mail) if by_mail else planned
        endpoints = self._endpoints({fact.provider_id for fact in facts})
        for fact in facts:
            wanting = [each for each in endpoints[fact.provider_id] if each.wants(fact.fact, fact.tenant_id)]
            payload = payload_of(fact.event_id) if wanting else ""
            planned += [self._hook(fact, webhook, payload) for webhook in wanting]
        if planned and self.deliveries.add_many(planned):
            self.nudge()

    def _endpoints(self, providers: set[str]) -> dict[str, list[Webhook]]:
        return {provider: self.webhooks.all(GrantedScope(provider, None)) for provider in providers}

    def _mail(self, fact: IncidentFact, told: Notification) -> Delivery:
        recipient = told.recipient
        # Staff are written to at the address the directory has when it is sent.
        known = recipient.side is Side.CLIENT and recipient.address
        address = recipient.address if known else recipient.person_id
        content = {
            "title": fact.title,
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
            if one.event_id in by_mail:
                by_tenant[TenantScope(one.provider_id, one.tenant_id)].append(one)
        counts: dict[tuple[TenantScope, str, str], int] = defaultdict(int)
        for scope, told in by_tenant.items():
            addresses = {one.recipient for one in told if one.notification == war.ACKNOWLEDGEMENT}
            talks = {one.incident_id for one in told if one.notification in war.WORDS}
            if addresses:
                for address, count in self.deliveries.acknowledged_since(scope, addresses, since).items():
                    counts[scope, "", address] = count
            if talks:
                for (incident_id, to), count in self.deliveries.words_since(scope, talks, since).items():
                    counts[scope, incident_id, to] = count
        result = []
        for one in planned:
            acknowledges, tells = one.notification == war.ACKNOWLEDGEMENT, one.notification in war.WORDS
            if one.event_id in by_mail and (acknowledges or tells):
                scope = TenantScope(one.provider_id, one.tenant_id)
                key = (scope, "" if acknowledges else one.incident_id, one.recipient)
                counts[key] += 1
                most = war.MOST_WORDS
                if acknowledges:
                    most = war.most_acknowledgements(one.content["title"], one.incident_number)
                one = suppressed(one, "too_many_an_hour") if counts[key] > most else one
            result.append(one)
        return result

    def _without_bouncing(self, planned: Sequence[Delivery]) -> list[Delivery]:
        by_tenant: dict[TenantScope, set[str]] = defaultdict(set)
        for delivery in planned:
            if "@" in delivery.recipient:
                scope = TenantScope(delivery.provider_id, delivery.tenant_id)
                by_tenant[scope].add(delivery.recipient.lower())
        bouncing = {scope: self.bounces.among(scope, asked) for scope, asked in by_tenant.items()}
        return [
            suppressed(one, "address_bounces")
            if one.recipient.lower() in bouncing.get(TenantScope(one.provider_id, one.tenant_id), ())
            else one
            for one in planned
        ]


def _may_be_named(fact: IncidentFact, told: Notification) -> tuple[str, ...]:
    """A sender who could not be authenticated is told nothing that somebody wrote; a file's name is such a thing."""
    return fact.attachments if fact.verified or told.kind != "incident_opened" else ()


@dataclass(frozen=True)
class NoteBounce:
    """An address that a mail server says does not exist is written to no more.

    Anybody can send a delivery report; one that does not name a mail of ours to that very address is nobody's word.
    """

    bounces: ports.Bounces
    deliveries: ports.Deliveries
    now: ports.Clock

    def note(self, provider_id: str, address: str, status: str, message_id: str) -> None:
        """Only a permanent failure counts (RFC 3463: class 5). message_id: of the mail that did not arrive."""
        if not status.startswith("5.") or not address:
            return
        try:
            ours = self.deliveries.get(GrantedScope(provider_id, None), message_id.partition("@")[0])
        except NotFound:
            return
        if ours.recipient.lower() == address.lower():
            scope = TenantScope(ours.provider_id, ours.tenant_id)
            self.bounces.add(scope, address.lower(), status, self.now())
