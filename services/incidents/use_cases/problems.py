"""Problems: logged, looked into and solved by staff; what is shown to clients of a workaround."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import (
    FairleadError,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    RevisionConflict,
    Unavailable,
)
from chassis.tenancy import Caller
from services.incidents.domain.decisions import Assignment
from services.incidents.domain.incident import Incident
from services.incidents.domain.problem import solving, work
from services.incidents.domain.problem.life import ProblemCommand, next_problem_state
from services.incidents.domain.problem.record import Problem, ProblemChange, SolutionKind
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import Clock, Incidents, NewId, ProblemRecords, Staff
from services.incidents.ports.changes import ChangeRecords
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.change_reading import change_scope
from services.incidents.use_cases.commands import Commands
from services.incidents.use_cases.problem_reading import as_granted, is_granted, visible_problem
from services.incidents.use_cases.reading import visible
from services.incidents.use_cases.targets import CommandTarget, fingerprint_of, moved_on

Decide = Callable[[datetime, Problem], ProblemChange | None]


@dataclass(frozen=True, slots=True)
class ResolvedWith:
    """What became of one incident of a resolved problem; error_reason is "" when it was resolved."""

    incident: Incident
    error_reason: str = ""


class Problems:
    """Staff only; each sees of a problem what they are granted. Raises NotFound("problem_not_found") for what the caller

    does not see, PermissionDenied("role_required"), RevisionConflict("revision_conflict"), and as `domain.problem.work`.
    The same idempotency key again returns the problem as it stands, without a second effect.
    """

    def __init__(
        self,
        problems: ProblemRecords,
        incidents: Incidents,
        staff: Staff,
        changes: ChangeRecords,
        commands: Commands,
        new_id: NewId,
        clock: Clock,
    ) -> None:
        self._problems = problems
        self._incidents = incidents
        self._staff = staff
        self._changes = changes
        self._commands = commands
        self._new_id = new_id
        self._clock = clock

    def create(self, caller: Caller, wanted: work.Wanted, incident_id: str, key: str) -> Problem:
        """incident_id: the one it was found by, "" for none. The same key again gives the same problem."""
        room, actor = caller.provider_scope(), actor_of(caller)
        first = visible(self._incidents, caller, incident_id) if incident_id else None
        problem_id = _id_of(caller, key) if key else self._new_id("prb")
        for _ in attempts():
            position = self._problems.next_position(room)
            change = work.log_problem(
                problem_id, room.provider_id, position, wanted, first, actor, self._clock()
            )
            if self._problems.create(change, caller):
                return as_granted(caller, change.after)
            try:
                return as_granted(caller, self._problems.load(room, problem_id))
            except NotFound:
                continue  # somebody took that number
        raise Unavailable("number_unavailable", "No number could be had just now.")

    def edit(self, caller: Caller, target: CommandTarget, wanted: work.Wanted) -> Problem:
        """Raises PermissionDenied("client_not_granted") where a client reads the wording whom the caller is not granted."""

        def decide(now: datetime, it: Problem) -> ProblemChange | None:
            change = work.edit_problem(it, wanted, actor_of(caller), now)
            if change and change.after.client_text != it.client_text:
                _require_granted(caller, (each.tenant_id for each in it.publications))
            return change

        return self._run(caller, target, "edit", decide)

    def assign(self, caller: Caller, target: CommandTarget, to: Assignment) -> Problem:
        """Raises InvalidArgument("assignee_not_granted") for anybody but active staff."""
        caller.provider_scope()
        name = ""
        if to.assignee_id:
            member = self._staff.members(caller.provider_id, [to.assignee_id]).get(to.assignee_id)
            if member is None:
                message = "Nobody on the staff has this id."
                raise InvalidArgument("assignee_not_granted", message, field="assignee_id")
            name = member.name
        group, person = (to.group_id, to.group_name), (to.assignee_id, name)
        return self._run(
            caller,
            target,
            "assign",
            lambda now, it: work.assign_problem(it, group, person, actor_of(caller), now),
        )

    def note(self, caller: Caller, target: CommandTarget, text: str) -> Problem:
        return self._run(
            caller, target, "note", lambda now, it: work.note_problem(it, text, actor_of(caller), now)
        )

    def investigate(self, caller: Caller, target: CommandTarget) -> Problem:
        """Also a known error, whose cause turns out to be another."""
        return self._run(
            caller, target, "investigate", lambda now, it: work.investigate_problem(it, actor_of(caller), now)
        )

    def declare_known_error(self, caller: Caller, target: CommandTarget) -> Problem:
        return self._run(
            caller, target, "known_error", lambda now, it: work.declare_known_error(it, actor_of(caller), now)
        )

    def resolve(
        self, caller: Caller, target: CommandTarget, kind: SolutionKind | None, text: str, change_number: str
    ) -> Problem:
        """Its incidents stay as they are until somebody resolves them with it.

        Raises InvalidArgument("change_not_found") for a change that the caller does not see.
        """
        caller.provider_scope()
        by = self._change(caller, change_number) if change_number.strip() else solving.SolvedBy()
        return self._run(
            caller,
            target,
            "resolve",
            lambda now, it: solving.resolve_problem(it, kind, text, by, actor_of(caller), now),
        )

    def close(self, caller: Caller, target: CommandTarget, reason: str) -> Problem:
        return self._run(
            caller, target, "close", lambda now, it: solving.close_problem(it, reason, actor_of(caller), now)
        )

    def reopen(self, caller: Caller, target: CommandTarget, reason: str) -> Problem:
        return self._run(
            caller,
            target,
            "reopen",
            lambda now, it: solving.reopen_problem(it, reason, actor_of(caller), now),
        )

    def cancel(self, caller: Caller, target: CommandTarget, reason: str) -> Problem:
        return self._run(
            caller,
            target,
            "cancel",
            lambda now, it: solving.cancel_problem(it, reason, actor_of(caller), now),
        )

    def publish(
        self, caller: Caller, target: CommandTarget, tenant_ids: Sequence[str], withdraw: bool
    ) -> Problem:
        """Raises NotFound("tenant_not_found") for a client that the caller is not granted."""
        for tenant_id in tenant_ids:
            caller.scope(tenant_id)
        do = work.withdraw_workaround if withdraw else work.publish_workaround
        command = "\n".join(("withdraw" if withdraw else "publish", *sorted(tenant_ids)))
        return self._run(caller, target, command, lambda now, it: do(it, tenant_ids, actor_of(caller), now))

    def link(self, caller: Caller, target: CommandTarget, incident_id: str) -> Problem:
        """Raises NotFound("incident_not_found")."""
        caller.provider_scope()
        incident = visible(self._incidents, caller, incident_id)
        return self._run(
            caller,
            target,
            f"link\n{incident.incident_id}",
            lambda now, it: work.link_incident(it, incident, actor_of(caller), now),
        )

    def unlink(self, caller: Caller, target: CommandTarget, incident_id: str) -> Problem:
        """Raises NotFound("incident_not_found")."""
        caller.provider_scope()
        incident = visible(self._incidents, caller, incident_id)
        return self._run(
            caller,
            target,
            f"unlink\n{incident.incident_id}",
            lambda now, it: work.unlink_incident(it, incident, actor_of(caller), now),
        )

    def resolve_concerned(
        self, caller: Caller, target: CommandTarget, incident_ids: Sequence[str], text: str, code: str
    ) -> list[ResolvedWith]:
        """Resolves its open incidents with one text, each for itself; one that refuses holds up no other.

        incident_ids: none for every one that the caller is granted. Raises NotFound("incident_not_found") for one that is
        not the problem's or not theirs.
        """
        problem = visible_problem(self._problems, caller, target.incident_id)
        next_problem_state(problem, ProblemCommand.TELL)
        own = as_granted(caller, problem).incidents
        standing = self._incidents.load_many(caller.granted(), [each.incident_id for each in own])
        if not standing.keys() >= set(incident_ids):
            raise NotFound("incident_not_found", "There is no such incident.")
        wanted = set(incident_ids) or {key for key, each in standing.items() if not each.is_finished}
        done = []
        for incident in (standing[each.incident_id] for each in own if each.incident_id in wanted):
            one = CommandTarget(incident.incident_id, target.idempotency_key)
            try:
                self._commands.resolve(caller, one, code, text)
            except Unavailable:
                raise
            except FairleadError as error:
                done.append(ResolvedWith(incident, error.reason))
            else:
                done.append(ResolvedWith(incident))
        return done

    def _change(self, caller: Caller, number: str) -> solving.SolvedBy:
        try:
            found = self._changes.load(change_scope(caller), number.strip().upper())
            return solving.SolvedBy(found.number, found.went_wrong)
        except NotFound:
            message = "There is no such change."
            raise InvalidArgument("change_not_found", message, field="change_number") from None

    def _run(self, caller: Caller, target: CommandTarget, command: str, decide: Decide) -> Problem:
        """Load, decide, save; again from the start when someone saved in between and any revision will do."""
        fingerprint = fingerprint_of(caller, target, f"problem\n{command}")
        for _ in attempts():
            problem = visible_problem(self._problems, caller, target.incident_id)
            if fingerprint and fingerprint in problem.recent_keys:
                return as_granted(caller, problem)
            if target.revision and target.revision != problem.revision:
                raise moved_on(problem.revision)
            change = decide(self._clock(), problem)
            if change is None:
                return as_granted(caller, problem)
            try:
                self._problems.save(change.remembering(fingerprint) if fingerprint else change, caller)
            except RevisionConflict:
                continue
            return as_granted(caller, change.after)
        raise moved_on(0)


def _require_granted(caller: Caller, tenant_ids: Iterable[str]) -> None:
    if not all(is_granted(caller, tenant_id) for tenant_id in tenant_ids):
        message = "A client reads it for whom you do not work."
        raise PermissionDenied("client_not_granted", message)


def _id_of(caller: Caller, key: str) -> str:
    return "prb_" + hashlib.sha256(f"{caller.provider_id}\n{caller.subject}\n{key}".encode()).hexdigest()[:26]
