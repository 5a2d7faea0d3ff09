"""`fairlead.incidents.v1.AttachmentService`: files in and out, a chunk at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc

from chassis.errors import InvalidArgument, ResourceExhausted
from chassis.rpc import caller_of
from fairlead.incidents.v1 import attachment_pb2, attachment_service_pb2, attachment_service_pb2_grpc
from services.incidents.domain.attachment import Attachment
from services.incidents.events import attachment_messages
from services.incidents.use_cases import Attaching, Upload

_LARGEST_CHUNK = 1024 * 1024
# Others are short calls of the same process: so long a file may wait for its turn.
_TURN_SECONDS = 3.0


class AttachmentServicer(attachment_service_pb2_grpc.AttachmentServiceServicer):
    """Translates. transfers: how many files may be on their way at once; further ones wait, then are refused."""

    def __init__(self, attaching: Attaching, transfers: int) -> None:
        self._attaching = attaching
        self._turns = threading.BoundedSemaphore(transfers)

    def UploadAttachment(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller, messages = caller_of(context), iter(request)
        with self._turn():
            wanted = _upload(messages)
            return _message(self._attaching.upload(caller, wanted, _pieces(messages)))

    def DownloadAttachment(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        answer = attachment_service_pb2.DownloadAttachmentResponse
        with self._turn():
            attachment, chunks = self._attaching.download(
                caller_of(context), request.incident_id, request.attachment_id
            )
            yield answer(attachment=_message(attachment))
            for chunk in chunks:
                yield answer(chunk=chunk)

    def ClaimAttachments(self, request: Any, context: grpc.ServicerContext) -> Any:
        claimed = self._attaching.claim_for(
            caller_of(context), request.tenant_id, request.attachment_ids, request.uploader, request.claim
        )
        return attachment_service_pb2.ClaimAttachmentsResponse(attachments=attachment_messages(claimed))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=_TURN_SECONDS):
            message = "Too many files are on their way. Try again in a moment."
            raise ResourceExhausted("too_many_transfers", message, retry_after=2)
        try:
            yield
        finally:
            self._turns.release()


def _upload(messages: Iterator[Any]) -> Upload:
    first = next(messages, None)
    if first is None or first.WhichOneof("part") != "header":
        raise InvalidArgument("header_missing", "An upload begins with its header.", field="header")
    header = first.header
    return Upload(header.name, header.tenant_id, header.incident_id, header.source_key, header.size)


def _pieces(messages: Iterator[Any]) -> Iterator[bytes]:
    for message in messages:
        if message.WhichOneof("part") != "chunk":
            raise InvalidArgument("header_repeated", "After the header come chunks alone.", field="header")
        if len(message.chunk) > _LARGEST_CHUNK:
            raise InvalidArgument("chunk_too_large", "A chunk has 1 MiB at most.", field="chunk")
        yield message.chunk


def _message(attachment: Attachment) -> attachment_pb2.Attachment:
    return attachment_messages([attachment])[0]
