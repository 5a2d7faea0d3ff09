"""What the directory announces: a domain fact becomes an event of events.proto, with its name in the subject."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from chassis.outbox import OutboundEvent
from chassis.tenancy import Caller
from fairlead.directory.v1 import events_pb2
from services.directory.domain.facts import (
    BrandChanged,
    GrantChanged,
    MailDomainChanged,
    PersonChanged,
    TenantChanged,
    TenantCreated,
    TenantSuspended,
)
from services.directory.events import messages

Fact = (
    TenantCreated
    | TenantChanged
    | TenantSuspended
    | PersonChanged
    | GrantChanged
    | BrandChanged
    | MailDomainChanged
)


def outbound(facts: Iterable[Fact], revision: int, time: datetime, caller: Caller) -> list[OutboundEvent]:
    """The events of one save; each carries the record as it is at the revision that the save makes."""
    return [_outbound(fact, revision, time, caller) for fact in facts]


def _outbound(fact: Fact, revision: int, time: datetime, caller: Caller) -> OutboundEvent:
    match fact:
        case TenantCreated(tenant):
            saved = messages.tenant(replace(tenant, revision=revision))
            return OutboundEvent("tenant_created", events_pb2.TenantCreated(tenant=saved), time, caller)
        case TenantChanged(tenant):
            saved = messages.tenant(replace(tenant, revision=revision))
            return OutboundEvent("tenant_changed", events_pb2.TenantChanged(tenant=saved), time, caller)
        case TenantSuspended(tenant, reason):
            saved = messages.tenant(replace(tenant, revision=revision))
            message = events_pb2.TenantSuspended(tenant=saved, reason=reason)
            return OutboundEvent("tenant_suspended", message, time, caller)
        case PersonChanged(person):
            known = messages.person(replace(person, revision=revision))
            return OutboundEvent("person_changed", events_pb2.PersonChanged(person=known), time, caller)
        case GrantChanged(person):
            known = messages.person(replace(person, revision=revision))
            return OutboundEvent("grant_changed", events_pb2.GrantChanged(person=known), time, caller)
        case BrandChanged(brand):
            look = messages.brand(replace(brand, revision=revision))
            return OutboundEvent("brand_changed", events_pb2.BrandChanged(brand=look), time, caller)
        case MailDomainChanged(mail_domain, removed):
            domain = messages.mail_domain(mail_domain)
            message_ = events_pb2.MailDomainChanged(mail_domain=domain, removed=removed)
            return OutboundEvent("mail_domain_changed", message_, time, caller)
        case _:
            assert_never(fact)
