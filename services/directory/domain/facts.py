"""What happened, in the past tense: each becomes one event of events.proto."""

from dataclasses import dataclass

from services.directory.domain.brand import Brand
from services.directory.domain.mail import MailDomain
from services.directory.domain.person import Person
from services.directory.domain.tenant import Tenant


@dataclass(frozen=True)
class TenantCreated:
    """A client organisation joined the provider."""

    tenant: Tenant


@dataclass(frozen=True)
class TenantChanged:
    """Its names, language, zone or support address changed, or it is active again."""

    tenant: Tenant


@dataclass(frozen=True)
class TenantSuspended:
    """Nobody of this client may sign in any more."""

    tenant: Tenant
    reason: str


@dataclass(frozen=True)
class PersonChanged:
    """A person was made, changed, disabled, enabled, or given or taken a membership."""

    person: Person


@dataclass(frozen=True)
class GrantChanged:
    """What a member of staff may do, or where, changed."""

    person: Person


@dataclass(frozen=True)
class BrandChanged:
    """A client's pages and mails look different from now on."""

    brand: Brand


@dataclass(frozen=True)
class MailDomainChanged:
    """Mail from this domain is filed under the client from now on, or no longer."""

    mail_domain: MailDomain
    removed: bool = False


TenantFact = TenantCreated | TenantChanged | TenantSuspended
PersonFact = PersonChanged | GrantChanged
