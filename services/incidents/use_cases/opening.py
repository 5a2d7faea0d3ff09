"""Opens incidents: a number reserved for the submission, then the record with its event in one write."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.errors import Unavailable
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Actor
from services.incidents.domain.number import format_number
from services.incidents.domain.opening import open_incident
from services.incidents.domain.submission import Submission
from services.incidents.ports import Clock, Filed, Incidents, NewId, Numbers, Tenants

# More rounds than one are needed only when a sweep voids a number under our hands.
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What is to be opened, by whom, and which ended incident it follows ("" for none)."""

    submission: Submission
    actor: Actor
    follows_incident_id: str = ""


class Opening:
    """Idempotent by submission: the number is reserved under its id, and no two records may hold it."""

    def __init__(
        self, incidents: Incidents, numbers: Numbers, tenants: Tenants, new_id: NewId, clock: Clock
    ) -> None:
        self._incidents = incidents
        self._numbers = numbers
        self._tenants = tenants
        self._new_id = new_id
        self._clock = clock

    def open_many(
        self, scope: TenantScope, wanted: Sequence[NewIncident], caller: Caller
    ) -> dict[str, Filed]:
        """Opens several of one tenant; where each submission went, by its id.

        Raises NotFound("tenant_not_found") and Unavailable; what was opened until then is found by a repetition.
        """
        if not wanted:
            return {}
        prefix = self._tenants.number_prefix(scope)
        missing = {new.submission.submission_id: new for new in wanted}
        filed: dict[str, Filed] = {}
        for _ in range(_ROUNDS):
            changes = self._changes(scope, prefix, list(missing.values()))
            saved = self._incidents.create_many(list(changes.values()), caller)
            opened = [key for key, is_saved in zip(changes, saved, strict=True) if is_saved]
            filed |= {key: _filed(changes[key]) for key in opened}
            self._numbers.settle(scope, opened)
            missing = {key: new for key, new in missing.items() if key not in filed}
            if missing:
                filed |= self._incidents.find_filed(scope, missing)
                missing = {key: new for key, new in missing.items() if key not in filed}
            if not missing:
                return filed
            # Neither saved nor there: its number was voided in the meantime. It gets another.
            self._numbers.settle(scope, missing)
        raise Unavailable("number_unavailable", "No number could be had just now.")

    def forget_tenant(self, tenant_id: str) -> None:
        """The tenant changed: its prefix is asked for anew."""
        self._tenants.forget(tenant_id)

    def _changes(self, scope: TenantScope, prefix: str, wanted: Sequence[NewIncident]) -> dict[str, Change]:
        now = self._clock()
        positions = self._numbers.reserve(scope, [new.submission.submission_id for new in wanted], now)
        return {
            new.submission.submission_id: open_incident(
                new.submission,
                provider_id=scope.provider_id,
                incident_id=self._new_id("inc"),
                number=format_number(prefix, positions[new.submission.submission_id]),
                actor=new.actor,
                now=now,
                follows_incident_id=new.follows_incident_id,
            )
            for new in wanted
        }


def _filed(change: Change) -> Filed:
    return Filed(change.after.incident_id, change.after.number, joined=False)
