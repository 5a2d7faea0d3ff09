"""Files of incidents: sent and fetched a chunk at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import IO, Any

from chassis.rpc import call, call_stream
from chassis.tenancy import Caller
from fairlead.incidents.v1 import attachment_pb2 as attachment
from fairlead.incidents.v1 import attachment_service_pb2 as messages
from fairlead.incidents.v1.attachment_service_pb2_grpc import AttachmentServiceStub

_CHUNK_BYTES = 256 * 1024
_SECONDS = 60.0


class Attachments:
    """Client of fairlead.incidents.v1.AttachmentService."""

    def __init__(self, channel: Any) -> None:
        self._stub = AttachmentServiceStub(channel)

    def upload(self, caller: Caller, file: IO[bytes], **header: Any) -> attachment.Attachment:
        """Durable when it returns; nobody reads it before a message names it.

        Fields of UploadAttachmentHeader: name, tenant_id or incident_id, source_key, size.
        """
        return call(self._stub.UploadAttachment, _messages(file, header), caller, timeout=_SECONDS)

    def download(
        self, caller: Caller, incident_id: str, attachment_id: str
    ) -> tuple[attachment.Attachment, Generator[bytes, None, None]]:
        """What is told of a file, and its bytes in chunks. Raises before the first chunk."""
        request = messages.DownloadAttachmentRequest(incident_id=incident_id, attachment_id=attachment_id)
        stream = call_stream(self._stub.DownloadAttachment, request, caller, timeout=_SECONDS)
        return next(stream).attachment, _chunks(stream)


def _messages(file: IO[bytes], header: dict[str, Any]) -> Iterator[messages.UploadAttachmentRequest]:
    yield messages.UploadAttachmentRequest(header=messages.UploadAttachmentHeader(**header))
    while chunk := file.read(_CHUNK_BYTES):
        yield messages.UploadAttachmentRequest(chunk=chunk)


def _chunks(stream: Iterator[Any]) -> Generator[bytes, None, None]:
    for message in stream:
        yield message.chunk
