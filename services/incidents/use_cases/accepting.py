"""Takes submissions: decides join or open, idempotent by submission."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import AlreadyExists, FairleadError, InvalidState, RevisionConflict, Unavailable
from chassis.gathering import Gathering
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
from services.incidents.use_cases.opening import NewIncident, Opening
from services.incidents.use_cases.tied import Tied

# Requests that share one write.
_GATHERED = 32
# Tenant and submission.
_Key = tuple[str, str]


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
        self._tied = Tied(incidents, threads, tokens)
        self._opening = opening
        self._attaching = attaching
        self._clock = clock
        self._fresh = Gathering(self._open_fresh, most=_GATHERED)

    def accept(self, caller: Caller, submissions: Sequence[Submission]) -> list[Accepted]:
        """Takes each submission for itself; answers in the order they came. Services only."""
        caller.require(Role.SERVICE)
        answers: dict[_Key, Accepted] = {}
        fresh: dict[_Key, Submission] = {}
        threaded: dict[_Key, Submission] = {}
        for submission in submissions:
            key = (submission.tenant_id, submission.submission_id)
            try:
                submission.check()
                scope = caller.scope(submission.tenant_id)
                submission = self._attaching.with_attachments(scope, submission, caller)
            except FairleadError as error:
                answers[key] = _refused(submission.submission_id, error)
            else:
                (threaded if submission.has_thread else fresh)[key] = submission
        if fresh:
            answers |= self._answer_fresh(caller, fresh)
        by_tenant: dict[str, list[Submission]] = defaultdict(list)
        for submission in threaded.values():
            by_tenant[submission.tenant_id].append(submission)
        for tenant_id, batch in by_tenant.items():
            for accepted in self._accept_threaded(caller, caller.scope(tenant_id), batch):
                answers[tenant_id, accepted.submission_id] = accepted
        return [answers[submission.tenant_id, submission.submission_id] for submission in submissions]

    def _answer_fresh(self, caller: Caller, fresh: dict[_Key, Submission]) -> dict[_Key, Accepted]:
        try:
            return self._fresh.do(caller, fresh)
        except FairleadError as error:
            return {key: _refused(key[1], error) for key in fresh}

    def _open_fresh(
        self, caller: Caller, requests: list[dict[_Key, Submission]]
    ) -> list[dict[_Key, Accepted]]:
        """Several requests of one provider at once, of whatever tenants: those without thread are opened unless
        they are there already.
        """
        batch: dict[TenantScope, dict[str, Submission]] = defaultdict(dict)
        for request in requests:
            for (tenant_id, key), submission in request.items():
                batch[caller.scope(tenant_id)][key] = submission
        filed = self._incidents.find_filed_across(batch)
        new = {
            scope: [
                NewIncident(submission, _actor(submission, caller))
                for key, submission in of_tenant.items()
                if key not in filed.get(scope, {})
            ]
            for scope, of_tenant in batch.items()
        }
        opened = self._opening.open_across({scope: wanted for scope, wanted in new.items() if wanted}, caller)
        refused = {scope: found for scope, found in opened.items() if isinstance(found, FairleadError)}
        for scope, found in opened.items():
            if not isinstance(found, FairleadError):
                filed.setdefault(scope, {}).update(found)
        self._remember(batch, filed)

        def answer(tenant_id: str, key: str) -> Accepted:
            scope = caller.scope(tenant_id)
            found = filed.get(scope, {}).get(key)
            return Accepted(key, found) if found else _refused(key, refused[scope])

        return [{key: answer(*key) for key in request} for request in requests]

    def _accept_threaded(
        self, caller: Caller, scope: TenantScope, batch: Sequence[Submission]
    ) -> list[Accepted]:
        """One after the other: those of one batch may refer to each other."""
        refused: dict[str, Accepted] = {}
        filed: dict[str, Filed] = {}
        try:
            filed |= self._incidents.find_filed(scope, [submission.submission_id for submission in batch])
            for submission in batch:
                try:
                    if submission.submission_id not in filed:
                        self._join_or_open(scope, caller, submission, filed)
                except InvalidState as error:
                    # This one's own fault; the others go on.
                    refused[submission.submission_id] = _refused(submission.submission_id, error)
                else:
                    self._remember({scope: {submission.submission_id: submission}}, {scope: filed})
        except FairleadError as error:
            # What was done before is reported as done.
            keys = {submission.submission_id for submission in batch} - filed.keys() - refused.keys()
            refused |= {key: _refused(key, error) for key in keys}
        return [refused.get(key) or Accepted(key, filed[key]) for key in (s.submission_id for s in batch)]

    def _join_or_open(
        self, scope: TenantScope, caller: Caller, submission: Submission, filed: dict[str, Filed]
    ) -> None:
        if submission.speaks_for_staff:
            submission = self._by_name(scope, submission)
        for _ in attempts():
            candidates = self._tied.candidates(scope, submission)
            verdict = threading.decide(
                submission,
                candidates,
                lambda each: self._may_reopen(scope, each),
                lambda each: self._incidents.follow_ups(scope, each.incident_id),
                lambda each: self._tied.meant(scope, submission, each),
            )
            if verdict.joins is None:
                if submission.speaks_for_staff:
                    raise InvalidState("staff_reply_unmatched", "There is no open incident it could answer.")
                new = NewIncident(
                    submission,
                    _actor(submission, caller),
                    verdict.follows_incident_id,
                    verdict.may_belong_to,
                )
                filed |= self._opening.open_many(scope, [new], caller)
                return
            try:
                self._join(caller, verdict.joins, submission)
            except (RevisionConflict, AlreadyExists):
                # Somebody was faster; it may have been this very submission, sent twice.
                found = self._incidents.find_filed(scope, [submission.submission_id])
                if found:
                    filed |= found
                    return
            else:
                joined = verdict.joins
                filed[submission.submission_id] = Filed(joined.incident_id, joined.number, joined=True)
                return
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

    def _may_reopen(self, scope: TenantScope, incident: Incident) -> bool:
        now = self._clock()
        return may_reopen(incident, self._rules.at(scope, incident.close_time or now), now)

    def _remember(
        self,
        batch: Mapping[TenantScope, Mapping[str, Submission]],
        filed: Mapping[TenantScope, Mapping[str, Filed]],
    ) -> None:
        """Also for what was filed before: a crash may have come in between."""
        seen: dict[TenantScope, dict[str, threading.Thread]] = {}
        for scope, of_tenant in batch.items():
            for key, submission in of_tenant.items():
                if where := filed.get(scope, {}).get(key):
                    _keep_firmest(seen.setdefault(scope, {}), self._learned(scope, submission, where))
        if any(seen.values()):
            self._threads.record_across(seen, self._clock())

    def _learned(
        self, scope: TenantScope, submission: Submission, where: Filed
    ) -> dict[str, threading.Thread]:
        known: dict[str, threading.Thread] = {}
        if submission.has_thread and not submission.authenticated:
            known = self._threads.find(scope, submission.nearest_references)
            if by_token := self._tokens.read(submission.reply_token):
                known[""] = threading.Thread(by_token, threading.Tie.SENT)
        return threading.remembered(submission, where.incident_id, known)


def _keep_firmest(seen: dict[str, threading.Thread], learned: Mapping[str, threading.Thread]) -> None:
    for message_id, thread in learned.items():
        if message_id not in seen or seen[message_id].tie < thread.tie:
            seen[message_id] = thread


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
        # Whoever takes part may write; that it was they who wrote, only authentication shows.
        unverified=not submission.authenticated,
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
