"""Calls of the portal, the API and the console, translated to use cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from chassis.tenancy import Caller
from fairlead.intake.v1 import submission_pb2, submission_service_pb2, submission_service_pb2_grpc
from services.intake.domain.request import Request
from services.intake.domain.sight import Wanted
from services.intake.domain.submission import Channel, State
from services.intake.events import submission_message
from services.intake.use_cases.quarantine import Quarantine
from services.intake.use_cases.reading import ReadingSubmissions
from services.intake.use_cases.submitting import Submitting

SERVICE_NAME = "fairlead.intake.v1.SubmissionService"
_CHUNK_BYTES = 256 * 1024
_CHANNELS = {
    submission_pb2.CHANNEL_EMAIL: Channel.EMAIL,
    submission_pb2.CHANNEL_PORTAL: Channel.PORTAL,
    submission_pb2.CHANNEL_API: Channel.API,
    submission_pb2.CHANNEL_ALERT: Channel.ALERT,
    submission_pb2.CHANNEL_PHONE: Channel.PHONE,
}
_STATES = {
    submission_pb2.SUBMISSION_STATE_UNSPECIFIED: None,
    submission_pb2.SUBMISSION_STATE_RECEIVED: State.RECEIVED,
    submission_pb2.SUBMISSION_STATE_ACCEPTED: State.ACCEPTED,
    submission_pb2.SUBMISSION_STATE_QUARANTINED: State.QUARANTINED,
    submission_pb2.SUBMISSION_STATE_DISCARDED: State.DISCARDED,
}


@dataclass(frozen=True)
class SubmissionServicer(submission_service_pb2_grpc.SubmissionServiceServicer):
    """See the proto."""

    submitting: Submitting
    reading: ReadingSubmissions
    quarantine: Quarantine

    def Submit(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        caller = caller_of(context)
        wanted = Request(
            tenant_id=request.tenant_id,
            channel=_CHANNELS.get(request.channel) or _usual_channel(caller),
            subject=request.subject,
            text=request.text,
            requester_person_id=request.requester_person_id,
            requester_email=request.requester_email,
            requester_name=request.requester_name,
            kind=request.kind,
            impact=request.impact,
            urgency=request.urgency,
            category=request.category,
            idempotency_key=request.idempotency_key,
            attachment_ids=tuple(request.attachment_ids),
            form_id=request.form_id,
            answers=request.answers,
            locale=request.locale,
            catalog_item_id=request.catalog_item_id,
        )
        answered = self.submitting.submit(caller, wanted)
        message = submission_message(answered.submission)
        if answered.opened:
            message.opened.ParseFromString(answered.opened)
        return message

    def GetSubmission(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        return submission_message(self.reading.get(caller_of(context), request.submission_id))

    def ListSubmissions(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        if request.state not in _STATES:
            raise InvalidArgument("state_invalid", "There is no such state.", field="state")
        page = self.reading.page(
            caller_of(context),
            Wanted(_STATES[request.state], request.tenant_id, request.reason, request.sender),
            request.page_size,
            request.page_token,
        )
        return submission_service_pb2.ListSubmissionsResponse(
            submissions=[submission_message(one) for one in page.submissions], next_page_token=page.next_token
        )

    def DownloadRaw(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """See the proto."""
        for piece in self.reading.raw(caller_of(context), request.submission_id):
            for start in range(0, len(piece), _CHUNK_BYTES):
                yield submission_service_pb2.RawChunk(data=piece[start : start + _CHUNK_BYTES])

    def ReleaseSubmission(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        released = self.quarantine.release(caller_of(context), request.submission_id, request.tenant_id)
        return submission_message(released)

    def DiscardSubmission(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        discarded = self.quarantine.discard(caller_of(context), request.submission_id, request.reason)
        return submission_message(discarded)


def _usual_channel(caller: Caller) -> Channel:
    return Channel.PORTAL if caller.person_id else Channel.API
