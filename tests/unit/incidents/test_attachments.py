"""What a file is, and which files an incident calls its own."""

import pytest

from chassis.errors import InvalidArgument
from services.incidents.domain import conversation
from services.incidents.domain.attachment import MAX_PER_INCIDENT, Attachment, AttachmentRef, that_fit
from services.incidents.domain.facts import Opened, Replied
from services.incidents.domain.file_name import clean_name
from services.incidents.domain.file_type import content_type_of
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.opening import open_incident
from tests.harness.files import PDF, PNG
from tests.harness.incident_values import NOON, REQUESTER, TECH, opened, submission

PLAN = Attachment("att_1", "plan.pdf", "application/pdf", 46, "ab")
SHOT = Attachment("att_2", "shot.png", "image/png", 70, "cd")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (PNG, "image/png"),
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("Déjà vu".encode(), "text/plain"),
        ("Déjà".encode()[:-1], "text/plain"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain"),
        (b"\0\1\2\3", "application/octet-stream"),
        (b"caf\xe9 cr\xe8me", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_files_type_is_found_in_its_bytes(head: bytes, expected: str) -> None:
    assert content_type_of(head) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("C:\\Users\\jane\\report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nContent-Type: text.html", "a Content-Type_ text.html"),
        ("  .hidden. ", "hidden"),
        ("NUL.txt", "_NUL.txt"),
        ("été à Québec.jpg", "été à Québec.jpg"),
        ("...", "attachment"),
        ("", "attachment"),
    ],
)
def test_a_files_name_is_cleaned(given: str, expected: str) -> None:
    assert clean_name(given) == expected


def test_what_came_with_a_submission_belongs_to_what_it_opens() -> None:
    change = open_incident(
        submission(attachments=(PLAN,)),
        provider_id="prv_north",
        incident_id="inc_1",
        number="ACME-1",
        actor=REQUESTER,
        now=NOON,
    )
    assert change.after.attachments == (AttachmentRef("att_1"),)
    assert change.facts == (Opened(False, (PLAN,)),)


def test_a_notes_files_are_internal_and_a_replys_are_not() -> None:
    noted = conversation.note(opened(), "Psst", TECH, Side.STAFF, NOON, attachments=(PLAN,)).after
    change = conversation.reply(noted, "Look", REQUESTER, Side.CLIENT, NOON, attachments=(SHOT,))
    assert change.after.attachments == (AttachmentRef("att_1", internal=True), AttachmentRef("att_2"))
    assert isinstance(change.facts[0], Replied)
    assert change.facts[0].attachments == (SHOT,)


def test_a_file_cannot_be_in_two_messages() -> None:
    noted = conversation.note(opened(), "Psst", TECH, Side.STAFF, NOON, attachments=(PLAN,)).after
    with pytest.raises(InvalidArgument, match="attachment_used"):
        conversation.answer(noted, "Here", TECH, Side.STAFF, NOON, attachments=(PLAN,))


def test_of_what_comes_by_itself_as_much_is_taken_as_there_is_room() -> None:
    full = tuple(AttachmentRef(f"att_{number}") for number in range(10, MAX_PER_INCIDENT + 9))
    assert that_fit(full, (PLAN, SHOT)) == (PLAN,)
    assert that_fit((AttachmentRef("att_1"),), (PLAN, SHOT)) == (SHOT,)
