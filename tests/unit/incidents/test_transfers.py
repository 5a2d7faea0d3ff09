"""Files on their way never take all the threads that answer calls."""

from typing import Any

import pytest

from chassis.errors import ResourceExhausted
from services.incidents.rpc import AttachmentServicer, attachments


class Slow:
    """Gives a file whose reader takes their time."""

    def download(self, *_: Any) -> tuple[Any, Any]:
        return attachments.Attachment("att_1", "a", "text/plain", 1, "ab"), iter([b"x"])


def test_a_file_beyond_the_last_turn_is_refused_with_a_time_to_come_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(attachments, "_TURN_SECONDS", 0.01)
    monkeypatch.setattr(attachments, "caller_of", lambda context: None)
    servicer = AttachmentServicer(Slow(), transfers=1)
    request = attachments.attachment_service_pb2.DownloadAttachmentRequest()
    first = servicer.DownloadAttachment(request, None)
    assert next(first).attachment.name == "a"
    with pytest.raises(ResourceExhausted, match="too_many_transfers") as refusal:
        next(servicer.DownloadAttachment(request, None))
    assert refusal.value.values["retry_after"] == "2"
    first.close()
    assert next(servicer.DownloadAttachment(request, None)).attachment.name == "a"
