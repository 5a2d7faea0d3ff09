"""Domain facts as messages, and submissions as their proto."""

from datetime import datetime

from google.protobuf.message import Message

from chassis.outbox import OutboundEvent
from chassis.tenancy import Caller
from fairlead.intake.v1 import events_pb2, submission_pb2
from services.intake.domain.facts import (
    Bounced,
    Discarded,
    Fact,
    PageAnswered,
    Quarantined,
    Received,
    Released,
)
from services.intake.domain.submission import UNPLACED, Channel, State, Submission

_CHANNELS = {
    Channel.EMAIL: submission_pb2.CHANNEL_EMAIL,
    Channel.PORTAL: submission_pb2.CHANNEL_PORTAL,
    Channel.API: submission_pb2.CHANNEL_API,
    Channel.ALERT: submission_pb2.CHANNEL_ALERT,
    Channel.PHONE: submission_pb2.CHANNEL_PHONE,
}
_STATES = {
    State.RECEIVED: submission_pb2.SUBMISSION_STATE_RECEIVED,
    State.ACCEPTED: submission_pb2.SUBMISSION_STATE_ACCEPTED,
    State.QUARANTINED: submission_pb2.SUBMISSION_STATE_QUARANTINED,
    State.DISCARDED: submission_pb2.SUBMISSION_STATE_DISCARDED,
    # What left quarantine is read as the submission it became; this is for its history alone.
    State.RELEASED: submission_pb2.SUBMISSION_STATE_RECEIVED,
}
# Who decided is for those who see quarantine: a client does not read who let their mail in.
_SETTLED = frozenset({State.DISCARDED, State.RELEASED})


def submission_message(submission: Submission, with_text: bool = True) -> submission_pb2.Submission:
    """The proto of a submission; ids of rooms that are no tenant's are left empty."""
    message = submission_pb2.Submission(
        submission_id=submission.submission_id,
        provider_id="" if submission.provider_id == UNPLACED else submission.provider_id,
        tenant_id=submission.tenant_id if submission.has_tenant else "",
        channel=_CHANNELS[submission.channel],
        state=_STATES[submission.state],
        sender_address=submission.sender.address,
        sender_name=submission.sender.name,
        person_id=submission.sender.person_id,
        subject=submission.subject,
        text=submission.text if with_text else "",
        verified=submission.verified,
        incident_id=submission.incident_id,
        incident_number=submission.incident_number,
        joined=submission.joined,
        quarantine_reason=submission.quarantine_reason,
        candidate_tenant_ids=submission.candidate_tenant_ids,
        decided_by=submission.decided_by if submission.state in _SETTLED else "",
        decision=submission.decision if submission.state in _SETTLED else "",
        problems=submission.problems,
        message_id=submission.evidence.message_id,
        raw_size=submission.raw_size,
        recipients=submission.recipients,
        revision=submission.revision,
    )
    message.receive_time.FromDatetime(submission.receive_time)
    if submission.accept_time:
        message.accept_time.FromDatetime(submission.accept_time)
    return message


def outbound(fact: Fact, caller: Caller, time: datetime) -> OutboundEvent:
    """The event that announces a fact."""
    name, message = _message(fact)
    return OutboundEvent(name, message, time, caller)


def _message(fact: Fact) -> tuple[str, Message]:
    match fact:
        case Received(submission):
            return "submission_received", events_pb2.SubmissionReceived(
                submission=submission_message(submission, with_text=False)
            )
        case Quarantined(submission):
            return "submission_quarantined", events_pb2.SubmissionQuarantined(
                submission=submission_message(submission, with_text=False)
            )
        case Released(submission):
            return "submission_released", events_pb2.SubmissionReleased(
                submission=submission_message(submission, with_text=False),
                release_tenant_id=submission.release_tenant_id or submission.tenant_id,
            )
        case Discarded(submission):
            return "submission_discarded", events_pb2.SubmissionDiscarded(
                submission=submission_message(submission, with_text=False)
            )
        case Bounced():
            return "bounce_received", events_pb2.BounceReceived(
                submission_id=fact.submission_id,
                recipient=fact.recipient,
                status=fact.status,
                original_message_id=fact.original_message_id,
                return_path=fact.return_path,
                permanent=fact.permanent,
                diagnostic=fact.diagnostic,
            )
        case PageAnswered(submission_id, answer_tag):
            return "page_answered", events_pb2.PageAnswered(
                submission_id=submission_id, answer_tag=answer_tag
            )
    raise TypeError(f"no event is made of {type(fact).__name__}")
