"""What a report of failure says, and which mails only look like one."""

import time

import pytest

from services.intake.domain.mail import Bounce, FailedRecipient, normalize
from services.intake.domain.mail.bounce.reasons import reason_in
from services.intake.domain.mail.bounce.status import preferred

DAEMON = "From: Mail Delivery Subsystem <mailer-daemon@mx.example>\nSubject: Undelivered mail\n\n"


def bounce(text: str) -> Bounce:
    found = normalize(text.encode()).bounce
    assert found, "not taken for a bounce"
    return found


def failed(text: str) -> FailedRecipient:
    [one] = bounce(text).recipients
    return one


def report(group: str, prose: str = "Sorry") -> str:
    return (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        f"--b\n\n{prose}\n--b\nContent-Type: message/delivery-status\n\n{group}\n--b--\n"
    )


@pytest.mark.parametrize(
    ("said", "status", "reason", "hard"),
    [
        ("550 5.1.1 <jane@acme.example>... User unknown", "5.1.1", "userunknown", True),
        ("550 No such user here", "5.0.911", "userunknown", True),
        ("552 5.2.2 Mailbox is full", "5.2.2", "mailboxfull", False),
        ("The recipient's mailbox is over quota", "5.0.922", "mailboxfull", False),
        ("450 4.2.2 Mailbox full, try again", "4.2.2", "mailboxfull", False),
        ("550 5.1.2 Host unknown (Name server: no data)", "5.1.2", "hostunknown", True),
        ("551 5.1.6 recipient no longer on server", "5.1.6", "hasmoved", True),
        ("No MX record found for domain=acme.example", "5.0.932", "notaccept", True),
        ("550 5.7.26 This mail has been blocked because DMARC failed", "5.7.26", "authfailure", False),
        ("554 5.7.1 Client host [192.0.2.7] blocked using zen.spamhaus.org", "5.7.1", "blocked", False),
        ("550 5.7.25 no reverse DNS for 192.0.2.7", "5.7.25", "requireptr", False),
        ("554 5.6.0 Message contains a virus", "5.6.0", "virusdetected", False),
        ("550 This message looks like spam", "5.0.980", "spamdetected", False),
        ("550 5.2.1 The email account is disabled", "5.2.1", "suspend", False),
        ("554 5.7.1 Relay access denied", "5.7.1", "norelaying", False),
        ("552 5.3.4 Message size exceeds fixed limit", "5.3.4", "mesgtoobig", False),
        ("Delivery retries have timed out after 5 days", "5.0.947", "expired", False),
        (
            "550 5.7.26 This mail has been blocked because the sender is unauthenticated.",
            "5.7.26",
            "authfailure",
            False,
        ),
        ("550 5.1.1 Refused due to recipient preferences", "5.1.1", "filtered", False),
        ("550 5.4.310 DNS domain acme.example does not exist", "5.4.310", "hostunknown", True),
        (
            "550 5.4.316 Message expired, connection refused (Socket error code 10061)",
            "5.4.316",
            "expired",
            False,
        ),
    ],
)
def test_the_words_of_a_server_tell_status_and_reason(said: str, status: str, reason: str, hard: bool):
    one = failed(f"{DAEMON}I could not deliver your message to\n\n<jane@acme.example>:\n{said}\n")
    assert (one.address, one.status, one.reason, one.hard) == ("jane@acme.example", status, reason, hard)


@pytest.mark.parametrize(
    ("field", "told", "reply", "wanted"),
    [
        ("5.0.0", ["5.1.1"], "550", "5.1.1"),
        ("5.2.1", ["5.0.0"], "550", "5.2.1"),
        ("4.4.7", ["5.7.1"], "550", "5.7.1"),
        ("4.5.0", ["5.5.0"], "550", "5.5.0"),
        ("5.1.1", ["5.7.1"], "550", "5.7.1"),
        ("4.4.7", ["4.4.7", "4.4.2"], "", "4.4.2"),
        ("5.1.1", [], "", "5.1.1"),
        ("", [], "550", ""),
    ],
)
def test_of_several_status_codes_the_one_counts_that_tells_most(field, told, reply, wanted):
    assert preferred(field, told, reply) == wanted


def test_the_sender_learns_the_address_that_was_written_to_and_not_where_it_was_forwarded():
    group = (
        "Final-Recipient: rfc822; other@elsewhere.example\nOriginal-Recipient: rfc822;jane+2Btag@Acme.example\n"
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp;\n 550 no such user"
    )
    one = failed(report(group))
    assert (one.address, one.diagnostic) == ("jane+tag@acme.example", "550 no such user")


def test_an_internationalized_report_keeps_its_address():
    group = "Final-Recipient: utf-8; jürgen@straße.example\nAction: failed\nStatus: 5.1.1"
    assert failed(report(group)).address == "jürgen@straße.example"


def test_each_recipient_has_its_own_status():
    found = bounce(
        f"{DAEMON}Hi. This is the qmail-send program at mx.example.\n\n<a@acme.example>:\n550 5.2.2 Mailbox full\n\n"
        "<b@acme.example>:\n550 5.1.1 No such user\n\n--- Below this line is a copy of the message.\n\n"
        "Return-Path: <us@northstar.example>\nMessage-ID: <ours@northstar.example>\nTo: c@acme.example\n"
    )
    assert [(one.address, one.status) for one in found.recipients] == [
        ("a@acme.example", "5.2.2"),
        ("b@acme.example", "5.1.1"),
    ]
    assert found.original_message_id == "ours@northstar.example"


def test_a_delay_in_words_is_soft_and_not_given_up():
    one = failed(
        "From: mailer-daemon@mx.example\nSubject: Delivery Status Notification (Delay)\n\nTHIS IS A WARNING MESSAGE "
        "ONLY.\nDelivery to the following recipient has been delayed:\n\n    jane@acme.example\n\nThe server is down.\n"
    )
    assert (one.delayed, one.hard, one.status[:2]) == (True, False, "4.")


def test_success_is_no_failure():
    assert not normalize(
        report("Final-Recipient: rfc822; a@b.example\nAction: relayed\nStatus: 2.0.0").encode()
    ).is_bounce


@pytest.mark.parametrize(
    "mail",
    [
        "From: root <root@db1.example>\nSubject: Backup failed\n\nconnection refused: backup@db2.example",
        "From: DHL <noreply@dhl.example>\nReturn-Path: <>\nSubject: Delivery failed\n\nYour parcel could not be "
        "delivered. Contact support@dhl.example",
        "From: Jane <jane@acme.example>\nSubject: Fwd: Undelivered Mail Returned to Sender\n\nPlease help.\n\n"
        "> <bob@x.example>: 550 5.1.1 User unknown",
        "From: Jane <jane@acme.example>\nSubject: my mail bounced\n\nFinal-Recipient: rfc822; a@b.example\n"
        "Action: failed\nStatus: 5.1.1",
        "From: Jane <jane@acme.example>\nReturn-Path: <>\nAuto-Submitted: auto-replied\nSubject: Out of office: ticket\n\n"
        "Mails are not delivered to me. Write to bob@acme.example.",
        "From: Jane <jane@acme.example>\nReturn-Path: <>\nAuto-Submitted: auto-replied\nSubject: Please confirm\n\n"
        "Your message could not be delivered until you confirm.",
        "From: Postmaster <postmaster@acme.example>\nSubject: Maintenance tonight\n\nWe move all mail.",
        "From: Postmaster <postmaster@acme.example>\nSubject: Delivery problems\n\nMails to bob@x.example could not be "
        "delivered since this morning. Can you have a look?",
        "From: Shop <no-reply@shop.example>\nAuto-Submitted: auto-generated\nSubject: Delivery failed\n\nWe could not "
        "deliver your parcel to 550 Main Street. Questions: help@shop.example",
        "From: Helpdesk <noreply@help.example>\nAuto-Submitted: auto-generated\nSubject: [#7] Mail delivery failure\n\n"
        "Jane reports: my mail to bob@k.example could not be delivered.",
        "From: System Administrator <admin@acme.example>\nSubject: Mailbox full\n\nThe mailbox of bob@acme.example is full.",
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\nFrom: complaints@isp.example\n"
        "Subject: abuse report\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--",
    ],
)
def test_what_only_looks_like_a_bounce_is_read_as_a_mail(mail: str):
    assert not normalize(mail.encode()).is_bounce


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        ("Administrateur système <postmaster@x.example>", "Non remis : Imprimante"),
        ("postmaster@x.example", "Unzustellbar: Drucker"),
        ("postmaster@x.example", "No se puede entregar: x"),
        ("postmaster@x.example", "Niedostarczalne: x"),
        ("postmaster@x.example", "Kan inte levereras: x"),
        ("postmaster@x.example", "配信不能: x"),
        ("postmaster@x.example", "无法投递: x"),
        ("postmaster@x.example", "배달되지 않음: x"),
        ("Mailer-Daemon@x.example", "Недоставленное сообщение"),
    ],
)
def test_a_subject_in_any_language_will_do(sender: str, subject: str):
    one = failed(
        f"From: {sender}\nTo: us@here.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n…\n\n"
        "jane@acme.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"
    )
    assert (one.address, one.status, one.reason) == ("jane@acme.example", "5.1.1", "userunknown")


def test_a_bounce_that_somebody_attached_is_theirs():
    wrapped = report("Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1")
    mail = (
        "From: Jane <jane@acme.example>\nSubject: my mail bounced\nContent-Type: multipart/mixed; boundary=o\n\n"
        f"--o\n\nsee\n--o\nContent-Type: message/rfc822\n\nFrom: mailer-daemon@x.example\n{wrapped}\n--o--\n"
    )
    assert not normalize(mail.encode()).is_bounce


@pytest.mark.parametrize(
    "line", ["<u%d@example.com>: 550 user host is a mail sender not", "x.y" * 99 + "@" + "c-c." * 50]
)
def test_hostile_reports_take_time_in_proportion(line: str):
    spent = []
    for count in (50, 400):
        raw = (DAEMON + "".join(f"{line.replace('%d', str(n))}\n" for n in range(count))).encode()
        begin = time.process_time()
        assert len(bounce(raw.decode()).recipients) <= 100
        spent.append(time.process_time() - begin)
    assert spent[1] < 30 * max(spent[0], 0.02)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 Address unknown", "userunknown"),
        ("550 The recipient cannot be verified. Please check all recipients", "userunknown"),
        ("550 Dest. address jane@acme.example is not valid", "userunknown"),
        ("550-Verification failed for <jane@acme.example>", "userunknown"),
        ("550 Empfaenger unbekannt", "userunknown"),
        ("550 Space limit reached for user", "mailboxfull"),
        ("550 boite du destinataire archivee", "suspend"),
        ("550 Recipient has refused mail from sender", "filtered"),
        ("550 The recipient has blocked the sender", "filtered"),
        ("553 Sorry, your envelope sender is in my badmailfrom list", "rejected"),
        ("550 Access denied for sender", "rejected"),
        ("554 No SMTP service here", "blocked"),
        ("550 Mail from 192.0.2.9 refused", "blocked"),
        ("571 Email from 192.0.2.9 is currently blocked by our anti-spam system", "blocked"),
        ("550 This message scored 12 spam points", "spamdetected"),
        ("554 5.6.0 Invalid message content", "contenterror"),
        ("Connect failed: connection refused", "expired"),
        ("could not be delivered for 5 days", "expired"),
        ("MX of acme.example is null", "notaccept"),
        ("connection was dropped by the remote host", "networkerror"),
        ("process timed out: command failed", "mailererror"),
        ("550 we do not relay", "norelaying"),
        ("451 You have exceeded your messaging limits", "speeding"),
        ("550 Messages missing a valid Message-ID header are not accepted", "notcompliantrfc"),
    ],
)
def test_servers_say_the_same_in_many_ways(said: str, reason: str):
    assert reason_in(said) == reason
