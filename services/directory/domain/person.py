"""People: members of client organisations, and the provider's staff with their grants."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chassis.errors import AlreadyExists
from services.directory.domain import texts

_MAX_WORDS = 50


class PersonState(StrEnum):
    """A disabled person may not sign in; what they wrote stays."""

    ACTIVE = "active"
    DISABLED = "disabled"


class MembershipRole(StrEnum):
    """What a person is to a client organisation."""

    REQUESTER = "requester"
    CLIENT_MANAGER = "client_manager"


class GrantRole(StrEnum):
    """What a member of the provider's staff may do."""

    TECHNICIAN = "technician"
    DISPATCHER = "dispatcher"
    PROVIDER_ADMIN = "provider_admin"


@dataclass(frozen=True)
class Membership:
    """A person's belonging to one tenant."""

    tenant_id: str
    role: MembershipRole


@dataclass(frozen=True)
class Grant:
    """A staff role and the tenants it holds for; `all_tenants` includes those yet to come."""

    role: GrantRole
    all_tenants: bool = False
    tenant_ids: frozenset[str] = frozenset()

    def covers(self, tenant_id: str) -> bool:
        return self.all_tenants or tenant_id in self.tenant_ids


@dataclass(frozen=True)
class Person:
    """One human being, once per provider. Times are UTC; revision 0 means "not saved yet"."""

    person_id: str
    provider_id: str
    email: str
    display_name: str
    create_time: datetime
    update_time: datetime
    locale: str = ""
    time_zone: str = ""
    state: PersonState = PersonState.ACTIVE
    memberships: tuple[Membership, ...] = ()
    grants: tuple[Grant, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    verified: bool = True
    revision: int = 0

    @property
    def is_staff(self) -> bool:
        return bool(self.grants)

    def belongs_to(self, tenant_id: str) -> bool:
        return any(membership.tenant_id == tenant_id for membership in self.memberships)

    @property
    def named_tenants(self) -> frozenset[str]:
        """Every tenant that a membership or a grant names."""
        granted = (tenant_id for grant in self.grants for tenant_id in grant.tenant_ids)
        return frozenset((*(membership.tenant_id for membership in self.memberships), *granted))


def new_person(
    person_id: str,
    provider_id: str,
    *,
    email: str,
    display_name: str,
    now: datetime,
    locale: str = "",
    time_zone: str = "",
    memberships: Iterable[Membership] = (),
    grants: Iterable[Grant] = (),
    skills: Iterable[str] = (),
    languages: Iterable[str] = (),
    verified: bool = True,
) -> Person:
    """A person with every text in its normal form; without a name, the address shows what to call them.

    Raises InvalidArgument.
    """
    address = texts.email(email)
    person = Person(
        person_id=person_id,
        provider_id=provider_id,
        email=address,
        display_name=texts.name(display_name or address.partition("@")[0], "display_name"),
        create_time=now,
        update_time=now,
        locale=texts.locale(locale, optional=True),
        time_zone=texts.time_zone(time_zone, optional=True),
        skills=_words(skills, "skills"),
        languages=_words(languages, "languages"),
        verified=verified,
    )
    for membership in memberships:
        person = with_membership(person, membership, now)
    for grant in grants:
        person = with_grant(person, grant, now)
    return person


def same_person(existing: Person, wished: Person) -> Person:
    """The existing one, when it is whom a repeated request wished for. Raises AlreadyExists("email_taken")."""
    if (existing.email, existing.display_name) != (wished.email, wished.display_name):
        raise AlreadyExists("email_taken", "Someone else has this mail address.", field="email")
    return existing


def changed_person(
    person: Person,
    *,
    display_name: str = "",
    locale: str = "",
    time_zone: str = "",
    skills: Iterable[str] | None = None,
    languages: Iterable[str] | None = None,
    now: datetime,
) -> Person:
    """The person with the texts that are not empty, and the lists that are given. Raises InvalidArgument."""
    return replace(
        person,
        display_name=texts.name(display_name, "display_name") if display_name else person.display_name,
        locale=texts.locale(locale) if locale else person.locale,
        time_zone=texts.time_zone(time_zone) if time_zone else person.time_zone,
        skills=person.skills if skills is None else _words(skills, "skills"),
        languages=person.languages if languages is None else _words(languages, "languages"),
        update_time=now,
    )


def disabled(person: Person, now: datetime) -> Person:
    """The person, disabled; unchanged when they are already, so that the call may be repeated."""
    if person.state is PersonState.DISABLED:
        return person
    return replace(person, state=PersonState.DISABLED, update_time=now)


def enabled(person: Person, now: datetime) -> Person:
    """The person, active again; unchanged when they are already."""
    if person.state is PersonState.ACTIVE:
        return person
    return replace(person, state=PersonState.ACTIVE, update_time=now)


def with_membership(person: Person, membership: Membership, now: datetime) -> Person:
    """The person with this membership; one tenant holds one role at a time."""
    if membership in person.memberships:
        return person
    others = (known for known in person.memberships if known.tenant_id != membership.tenant_id)
    ordered = sorted((*others, membership), key=lambda each: each.tenant_id)
    return replace(person, memberships=tuple(ordered), update_time=now)


def without_membership(person: Person, tenant_id: str, now: datetime) -> Person:
    """The person without it; unchanged when there is none."""
    kept = tuple(known for known in person.memberships if known.tenant_id != tenant_id)
    if kept == person.memberships:
        return person
    return replace(person, memberships=kept, update_time=now)


def with_grant(person: Person, grant: Grant, now: datetime) -> Person:
    """The person with this grant in place of any other of the same role.

    An administrator's grant always holds for all tenants: there is nobody above to widen it.
    """
    everywhere = grant.all_tenants or grant.role is GrantRole.PROVIDER_ADMIN
    tenant_ids = frozenset() if everywhere else grant.tenant_ids
    granted = Grant(grant.role, everywhere, tenant_ids)
    if granted in person.grants:
        return person
    others = (known for known in person.grants if known.role is not grant.role)
    return replace(
        person, grants=tuple(sorted((*others, granted), key=lambda each: each.role)), update_time=now
    )


def without_grant(person: Person, role: GrantRole, now: datetime) -> Person:
    """The person without it; unchanged when there is none."""
    kept = tuple(known for known in person.grants if known.role is not role)
    if kept == person.grants:
        return person
    return replace(person, grants=kept, update_time=now)


def as_requester(person: Person, tenant_id: str, verified: bool, now: datetime) -> Person:
    """The person as a member of this tenant, and verified once anything has verified them.

    The same person comes back unchanged when there is nothing to change. A role they have is kept.
    """
    if not person.belongs_to(tenant_id):
        person = with_membership(person, Membership(tenant_id, MembershipRole.REQUESTER), now)
    if verified and not person.verified:
        person = replace(person, verified=True, update_time=now)
    return person


def _words(texts_: Iterable[str], field: str) -> tuple[str, ...]:
    """Skills and languages: short lower-case words, each once, in order."""
    found = tuple(dict.fromkeys(texts.name(word, field, 60).lower() for word in texts_))
    if len(found) > _MAX_WORDS:
        raise texts.invalid(field, f"At most {_MAX_WORDS}.")
    return found
