"""Who listens, to what, and what of it they may hear."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from chassis.tenancy import Caller, Role
from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.auth.sessions import Session
from services.gateway.live.feed import QUEUE, Item

# As the incidents service has it: they see every incident of their client, others those they take part in.
_WHOLE_TENANT = frozenset({Role.CLIENT_MANAGER, Role.API_CLIENT})
PRESENCE = "presence"


@dataclass
class Listener:
    """One open stream: whose, on what, and since when that was last checked (the event loop's time).

    tenant_id: the portal it is narrowed to, "" for none. connection_id: under which name its interests can be
    changed, "" for a stream that stays as it was opened.
    """

    session: Session
    caller: Caller
    tenant_id: str = ""
    connection_id: str = ""
    queue: bool = False
    incidents: set[str] = field(default_factory=set)
    checked: float = 0.0

    def wants(self, item: Item) -> bool:
        """Every event is authorized by itself: by tenant, by interest, by who takes part, internal ones for staff."""
        return self.granted(item) and self._interested(item) and self._let_in(item)

    @property
    def sees_presence(self) -> bool:
        """Who looks at what is the staff's own affair; a portal shows none of it, whoever looks."""
        return bool(self.connection_id) and self.caller.is_staff and not self.tenant_id

    def granted(self, thing: Item | Incident) -> bool:
        """Whether it is of a client that they may see."""
        tenants = self.caller.tenant_ids
        return thing.provider_id == self.caller.provider_id and (
            tenants is None or thing.tenant_id in tenants
        )

    def without(self, incident_ids: Iterable[str]) -> None:
        """These incidents are theirs no more."""
        self.incidents.difference_update(incident_ids)

    def _interested(self, item: Item) -> bool:
        if item.name == PRESENCE:
            return self.sees_presence and (self.queue or item.aggregate_id in self.incidents)
        return self.queue if item.feed == QUEUE else item.aggregate_id in self.incidents

    def _let_in(self, item: Item) -> bool:
        if self.caller.is_staff:
            return True
        whole = not _WHOLE_TENANT.isdisjoint(self.caller.roles)
        return not item.internal and (whole or self.caller.person_id in item.people)
