"""Files that came by mail are with the record before the words are."""

from collections.abc import Iterator

import pytest

from chassis.errors import InvalidArgument, NotFound, Unavailable
from services.intake.domain.mail import attached, normalize
from services.intake.domain.submission import Channel, Submission
from services.intake.ports import AttachedFile
from services.intake.use_cases.handing import Handing, name_of
from tests.unit.intake.test_accepting import Quiet, submission

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
MAIL = (
    b"From: jane@acme.example\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n"
    b"--a\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
    b'--b\r\nContent-Type: text/html\r\n\r\nSee <img src="cid:one">\r\n'
    b"--b\r\nContent-Type: image/png\r\nContent-ID: <one>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    b"--b--\r\n"
    b'--a\r\nContent-Type: application/pdf; name="plan.pdf"\r\nContent-Disposition: attachment\r\n\r\n%PDF-1.4\r\n'
    b"--a\r\nContent-Type: message/rfc822\r\n\r\nSubject: Old\r\n\r\nWords\r\n"
    b"--a--\r\n"
)


class Raw:
    def __init__(self, raw: bytes | None = MAIL) -> None:
        self.raw_bytes = raw

    def raw(self, arrival_id: str) -> Iterator[bytes]:
        if self.raw_bytes is None:
            raise NotFound("submission_not_found")
        return iter([self.raw_bytes])


class Reader:
    def attached(self, raw: bytes) -> list[AttachedFile] | None:
        return [AttachedFile(part.filename, part.content_type, content) for part, content in attached(raw)]


class Files:
    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, bytes]] = {}
        self.error: Exception | None = None

    def upload(self, provider_id: str, tenant_id: str, source_key: str, name: str, content: bytes) -> str:
        if self.error:
            raise self.error
        self.kept[source_key] = (name, content)
        return f"att_{source_key.rpartition(':')[2]}"


def mailed(number: int = 1, **changes) -> Submission:
    return submission(number, attached=3, **changes)


def test_what_a_mail_names_is_what_is_taken_out_of_it_in_that_order():
    named = [(part.filename, part.content_type) for part in normalize(MAIL).attachments]
    assert named == [("", "image/png"), ("plan.pdf", "application/pdf"), ("", "message/rfc822")]
    assert [(part.filename, part.content_type) for part, _ in attached(MAIL)] == named
    assert [content for _, content in attached(MAIL)] == [
        b"\x89PNG\r\n\x1a\n",
        b"%PDF-1.4",
        b"Subject: Old\r\n\r\nWords",
    ]


def test_every_part_is_handed_over_by_its_number_and_a_picture_in_the_text_too():
    files = Files()
    ready, waiting = Handing(Raw(), Reader(), files, Quiet()).hand_over([mailed()])
    assert waiting == []
    assert ready[0].evidence.attachment_ids == ("att_1", "att_2", "att_3")
    assert {key: name for key, (name, _) in files.kept.items()} == {
        "sub_1:1": "image-1.png",
        "sub_1:2": "plan.pdf",
        "sub_1:3": "message-3.eml",
    }


def test_while_files_cannot_be_kept_their_mails_wait_and_others_do_not():
    files = Files()
    files.error = Unavailable("incidents_unavailable")
    plain = submission(2)
    ready, waiting = Handing(Raw(), Reader(), files, Quiet()).hand_over([mailed(1), plain, mailed(3)])
    assert ready == [plain]
    assert [one.submission_id for one in waiting] == ["sub_1", "sub_3"]


def test_a_part_that_will_never_be_kept_does_not_hold_up_the_words():
    files = Files()
    files.error = InvalidArgument("attachment_empty")
    ready, waiting = Handing(Raw(), Reader(), files, Quiet()).hand_over([mailed()])
    assert (len(ready), waiting, ready[0].evidence.attachment_ids) == (1, [], ())


@pytest.mark.parametrize("reader", [Reader(), type("Blind", (), {"attached": lambda self, raw: None})()])
def test_a_mail_that_cannot_be_opened_again_goes_without_its_files(reader):
    raw = Raw(None) if isinstance(reader, Reader) else Raw()
    ready, _ = Handing(raw, reader, Files(), Quiet()).hand_over([mailed()])
    assert ready[0].evidence.attachment_ids == ()


def test_what_did_not_come_by_mail_or_was_handed_over_is_left_alone():
    given = [mailed(channel=Channel.PORTAL), mailed(2).with_attachments(("att_9",)), submission(3)]
    files = Files()
    assert Handing(Raw(), Reader(), files, Quiet()).hand_over(given) == (given, [])
    assert files.kept == {}


@pytest.mark.parametrize(
    ("filename", "content_type", "expected"),
    [
        ("plan.pdf", "application/pdf", "plan.pdf"),
        ("", "image/png", "image-2.png"),
        ("", "message/rfc822", "message-2.eml"),
        ("", "application/x-nobody-knows", "attachment-2"),
    ],
)
def test_a_file_without_a_name_is_called_by_what_it_is(filename, content_type, expected):
    assert name_of(AttachedFile(filename, content_type, b""), 2) == expected
