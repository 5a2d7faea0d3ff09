"""A tenant: one client organisation of one provider, the isolation boundary."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chassis.errors import AlreadyExists, RevisionConflict
from services.directory.domain import texts

_MAX_REASON = 500


class TenantState(StrEnum):
    """A suspended client's people may not sign in; its mail is still kept."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class NewPersonPolicy(StrEnum):
    """What becomes of a mail of the client's domain whose sender nobody knows.

    create: they are made a requester. hold: it waits until an administrator says so. reject: it is put away, and shown.
    """

    CREATE = "create"
    HOLD = "hold"
    REJECT = "reject"


@dataclass(frozen=True)
class Tenant:
    """A client organisation. Times are UTC; revision 0 means "not saved yet"."""

    tenant_id: str
    provider_id: str
    name: str
    slug: str
    number_prefix: str
    locale: str
    time_zone: str
    support_address: str
    create_time: datetime
    update_time: datetime
    state: TenantState = TenantState.ACTIVE
    new_person_policy: NewPersonPolicy = NewPersonPolicy.CREATE
    revision: int = 0


def new_tenant(
    tenant_id: str,
    provider_id: str,
    *,
    name: str,
    slug: str,
    number_prefix: str,
    locale: str,
    time_zone: str,
    support_address: str,
    now: datetime,
) -> Tenant:
    """An active tenant with every text in its normal form; English and UTC when unsaid.

    Raises InvalidArgument.
    """
    return Tenant(
        tenant_id=tenant_id,
        provider_id=provider_id,
        name=texts.name(name),
        slug=texts.slug(slug),
        number_prefix=texts.number_prefix(number_prefix),
        locale=texts.locale(locale or "en"),
        time_zone=texts.time_zone(time_zone or "UTC"),
        support_address=_mailbox(support_address),
        create_time=now,
        update_time=now,
    )


def same_tenant(existing: Tenant, wished: Tenant) -> Tenant:
    """The existing one, when it is what a repeated request wished for. Raises AlreadyExists("slug_taken")."""
    if _identity(existing) != _identity(wished):
        raise AlreadyExists("slug_taken", "Another client has this short name.", slug=wished.slug)
    return existing


def changed_tenant(
    tenant: Tenant,
    *,
    name: str = "",
    locale: str = "",
    time_zone: str = "",
    support_address: str = "",
    new_person_policy: NewPersonPolicy | None = None,
    now: datetime,
) -> Tenant:
    """The tenant with the values that are not empty. Raises InvalidArgument."""
    return replace(
        tenant,
        name=texts.name(name) if name else tenant.name,
        locale=texts.locale(locale) if locale else tenant.locale,
        time_zone=texts.time_zone(time_zone) if time_zone else tenant.time_zone,
        support_address=_mailbox(support_address) if support_address else tenant.support_address,
        new_person_policy=new_person_policy or tenant.new_person_policy,
        update_time=now,
    )


def suspended(tenant: Tenant, now: datetime) -> Tenant:
    """The tenant, suspended; the same one when it is already, so that the call may be repeated."""
    if tenant.state is TenantState.SUSPENDED:
        return tenant
    return replace(tenant, state=TenantState.SUSPENDED, update_time=now)


def activated(tenant: Tenant, now: datetime) -> Tenant:
    """The tenant, active again; the same one when it is already."""
    if tenant.state is TenantState.ACTIVE:
        return tenant
    return replace(tenant, state=TenantState.ACTIVE, update_time=now)


def suspension_reason(text: str) -> str:
    """Why a client is suspended, for the audit trail; may be "". Raises InvalidArgument for an essay."""
    return texts.name(text, "reason", _MAX_REASON) if text.strip() else ""


def expect_revision(actual: int, expected: int) -> None:
    """Raises RevisionConflict("revision_conflict") unless they agree; 0 expects nothing."""
    if expected and actual != expected:
        raise RevisionConflict(
            "revision_conflict", "Someone else changed this record first.", expected=expected, actual=actual
        )


def _identity(tenant: Tenant) -> tuple[str, ...]:
    return (tenant.provider_id, tenant.slug, tenant.name, tenant.number_prefix)


def _mailbox(address: str) -> str:
    return texts.without_tag(texts.email(address, "support_address")) if address else ""
