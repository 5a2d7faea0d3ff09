"""What nobody can file is kept, seen by the provider's administrators, and told to nobody."""

from __future__ import annotations

import secrets
import smtplib
from typing import Any

import pytest

from tests.harness.journey import incident_titled
from tests.harness.platform import Platform, letter
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.e2e

DESK = "support@acme.northstar.example"
SENDER = "sam.okafor@acme.example"
HEAD = b"From: sam.okafor@acme.example\r\nTo: support@acme.northstar.example\r\nMessage-ID: <%s@x>\r\n"
LARGEST_MAIL = 25 * 1024 * 1024


def test_mail_of_an_unknown_domain_waits_for_the_provider_and_its_sender_is_told_nothing(
    platform: Platform,
) -> None:
    subject, stranger = f"Invoice {secrets.token_hex(4)}", f"{secrets.token_hex(4)}@elsewhere.example"
    platform.send(letter(stranger, DESK, subject, "Please pay.\n"))
    kept = quarantined(platform, subject)
    assert kept["quarantine_reason"] == "mail_domain_unknown"
    assert kept["sender_address"] == stranger
    assert "tenant_id" not in kept

    # No client's program sees it, nor that it exists.
    theirs = platform.api_of("acme")
    assert theirs.get(f"/submissions/{kept['submission_id']}").status_code in (403, 404)
    theirs.close()

    newest = platform.mailbox.newest()
    told_in_the_meantime(platform, newest)
    assert platform.mailbox.list(stranger) == []
    assert not any(one["title"] == subject for one in platform.api.all_incidents())


def test_released_it_is_filed_under_the_client_that_was_said(platform: Platform) -> None:
    subject, stranger = (
        f"From my private address {secrets.token_hex(4)}",
        f"{secrets.token_hex(4)}@home.example",
    )
    platform.send(letter(stranger, DESK, subject, "My laptop does not start.\n"))
    kept = quarantined(platform, subject)
    acme = platform.document["tenants"]["acme"]
    released = platform.api.do(f"/submissions/{kept['submission_id']}/release", {"tenant_id": acme})
    assert released["tenant_id"] == acme
    incident = incident_titled(platform, subject)
    assert incident["tenant_id"] == acme
    assert incident["requester"]["address"] == stranger
    assert kept["submission_id"] not in [one["submission_id"] for one in quarantine(platform)]


def test_discarded_it_is_out_of_the_way_and_its_bytes_are_kept(platform: Platform) -> None:
    subject = f"Casino {secrets.token_hex(4)}"
    platform.send(letter("win@casino.example", DESK, subject, "You have won.\n"))
    path = f"/submissions/{quarantined(platform, subject)['submission_id']}"
    assert platform.api.do(f"{path}/discard", {"reason": "Junk"})["state"] == "discarded"
    assert b"You have won." in platform.api.get(f"{path}/raw").content
    assert subject not in [one.get("subject") for one in quarantine(platform)]


def nested(depth: int, named: bytes = b"boundary") -> bytes:
    opening = b"".join(
        b'Content-Type: multipart/mixed; %s="b%d"\r\n\r\n--b%d\r\n' % (named, level, level)
        for level in range(depth)
    )
    return b"Subject: Deep\r\nMIME-Version: 1.0\r\n" + opening + b"Content-Type: text/plain\r\n\r\nbottom\r\n"


NASTY = {
    "nothing at all": b"",
    "no header": b"just words, no header\r\n",
    "only bytes": bytes(range(256)) * 40,
    "no sender": b"Subject: who\r\n\r\nme\r\n",
    "head of sixty kilobytes": b"%(head)sSubject: " + b"x" * 60_000 + b"\r\n\r\nbody\r\n",
    "three thousand header fields": b"%(head)s" + b"X-Again: and again\r\n" * 3_000 + b"\r\nbody\r\n",
    "nested five hundred deep, which only a reader sees": b"%(head)s" + nested(500, b"boundary*0"),
    "twenty thousand parts, which only a reader sees": b"%(head)sMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary*0="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 20_000 + b"--b--\r\n",
    "multipart without boundary": b"%(head)sMIME-Version: 1.0\r\nContent-Type: multipart/mixed\r\n\r\nwhere\r\n",
    "unknown charset": b"%(head)sContent-Type: text/plain; charset=klingon\r\n\r\nnuqneH \xff\xfe\r\n",
    "base64 that is none": b"%(head)sContent-Transfer-Encoding: base64\r\n\r\n!!!!====\x00\x01\r\n",
    "broken message id": b"From: <sam.okafor@acme.example>\r\nMessage-ID: <[\r\nSubject: id\r\n\r\nbody\r\n",
    "folded for ever": b"%(head)sSubject: a\r\n" + b" \t\r\n" * 2_000 + b"\r\nbody\r\n",
    "NUL everywhere": b"%(head)sSubject: a\x00b\r\n\r\n\x00\x00words\x00\r\n",
}


def test_mail_that_breaks_readers_is_kept_byte_for_byte_and_the_next_is_read(platform: Platform) -> None:
    restarts = platform.running()["services"]["intake"]["restarts"]
    sent = {}
    for name, pattern in NASTY.items():
        mark = secrets.token_hex(6)
        raw = pattern.replace(b"%(head)s", HEAD % mark.encode())
        recipient = f"support+{mark}@acme.northstar.example"
        platform.send(raw, SENDER, (recipient,))
        # What ends a message over SMTP begins with an end of line.
        sent[name] = recipient, raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    title = f"Sane again {secrets.token_hex(4)}"
    platform.send(letter(SENDER, DESK, title, "All is well.\n"))
    incident_titled(platform, title)

    def unfiled() -> dict[str, str]:
        known = (one for one in submissions(platform) if one["recipients"] and one["state"] != "received")
        kept = {one["recipients"][0]: one for one in known}
        found.update({name: kept[recipient] for name, (recipient, _) in sent.items() if recipient in kept})
        return {name: recipient for name, (recipient, _) in sent.items() if recipient not in kept}

    found: dict[str, dict[str, Any]] = {}
    wait_until(lambda: not unfiled(), timeout=40, pause=0.3, what="every one of them to be filed")
    for name, (_, raw) in sent.items():
        kept = platform.api.get(f"/submissions/{found[name]['submission_id']}/raw").content
        assert kept == raw, f"{name}: {len(kept)} bytes kept of {len(raw)}"
        assert found[name]["state"] in ("quarantined", "accepted"), name
        # Either it could be read, or it waits for somebody, with the reason said.
        assert (found[name]["state"] == "quarantined") == bool(found[name].get("quarantine_reason")), name
    reasons = {name: one.get("quarantine_reason") for name, one in found.items()}
    assert reasons["no sender"] == "sender_missing"
    assert platform.running()["services"]["intake"]["restarts"] == restarts


@pytest.mark.parametrize(
    ("raw", "code"),
    [(HEAD + b"Subject: " + b"x" * 1_000_000 + b"\r\n\r\nbody\r\n", 552), (HEAD + nested(500), 554)],
    ids=["a head of a megabyte", "nested five hundred deep"],
)
def test_what_is_beyond_a_limit_is_refused_while_its_sender_still_holds_it(
    platform: Platform, raw: bytes, code: int
) -> None:
    with pytest.raises(smtplib.SMTPDataError) as refused:
        platform.send(raw.replace(b"%s", secrets.token_hex(6).encode()), SENDER, (DESK,))
    assert refused.value.smtp_code == code


def test_an_oversized_mail_is_refused_whether_it_says_so_or_not(platform: Platform) -> None:
    recipient, raw = oversized(LARGEST_MAIL)
    place = platform.document["smtp"]
    with smtplib.SMTP(place["host"], place["port"], timeout=30) as smtp:
        with pytest.raises(smtplib.SMTPSenderRefused) as at_once:
            smtp.sendmail(SENDER, [recipient], raw)
        assert at_once.value.smtp_code == 552
    with smtplib.SMTP(place["host"], place["port"], timeout=60) as smtp:
        smtp.helo("old.example")  # a server that never heard of SIZE
        with pytest.raises(smtplib.SMTPDataError) as at_the_end:
            smtp.sendmail(SENDER, [recipient], raw)
        assert at_the_end.value.smtp_code == 552
    assert kept_for(platform, recipient) is None


def oversized(limit: int) -> tuple[str, bytes]:
    """A recipient of its own, and a mail to it that is a little larger than the limit."""
    mark = secrets.token_hex(6)
    head = HEAD % mark.encode() + b"Subject: Large\r\n\r\n"
    return f"support+{mark}@acme.northstar.example", head + (b"0123456789abcdef" * 60 + b"\r\n") * (
        limit // 962 + 1
    )


def kept_for(platform: Platform, recipient: str) -> dict[str, Any] | None:
    return next((one for one in quarantine(platform) if one["recipients"] == [recipient]), None)


def submissions(platform: Platform) -> list[dict[str, Any]]:
    """The newest two hundred, whatever became of them."""
    return platform.api.read("/submissions", page_size=200)["submissions"]


def quarantine(platform: Platform) -> list[dict[str, Any]]:
    return platform.api.read("/submissions", state="quarantined", page_size=200)["submissions"]


def quarantined(platform: Platform, subject: str) -> dict[str, Any]:
    """The submission of that subject, once it is in quarantine."""

    def found() -> dict[str, Any] | None:
        return next((one for one in quarantine(platform) if one.get("subject") == subject), None)

    return wait_until(found, timeout=20, pause=0.1, what=f"“{subject}” in quarantine")


def told_in_the_meantime(platform: Platform, newest: str) -> None:
    """Somebody else's mail has gone out since: whatever was to be told before it has been told by now."""
    title = f"Meanwhile {secrets.token_hex(4)}"
    platform.send(letter(SENDER, DESK, title, "Something else.\n"))
    number = incident_titled(platform, title)["number"]
    platform.mailbox.wait_for(SENDER, number, after=newest)
