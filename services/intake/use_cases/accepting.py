"""Submissions are handed to the record, in batches of one provider, until it has them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.errors import RevisionConflict, Unavailable
from services.intake.domain.facts import Quarantined
from services.intake.domain.sight import room_of
from services.intake.domain.submission import Submission
from services.intake.ports import Changed, Clock, Log, Record, Submissions, Verdict
from services.intake.use_cases.handing import Handing

_BATCH = 100
# What the record fails over so often, while it answers others, somebody must look at. Outages do not count.
_MOST_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Answered:
    """A submission after the record was asked."""

    submission: Submission

    @property
    def opened(self) -> bytes:
        """What it opened, as the record said it then; empty when the record was asked later, by the sweep."""
        return self.submission.opened


class Accepting:
    """Asks the record to take what is received; idempotent by the submission's id."""

    def __init__(
        self, submissions: Submissions, record: Record, handing: Handing, clock: Clock, log: Log
    ) -> None:
        self._submissions = submissions
        self._record = record
        self._handing = handing
        self._clock = clock
        self._log = log

    def accept_due(self, limit: int = _BATCH) -> int:
        """Asks for those whose time has come; how many there were. Raises Unavailable when the store is down."""
        due = self._submissions.claim_received(limit, self._clock())
        self.accept(due)
        return len(due)

    def accept(self, submissions: Sequence[Submission]) -> None:
        """Asks for these now. What the record cannot answer is postponed; nothing is raised for it."""
        by_provider: dict[str, list[Submission]] = defaultdict(list)
        for submission in submissions:
            by_provider[submission.provider_id].append(submission)
        for provider_id, batch in by_provider.items():
            self._submissions.save_many(self._outcomes(provider_id, batch))

    def accept_now(self, submission: Submission) -> Answered:
        """Asks for one while somebody waits for its number; still received when the record does not answer."""
        ready, _ = self._handing.hand_over([submission])
        try:
            verdicts = self._record.accept(submission.provider_id, ready, in_haste=True) if ready else []
        except Unavailable:
            verdicts = []
        verdict = next((one for one in verdicts if one.submission_id == submission.submission_id), None)
        if verdict is None:
            return Answered(submission)  # its attempt time stands: the sweep takes over
        decided = self._decided(ready[0], verdict)
        if not decided.facts:
            # Nothing is lost with it: asked again, the record gives the same answer.
            return Answered(self._submissions.save_soon(decided))
        try:
            return Answered(self._submissions.save(decided))
        except RevisionConflict:
            # The sweep, or the same call repeated, got the same answer and saved it first.
            return Answered(self._submissions.get(room_of(submission), submission.submission_id))

    def _outcomes(self, provider_id: str, batch: Sequence[Submission]) -> list[Changed]:
        batch, waiting = self._handing.hand_over(batch)
        deferred = [Changed(one.deferred(self._clock())) for one in waiting]
        if not batch:
            return deferred
        try:
            verdicts = self._record.accept(provider_id, batch, in_haste=False)
        except Unavailable as error:
            self._log.warning("record_unavailable", reason=error.reason, waiting=len(batch))
            return deferred + [Changed(one.deferred(self._clock())) for one in batch]
        answered = {verdict.submission_id: verdict for verdict in verdicts}
        return deferred + [
            self._decided(one, answered[one.submission_id])
            if one.submission_id in answered
            else Changed(one.postponed(self._clock()))
            for one in batch
        ]

    def _decided(self, submission: Submission, verdict: Verdict) -> Changed:
        if not verdict.error_reason:
            now = self._clock()
            return Changed(
                submission.accepted(verdict.incident_id, verdict.number, verdict.joined, now, verdict.opened)
            )
        if verdict.retryable and verdict.error_reason.endswith("_unavailable"):
            return Changed(submission.deferred(self._clock()))
        if verdict.retryable and submission.attempts < _MOST_ATTEMPTS:
            return Changed(submission.postponed(self._clock()))
        refused = submission.refused(verdict.error_reason)
        self._log.warning(
            "submission_refused", submission_id=submission.submission_id, reason=verdict.error_reason
        )
        return Changed(refused, (Quarantined(refused),))
