"""The last look before anything leaves: the recipient must belong where the incident does. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody as the directory knows them. granted None: all tenants of the provider."""

    person_id: str
    provider_id: str
    address: str
    name: str
    locale: str
    time_zone: str
    active: bool
    member_of: frozenset[str]
    granted: frozenset[str] | None = frozenset()


@dataclass(frozen=True)
class Tenant:
    """A client as its mails show it."""

    tenant_id: str
    provider_id: str
    slug: str
    name: str
    locale: str
    time_zone: str
    support_address: str
    brand: Mapping[str, str]


def refusal(tenant_id: str, person_id: str, person: Person | None) -> str:
    """Why this person must not be told of that tenant's incident; "" when they may.

    A party without a person id was named on the incident by address alone. Then person is whoever the directory
    knows by that address; nobody at all is told there, somebody of another client is not.
    """
    if not person_id and person is None:
        return ""
    if person is None:
        return "recipient_unknown"
    if not person.active:
        return "recipient_disabled"
    if tenant_id in person.member_of or person.granted is None or tenant_id in person.granted:
        return ""
    return "recipient_outside_tenant"
