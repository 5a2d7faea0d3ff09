"""The front door: what came in, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chassis.errors import FairleadError, NotFound, PermissionDenied, Unavailable
from chassis.rpc import call, call_stream
from chassis.tenancy import Caller
from fairlead.intake.v1 import submission_pb2 as submission
from fairlead.intake.v1 import submission_service_pb2 as messages
from fairlead.intake.v1.submission_service_pb2_grpc import SubmissionServiceStub

# Submitting waits for the record's service, which may be slow to say no.
_SUBMIT_SECONDS = 15.0
# Each takes as long as the record needs for it; whoever wants more asks again.
_AT_ONCE = 50


@dataclass(frozen=True)
class ReleasedAll:
    """What became of several: ids; id → reason of those that could not be; whether there are more."""

    released: list[str]
    failed: dict[str, str]
    more: bool


class Submissions:
    """Client of fairlead.intake.v1.SubmissionService."""

    def __init__(self, channel: Any) -> None:
        self._stub = SubmissionServiceStub(channel)

    def submit(self, caller: Caller, **fields: Any) -> submission.Submission:
        """Durable once it returns: state ACCEPTED with the incident's number, or RECEIVED and the number follows.

        Fields of SubmitRequest: tenant_id, channel, subject, text, idempotency_key, …
        """
        return call(self._stub.Submit, messages.SubmitRequest(**fields), caller, timeout=_SUBMIT_SECONDS)

    def get(self, caller: Caller, submission_id: str) -> submission.Submission:
        request = messages.GetSubmissionRequest(submission_id=submission_id)
        return call(self._stub.GetSubmission, request, caller)

    def list(self, caller: Caller, **fields: Any) -> messages.ListSubmissionsResponse:
        """Newest first. Fields: state, tenant_id, reason, sender, page_size, page_token."""
        return call(self._stub.ListSubmissions, messages.ListSubmissionsRequest(**fields), caller)

    def raw(self, caller: Caller, submission_id: str) -> Iterator[bytes]:
        """The bytes as they came, in chunks. Raises before the first chunk when there is nothing to give."""
        request = messages.DownloadRawRequest(submission_id=submission_id)
        for chunk in call_stream(self._stub.DownloadRaw, request, caller, timeout=60.0):
            yield chunk.data

    def release(self, caller: Caller, submission_id: str, tenant_id: str) -> submission.Submission:
        request = messages.ReleaseSubmissionRequest(submission_id=submission_id, tenant_id=tenant_id)
        return call(self._stub.ReleaseSubmission, request, caller)

    def release_all(self, caller: Caller, tenant_id: str, sender: str) -> ReleasedAll:
        """What waits from a sender, or from "@" and a domain: the newest, as many as are released at once.

        Each for itself; raises only where nothing at all can be released.
        """
        state = submission.SUBMISSION_STATE_QUARANTINED
        page = self.list(caller, state=state, sender=sender, page_size=_AT_ONCE)
        done = ReleasedAll([], {}, bool(page.next_page_token))
        for waiting in page.submissions:
            try:
                self.release(caller, waiting.submission_id, tenant_id)
                done.released.append(waiting.submission_id)
            except (PermissionDenied, NotFound, Unavailable):
                if not done.released:
                    raise
                return ReleasedAll(done.released, done.failed, more=True)
            except FairleadError as error:
                done.failed[waiting.submission_id] = error.reason
        return done

    def discard(self, caller: Caller, submission_id: str, reason: str = "") -> submission.Submission:
        request = messages.DiscardSubmissionRequest(submission_id=submission_id, reason=reason)
        return call(self._stub.DiscardSubmission, request, caller)
