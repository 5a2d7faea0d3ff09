"""Calling people: begun by what is opened or at risk, ended by whoever answers or works on it, step by step in time."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.errors import Unavailable
from chassis.tenancy import Caller, GrantedScope, TenantScope
from services.triage import ports
from services.triage.domain.escalation.policy import Policy, Subject, Target, TargetKind, Trigger, policy_for
from services.triage.domain.escalation.run import (
    OVER,
    UNATTENDED,
    Acknowledged,
    Concern,
    Escalation,
    State,
    started,
)
from services.triage.domain.oncall.piece import Watcher
from services.triage.domain.queue import QueueRow
from services.triage.domain.report import Report
from services.triage.domain.routing import AssignmentGroup, Member
from services.triage.domain.rule import Rule, holding
from services.triage.domain.window import Window

BATCH = 100
_SAVE_ATTEMPTS = 5
_SET_ASIDE = timedelta(seconds=30)


@dataclass(frozen=True)
class Occasion:
    """Something that may begin an escalation. key: tells it apart from another of the same trigger; state: the incident's.

    heeds_rules: a rule may have it that nobody is called. report: of one that was just opened, which no rule has seen yet.
    """

    concern: Concern
    trigger: Trigger
    key: str
    state: str
    heeds_rules: bool = False
    report: Report | None = None


@dataclass(frozen=True)
class Ending:
    """Something that ends what is under way about an incident. by: the person who did it, if it was one."""

    provider_id: str
    tenant_id: str
    incident_id: str
    reason: str
    by: Watcher | None = None
    acknowledges: bool = False
    # Somebody works on it: what began because a promise is at risk goes on.
    opened_alone: bool = False


@dataclass(frozen=True)
class Escalate:
    """Begins, ends and goes on with escalations. What is begun and whom it calls is saved in one write with its events."""

    policies: ports.Policies
    escalations: ports.Escalations
    schedules: ports.Schedules
    groups: ports.Groups
    queue: ports.Queue
    windows: ports.Windows
    staff: ports.Staff
    callers: ports.Callers
    now: ports.Clock
    failed: Callable[[str, Exception], None] = lambda _escalation_id, _error: None
    rules: ports.Rules | None = None
    runs: ports.RuleRuns | None = None

    def begin(self, occasions: Sequence[Occasion]) -> None:
        """Idempotent: the same occasion begins nothing twice."""
        by_provider: dict[str, list[Occasion]] = defaultdict(list)
        for occasion in occasions:
            by_provider[occasion.concern.provider_id].append(occasion)
        for provider_id, group in by_provider.items():
            policies = self.policies.all(TenantScope(provider_id, provider_id))
            found = [(one, each) for one in group if (each := self._begun(policies, one))]
            quiet = self._quiet(provider_id, [one for one, _ in found if one.heeds_rules])
            begun = [
                each for one, each in found if not (one.heeds_rules and each.concern.incident_id in quiet)
            ]
            if begun:
                self.escalations.add(begun, self.now(), self.callers.of(provider_id))

    def _quiet(self, provider_id: str, occasions: Sequence[Occasion]) -> set[str]:
        """The incidents of those about which a rule says that nobody is called."""
        if not occasions or self.rules is None or self.runs is None:
            return set()
        later = {one.concern.incident_id for one in occasions if one.report is None}
        quiet = self.runs.quiet(GrantedScope(provider_id, None), later) if later else set()
        reports = [one.report for one in occasions if one.report]
        rules = self.rules.deciding(TenantScope(provider_id, provider_id)) if reports else []
        if any(rule.actions.no_page for rule in rules):
            quiet |= {one.incident_id for one in reports if _no_page(rules, one)}
        return quiet

    def _begun(self, policies: list[Policy], occasion: Occasion) -> Escalation | None:
        concern = occasion.concern
        if _needs_nobody(occasion.trigger, occasion.state):
            return None
        subject = Subject(concern.tenant_id, concern.channel, concern.priority)
        policy = policy_for(policies, subject, occasion.trigger)
        return started(policy, concern, occasion.trigger, occasion.key, self.now()) if policy else None

    def end(self, endings: Sequence[Ending]) -> None:
        """Idempotent."""
        by_provider: dict[str, list[Ending]] = defaultdict(list)
        for ending in endings:
            by_provider[ending.provider_id].append(ending)
        for provider_id, group in by_provider.items():
            tenants = frozenset(one.tenant_id for one in group)
            running = self.escalations.running(
                GrantedScope(provider_id, tenants), {one.incident_id for one in group}
            )
            if not running:
                continue
            of_incident: dict[str, list[Escalation]] = defaultdict(list)
            for escalation in running:
                of_incident[escalation.concern.incident_id].append(escalation)
            caller = self.callers.of(provider_id)
            for ending in group:
                for escalation in of_incident.get(ending.incident_id, ()):
                    if not ending.opened_alone or escalation.trigger is Trigger.OPENED:
                        self.settle(escalation, ending, caller)

    def settle(self, escalation: Escalation, ending: Ending, caller: Caller) -> Escalation:
        """The escalation, over. Whoever calls people at this moment has saved first, or finds it changed."""
        state = State.ACKNOWLEDGED if ending.acknowledges else State.STOPPED
        facts = (Acknowledged(),) if ending.acknowledges else ()
        for _ in range(_SAVE_ATTEMPTS):
            over = escalation.ended(state, self.now(), ending.by, ending.reason)
            if over == escalation:
                return over
            if self.escalations.save([(over, facts)], self.now(), caller):
                return replace(over, revision=over.revision + 1)
            scope = TenantScope(escalation.concern.provider_id, escalation.concern.tenant_id)
            escalation = self.escalations.get(scope, escalation.escalation_id)
        return escalation

    def next_due_time(self) -> datetime | None:
        """When the next step comes."""
        return self.escalations.next_due_time()

    def fire(self) -> int:
        """Goes on with what is due; how many that were."""
        now = self.now()
        due = self.escalations.due(now, BATCH)
        by_provider: dict[str, list[Escalation]] = defaultdict(list)
        for escalation in due:
            by_provider[escalation.concern.provider_id].append(escalation)
        for provider_id, group in by_provider.items():
            self._fire_or_set_aside(provider_id, group, now)
        return len(due)

    def _fire_or_set_aside(self, provider_id: str, due: Sequence[Escalation], now: datetime) -> None:
        """One that cannot go on must not hold up the others, and is tried again after a while."""
        try:
            self._fire_for(provider_id, due, now)
        except Unavailable:
            raise
        except Exception as error:
            if len(due) > 1:
                for one in due:
                    self._fire_or_set_aside(provider_id, [one], now)
                return
            self.failed(due[0].escalation_id, error)
            aside = replace(due[0], next_time=now + _SET_ASIDE)
            self.escalations.save([(aside, ())], now, self.callers.of(provider_id))

    def _fire_for(self, provider_id: str, due: Sequence[Escalation], now: datetime) -> None:
        caller = self.callers.of(provider_id)
        scope = GrantedScope(provider_id, None)
        rows = self.queue.load_many(scope, {one.concern.incident_id for one in due})
        windows = self.windows.open_at(scope, now)
        people = self._people(caller, provider_id, due, now)
        changes: list[ports.EscalationChange] = []
        for one in due:
            row = rows.get(one.concern.incident_id)
            current = _brought_up(one, row)
            if row and row.facts and _needs_nobody(one.trigger, row.facts.state):
                changes.append((current.ended(State.STOPPED, now, None, row.facts.state), ()))
            elif window := _holding(current, windows, now):
                changes.append((current.held(window.window_id, window.end_time), ()))
            else:
                advance = current.advanced(now, people.for_tenant(one.concern.tenant_id))
                changes.append((advance.escalation, advance.facts))
        self.escalations.save(changes, now, caller)

    def _people(
        self, caller: Caller, provider_id: str, due: Sequence[Escalation], now: datetime
    ) -> "_People":
        room = TenantScope(provider_id, provider_id)
        targets = {target for one in due for step in one.policy.steps for target in step.targets}
        kinds = {target.kind for target in targets}
        groups = self.groups.all(room) if TargetKind.GROUP in kinds else []
        schedules = self.schedules.all(room) if TargetKind.SCHEDULE in kinds else []
        on_call = {one.schedule_id: one.on_call(now).watcher for one in schedules}
        named = _People({one.group_id: one for one in groups}, on_call, {}, {})
        wanted = {watcher.person_id for target in targets for watcher in named.named_by(target)}
        reach = self.staff.reach(caller, sorted(wanted)) if wanted else {}
        names = self.staff.names(caller, sorted(wanted)) if wanted else {}
        return replace(named, reach=reach, names=names)


@dataclass(frozen=True)
class _People:
    """Whom targets stand for at one moment."""

    groups: Mapping[str, AssignmentGroup]
    on_call: Mapping[str, Watcher | None]
    reach: Mapping[str, frozenset[str] | None]
    names: Mapping[str, str]

    def named_by(self, target: Target) -> list[Watcher]:
        if target.kind is TargetKind.PERSON:
            return [Watcher(target.target_id, target.name)]
        if target.kind is TargetKind.SCHEDULE:
            watcher = self.on_call.get(target.target_id)
            return [watcher] if watcher else []
        group = self.groups.get(target.target_id)
        members: Iterable[Member] = group.members if group else ()
        return [Watcher(one.person_id, one.name) for one in members if not one.away]

    def for_tenant(self, tenant_id: str) -> Callable[[Target], Sequence[Watcher]]:
        """Only who is active and may see this client is called about it."""

        def people_of(target: Target) -> list[Watcher]:
            return [
                Watcher(one.person_id, self.names.get(one.person_id, one.name))
                for one in self.named_by(target)
                if _reaches(self.reach, one.person_id, tenant_id)
            ]

        return people_of


def _reaches(reach: Mapping[str, Collection[str] | None], person_id: str, tenant_id: str) -> bool:
    if person_id not in reach:
        return False
    granted = reach[person_id]
    return granted is None or tenant_id in granted


def _no_page(rules: Sequence[Rule], report: Report) -> bool:
    return any(rule.actions.no_page for rule, _ in holding(rules, report))


def _needs_nobody(trigger: Trigger, state: str) -> bool:
    """Whether somebody works on it already, or nobody need any more."""
    if trigger is Trigger.OPENED:
        return bool(state) and state not in UNATTENDED
    return state in OVER


def _brought_up(escalation: Escalation, row: QueueRow | None) -> Escalation:
    """With the incident's title, number and priority as they are now."""
    facts = row.facts if row else None
    if facts is None:
        return escalation
    concern = replace(
        escalation.concern, number=facts.number, title=facts.title, priority=int(facts.priority)
    )
    return replace(escalation, concern=concern)


def _holding(escalation: Escalation, windows: Iterable[Window], now: datetime) -> Window | None:
    """The maintenance window during which nobody is called about it."""
    concern = escalation.concern
    report = Report(
        incident_id=concern.incident_id,
        tenant_id=concern.tenant_id,
        subject="",
        text="",
        channel=concern.channel,
        sender="",
        configuration_item=concern.configuration_item,
    )
    covering = [one for one in windows if one.tenant_id == concern.tenant_id and one.holds(report, now)]
    return max(covering, key=lambda one: one.end_time, default=None)
