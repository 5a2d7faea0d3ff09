"""Hears the directory: what it said of people and tenants is forgotten, and who was disabled is signed out."""

from collections.abc import Sequence

from chassis.bus import Event
from fairlead.directory.v1 import events_pb2
from fairlead.directory.v1.person_pb2 import PERSON_STATE_DISABLED, Person
from fairlead.directory.v1.tenant_pb2 import Tenant
from services.gateway.auth.context import Gateway


class Endings:
    """Idempotent: ending a session twice, or forgetting what is forgotten, changes nothing."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def handle(self, events: Sequence[Event]) -> None:
        """Takes a batch of directory events."""
        for event in events:
            if event.fact == "person_changed":
                self._person(event.parse(events_pb2.PersonChanged).person)
            elif event.fact == "grant_changed":
                self._person(event.parse(events_pb2.GrantChanged).person)
            elif event.fact == "brand_changed":
                self._gateway.directory.forget_tenant(event.parse(events_pb2.BrandChanged).brand.tenant_id)
            elif event.fact == "tenant_changed":
                self._tenant(event.parse(events_pb2.TenantChanged).tenant)
            elif event.fact == "tenant_suspended":
                self._tenant(event.parse(events_pb2.TenantSuspended).tenant)

    def _tenant(self, tenant: Tenant) -> None:
        self._gateway.directory.forget_tenant(tenant.tenant_id, tenant.slug)

    def _person(self, person: Person) -> None:
        self._gateway.directory.forget_person(person.person_id)
        if person.state == PERSON_STATE_DISABLED:
            self._gateway.sessions.end_all(person.provider_id, person.person_id)
            self._gateway.auth.grants.revoke_person(person.provider_id, person.person_id)
