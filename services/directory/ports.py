"""What the use cases need of the world.

Every method takes a scope first and answers NotFound for what lies outside it. Stores raise
AlreadyExists for a value that must be unique, RevisionConflict when someone else saved first, and
Unavailable while they cannot be reached. `add` and `save` return the record with its new revision.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from chassis.tenancy import Caller, Scope, TenantScope
from services.directory.domain.brand import Brand
from services.directory.domain.facts import BrandChanged, MailDomainChanged, PersonFact, TenantFact
from services.directory.domain.mail import MailDomain
from services.directory.domain.person import Person
from services.directory.domain.provider import Provider
from services.directory.domain.team import Team
from services.directory.domain.tenant import Tenant

Fact = TypeVar("Fact")
Record = TypeVar("Record")
Clock = Callable[[], datetime]
NewId = Callable[[str], str]


@dataclass(frozen=True)
class Change(Generic[Fact]):
    """What happened, by whom and when: saved with the record in one write."""

    caller: Caller
    time: datetime
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Page(Generic[Record]):
    """A part of a list; `next_token` is "" at its end."""

    records: tuple[Record, ...]
    next_token: str = ""


class Providers(Protocol):
    """Providers; nothing is announced about them."""

    def add(self, provider: Provider) -> Provider:
        """Raises AlreadyExists: "slug_taken", "support_address_taken"."""

    def get(self, scope: Scope, provider_id: str) -> Provider:
        """Raises NotFound("provider_not_found")."""

    def find_by_slug(self, scope: Scope, slug: str) -> Provider | None: ...

    def written_to(self, scope: Scope, mailboxes: frozenset[str]) -> list[str]:
        """The ids of providers that have one of these support addresses."""


class Tenants(Protocol):
    """Tenants; a scope of several tenants sees exactly those."""

    def add(self, tenant: Tenant, change: Change[TenantFact]) -> Tenant:
        """Raises AlreadyExists: "slug_taken", "number_prefix_taken", "support_address_taken"."""

    def save(self, tenant: Tenant, change: Change[TenantFact]) -> Tenant: ...

    def get(self, scope: Scope, tenant_id: str) -> Tenant:
        """Raises NotFound("tenant_not_found")."""

    def find_by_slug(self, scope: Scope, slug: str) -> Tenant | None: ...

    def page(self, scope: Scope, size: int, token: str, query: str = "", state: str = "") -> Page[Tenant]:
        """By slug; with a query those of whose name, slug or prefix it is a part. Raises InvalidArgument("cursor_invalid")."""

    def missing(self, scope: Scope, tenant_ids: Iterable[str]) -> list[str]:
        """Those ids that name no tenant within the scope."""

    def written_to(self, scope: Scope, mailboxes: frozenset[str]) -> list[str]:
        """The ids of providers one of whose tenants has one of these support addresses."""

    def having_mailbox(self, scope: Scope, mailboxes: frozenset[str]) -> list[TenantScope]:
        """The tenants that have one of these support addresses of their own."""


class MailDomains(Protocol):
    """Mail domains, each of at most one tenant of the installation."""

    def add(self, mail_domain: MailDomain, change: Change[MailDomainChanged]) -> MailDomain:
        """Raises AlreadyExists("mail_domain_taken")."""

    def remove(self, mail_domain: MailDomain, change: Change[MailDomainChanged]) -> None: ...

    def find(self, scope: Scope, domain: str) -> MailDomain | None: ...

    def all_of(self, scope: TenantScope) -> list[MailDomain]: ...


class Brands(Protocol):
    """Brands, one for each tenant that has chosen one."""

    def find(self, scope: TenantScope) -> Brand | None: ...

    def add(self, brand: Brand, change: Change[BrandChanged]) -> Brand: ...

    def save(self, brand: Brand, change: Change[BrandChanged]) -> Brand: ...


class People(Protocol):
    """People, kept in their provider's room.

    A scope of some tenants sees their members and, because their names are no secret, the staff.
    """

    def add(self, person: Person, change: Change[PersonFact]) -> Person:
        """Raises AlreadyExists("email_taken")."""

    def save(self, person: Person, change: Change[PersonFact]) -> Person: ...

    def get(self, scope: Scope, person_id: str) -> Person:
        """Raises NotFound("person_not_found")."""

    def get_many(self, scope: Scope, person_ids: Sequence[str]) -> list[Person]: ...

    def find_by_email(self, scope: Scope, email: str) -> list[Person]: ...

    def page(
        self,
        scope: Scope,
        tenant_id: str,
        staff: bool,
        size: int,
        token: str,
        query: str = "",
        by_address: bool = True,
    ) -> Page[Person]:
        """By name: members of the scope's tenants, of one where tenant_id is given.

        staff: instead the provider's staff who are granted any of those tenants. query: part of a name or address.
        by_address False: of a name alone.
        Raises InvalidArgument("cursor_invalid").
        """


class Teams(Protocol):
    """Teams, kept in their provider's room; nothing is announced about them."""

    def add(self, team: Team) -> Team:
        """Raises AlreadyExists("team_name_taken")."""

    def save(self, team: Team) -> Team: ...

    def get(self, scope: Scope, team_id: str) -> Team:
        """Raises NotFound("team_not_found")."""

    def find_by_name(self, scope: Scope, name: str) -> Team | None: ...

    def all_of(self, scope: TenantScope) -> list[Team]:
        """By name, at most 200."""
