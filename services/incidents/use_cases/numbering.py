"""Makes the row of numbers whole again after a crash."""

from datetime import timedelta

from chassis.errors import NotFound
from services.incidents.domain.number import format_number
from services.incidents.domain.opening import void_number
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import AsService, Clock, Incidents, NewId, Numbers, Reservation, Tenants


class Numbering:
    """Looks after reservations that nobody reported as used.

    grace: how long a request may be under way. patience: how long whoever sent the submission may take to
    send it again, which finishes it under its number; after that the number is voided.
    """

    def __init__(
        self,
        incidents: Incidents,
        numbers: Numbers,
        tenants: Tenants,
        new_id: NewId,
        as_service: AsService,
        clock: Clock,
        *,
        grace: timedelta,
        patience: timedelta,
    ) -> None:
        self._incidents = incidents
        self._numbers = numbers
        self._tenants = tenants
        self._new_id = new_id
        self._as_service = as_service
        self._clock = clock
        self._grace = grace
        self._patience = patience

    def sweep(self) -> int:
        """Settles what is finished, voids what is given up; how many it voided."""
        now = self._clock()
        voided = 0
        for reservation in self._numbers.unsettled(now - min(self._grace, self._patience)):
            scope, key = reservation.scope, reservation.submission_id
            try:
                number = format_number(self._tenants.number_prefix(scope), reservation.position)
            except NotFound:
                continue  # a tenant that is no more: its numbers trouble nobody
            filed = self._incidents.find_filed(scope, [key]).get(key)
            used = filed is not None and filed.number == number
            # One submission sent twice at once may have reserved twice: the second number is nobody's.
            if not used and (filed is not None or reservation.time <= now - self._patience):
                self._void(reservation, number)
                used, voided = True, voided + 1
            if used:
                self._numbers.settle(scope, [key])
        self._numbers.flush()
        return voided

    def flush(self) -> None:
        """Writes what this process settled and no later write has taken along."""
        self._numbers.flush()

    def _void(self, reservation: Reservation, number: str) -> None:
        scope = reservation.scope
        caller = self._as_service(scope.provider_id)
        change = void_number(
            provider_id=scope.provider_id,
            tenant_id=scope.tenant_id,
            incident_id=self._new_id("inc"),
            number=number,
            actor=actor_of(caller),
            now=self._clock(),
        )
        # Refused when the number is used after all, by a retry that was faster: then it is whole as well.
        self._incidents.create_many([change], caller)
