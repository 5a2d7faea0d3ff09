"""Closes what silence has confirmed, and keeps the contracts' rules about it."""

from chassis.tenancy import TenantScope
from services.incidents.domain.closing import ClosingRules
from services.incidents.domain.ending import close_after_silence
from services.incidents.domain.facts import Change
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import AsService, Clock, Incidents, Rules

_BATCH = 200


class Closing:
    """The sweep behind `close_due_time`, and the contracts' say in it."""

    def __init__(self, incidents: Incidents, rules: Rules, as_service: AsService, clock: Clock) -> None:
        self._incidents = incidents
        self._rules = rules
        self._as_service = as_service
        self._clock = clock

    def sweep(self) -> int:
        """Closes a batch of what is due; how many. A full batch means that there may be more."""
        now = self._clock()
        by_provider: dict[str, list[Change]] = {}
        for incident in self._incidents.due_for_closing(now, _BATCH):
            actor = actor_of(self._as_service(incident.provider_id))
            change = close_after_silence(incident, actor, now)
            if change:
                by_provider.setdefault(incident.provider_id, []).append(change)
        closed = 0
        for provider_id, changes in by_provider.items():
            # One that somebody changed meanwhile is looked at again in the next round.
            closed += sum(self._incidents.save_many(changes, self._as_service(provider_id)))
        return closed

    def keep_rules(self, scope: TenantScope, contract_id: str, version: int, rules: ClosingRules) -> None:
        """A contract's version says how its tenant's incidents close; for the provider's default, its own room."""
        self._rules.keep(scope, contract_id, version, rules)
