"""Approval and tasks of service requests: one method a command."""

from collections.abc import Callable
from datetime import datetime

from chassis.errors import InvalidArgument, NotFound, PermissionDenied, RevisionConflict
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain import approval as approvals
from services.incidents.domain import ordering
from services.incidents.domain.approval import Approver, Roster, Verdict
from services.incidents.domain.catalog import CLIENT_MANAGER
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Incident
from services.incidents.domain.visibility import actor_of, as_seen_by, may_see, side_of
from services.incidents.ports import AsService, Clock, Incidents, Staff
from services.incidents.ports.orders import Approvers
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.reading import visible
from services.incidents.use_cases.targets import CommandTarget, fingerprint_of, moved_on

_BATCH = 100


class Orders:
    """Raises as `Commands` does, and as `domain.ordering` and `domain.approval` say."""

    def __init__(
        self, incidents: Incidents, approvers: Approvers, staff: Staff, as_service: AsService, clock: Clock
    ) -> None:
        self._incidents = incidents
        self._approvers = approvers
        self._staff = staff
        self._as_service = as_service
        self._clock = clock

    def waiting_for(self, caller: Caller, tenant_id: str) -> list[Incident]:
        """What waits for the caller's own decision, the newest first."""
        person_id = caller.person_id
        scope = caller.scope(tenant_id) if tenant_id else caller.granted()
        if not person_id:
            return []
        names = [person_id, f"role:{CLIENT_MANAGER}"]
        found = self._incidents.awaiting_approval(scope, names, _BATCH)
        return [
            as_seen_by(caller, incident)
            for incident in found
            if may_see(caller, incident) and self._asks(incident, person_id)
        ]

    def _asks(self, incident: Incident, person_id: str) -> bool:
        """By the people of the moment: whoever became a manager since is asked, too."""
        approval = incident.order.approval if incident.order else None
        if approval is None:
            return False
        now = approvals.as_of(approval, self._approvers.roster(_scope(incident), approval.steps))
        return any(one.person_id == person_id for one in now.still_asked)

    def decide(self, caller: Caller, target: CommandTarget, verdict: Verdict, comment: str) -> Incident:
        """The caller's word on the present step."""
        by = _person(caller)
        roster = self._roster(caller, target)
        actor = actor_of(caller)
        return self._run(
            caller,
            target,
            f"decide_approval\n{verdict}",
            lambda now, it: ordering.decide(it, verdict, by, comment, roster, actor, now),
        )

    def delegate(self, caller: Caller, target: CommandTarget, person_id: str) -> Incident:
        """The caller's place in the present step goes to somebody of the client's."""
        by = _person(caller)
        roster = self._roster(caller, target)
        to = self._named(caller, target, person_id)
        actor = actor_of(caller)
        return self._run(
            caller,
            target,
            f"delegate_approval\n{person_id}",
            lambda now, it: ordering.delegate(it, by, to, roster, actor, now),
        )

    def appoint(self, caller: Caller, target: CommandTarget, person_id: str) -> Incident:
        """Staff name one more of the client's who may decide."""
        roster, side = self._roster(caller, target), side_of(caller)
        actor = actor_of(caller)
        by = Approver(caller.person_id or caller.subject, caller.name)
        who = self._named(caller, target, person_id)
        return self._run(
            caller,
            target,
            f"appoint_approver\n{person_id}",
            lambda now, it: ordering.appoint(it, by, who, roster, actor, side, now),
        )

    def assign_task(self, caller: Caller, target: CommandTarget, task_id: str, assignee_id: str) -> Incident:
        """Raises InvalidArgument("assignee_not_granted") for anybody but active staff granted the tenant."""
        actor, side = actor_of(caller), side_of(caller)
        assignee: Approver | None = None
        if assignee_id and caller.is_staff:
            incident = visible(self._incidents, caller, target.incident_id)
            member = self._staff.members(incident.provider_id, [assignee_id]).get(assignee_id)
            if member is None or not member.covers(incident.tenant_id):
                message = "Nobody on the staff who works for this client has this id."
                raise InvalidArgument("assignee_not_granted", message, field="assignee_id")
            assignee = Approver(member.person_id, member.name)
        return self._run(
            caller,
            target,
            f"assign_task\n{task_id}",
            lambda now, it: ordering.assign_task(it, task_id, assignee, actor, side, now),
        )

    def end_task(
        self, caller: Caller, target: CommandTarget, task_id: str, skipped: bool, reason: str
    ) -> Incident:
        """Done, or skipped for a reason."""
        actor, side = actor_of(caller), side_of(caller)
        return self._run(
            caller,
            target,
            f"end_task\n{task_id}\n{skipped}",
            lambda now, it: ordering.end_task(it, task_id, skipped, reason, actor, side, now),
        )

    def sweep(self) -> int:
        """Reminds and ends what is due; how many."""
        now, moved = self._clock(), 0
        for incident in self._incidents.due_approvals(now, _BATCH):
            service = self._as_service(incident.provider_id)
            change = ordering.tick(incident, actor_of(service), now)
            if change:
                # One that somebody changed meanwhile is looked at again in the next round.
                moved += sum(self._incidents.save_many([change], service))
        return moved

    def _roster(self, caller: Caller, target: CommandTarget) -> Roster:
        incident = visible(self._incidents, caller, target.incident_id)
        approval = incident.order.approval if incident.order else None
        return self._approvers.roster(_scope(incident), approval.steps) if approval else Roster()

    def _named(self, caller: Caller, target: CommandTarget, person_id: str) -> Approver:
        incident = visible(self._incidents, caller, target.incident_id)
        found = self._approvers.member(_scope(incident), person_id)
        if found is None:
            raise NotFound("person_not_found", "There is no such person.")
        return found

    def _run(
        self,
        caller: Caller,
        target: CommandTarget,
        command: str,
        decide: Callable[[datetime, Incident], Change | None],
    ) -> Incident:
        fingerprint = fingerprint_of(caller, target, command)
        for _ in attempts():
            incident = visible(self._incidents, caller, target.incident_id)
            if fingerprint and fingerprint in incident.recent_keys:
                return as_seen_by(caller, incident)
            if target.revision and target.revision != incident.revision:
                raise moved_on(incident.revision)
            change = decide(self._clock(), incident)
            if change is None:
                return as_seen_by(caller, incident)
            try:
                self._incidents.save(change.remembering(fingerprint) if fingerprint else change, caller)
            except RevisionConflict:
                continue
            # Who gave their place away may see it no more; they are answered all the same.
            return as_seen_by(caller, change.after)
        raise moved_on(0)


def _person(caller: Caller) -> Approver:
    if not caller.person_id:
        raise PermissionDenied("not_an_approver", "Only people decide.")
    return Approver(caller.person_id, caller.name)


def _scope(incident: Incident) -> TenantScope:
    return TenantScope(incident.provider_id, incident.tenant_id)
