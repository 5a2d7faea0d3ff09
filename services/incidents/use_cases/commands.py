"""What people and programs do with an incident: one method a command, all by the same three steps."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from chassis.errors import InvalidArgument, RevisionConflict
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain import closing, conversation, decisions, ending, rating, work
from services.incidents.domain.attachment import Attachment
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import (
    AwaitedParty,
    Impact,
    Incident,
    Kind,
    Party,
    Priority,
    State,
    Urgency,
)
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.merging import survivor_of
from services.incidents.domain.submission import Submission
from services.incidents.domain.visibility import actor_of, as_seen_by, may_see, side_of
from services.incidents.ports import Clock, Incidents, NewId, Rules, Staff
from services.incidents.use_cases.attaching import Attaching
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.opening import NewIncident, Opening
from services.incidents.use_cases.reading import visible
from services.incidents.use_cases.targets import CommandTarget, fingerprint_of, moved_on


class Commands:
    """Every method raises NotFound for what the caller does not see, PermissionDenied("role_required") for the wrong

    side, InvalidState("transition_not_allowed"), RevisionConflict("revision_conflict") and InvalidArgument. The
    same idempotency key again returns the incident as it stands, without a second effect.
    """

    def __init__(
        self,
        incidents: Incidents,
        rules: Rules,
        staff: Staff,
        opening: Opening,
        attaching: Attaching,
        new_id: NewId,
        clock: Clock,
    ) -> None:
        self._incidents = incidents
        self._rules = rules
        self._staff = staff
        self._opening = opening
        self._attaching = attaching
        self._new_id = new_id
        self._clock = clock

    def reply(
        self, caller: Caller, target: CommandTarget, text: str, attachment_ids: Sequence[str] = ()
    ) -> Incident:
        """A public message; to a merged incident, said to the one it went into, which is returned where the caller sees it.

        From the client to one closed too long ago, it opens a follow-up and returns that.

        attachment_ids: the caller's own uploads. Raises InvalidArgument: attachment_not_found, attachment_used,
        too_many_attachments.
        """
        actor, side = actor_of(caller), side_of(caller)
        attachments = self._attachments(caller, target, attachment_ids)
        if side is Side.STAFF:
            return self._run(
                caller,
                target,
                "reply",
                lambda now, it: conversation.answer(it, text, actor, side, now, attachments=attachments),
                follows=True,
            )
        incident = self._survivor(visible(self._incidents, caller, target.incident_id))
        fingerprint = fingerprint_of(caller, target, "reply")
        repeated = fingerprint in incident.recent_keys
        if incident.state is State.CLOSED and not repeated and not self._may_reopen(incident, self._clock()):
            return self._follow_up(caller, incident, text, fingerprint, attachments)
        return self._run(
            caller,
            target,
            "reply",
            lambda now, it: conversation.reply(it, text, actor, side, now, attachments=attachments),
            follows=True,
        )

    def note(
        self, caller: Caller, target: CommandTarget, text: str, attachment_ids: Sequence[str] = ()
    ) -> Incident:
        """An internal remark; staff only. Merged incidents and attachments as for `reply`; these are internal too."""
        actor, side = actor_of(caller), side_of(caller)
        attachments = self._attachments(caller, target, attachment_ids)
        return self._run(
            caller,
            target,
            "note",
            lambda now, it: conversation.note(it, text, actor, side, now, attachments=attachments),
            follows=True,
        )

    def classify(
        self, caller: Caller, target: CommandTarget, category: str, kind: Kind | None, reason: str
    ) -> Incident:
        """A person's decision, which triage will not overwrite."""
        actor, side = actor_of(caller), side_of(caller)
        made = decisions.technicians(reason)
        return self._run(
            caller,
            target,
            "classify",
            lambda now, it: decisions.classify(it, category, kind, made, actor, side, now),
        )

    def prioritize(
        self,
        caller: Caller,
        target: CommandTarget,
        impact: Impact | None,
        urgency: Urgency | None,
        priority: Priority | None,
        reason: str,
    ) -> Incident:
        """A person's decision, which triage will not overwrite."""
        actor, side = actor_of(caller), side_of(caller)
        made = decisions.technicians(reason)
        return self._run(
            caller,
            target,
            "prioritize",
            lambda now, it: decisions.prioritize(it, impact, urgency, priority, made, actor, side, now),
        )

    def assign(
        self, caller: Caller, target: CommandTarget, to: decisions.Assignment, reason: str
    ) -> Incident:
        """To a group, a person, or back to the pool.

        Raises InvalidArgument("assignee_not_granted") for anybody but active staff granted the incident's tenant.
        """
        actor, side = actor_of(caller), side_of(caller)
        if to.assignee_id and side is Side.STAFF:
            to = self._to_staff(visible(self._incidents, caller, target.incident_id), to)
        made = decisions.technicians(reason)
        return self._run(
            caller, target, "assign", lambda now, it: decisions.assign(it, to, made, actor, side, now)
        )

    def acknowledge(self, caller: Caller, target: CommandTarget) -> Incident:
        """The assignee takes it in hand."""
        actor, side = actor_of(caller), side_of(caller)
        return self._run(
            caller, target, "acknowledge", lambda now, it: work.acknowledge(it, actor, side, now)
        )

    def hold(
        self, caller: Caller, target: CommandTarget, awaiting: AwaitedParty | None, reason: str
    ) -> Incident:
        """It waits for somebody, for a reason."""
        actor, side = actor_of(caller), side_of(caller)
        return self._run(
            caller, target, "hold", lambda now, it: work.hold(it, awaiting, reason, actor, side, now)
        )

    def resume(self, caller: Caller, target: CommandTarget, reason: str) -> Incident:
        """The wait is over."""
        actor, side = actor_of(caller), side_of(caller)
        return self._run(caller, target, "resume", lambda now, it: work.resume(it, reason, actor, side, now))

    def resolve(self, caller: Caller, target: CommandTarget, code: str, text: str) -> Incident:
        """Staff propose that it is solved; silence closes it when the contract's time is over."""
        actor, side = actor_of(caller), side_of(caller)

        def decide(now: datetime, it: Incident) -> Change:
            due = closing.close_due_time(self._rules.at(_scope(it), now), now)
            return work.resolve(it, code, text, due, actor, side, now)

        return self._run(caller, target, "resolve", decide)

    def confirm(self, caller: Caller, target: CommandTarget) -> Incident:
        """The client's side agrees: it closes at once."""
        actor, side = actor_of(caller), side_of(caller)
        return self._run(caller, target, "confirm", lambda now, it: ending.confirm(it, actor, side, now))

    def close(self, caller: Caller, target: CommandTarget, reason: str) -> Incident:
        """Staff end what was resolved."""
        actor, side = actor_of(caller), side_of(caller)
        return self._run(caller, target, "close", lambda now, it: ending.close(it, reason, actor, side, now))

    def reopen(self, caller: Caller, target: CommandTarget, reason: str) -> Incident:
        """It was not solved. Raises InvalidState("reopen_window_over") for one closed too long ago."""
        actor, side = actor_of(caller), side_of(caller)

        def decide(now: datetime, it: Incident) -> Change:
            change = ending.reopen(it, reason, actor, side, now)
            if not self._may_reopen(it, now):
                raise ending.refuse_reopening(it)
            return change

        return self._run(caller, target, "reopen", decide)

    def cancel(self, caller: Caller, target: CommandTarget, reason: str) -> Incident:
        """It ends unsolved."""
        actor, side = actor_of(caller), side_of(caller)
        return self._run(
            caller, target, "cancel", lambda now, it: ending.cancel(it, reason, actor, side, now)
        )

    def rate(self, caller: Caller, target: CommandTarget, score: int, comment: str) -> Incident:
        """The requester's satisfaction. Raises PermissionDenied("requester_only"), InvalidState("rating_window_over")."""
        actor, side = actor_of(caller), side_of(caller)
        by = Party(person_id=caller.person_id)
        return self._run(
            caller, target, "rate", lambda now, it: rating.rate(it, score, comment, by, actor, side, now)
        )

    def _run(
        self,
        caller: Caller,
        target: CommandTarget,
        command: str,
        decide: Callable[[datetime, Incident], Change | None],
        follows: bool = False,
    ) -> Incident:
        """Load, decide, save; again from the start when someone saved in between and any revision will do.

        None from `decide`: it stands so already. follows: on a merged incident it is done to the one it went into.
        """
        fingerprint = fingerprint_of(caller, target, command)
        for _ in attempts():
            named = incident = visible(self._incidents, caller, target.incident_id)
            if fingerprint and fingerprint in named.recent_keys:
                return as_seen_by(caller, named)
            if target.revision and target.revision != named.revision:
                raise moved_on(named.revision)
            if follows and named.merged:
                incident = self._survivor(named)
                if fingerprint and fingerprint in incident.recent_keys:
                    return _shown(caller, incident, named)
            change = decide(self._clock(), incident)
            if change is None:
                return as_seen_by(caller, incident)
            if fingerprint:
                change = change.remembering(fingerprint)
            try:
                self._incidents.save(change, caller)
            except RevisionConflict:
                continue
            return _shown(caller, change.after, named)
        raise moved_on(0)

    def _survivor(self, incident: Incident) -> Incident:
        scope = _scope(incident)
        return survivor_of(incident, lambda incident_id: self._incidents.load(scope, incident_id))

    def _attachments(
        self, caller: Caller, target: CommandTarget, attachment_ids: Sequence[str]
    ) -> tuple[Attachment, ...]:
        """Bound to this incident before anything names them, so that a crash in between shows nothing to anybody."""
        if not attachment_ids:
            return ()
        incident = visible(self._incidents, caller, target.incident_id)
        return self._attaching.claim(_scope(incident), attachment_ids, caller.subject, incident.incident_id)

    def _to_staff(self, incident: Incident, to: decisions.Assignment) -> decisions.Assignment:
        member = self._staff.members(incident.provider_id, [to.assignee_id]).get(to.assignee_id)
        if member is None or not member.covers(incident.tenant_id):
            message = "Nobody on the staff who works for this client has this id."
            raise InvalidArgument("assignee_not_granted", message, field="assignee_id")
        return replace(to, assignee_name=member.name)

    def _may_reopen(self, incident: Incident, now: datetime) -> bool:
        rules = self._rules.at(_scope(incident), incident.close_time or now)
        return closing.may_reopen(incident, rules, now)

    def _follow_up(
        self,
        caller: Caller,
        incident: Incident,
        text: str,
        fingerprint: str,
        attachments: tuple[Attachment, ...],
    ) -> Incident:
        """A new incident that follows one which is over, in the name of the person who wrote."""
        person = caller.person_id
        parties = (incident.requester, *incident.participants)
        known = (party for party in parties if person and party.person_id == person)
        submission = Submission(
            submission_id=f"reply:{fingerprint or self._new_id('sub')}",
            tenant_id=incident.tenant_id,
            channel="portal" if person else "api",
            sender=next(known, Party(name=caller.name, person_id=person)),
            authenticated=True,
            subject=as_seen_by(caller, incident).title,
            text=text,
            kind=incident.kind,
            attachments=attachments,
        )
        scope, key = _scope(incident), submission.submission_id
        filed = self._incidents.find_filed(scope, [key])
        if not filed:
            wanted = NewIncident(submission, actor_of(caller), incident.incident_id)
            filed = self._opening.open_many(scope, [wanted], caller)
        return as_seen_by(caller, self._incidents.load(scope, filed[key].incident_id))


def _shown(caller: Caller, changed: Incident, named: Incident) -> Incident:
    """What was changed, where it exists for the caller; else what they named."""
    return as_seen_by(caller, changed if may_see(caller, changed) else named)


def _scope(incident: Incident) -> TenantScope:
    return TenantScope(incident.provider_id, incident.tenant_id)
