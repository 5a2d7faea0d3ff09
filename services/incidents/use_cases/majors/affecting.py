"""Which clients are touched: decided in the major incident, then carried out on each client's own incident."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import FairleadError, NotFound, RevisionConflict
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Actor, Incident, Party, Urgency
from services.incidents.domain.major import affecting
from services.incidents.domain.major.raising import IMPACTS
from services.incidents.domain.major.record import Affected, Major
from services.incidents.domain.merging import survivor_of
from services.incidents.domain.submission import Submission
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import Incidents
from services.incidents.ports.majors import Clients
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.majors.changing import Changing
from services.incidents.use_cases.opening import NewIncident, Opening
from services.incidents.use_cases.reading import visible
from services.incidents.use_cases.targets import CommandTarget, moved_on


@dataclass(frozen=True, slots=True)
class NewTenant:
    """A client to add; incident: id or number of one of its own that is adopted, "" to open one."""

    tenant_id: str
    title: str
    description: str
    incident: str


class Affecting:
    """Staff alone, for clients they are granted. A client touched already stays as it is."""

    def __init__(self, changing: Changing, incidents: Incidents, opening: Opening, clients: Clients) -> None:
        self._changing = changing
        self._incidents = incidents
        self._opening = opening
        self._clients = clients

    def add(self, caller: Caller, target: CommandTarget, tenants: Sequence[NewTenant]) -> Major:
        """Raises NotFound("tenant_not_found", "incident_not_found"), as `affecting.add`."""
        self._changing.seen(caller, target.incident_id)
        wanted = [self._wanted(caller, one) for one in tenants]
        self._clients.readers(caller.provider_id, [one.tenant_id for one in wanted])
        actor = actor_of(caller)
        added = self._changing.run(
            caller, target, "add", lambda now, it: affecting.add(it, wanted, actor, now)
        )
        return self.finish(added, caller)

    def rename(self, caller: Caller, target: CommandTarget, tenant_id: str, title: str) -> Major:
        caller.scope(tenant_id)
        actor = actor_of(caller)
        return self._changing.run(
            caller,
            target,
            f"rename {tenant_id}",
            lambda now, it: affecting.rename(it, tenant_id, title, actor, now),
        )

    def spare(self, caller: Caller, target: CommandTarget, tenant_id: str, reason: str) -> Major:
        caller.scope(tenant_id)
        actor = actor_of(caller)
        spared = self._changing.run(
            caller,
            target,
            f"spare {tenant_id}",
            lambda now, it: affecting.spare(it, tenant_id, reason, actor, now),
        )
        return self.finish(spared, caller)

    def finish(self, major: Major, caller: Caller) -> Major:
        """Carries out what was decided and is not done yet, each step the same however often it is tried.

        One client's trouble holds up no other: it is tried again by the sweep.
        """
        actor = actor_of(caller)
        done: list[Affected] = []
        for one in major.unfinished:
            try:
                done.append(self._carry_out(major, one, actor, caller))
            except FairleadError:
                continue
        for one in done:
            major = self._note(major, one, actor, caller)
        return major

    def _note(self, major: Major, done: Affected, actor: Actor, caller: Caller) -> Major:
        return self._changing.run_for_all(
            major, caller, lambda now, it: affecting.carried_out(it, done, actor, now)
        )

    def _carry_out(self, major: Major, one: Affected, actor: Actor, caller: Caller) -> Affected:
        scope = TenantScope(major.provider_id, one.tenant_id)
        if one.remove_time:
            if one.incident_id:
                self._mark(
                    scope,
                    one.incident_id,
                    caller,
                    lambda incident, now: affecting.leaves(incident, major, one.before, actor, now),
                )
            return replace(one, left=True)
        if not one.incident_id:
            one = self._opened(scope, major, one, actor, caller)
        self._mark(
            scope, one.incident_id, caller, lambda incident, now: affecting.joins(incident, major, actor, now)
        )
        return replace(one, joined=True)

    def _opened(
        self, scope: TenantScope, major: Major, one: Affected, actor: Actor, caller: Caller
    ) -> Affected:
        """Its own incident, under the words for this client, told to those who watch for it."""
        managers = self._clients.managers(scope)
        submission = Submission(
            submission_id=affecting.submission_id(major.major_id, one.tenant_id, one.add_time),
            tenant_id=one.tenant_id,
            channel="api",
            sender=managers[0] if managers else Party(),
            copied=tuple(managers[1:]),
            authenticated=True,
            subject=one.title,
            text=one.description or one.title,
            impact=IMPACTS[major.severity],
            urgency=Urgency.HIGH,
            # Nobody asked, so nobody is thanked for asking: the first update tells them.
            automatic=True,
        )
        filed = self._opening.open_many(
            scope, [NewIncident(submission, actor, major=(major.major_id, major.number))], caller
        )
        found = filed[submission.submission_id]
        return replace(one, incident_id=found.incident_id, number=found.number)

    def _mark(
        self,
        scope: TenantScope,
        incident_id: str,
        caller: Caller,
        decide: Callable[[Incident, datetime], Change | None],
    ) -> None:
        for _ in attempts():
            incident = self._incidents.load(scope, incident_id)
            change = decide(incident, self._changing.clock())
            if change is None:
                return
            try:
                self._incidents.save(change, caller)
            except RevisionConflict:
                continue
            return
        raise moved_on(0)

    def _wanted(self, caller: Caller, one: NewTenant) -> affecting.Wanted:
        scope = caller.scope(one.tenant_id)
        adopted = visible(self._incidents, caller, one.incident) if one.incident else None
        if adopted:
            if adopted.tenant_id != one.tenant_id:
                raise NotFound("incident_not_found", "There is no such incident.")
            adopted = self._goes_on(scope, adopted)
        return affecting.Wanted(one.tenant_id, one.title, one.description, adopted)

    def _goes_on(self, scope: TenantScope, incident: Incident) -> Incident:
        return survivor_of(incident, lambda incident_id: self._incidents.load(scope, incident_id))
