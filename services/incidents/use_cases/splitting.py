"""Splits an incident: the old one's change and the new one's opening are one transaction."""

from chassis.errors import AlreadyExists, RevisionConflict
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain import splitting
from services.incidents.domain.incident import Incident
from services.incidents.domain.number import format_number
from services.incidents.domain.visibility import actor_of, as_seen_by, side_of
from services.incidents.ports import Clock, Incidents, NewId, Numbers, Tenants
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.lines import whole_history
from services.incidents.use_cases.reading import visible
from services.incidents.use_cases.targets import CommandTarget, fingerprint_of, moved_on


class Splitting:
    """Staff only. The new one's number is reserved under the split's key, as a submission's is, so a repetition finds it."""

    def __init__(
        self, incidents: Incidents, numbers: Numbers, tenants: Tenants, new_id: NewId, clock: Clock
    ) -> None:
        self._incidents = incidents
        self._numbers = numbers
        self._tenants = tenants
        self._new_id = new_id
        self._clock = clock

    def split(self, caller: Caller, target: CommandTarget, wanted: splitting.Wanted) -> Incident:
        """The new one. The same idempotency key again gives the same one. Raises as `domain.splitting.split`, and
        RevisionConflict.
        """
        actor, side = actor_of(caller), side_of(caller)
        key = f"split:{fingerprint_of(caller, target, 'split') or self._new_id('spl')}"
        named = visible(self._incidents, caller, target.incident_id)
        scope = TenantScope(named.provider_id, named.tenant_id)
        for _ in attempts():
            if filed := self._incidents.find_filed(scope, [key]):
                return as_seen_by(caller, self._incidents.load(scope, filed[key].incident_id))
            incident = visible(self._incidents, caller, named.incident_id)
            if target.revision and target.revision != incident.revision:
                raise moved_on(incident.revision)
            entries, now = whole_history(self._incidents, scope, incident), self._clock()
            # Decided once without a number, so that none is reserved for what is refused.
            new_one = splitting.NewOne(self._new_id("inc"), "", key)
            splitting.split(incident, entries, wanted, new_one, actor, side, now)
            position = self._numbers.reserve(scope, [key], now)[key]
            number = format_number(self._tenants.number_prefix(scope), position)
            numbered = splitting.NewOne(new_one.incident_id, number, key)
            changes = splitting.split(incident, entries, wanted, numbered, actor, side, now)
            try:
                self._incidents.save_together(changes, caller)
            except (RevisionConflict, AlreadyExists):
                continue
            self._numbers.settle(scope, [key])
            return as_seen_by(caller, changes[1].after)
        raise moved_on(0)
