"""What was told to whom: for the staff of the clients concerned."""

from dataclasses import dataclass

from chassis.errors import InvalidArgument, InvalidState, RevisionConflict
from chassis.tenancy import Caller, Role
from services.notify import ports
from services.notify.domain.delivery import Delivery, State, redelivered

_READERS = (Role.TECHNICIAN, Role.DISPATCHER, Role.PROVIDER_ADMIN, Role.OPERATOR, Role.SERVICE)
_MAX_PAGE = 200
_DEFAULT_PAGE = 50


@dataclass(frozen=True)
class SeeDeliveries:
    """Lists, shows and, for administrators, sends again."""

    deliveries: ports.Deliveries
    now: ports.Clock
    nudge: ports.Nudge

    def page(
        self,
        caller: Caller,
        tenant_id: str,
        incident_id: str,
        state: str,
        page_size: int,
        page_token: str,
        webhook_id: str = "",
    ) -> tuple[list[Delivery], str]:
        """Newest first, and the next page's token, "" at the end."""
        caller.require(*_READERS)
        if page_size < 0:
            raise InvalidArgument("page_size_invalid", "A page has 1 to 200 rows.", field="page_size")
        scope = caller.scope(tenant_id) if tenant_id else caller.granted()
        size = min(page_size or _DEFAULT_PAGE, _MAX_PAGE)
        return self.deliveries.page(scope, incident_id, state, size, page_token, webhook_id)

    def get(self, caller: Caller, delivery_id: str) -> Delivery:
        """Raises NotFound("delivery_not_found"), another tenant's included."""
        caller.require(*_READERS)
        return self.deliveries.get(caller.granted(), delivery_id)

    def redeliver(self, caller: Caller, delivery_id: str) -> Delivery:
        """One more round for a dead one. Raises InvalidState("delivery_not_dead") for any other."""
        caller.require(Role.PROVIDER_ADMIN, Role.DISPATCHER, Role.OPERATOR)
        found = self.deliveries.get(caller.granted(), delivery_id)
        if found.state is not State.DEAD:
            raise InvalidState(
                "delivery_not_dead", "Only one that was given up can be sent again.", state=found.state.value
            )
        now = self.now()
        saved = self.deliveries.save_many([redelivered(found, now)], now)
        if not saved:
            raise RevisionConflict("delivery_changed", "Someone else changed it first.")
        self.nudge()
        return saved[0]
