"""Files sent to and fetched from the incidents service, as its callers do it."""

from collections.abc import Iterator
from typing import Any

from chassis.config import Settings
from chassis.rpc import call, call_stream, channel
from chassis.tenancy import Caller
from fairlead.incidents.v1 import attachment_pb2, attachment_service_pb2
from fairlead.incidents.v1.attachment_service_pb2_grpc import AttachmentServiceStub

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\5\0\1\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
CHUNK = 256 * 1024


class Files:
    """Client of AttachmentService for tests."""

    def __init__(self, settings: Settings) -> None:
        self.stub = AttachmentServiceStub(channel(settings, "incidents"))

    def upload(
        self, caller: Caller, content: bytes | Iterator[bytes] = PNG, name: str = "screen.png", **header: Any
    ) -> attachment_pb2.Attachment:
        """Uploads bytes, or pieces of them as they come."""
        pieces = _pieces(content) if isinstance(content, bytes) else content
        return call(self.stub.UploadAttachment, _messages({"name": name, **header}, pieces), caller, 60.0)

    def download(
        self, caller: Caller, incident_id: str, attachment_id: str
    ) -> tuple[attachment_pb2.Attachment, bytes]:
        """What is told of a file, and its bytes."""
        pieces = list(self.stream(caller, incident_id, attachment_id))
        return pieces[0].attachment, b"".join(piece.chunk for piece in pieces[1:])

    def stream(self, caller: Caller, incident_id: str, attachment_id: str) -> Iterator[Any]:
        request = attachment_service_pb2.DownloadAttachmentRequest(
            incident_id=incident_id, attachment_id=attachment_id
        )
        return call_stream(self.stub.DownloadAttachment, request, caller, 60.0)

    def claim(self, caller: Caller, **fields: Any) -> list[attachment_pb2.Attachment]:
        request = attachment_service_pb2.ClaimAttachmentsRequest(**fields)
        return list(call(self.stub.ClaimAttachments, request, caller).attachments)


def _messages(header: dict[str, Any], pieces: Iterator[bytes]) -> Iterator[Any]:
    message = attachment_service_pb2.UploadAttachmentRequest
    yield message(header=attachment_service_pb2.UploadAttachmentHeader(**header))
    for piece in pieces:
        yield message(chunk=piece)


def _pieces(content: bytes) -> Iterator[bytes]:
    return (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))
