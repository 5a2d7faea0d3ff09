"""What notify's use cases need from outside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Caller, Scope, TenantScope
from services.notify.domain.delivery import Channel, Delivery, Outcome
from services.notify.domain.guard import Person, Tenant
from services.notify.domain.suppression import Suppression
from services.notify.domain.webhook import Webhook

Clock = Callable[[], datetime]
NewId = Callable[[str], str]
NewSecret = Callable[[], str]
Nudge = Callable[[], None]


@dataclass(frozen=True)
class Mail:
    """All that one mail is made of."""

    delivery: Delivery
    tenant: Tenant
    address: str
    name: str
    locale: str
    time_zone: str
    reply_token: str
    # Answer ("confirm", "reopen", "rate") → the token of its link.
    answer_tokens: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Attempt:
    """What came of sending; error is a short stable text for people. answered: whether the peer said anything."""

    outcome: Outcome
    error: str = ""
    answered: bool = True


class Deliveries(Protocol):
    """The deliveries."""

    def add_many(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """Adds those that are not there yet; answers the new ones, as they are kept."""
        ...

    def acknowledged_since(
        self, scope: TenantScope, addresses: Iterable[str], since: datetime
    ) -> Mapping[str, Sequence[str]]:
        """The titles of what was acknowledged to each of these addresses."""
        ...

    def words_since(
        self, scope: TenantScope, incident_ids: Iterable[str], since: datetime
    ) -> Mapping[tuple[str, str], int]:
        """How many mails of what was said were planned by (incident id, staff's person id or address)."""
        ...

    def due(
        self, now: datetime, limit: int, channel: Channel, closed: frozenset[str] = frozenset()
    ) -> list[Delivery]:
        """Of all tenants, those that wait longest first, without those to recipients that are closed."""
        ...

    def save_many(self, deliveries: Sequence[Delivery], now: datetime) -> list[Delivery]:
        """Saves each unless somebody saved it first, with the event of its end; answers those that were saved."""
        ...

    def get(self, scope: Scope, delivery_id: str) -> Delivery:
        """Raises NotFound("delivery_not_found")."""
        ...

    def page(
        self,
        scope: Scope,
        incident_id: str,
        state: str,
        page_size: int,
        page_token: str,
        recipient: str = "",
    ) -> tuple[list[Delivery], str]:
        """The newest first, without their content, and the next page's token ("" at the end)."""
        ...


class Webhooks(Protocol):
    """The endpoints."""

    def add(self, scope: TenantScope, webhook: Webhook) -> Webhook: ...
    def get(self, scope: Scope, webhook_id: str) -> Webhook:
        """Raises NotFound("webhook_not_found")."""
        ...

    def save(self, webhook: Webhook) -> Webhook:
        """Raises RevisionConflict when somebody saved first, NotFound when it is gone."""
        ...

    def all(self, scope: Scope) -> list[Webhook]: ...
    def delete(self, scope: Scope, webhook_id: str) -> None: ...
    def disable(self, scope: Scope, webhook_id: str) -> None: ...


class Suppressions(Protocol):
    """Addresses that mail failed to reach."""

    def of(self, scope: TenantScope, address: str, now: datetime) -> Suppression:
        """What is known of an address in lower case; a new one, not saved yet, where nothing is."""
        ...

    def get(self, scope: Scope, suppression_id: str) -> Suppression:
        """Raises NotFound("suppression_not_found")."""
        ...

    def save(self, suppression: Suppression) -> Suppression:
        """Raises RevisionConflict when somebody saved first."""
        ...

    def among(self, asked: Mapping[TenantScope, Iterable[str]]) -> dict[TenantScope, set[str]]:
        """Those of these addresses that nothing is sent to, of each tenant that has any."""
        ...

    def page(self, scope: Scope, size: int, token: str, address: str = "") -> tuple[list[Suppression], str]:
        """Those that nothing is sent to, the latest first, and the next page's token. address: only this one."""
        ...


class Directory(Protocol):
    """Names, languages and brands; answers may be two minutes old."""

    def tenant(self, caller: Caller, tenant_id: str) -> Tenant:
        """Raises NotFound("tenant_not_found")."""
        ...

    def people(self, caller: Caller, person_ids: Iterable[str]) -> Mapping[str, Person]: ...

    def at_address(self, caller: Caller, address: str) -> Person | None:
        """Whoever of the caller's provider has this address."""
        ...


@dataclass(frozen=True)
class AnswerRequest:
    """A link: what it does, at which resolution (cycle), for whom (person id or address); it ages from issue_time."""

    incident_id: str
    answer: str
    cycle: int
    recipient: str
    issue_time: datetime


class Record(Protocol):
    """The incidents service, which mints reply tokens."""

    def reply_tokens(self, caller: Caller, requests: Sequence[tuple[str, str]]) -> list[str]:
        """One token for each (incident id, address), in order."""
        ...

    def answer_tokens(self, caller: Caller, requests: Sequence["AnswerRequest"]) -> list[str]:
        """The token of a link for each, in order; the same for the same request."""
        ...


@dataclass(frozen=True)
class ComposedMail:
    """A mail ready to be handed over; sender is the envelope's, "" for the null reverse-path."""

    subject: str
    message_id: str
    sender: str
    recipient: str
    raw: bytes


class MailChannel(Protocol):
    """Composes and sends mail; never raises for a single mail's failure."""

    def compose(self, mail: Mail) -> ComposedMail: ...
    def send(self, mail: ComposedMail) -> Attempt: ...


class WebhookChannel(Protocol):
    """Tells an endpoint; never raises for a single endpoint's failure."""

    def send(self, delivery: Delivery, webhook: Webhook, now: datetime) -> tuple[Attempt, bool]:
        """Also whether the endpoint said that it is gone for good (410)."""
        ...


class Callers(Protocol):
    """Mints notify's own caller for work that an event asked for."""

    def of(self, provider_id: str) -> Caller: ...
