"""Merges incidents, and takes that back: two records change in one transaction."""

from collections.abc import Callable
from datetime import datetime

from chassis.errors import RevisionConflict
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain import merging
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Incident
from services.incidents.domain.number import is_number
from services.incidents.domain.visibility import actor_of, side_of
from services.incidents.ports import Clock, Incidents
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.reading import visible
from services.incidents.use_cases.targets import CommandTarget, fingerprint_of, moved_on

Pair = tuple[Change, Change]


class Merging:
    """Staff only. The revision that a command is guarded by is that of the incident it names, the one that is merged."""

    def __init__(self, incidents: Incidents, clock: Clock) -> None:
        self._incidents = incidents
        self._clock = clock

    def merge(
        self, caller: Caller, target: CommandTarget, into: str, people_join: bool | None, reason: str
    ) -> Incident:
        """The one that was merged. into: the other's id or number, of the same tenant: any other is not found.

        Again into the same one changes nothing. Raises as `domain.merging.merge`, and RevisionConflict.
        """
        actor, side = actor_of(caller), side_of(caller)

        def decide(now: datetime, incident: Incident) -> Pair | None:
            other = self._other(incident, into)
            if incident.merged and incident.merged.incident_id == other.incident_id:
                return None
            return merging.merge(incident, other, people_join, reason, actor, side, now)

        return self._run(caller, target, f"merge\n{into}", decide)

    def unmerge(self, caller: Caller, target: CommandTarget, reason: str) -> Incident:
        """The one that goes on by itself again. Raises as `domain.merging.unmerge`, and RevisionConflict."""
        actor, side = actor_of(caller), side_of(caller)

        def decide(now: datetime, incident: Incident) -> Pair:
            # What is not merged is its own survivor here, and refused.
            scope = TenantScope(incident.provider_id, incident.tenant_id)
            merged = incident.merged
            survivor = self._incidents.load(scope, merged.incident_id) if merged else incident
            return merging.unmerge(incident, survivor, reason, actor, side, now)

        return self._run(caller, target, "unmerge", decide)

    def dismiss_hint(self, caller: Caller, target: CommandTarget) -> Incident:
        """It does not belong to the one that its mail mentions. Again changes nothing."""
        actor, side = actor_of(caller), side_of(caller)

        def decide(now: datetime, incident: Incident) -> tuple[Change] | None:
            scope = TenantScope(incident.provider_id, incident.tenant_id)
            hinted = self._incidents.load_many(scope, [incident.may_belong_to]).get(incident.may_belong_to)
            change = merging.dismiss_hint(incident, hinted.number if hinted else "", actor, side, now)
            return (change,) if change else None

        return self._run(caller, target, "dismiss_hint", decide)

    def _run(
        self,
        caller: Caller,
        target: CommandTarget,
        command: str,
        decide: Callable[[datetime, Incident], Pair | tuple[Change] | None],
    ) -> Incident:
        fingerprint = fingerprint_of(caller, target, command)
        for _ in attempts():
            incident = visible(self._incidents, caller, target.incident_id)
            if fingerprint and fingerprint in incident.recent_keys:
                return incident
            if target.revision and target.revision != incident.revision:
                raise moved_on(incident.revision)
            changes = decide(self._clock(), incident)
            if changes is None:
                return incident
            first, *others = changes
            if fingerprint:
                first = first.remembering(fingerprint)
            try:
                self._incidents.save_together([first, *others], caller)
            except RevisionConflict:
                continue
            return first.after
        raise moved_on(0)

    def _other(self, incident: Incident, into: str) -> Incident:
        scope = TenantScope(incident.provider_id, incident.tenant_id)
        if is_number(into):
            return self._incidents.load_by_number(scope, into.upper())
        return self._incidents.load(scope, into)
