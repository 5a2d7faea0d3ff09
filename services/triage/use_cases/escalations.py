"""Escalation policies and what became of them: arranged by dispatchers and administrators, seen and answered by staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import Caller, Role
from services.triage import ports
from services.triage.domain.escalation.policy import Policy, Step, Target, TargetKind
from services.triage.domain.escalation.run import Escalation, Page
from services.triage.domain.link import Links
from services.triage.domain.oncall.piece import Watcher
from services.triage.use_cases.escalating import Ending, Escalate
from services.triage.use_cases.rooms import read_room, require_staff

_PLANNERS = (Role.PROVIDER_ADMIN, Role.DISPATCHER, Role.OPERATOR)


@dataclass(frozen=True)
class KeepPolicies:
    """Raises PermissionDenied("role_required") for whoever may not, NotFound("policy_not_found")."""

    policies: ports.Policies
    schedules: ports.Schedules
    groups: ports.Groups
    staff: ports.Staff
    clients: ports.Clients
    new_id: ports.NewId

    def create(self, caller: Caller, wanted: Policy) -> Policy:
        caller.require(*_PLANNERS)
        made = replace(wanted, policy_id=self.new_id("epo"), revision=0)
        return self.policies.add(caller.provider_scope(), self._checked(caller, made))

    def update(self, caller: Caller, wanted: Policy, revision: int) -> Policy:
        """Raises RevisionConflict."""
        caller.require(*_PLANNERS)
        room = caller.provider_scope()
        # Clients that the caller does not know are not theirs to take away.
        self.policies.get(room, wanted.policy_id)
        return self.policies.replace(room, self._checked(caller, wanted), revision)

    def delete(self, caller: Caller, policy_id: str) -> None:
        caller.require(*_PLANNERS)
        self.policies.delete(caller.provider_scope(), policy_id)

    def get(self, caller: Caller, policy_id: str) -> Policy:
        return _as_seen_by(caller, self.policies.get(read_room(caller), policy_id))

    def all(self, caller: Caller) -> list[Policy]:
        """In the order in which they are tried."""
        return [_as_seen_by(caller, one) for one in self.policies.all(read_room(caller))]

    def _checked(self, caller: Caller, policy: Policy) -> Policy:
        checked = policy.checked()
        self.clients.require(caller, checked.tenant_ids)
        targets = [target for step in checked.steps for target in step.targets]
        names = self._names(caller, targets)
        for target in targets:
            if (target.kind, target.target_id) not in names:
                raise InvalidArgument(
                    "target_unknown", "There is no such person, schedule or group.", field="steps"
                )
        steps = tuple(_named(step, names) for step in checked.steps)
        return replace(checked, steps=steps)

    def _names(self, caller: Caller, targets: Sequence[Target]) -> Mapping[tuple[TargetKind, str], str]:
        room = caller.provider_scope()
        people = sorted({one.target_id for one in targets if one.kind is TargetKind.PERSON})
        found = {(TargetKind.PERSON, key): name for key, name in self.staff.names(caller, people).items()}
        found |= {(TargetKind.SCHEDULE, one.schedule_id): one.name for one in self.schedules.all(room)}
        return found | {(TargetKind.GROUP, one.group_id): one.name for one in self.groups.all(room)}


def _named(step: Step, names: Mapping[tuple[TargetKind, str], str]) -> Step:
    targets = tuple(replace(one, name=names[one.kind, one.target_id]) for one in step.targets)
    return replace(step, targets=targets)


def _as_seen_by(caller: Caller, policy: Policy) -> Policy:
    """Without the clients that are not the caller's to know."""
    if caller.tenant_ids is None or not policy.tenant_ids:
        return policy
    known = policy.tenant_ids & caller.tenant_ids
    if not known:
        raise NotFound("policy_not_found", "There is no such policy.")
    return replace(policy, tenant_ids=known)


@dataclass(frozen=True)
class SeeEscalations:
    """What is under way about an incident, and its answers."""

    escalations: ports.Escalations
    escalate: Escalate
    staff: ports.Staff
    callers: ports.Callers
    links: Links

    def of_incident(self, caller: Caller, incident_id: str) -> list[Escalation]:
        """The latest first; none for an incident that is not the caller's to see."""
        require_staff(caller)
        return self.escalations.of_incident(caller.granted(), incident_id)

    def acknowledge(self, caller: Caller, incident_id: str) -> list[Escalation]:
        """Whoever asks answers for all that is under way about it. Raises NotFound where there never was anything."""
        require_staff(caller)
        found = self.of_incident(caller, incident_id)
        if not found:
            raise NotFound("escalation_not_found", "Nobody was called about this incident.")
        by = Watcher(caller.person_id, caller.name)
        for one in found:
            if one.is_running:
                self.escalate.settle(one, _answer(one, by, "console"), caller)
        return self.of_incident(caller, incident_id)

    def read_link(self, caller: Caller, tag: str) -> tuple[Escalation, Page]:
        """Changes nothing. Raises NotFound("page_link_not_found") also for somebody who may not act any more."""
        caller.require(Role.SERVICE)
        page_id = self.links.read(tag)
        found = self.escalations.by_page(page_id) if page_id else None
        page = found.page(page_id) if found else None
        # The gateway itself is of no provider; another provider's service is not to know.
        if found and caller.provider_id not in ("", found.concern.provider_id):
            found = None
        if found is None or page is None or not self._may_answer(found, page.watcher):
            raise NotFound("page_link_not_found", "There is no such link.")
        return found, page

    def use_link(self, caller: Caller, tag: str, how: str = "link") -> tuple[Escalation, Page]:
        """Answers in the name of whom the page called; again, it changes nothing."""
        found, page = self.read_link(caller, tag)
        own = self.callers.of(found.concern.provider_id)
        return self.escalate.settle(found, _answer(found, page.watcher, how), own), page

    def answered_by_mail(self, provider_id: str, tag: str) -> None:
        """A reply to the mail of a page. Raises NotFound for what names no page of this provider."""
        self.use_link(self.callers.of(provider_id), tag, "reply")

    def _may_answer(self, escalation: Escalation, watcher: Watcher) -> bool:
        concern = escalation.concern
        reach = self.staff.reach(self.callers.of(concern.provider_id), [watcher.person_id])
        if watcher.person_id not in reach:
            return False
        granted = reach[watcher.person_id]
        return granted is None or concern.tenant_id in granted


def _answer(escalation: Escalation, by: Watcher, how: str) -> Ending:
    concern = escalation.concern
    return Ending(
        concern.provider_id,
        concern.tenant_id,
        concern.incident_id,
        f"acknowledged_by_{how}",
        by,
        acknowledges=True,
    )
