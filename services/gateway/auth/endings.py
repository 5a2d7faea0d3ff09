"""Hears the directory: what it said of people and tenants is forgotten, and who was disabled is signed out."""

from collections.abc import Callable, Sequence

from chassis.bus import Event
from fairlead.directory.v1 import events_pb2
from fairlead.directory.v1.person_pb2 import PERSON_STATE_DISABLED, Person
from services.gateway.auth.context import Gateway

PERSON_FACTS = ("person_changed", "grant_changed")
TENANT_FACTS = ("tenant_changed", "tenant_suspended", "brand_changed")


class Endings:
    """Once for all replicas. Idempotent: ending a session twice changes nothing."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def handle(self, events: Sequence[Event]) -> None:
        """Takes a batch of PERSON_FACTS."""
        for event in events:
            person = _person(event)
            if person.state == PERSON_STATE_DISABLED:
                self._gateway.directory.forget_person(person.person_id)
                self._gateway.sessions.end_all(person.provider_id, person.person_id)
                self._gateway.auth.grants.revoke_person(person.provider_id, person.person_id)


class Forgetting:
    """For each process by itself: it forgets what it remembers of whom and what has changed.

    recheck(person_id=…) or recheck(tenant_id=…) is called afterwards: whoever keeps something open asks again.
    """

    def __init__(self, gateway: Gateway, *recheck: Callable[..., None]) -> None:
        self._directory = gateway.directory
        self._recheck = recheck

    def handle(self, events: Sequence[Event]) -> None:
        """Takes a batch of PERSON_FACTS and TENANT_FACTS."""
        for event in events:
            if event.fact in PERSON_FACTS:
                person_id = _person(event).person_id
                self._directory.forget_person(person_id)
                self._ask_again(person_id=person_id)
            elif event.fact == "brand_changed":
                self._directory.forget_tenant(event.parse(events_pb2.BrandChanged).brand.tenant_id)
            elif event.fact == "tenant_changed":
                tenant = event.parse(events_pb2.TenantChanged).tenant
                self._directory.forget_tenant(tenant.tenant_id, tenant.slug)
            elif event.fact == "tenant_suspended":
                tenant = event.parse(events_pb2.TenantSuspended).tenant
                self._directory.forget_tenant(tenant.tenant_id, tenant.slug)
                self._ask_again(tenant_id=tenant.tenant_id)

    def _ask_again(self, **whose: str) -> None:
        for recheck in self._recheck:
            recheck(**whose)


def _person(event: Event) -> Person:
    if event.fact == "person_changed":
        return event.parse(events_pb2.PersonChanged).person
    return event.parse(events_pb2.GrantChanged).person
