"""What `fairlead intake parse` prints, as programs rely on it."""

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.errors import BadUse
from cli.intake import intake

MAIL = (
    "From: Renée <renee@acme.example>\r\nTo: support@northstar.example\r\nSubject: Printer\r\n"
    "Message-ID: <1@acme.example>\r\nDate: Mon, 3 Mar 2025 10:00:00 +0100\r\n\r\nIt jams.\r\n"
).encode()
KEYS = [
    "from",
    "to",
    "cc",
    "reply_to",
    "subject",
    "message_id",
    "in_reply_to",
    "references",
    "date",
    "text",
    "html",
    "reply_text",
    "attachments",
    "auto_submitted",
    "is_bounce",
    "bounce",
    "is_list",
    "authentication",
    "problems",
]


def run(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(intake, arguments, input=given, standalone_mode=False)


def told(given: bytes) -> list[dict]:
    return [json.loads(line) for line in run("parse", "--jsonl", given=given).stdout.splitlines()]


def asked(own_id: object, raw: bytes) -> bytes:
    return json.dumps({"id": own_id, "raw_b64": base64.b64encode(raw).decode()}).encode() + b"\n"


def test_a_mail_is_one_object_with_every_key(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(MAIL)
    from_file = json.loads(run("parse", str(tmp_path / "mail.eml")).stdout)
    assert [key for key in KEYS if key not in from_file] == []
    assert from_file["from"] == {"name": "Renée", "address": "renee@acme.example"}
    assert from_file["date"] == "2025-03-03T09:00:00+00:00"
    assert from_file["authentication"] == {"spf": "none", "dkim": "none", "dmarc": "none"}
    assert json.loads(run("parse", "-", given=MAIL).stdout) == from_file


def test_nothing_at_all_has_every_key_too() -> None:
    empty = json.loads(run("parse", "-").stdout)
    assert [key for key in KEYS if key not in empty] == []
    assert (empty["from"], empty["date"], empty["bounce"]) == ({"name": "", "address": ""}, None, None)


def test_a_bounce_tells_who_was_not_reached_and_why() -> None:
    report = (
        b"From: MAILER-DAEMON@x.example\r\nSubject: Undelivered\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n"
        b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"Final-Recipient: rfc822; c@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n"
    )
    bounce = json.loads(run("parse", "-", given=report).stdout)["bounce"]
    assert set(bounce) >= {"recipient", "status", "diagnostic", "reason", "hard", "recipients"}
    assert (bounce["recipient"], bounce["status"]) == ("a@b.example", "5.1.1")
    assert bounce["recipients"] == ["a@b.example", "c@b.example"]


def test_lines_are_answered_in_order_with_their_ids_and_a_bad_one_loses_no_other() -> None:
    given = (
        asked("one", MAIL)
        + b'not json\n\n{"id": 2}\n{"id": 3, "raw_b64": "*"}\n[]\n'
        + asked({"deep": 4}, b"")
    )
    answers = told(given)
    assert [one["id"] for one in answers] == ["one", None, 2, 3, None, {"deep": 4}]
    assert ["error" in one for one in answers] == [False, True, True, True, True, False]
    assert run("parse", "--jsonl", given=given).return_value == 1
    assert run("parse", "--jsonl", given=asked(1, MAIL)).return_value == 0


def test_a_last_line_without_its_end_and_a_long_one_are_answered() -> None:
    long = asked("long", MAIL + b"x" * 300_000)
    assert [one["id"] for one in told(long + asked("last", MAIL).rstrip())] == ["long", "last"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("parse",),
        ("parse", "no/such/file"),
        ("parse", "--jsonl", "a/file"),
        ("parse", "-", "--resolver", "53"),
        ("parse", "-", "--resolver", "::1:dns"),
    ],
)
def test_bad_use_is_refused(arguments: tuple[str, ...]) -> None:
    assert isinstance(run(*arguments).exception, BadUse)
