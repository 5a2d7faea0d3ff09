"""Takes submissions: decides join or open, idempotent by submission."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import AlreadyExists, FairleadError, InvalidState, RevisionConflict, Unavailable
from chassis.tenancy import Caller, Role, TenantScope
from services.incidents.domain import texts, threading
from services.incidents.domain.attachment import that_fit
from services.incidents.domain.closing import may_reopen
from services.incidents.domain.conversation import answer, note, reply
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Actor, Incident
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.reply_token import ReplyTokens
from services.incidents.domain.submission import Submission
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import Clock, Filed, Incidents, MailThreads, Rules, Staff
from services.incidents.use_cases.attaching import Attaching
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.gathering import Gathering
from services.incidents.use_cases.opening import NewIncident, Opening

# Requests that share one write.
_GATHERED = 32


@dataclass(frozen=True, slots=True)
class Accepted:
    """Where a submission went, or why it could not be taken (and whether trying again may help)."""

    submission_id: str
    filed: Filed | None = None
    error_reason: str = ""
    retryable: bool = False


class Accepting:
    """One batch at a time; submissions of one batch that refer to each other find each other."""

    def __init__(
        self,
        incidents: Incidents,
        threads: MailThreads,
        rules: Rules,
        staff: Staff,
        tokens: ReplyTokens,
        opening: Opening,
        attaching: Attaching,
        clock: Clock,
    ) -> None:
        self._incidents = incidents
        self._threads = threads
        self._rules = rules
        self._staff = staff
        self._tokens = tokens
        self._opening = opening
        self._attaching = attaching
        self._clock = clock
        self._fresh = Gathering(self._open_fresh, most=_GATHERED)

    def accept(self, caller: Caller, submissions: Sequence[Submission]) -> list[Accepted]:
        """Takes each submission for itself; answers in the order they came. Services only."""
        caller.require(Role.SERVICE)
        by_tenant: dict[str, dict[str, Submission]] = {}
        for submission in submissions:
            by_tenant.setdefault(submission.tenant_id, {})[submission.submission_id] = submission
        answers: dict[tuple[str, str], Accepted] = {}
        for tenant_id, batch in by_tenant.items():
            for accepted in self._accept_of_tenant(caller, tenant_id, batch):
                answers[tenant_id, accepted.submission_id] = accepted
        return [answers[submission.tenant_id, submission.submission_id] for submission in submissions]

    def _accept_of_tenant(
        self, caller: Caller, tenant_id: str, batch: dict[str, Submission]
    ) -> list[Accepted]:
        refused: dict[str, Accepted] = {}
        for key, submission in batch.items():
            try:
                submission.check()
            except FairleadError as error:
                refused[key] = _refused(key, error)
        sound = {key: submission for key, submission in batch.items() if key not in refused}
        filed: dict[str, Filed] = {}
        try:
            scope = caller.scope(tenant_id)
            sound = {
                key: self._attaching.with_attachments(scope, submission, caller)
                for key, submission in sound.items()
            }
            self._file(scope, caller, sound, filed, refused)
        except FairleadError as error:
            refused |= {key: _refused(key, error) for key in sound if key not in filed and key not in refused}
        return [refused.get(key) or Accepted(key, filed[key]) for key in batch]

    def _file(
        self,
        scope: TenantScope,
        caller: Caller,
        batch: dict[str, Submission],
        filed: dict[str, Filed],
        refused: dict[str, Accepted],
    ) -> None:
        """Fills `filed` as it goes, so that what was done before a failure is reported as done."""
        threaded = [submission for submission in batch.values() if submission.has_thread]
        plain = [submission for submission in batch.values() if not submission.has_thread]
        if plain:
            filed |= self._fresh.do((scope, caller), plain)
        if threaded:
            filed |= self._incidents.find_filed(scope, [submission.submission_id for submission in threaded])
        for submission in threaded:
            try:
                if submission.submission_id not in filed:
                    self._join_or_open(scope, caller, submission, filed)
            except InvalidState as error:
                # This one's own fault; the others go on.
                refused[submission.submission_id] = _refused(submission.submission_id, error)
            else:
                self._remember(scope, [submission], filed)

    def _open_fresh(
        self, key: tuple[TenantScope, Caller], requests: list[list[Submission]]
    ) -> list[dict[str, Filed]]:
        """Several requests of one tenant at once: those without thread are opened unless they are there already."""
        scope, caller = key
        batch = {submission.submission_id: submission for request in requests for submission in request}
        filed = self._incidents.find_filed(scope, batch)
        new = [(submission, "") for key, submission in batch.items() if key not in filed]
        self._open(scope, caller, new, filed)
        self._remember(scope, list(batch.values()), filed)
        return [{each.submission_id: filed[each.submission_id] for each in request} for request in requests]

    def _open(
        self,
        scope: TenantScope,
        caller: Caller,
        wanted: list[tuple[Submission, str]],
        filed: dict[str, Filed],
    ) -> None:
        new = [NewIncident(submission, _actor(submission, caller), follows) for submission, follows in wanted]
        filed |= self._opening.open_many(scope, new, caller)

    def _join_or_open(
        self, scope: TenantScope, caller: Caller, submission: Submission, filed: dict[str, Filed]
    ) -> None:
        if submission.speaks_for_staff:
            submission = self._by_name(scope, submission)
        for _ in attempts():
            candidates = self._candidates(scope, submission)
            verdict = threading.decide(submission, candidates, lambda each: self._may_reopen(scope, each))
            if verdict.joins is None:
                if submission.speaks_for_staff:
                    raise InvalidState("staff_reply_unmatched", "There is no open incident it could answer.")
                return self._open(scope, caller, [(submission, verdict.follows_incident_id)], filed)
            try:
                self._join(caller, verdict.joins, submission)
            except (RevisionConflict, AlreadyExists):
                # Somebody was faster; it may have been this very submission, sent twice.
                found = self._incidents.find_filed(scope, [submission.submission_id])
                if found:
                    filed |= found
                    return None
            else:
                joined = verdict.joins
                filed[submission.submission_id] = Filed(joined.incident_id, joined.number, joined=True)
                return None
        raise RevisionConflict("revision_conflict", "The incident is changing too fast.")

    def _by_name(self, scope: TenantScope, submission: Submission) -> Submission:
        """Under the name that clients know staff by; how they sign their mail, and its address, are their own."""
        sender = submission.sender
        member = self._staff.members(scope.provider_id, [sender.person_id]).get(sender.person_id)
        if member is None or not member.covers(scope.tenant_id):
            raise InvalidState("staff_reply_unmatched", "They do not work for this client.")
        return replace(submission, sender=replace(sender, name=member.name))

    def _join(self, caller: Caller, incident: Incident, submission: Submission) -> None:
        self._incidents.save(_joined(incident, submission, _actor(submission, caller), self._clock()), caller)

    def _candidates(self, scope: TenantScope, submission: Submission) -> list[Incident]:
        """What it is tied to, the strongest tie first; all of the submission's own tenant."""
        tied: list[str] = []
        by_token = self._tokens.read(submission.reply_token)
        if by_token:
            tied.append(by_token)
        references = submission.nearest_references
        if references:
            known = self._threads.find(scope, references)
            tied.extend(known[reference] for reference in references if reference in known)
        found = self._incidents.load_many(scope, tied) if tied else {}
        return [found[incident_id] for incident_id in dict.fromkeys(tied) if incident_id in found]

    def _may_reopen(self, scope: TenantScope, incident: Incident) -> bool:
        now = self._clock()
        return may_reopen(incident, self._rules.at(scope, incident.close_time or now), now)

    def _remember(self, scope: TenantScope, batch: Sequence[Submission], filed: dict[str, Filed]) -> None:
        """Also for what was filed before: a crash may have come in between."""
        seen = {s.message_id: filed[s.submission_id].incident_id for s in batch if s.message_id}
        if seen:
            self._threads.record(scope, seen, self._clock())


def _joined(incident: Incident, submission: Submission, actor: Actor, now: datetime) -> Change:
    text = texts.shortened(submission.text, texts.MAX_TEXT) or "(no text)"
    key, attachments = submission.submission_id, that_fit(incident.attachments, submission.attachments)
    if submission.automatic:
        # An out-of-office answer says nothing about the incident: it ends no wait and reopens nothing.
        return note(incident, text, actor, Side.STAFF, now, submission_id=key, attachments=attachments)
    if submission.speaks_for_staff:
        return answer(incident, text, actor, Side.STAFF, now, submission_id=key, attachments=attachments)
    # A sender who is known and was forwarded the thread takes part from now on; others named in an
    # unauthenticated mail do not.
    joining = (submission.sender, *submission.copied) if submission.authenticated else ()
    return reply(
        incident,
        text,
        actor,
        Side.CLIENT,
        now,
        submission_id=key,
        joining=joining,
        attachments=attachments,
    )


def _actor(submission: Submission, caller: Caller) -> Actor:
    """The sender where they are known; else the service that brought it, under the sender's name."""
    sender = submission.sender
    name = sender.name or sender.address
    if sender.person_id:
        return Actor(f"person:{sender.person_id}", name)
    return Actor(caller.subject, name or actor_of(caller).name)


def _refused(submission_id: str, error: FairleadError) -> Accepted:
    retryable = isinstance(error, Unavailable | RevisionConflict)
    return Accepted(submission_id, error_reason=error.reason, retryable=retryable)
