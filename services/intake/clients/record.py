"""The incidents service, which decides whether a submission opens or joins an incident."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Protocol

from chassis.config import Settings
from chassis.errors import FairleadError, ResourceExhausted, Unavailable
from chassis.rpc import call, channel
from chassis.tokens import CallerSigner
from fairlead.incidents.v1 import (
    attachment_service_pb2,
    attachment_service_pb2_grpc,
    incident_pb2,
    incident_service_pb2,
    incident_service_pb2_grpc,
)
from services.intake.domain.forms import Answered, Words
from services.intake.domain.submission import Party, Submission
from services.intake.ports import Clock, Verdict

# Somebody waits for the number: better "received" now than "accepted" later.
HASTE_SECONDS = 3.0
_PATIENT_SECONDS = 20.0
_FILE_SECONDS = 60.0
_CHUNK_BYTES = 256 * 1024


class Gathering(Protocol):
    """Collects what is asked at the same time into one call; see store.Gathered."""

    def put(self, item: Submission) -> "Future[Verdict]": ...


class RecordClient:
    """See ports.Record."""

    def __init__(self, settings: Settings, signer: CallerSigner, clock: Clock) -> None:
        self._incidents = incident_service_pb2_grpc.IncidentServiceStub(channel(settings, "incidents"))
        self._signer = signer
        self._clock = clock
        self._gathering: Gathering | None = None

    def gather_with(self, gathering: Gathering) -> None:
        """Submissions that somebody waits for share their calls through this; it calls `accept_each`."""
        self._gathering = gathering

    def accept(self, provider_id: str, submissions: Sequence[Submission], in_haste: bool) -> list[Verdict]:
        if not (in_haste and self._gathering):
            return self._accept(provider_id, submissions, HASTE_SECONDS if in_haste else _PATIENT_SECONDS)
        futures = [self._gathering.put(submission) for submission in submissions]
        try:
            return [future.result(timeout=2 * HASTE_SECONDS) for future in futures]
        except FutureTimeout as error:
            raise Unavailable("incidents_unavailable", "The incidents service does not answer.") from error

    def accept_each(self, submissions: list[Submission]) -> list[Verdict | Exception]:
        """One answer for each, in order; several providers' in one batch are asked about apart."""
        by_provider: dict[str, list[Submission]] = defaultdict(list)
        for submission in submissions:
            by_provider[submission.provider_id].append(submission)
        answers: dict[str, Verdict | Exception] = {}
        for provider_id, batch in by_provider.items():
            try:
                answers |= {one.submission_id: one for one in self._accept(provider_id, batch, HASTE_SECONDS)}
            except FairleadError as error:
                answers |= {one.submission_id: error for one in batch}
        missing = Unavailable("incidents_unavailable", "The incidents service left it unanswered.")
        return [answers.get(one.submission_id, missing) for one in submissions]

    def _accept(self, provider_id: str, submissions: Sequence[Submission], timeout: float) -> list[Verdict]:
        request = incident_service_pb2.AcceptSubmissionsRequest(
            submissions=[_evidence(submission) for submission in submissions],
            with_opened=timeout == HASTE_SECONDS,
        )
        caller = self._signer.service_caller(self._clock(), provider_id)
        try:
            answer = call(self._incidents.AcceptSubmissions, request, caller, timeout=timeout)
        except Unavailable:
            raise
        except FairleadError as error:
            # The record speaks about single submissions in its answer; a refused call is a fault, of one of them
            # perhaps. Alone it holds up nobody else.
            if len(submissions) == 1:
                return [Verdict(submissions[0].submission_id, error_reason=error.reason, retryable=True)]
            return [one for each in submissions for one in self._accept(provider_id, [each], timeout)]
        return [
            Verdict(
                one.submission_id,
                one.incident_id,
                one.number,
                one.joined,
                one.error_reason,
                one.retryable,
                one.opened.SerializeToString() if one.HasField("opened") else b"",
            )
            for one in answer.accepted
        ]


class FilesClient:
    """See ports.Files."""

    def __init__(self, settings: Settings, signer: CallerSigner, clock: Clock) -> None:
        self._stub = attachment_service_pb2_grpc.AttachmentServiceStub(channel(settings, "incidents"))
        self._signer = signer
        self._clock = clock

    def upload(self, provider_id: str, tenant_id: str, source_key: str, name: str, content: bytes) -> str:
        header = attachment_service_pb2.UploadAttachmentHeader(
            tenant_id=tenant_id, name=name, source_key=source_key, size=len(content)
        )
        caller = self._signer.service_caller(self._clock(), provider_id)
        try:
            kept = call(self._stub.UploadAttachment, _messages(header, content), caller, _FILE_SECONDS)
        except ResourceExhausted as error:
            raise Unavailable("incidents_unavailable", "The record takes no more files just now.") from error
        return kept.attachment_id

    def claim(
        self, provider_id: str, tenant_id: str, attachment_ids: Sequence[str], uploader: str, claim: str
    ) -> Mapping[str, str]:
        request = attachment_service_pb2.ClaimAttachmentsRequest(
            tenant_id=tenant_id, attachment_ids=attachment_ids, uploader=uploader, claim=claim
        )
        caller = self._signer.service_caller(self._clock(), provider_id)
        claimed = call(self._stub.ClaimAttachments, request, caller, HASTE_SECONDS).attachments
        return {each.attachment_id: each.name for each in claimed}


def _messages(
    header: attachment_service_pb2.UploadAttachmentHeader, content: bytes
) -> Iterator[attachment_service_pb2.UploadAttachmentRequest]:
    yield attachment_service_pb2.UploadAttachmentRequest(header=header)
    for start in range(0, len(content), _CHUNK_BYTES):
        yield attachment_service_pb2.UploadAttachmentRequest(chunk=content[start : start + _CHUNK_BYTES])


def _evidence(submission: Submission) -> incident_service_pb2.SubmissionEvidence:
    evidence = submission.evidence
    message = incident_service_pb2.SubmissionEvidence(
        submission_id=submission.submission_id,
        tenant_id=submission.tenant_id,
        channel=submission.channel.value,
        sender=_party(submission.sender),
        authenticated=submission.verified,
        subject=submission.subject,
        text=submission.text,
        reply_token=evidence.reply_token,
        referenced_message_ids=evidence.referenced_message_ids,
        message_id=evidence.message_id,
        kind=evidence.kind,
        impact=evidence.impact,
        urgency=evidence.urgency,
        category=evidence.category,
        copied=[_party(one) for one in evidence.copied],
        automatic=evidence.automatic,
        by_staff=evidence.by_staff,
        attachment_ids=evidence.attachment_ids,
        attachment_uploader=evidence.attachment_uploader,
        attachment_claim=evidence.attachment_claim,
        form=_form(submission.form) if submission.form else None,
        configuration_item=evidence.configuration_item,
        catalog_item_id=evidence.catalog_item_id,
        ordered_by=evidence.ordered_by,
    )
    message.receive_time.FromDatetime(submission.receive_time)
    return message


def _form(form: Answered) -> incident_pb2.FilledForm:
    answers = [
        incident_pb2.FormAnswer(
            field=each.field,
            kind=each.kind.value,
            label=_by_language(each.label),
            value=each.value,
            text=_by_language(each.text),
        )
        for each in form.answers
    ]
    return incident_pb2.FilledForm(
        form_id=form.form_id, version=form.version, title=_by_language(form.title), answers=answers
    )


def _by_language(words: Words) -> dict[str, str]:
    return {"en": words.in_language("en"), "fr": words.in_language("fr")}


def _party(party: Party) -> incident_pb2.Party:
    return incident_pb2.Party(person_id=party.person_id, address=party.address, name=party.name)
