"""Portal and API: checked, durable, and the number at once when the record is there."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from chassis.errors import (
    AlreadyExists,
    FairleadError,
    InvalidArgument,
    InvalidState,
    NotFound,
    PermissionDenied,
    Unavailable,
)
from chassis.tenancy import Caller, Role
from services.intake.domain.facts import Received
from services.intake.domain.request import Request
from services.intake.domain.submission import OWN_TIME, Evidence, Party, State, Submission
from services.intake.ports import Clock, Directory, Files, Fresh, Key, NewId, Person, Submissions
from services.intake.use_cases.accepting import Accepting, Answered
from services.intake.use_cases.backlog import Backlog
from services.intake.use_cases.filling import Filling, worded

_MAY_ACT_FOR_OTHERS = frozenset(
    {
        Role.CLIENT_MANAGER,
        Role.API_CLIENT,
        Role.TECHNICIAN,
        Role.DISPATCHER,
        Role.PROVIDER_ADMIN,
        Role.SERVICE,
    }
)


@dataclass(frozen=True)
class Submitting:
    """Takes one submission from a signed-in caller."""

    submissions: Submissions
    directory: Directory
    accepting: Accepting
    backlog: Backlog
    filling: Filling
    files: Files
    clock: Clock
    new_id: NewId

    def submit(self, caller: Caller, request: Request) -> Answered:
        """The submission: accepted with its number, or received when the record cannot answer soon.

        Raises InvalidArgument (with the field; "answers_invalid" for a form), NotFound("tenant_not_found",
        "form_not_found"), InvalidState("tenant_suspended",
        "idempotency_key_reused"), PermissionDenied("requester_not_allowed"). InvalidArgument("attachment_not_found",
        "too_many_attachments"), ResourceExhausted("intake_backlogged"): nothing was submitted.
        """
        request = request.checked()
        scope = caller.scope(request.tenant_id)
        client = self.directory.client(scope.provider_id, scope.tenant_id)
        if not client.active:
            raise InvalidState("tenant_suspended", "This client is suspended.")
        key = (
            Key(caller.subject, request.idempotency_key, request.digest) if request.idempotency_key else None
        )
        try:
            self.backlog.check()
        except FairleadError:
            if repeated := self._repeated(scope.provider_id, scope.tenant_id, key):
                return repeated
            raise
        # To look first would cost every submission a read; only files must not be bound to it twice.
        if request.attachment_ids and (repeated := self._repeated(scope.provider_id, scope.tenant_id, key)):
            return repeated
        try:
            filled = self.filling.fill(scope, request)
            requester = self._requester(caller, scope.provider_id, request)
        except FairleadError:
            # What was good enough the first time is answered as it was then.
            if repeated := self._repeated(scope.provider_id, scope.tenant_id, key):
                return repeated
            raise
        body = request.as_bytes
        if filled:
            request = filled.applied(request)
        submission = self._submission(caller, request, requester, len(body))
        submission, names = self._with_attachments(caller, submission, request, key)
        if filled:
            told = filled.told(names)
            subject, text = worded(request, told)
            submission = replace(submission, subject=subject, text=text, form=told)
        fresh = Fresh(submission, (Received(submission),), caller, key, body)
        try:
            stored = self.submissions.add(fresh)
        except AlreadyExists:
            # The key came before.
            return self._repeated(scope.provider_id, scope.tenant_id, key) or self._lost(submission)
        return self.accepting.accept_now(stored)

    def _repeated(self, provider_id: str, tenant_id: str, key: Key | None) -> Answered | None:
        found = self.submissions.find_by_key(provider_id, tenant_id, key) if key else None
        if key is None or found is None:
            return None
        submission, digest = found
        if digest != key.digest:
            raise InvalidState(
                "idempotency_key_reused", "This key was used for another submission.", field="idempotency_key"
            )
        if submission.state is State.RECEIVED:
            return self.accepting.accept_now(submission)
        return Answered(submission)

    @staticmethod
    def _lost(submission: Submission) -> Answered:
        raise AlreadyExists("submission_exists", "It exists already.", submission_id=submission.submission_id)

    def _with_attachments(
        self, caller: Caller, submission: Submission, request: Request, key: Key | None
    ) -> tuple[Submission, Mapping[str, str]]:
        """Bound to this submission now, so that a wrong one is told to who waits, and none expires underway; and what
        they are called.
        """
        if not request.attachment_ids:
            return submission, {}
        # A request that is repeated after a crash must find its files bound to itself.
        own = f"{key.subject}\n{key.key}" if key else submission.submission_id
        claim = f"submission:{hashlib.sha256(own.encode()).hexdigest()[:32]}"
        ids, tenant_id = request.attachment_ids, submission.tenant_id
        names: Mapping[str, str] = {}
        try:
            names = self.files.claim(submission.provider_id, tenant_id, ids, caller.subject, claim)
        except Unavailable:
            pass  # what is written is kept all the same; the record binds the files when it takes it
        evidence = replace(
            submission.evidence,
            attachment_ids=ids,
            attachment_uploader=caller.subject,
            attachment_claim=claim,
        )
        return replace(submission, evidence=evidence), names

    def _requester(self, caller: Caller, provider_id: str, request: Request) -> Person:
        for_self = not request.requester_email and request.requester_person_id in ("", caller.person_id)
        if not for_self and caller.roles.isdisjoint(_MAY_ACT_FOR_OTHERS):
            raise PermissionDenied("requester_not_allowed", "You may submit for yourself only.")
        if request.requester_email:
            party = Party(address=request.requester_email, name=request.requester_name)
            return self._by_address(provider_id, request.tenant_id, party)
        person_id = request.requester_person_id or caller.person_id
        if not person_id:
            raise InvalidArgument("requester_required", "For whom is it?", field="requester_email")
        return self._member(provider_id, request.tenant_id, person_id)

    def _by_address(self, provider_id: str, tenant_id: str, party: Party) -> Person:
        """Who is known at another client alone is made no member by being named: a slip in an address would open
        this client's portal to them, and tell them of its incident. Administration adds members, knowingly.
        """
        try:
            return self.directory.requester(provider_id, tenant_id, party, verified=True, strangers_only=True)
        except InvalidState as error:
            if error.reason != "requester_elsewhere":
                raise
            # Nothing of them is told or changed: they are an address, by the name that was given.
            return Person("", party.address, party.name, frozenset())

    def _member(self, provider_id: str, tenant_id: str, person_id: str) -> Person:
        try:
            person = self.directory.person(provider_id, person_id)
        except NotFound:
            person = None
        if person is None or tenant_id not in person.tenant_ids:
            # Staff themselves belong to no client: they name for whom it is.
            raise InvalidArgument(
                "requester_not_found", "Nobody of this client has this id.", field="requester_person_id"
            )
        return person

    def _submission(self, caller: Caller, request: Request, requester: Person, size: int) -> Submission:
        now = self.clock()
        return Submission(
            submission_id=self.new_id("sub"),
            provider_id=caller.provider_id,
            tenant_id=request.tenant_id,
            channel=request.channel,
            state=State.RECEIVED,
            sender=Party(requester.address, requester.name, requester.person_id),
            subject=request.subject,
            text=request.text,
            verified=True,
            receive_time=now,
            evidence=Evidence(
                kind=request.kind,
                impact=request.impact,
                urgency=request.urgency,
                category=request.category,
                catalog_item_id=request.catalog_item_id,
                ordered_by=caller.person_id if request.catalog_item_id else "",
            ),
            raw_size=size,
            attempt_time=now + OWN_TIME,
        )
