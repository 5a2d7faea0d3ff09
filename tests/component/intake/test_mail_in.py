"""Real SMTP and LMTP into the running service."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from pymongo import MongoClient

from chassis import headers
from chassis.errors import Unavailable
from fairlead.intake.v1 import events_pb2, submission_pb2
from tests.harness.intake import ACME, NORTH, Bench, mail, running_intake
from tests.harness.waiting import wait_until


def test_a_mail_of_a_known_domain_becomes_a_submission_of_that_tenant(bench: Bench):
    bench.send(mail("Problème d'imprimante ☕", "Bonjour,\n\nelle fume."))
    evidence = bench.taken()[0]
    assert (evidence.tenant_id, evidence.channel) == (ACME, "email")
    assert (evidence.subject, evidence.text) == ("Problème d'imprimante ☕", "Bonjour,\n\nelle fume.")
    assert (evidence.sender.person_id, evidence.sender.address) == ("per_jane", "jane@acme.example")
    assert not evidence.authenticated
    stored = wait_until(lambda: bench.listed(bench.admin(), state=submission_pb2.SUBMISSION_STATE_ACCEPTED))[
        0
    ]
    assert stored.submission_id == evidence.submission_id
    assert stored.incident_number == "ACME-1"
    assert not stored.verified


def test_an_unknown_address_of_a_known_domain_becomes_a_person(bench: Bench):
    bench.send(mail(sender="New Hire <new@acme.example>"), sender="new@acme.example")
    evidence = bench.taken()[0]
    person = bench.directory.people[evidence.sender.person_id]
    assert (person.email, person.verified) == ("new@acme.example", False)


def test_an_unknown_domain_is_quarantined_for_the_provider_that_was_written_to(bench: Bench):
    bench.send(mail(sender="x@unknown.example"), sender="x@unknown.example")
    kept = wait_until(bench.quarantined)[0]
    assert kept.quarantine_reason == "mail_domain_unknown"
    assert (kept.provider_id, kept.tenant_id) == (NORTH, "")
    assert bench.quarantined(bench.admin("prv_south")) == []
    assert not bench.incidents.submissions


def test_mail_that_belongs_to_no_provider_is_seen_by_the_operator_alone(bench: Bench):
    bench.send(mail(sender="x@unknown.example"), sender="x@unknown.example", to="postmaster")
    kept = wait_until(lambda: bench.quarantined(bench.an_operator()))[0]
    assert (kept.provider_id, kept.quarantine_reason) == ("", "mail_domain_unknown")
    assert bench.quarantined() == []


def test_a_mailbox_that_nobody_has_is_refused_before_the_message(bench: Bench):
    with bench.smtp() as connection:
        connection.ehlo()
        connection.mail("jane@acme.example")
        assert connection.rcpt("who@nowhere.example") == (550, b"5.1.1 There is no such mailbox here")
        assert connection.rcpt("Support+k7f2qa9x@ACME.northstar.example")[0] == 250


def test_lmtp_delivers(bench: Bench):
    with bench.lmtp() as connection:
        to = ["support@acme.northstar.example", "who@nowhere.example"]
        refused = connection.sendmail("jane@acme.example", to, mail("two").as_bytes())
    assert list(refused) == ["who@nowhere.example"]
    assert bench.taken()[0].subject == "two"


def test_the_same_message_delivered_again_is_one_submission(bench: Bench):
    message = mail()
    bench.send(message)
    bench.taken()
    bench.send(message)
    bench.send(mail("Another"))
    assert {one.subject for one in bench.taken(2)} == {"Printer", "Another"}
    database = MongoClient(bench.settings.mongodb_uri)[bench.settings.database_name]
    repeat = wait_until(lambda: database["arrivals"].find_one({"state": "repeat"}))
    assert repeat["first"] in bench.incidents.submissions


def test_the_raw_bytes_are_kept_verbatim(bench: Bench):
    raw = mail().as_bytes().replace(b"\n", b"\r\n") + b"..dotted\r\n.\xff\xfe bytes\r\n"
    bench.send(raw)
    submission_id = bench.taken()[0].submission_id
    from chassis.rpc import call_stream
    from fairlead.intake.v1 import submission_service_pb2

    request = submission_service_pb2.DownloadRawRequest(submission_id=submission_id)
    chunks = call_stream(bench.stub.DownloadRaw, request, bench.admin())
    assert b"".join(chunk.data for chunk in chunks) == raw


def test_an_announced_size_above_the_limit_is_refused_at_once(bench: Bench):
    with bench.smtp() as connection:
        connection.ehlo()
        code, _ = connection.mail("jane@acme.example", ["SIZE=26214401"])
        assert code == 552


def test_a_mail_that_turns_out_too_large_is_refused_and_the_conversation_goes_on(bench: Bench):
    raw = b"Subject: large\r\nFrom: jane@acme.example\r\n\r\n" + (b"y" * 1022 + b"\r\n") * (27 * 1024)
    with bench.smtp() as connection:
        connection.helo()
        connection.docmd("MAIL FROM:<jane@acme.example>")
        connection.docmd("RCPT TO:<support@acme.northstar.example>")
        code, words = connection.data(raw)
        assert (code, words[:5]) == (552, b"5.3.4")
        connection.sendmail("jane@acme.example", ["support@acme.northstar.example"], mail("Small").as_bytes())
    assert [one.subject for one in bench.taken()] == ["Small"]
    assert bench.quarantined() == []


def test_a_large_mail_within_the_limit_arrives_whole(bench: Bench):
    message = mail("Large")
    message.add_attachment(b"\x00\x01" * 5_000_000, maintype="application", subtype="zip", filename="a.zip")
    bench.send(message)
    assert bench.taken(timeout=40)[0].subject == "Large"


def test_too_many_recipients_are_told_to_come_in_another_mail(bench: Bench):
    with bench.smtp() as connection:
        connection.ehlo()
        connection.mail("jane@acme.example")
        codes = [connection.rcpt(f"support+{n}@acme.northstar.example")[0] for n in range(101)]
    assert codes == [250] * 100 + [452]


def test_a_null_sender_is_accepted_and_a_delivery_report_announced(bench: Bench):
    report = (
        b"From: MAILER-DAEMON@acme.example\r\nSubject: Undelivered\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; jane@acme.example\r\n"
        b"Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Message-ID: <ours@northstar.example>\r\nSubject: ACME-1\r\n\r\nText\r\n--b--\r\n"
    )
    path = "b-" + "a2" * 18 + "q"
    bench.send(report, sender="<>", to=f"support+{path}@acme.northstar.example")
    stored = wait_until(lambda: bench.listed(bench.admin()))[0]
    assert (stored.state, list(stored.problems)) == (
        submission_pb2.SUBMISSION_STATE_ACCEPTED,
        ["bounce", "date_missing"],
    )
    assert stored.tenant_id == ACME
    assert not bench.incidents.submissions
    history = MongoClient(bench.settings.mongodb_uri)[bench.settings.database_name]["submissions_history"]
    event = wait_until(lambda: history.find_one({"fact": "bounce_received"}))
    bounce = events_pb2.BounceReceived.FromString(event["payload"])
    assert (bounce.recipient, bounce.status) == ("jane@acme.example", "5.1.1")
    assert (bounce.return_path, bounce.permanent) == (path, True)
    assert bounce.original_message_id == "ours@northstar.example"
    assert headers.CALLER  # the relay signs it as this service


def test_a_reply_hands_on_its_token_and_thread_as_evidence(bench: Bench):
    message = mail(
        "Re: [ACME-1] Printer",
        "Still burning.\n\nOn Mon, 3 Mar 2025 at 10:00, Support <s@x.example> wrote:\n> Try water.\n",
        In_Reply_To="<b@northstar.example>",
        References="<a@northstar.example> <b@northstar.example>",
    )
    bench.send(message, to="support+k7f2qa9x@acme.northstar.example")
    evidence = bench.taken()[0]
    assert evidence.reply_token == "k7f2qa9x"
    assert list(evidence.referenced_message_ids) == ["a@northstar.example", "b@northstar.example"]
    assert evidence.text == "Still burning."
    assert not evidence.automatic


def test_an_automatic_answer_is_marked_so(bench: Bench):
    bench.send(mail(Auto_Submitted="auto-replied"))
    assert bench.taken()[0].automatic


HOSTILE = [
    b"",
    b"\r\n",
    b".\r\n",
    b"no headers at all\r\n",
    b"Message-ID: <[\r\n\r\nx",
    b"Subject: " + b"=?utf-8?q?a?= " * 3000 + b"\r\n\r\nx",
    b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe",
    b"Content-Type: multipart/mixed\r\n\r\n--a\r\n\r\nx",
    b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(20)),
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * 100,
    # Their outline is hidden from the door.
    b"".join(b"Content-Type: multipart/mixed; boundary*0=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(500)),
    b"Content-Type: multipart/mixed; boundary*0=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * 10000,
    b"From: \xff\xfe@\xff\r\nSubject: \x00\x01\r\n\r\n\x00\xff",
    b"From: jane@acme.example\r\nSubject: \xf0\x9f\x98\x80 \xe2\x80\xae drow\r\n\r\nok\r\n",
]


def test_no_hostile_mail_is_lost_or_does_harm(bench: Bench):
    for raw in HOSTILE:
        bench.send(raw)
    bench.send(mail("After all that"))
    evidence = bench.taken(2, timeout=60)
    assert "After all that" in {one.subject for one in evidence}
    database = MongoClient(bench.settings.mongodb_uri)[bench.settings.database_name]
    wait_until(lambda: database["arrivals"].count_documents({"state": "received"}) == 0, timeout=30)
    shown = len(bench.listed(bench.admin(), page_size=100))
    assert shown == len(HOSTILE) + 1


def test_of_a_thousand_mails_none_is_lost(bench: Bench):
    def send(worker: int) -> None:
        with bench.smtp() as connection:
            for number in range(125):
                connection.sendmail(
                    "jane@acme.example",
                    ["support@acme.northstar.example"],
                    mail(f"mail {worker}-{number}").as_bytes(),
                )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    subjects = {one.subject for one in bench.taken(1000, timeout=60)}
    assert len(subjects) == 1000


def test_a_second_message_on_the_same_connection_is_another_mail(bench: Bench):
    with bench.smtp() as connection:
        for subject in ("one", "two"):
            connection.sendmail("jane@acme.example", ["help@northstar.example"], mail(subject).as_bytes())
    assert {one.subject for one in bench.taken(2)} == {"one", "two"}


def test_a_lone_line_feed_does_not_end_a_message(bench: Bench):
    smuggled = b"Subject: one\r\nFrom: jane@acme.example\r\n\r\nx\n.\nMAIL FROM:<evil@x.example>\r\nmore\r\n"
    with bench.smtp() as connection:
        connection.ehlo()
        connection.mail("jane@acme.example")
        connection.rcpt("help@northstar.example")
        connection.docmd("DATA")
        connection.send(smuggled + b".\r\n")
        assert connection.getreply()[0] == 250
    assert "MAIL FROM:<evil@x.example>" in bench.taken()[0].text


def test_more_connections_than_allowed_are_turned_away(mongod, nats, installation, tmp_path):
    with running_intake(mongod, nats, installation, tmp_path, smtp_connections=1) as bench:
        with bench.smtp() as first:
            assert first.noop()[0] == 250
            with pytest.raises(smtplib.SMTPConnectError, match="421"):
                bench.smtp()
        wait_until(lambda: _connects(bench))


def _connects(bench: Bench) -> bool:
    try:
        with bench.smtp():
            return True
    except smtplib.SMTPException:
        return False


def test_what_our_own_mail_server_verified_is_verified(mongod, nats, installation, tmp_path):
    with running_intake(
        mongod, nats, installation, tmp_path, trusted_authserv_id="mx.north.example"
    ) as bench:
        bench.send(mail("theirs", Authentication_Results="evil.example; dmarc=pass"))
        bench.send(mail("ours", Authentication_Results="mx.north.example; dmarc=pass"))
        found = {one.subject: one.authenticated for one in bench.taken(2)}
    assert found == {"theirs": False, "ours": True}


def test_a_mail_that_kills_its_reader_is_quarantined_and_the_next_one_is_read(
    mongod, nats, installation, tmp_path, monkeypatch
):
    (tmp_path / "fragile.py").write_text(
        "import os, sys\n"
        "from services.intake.clients import reader_child\n"
        "answer = reader_child._answer\n"
        "reader_child._answer = lambda raw, dmarc: os.abort() if b'deadly' in raw else answer(raw, dmarc)\n"
        "reader_child.main(sys.argv[1:])\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("services.intake.clients.reader._CHILD", "fragile")
    with running_intake(mongod, nats, installation, tmp_path) as bench:
        bench.send(mail("deadly"))
        bench.send(mail("harmless"))
        assert bench.taken()[0].subject == "harmless"
        kept = wait_until(bench.quarantined)[0]
        assert (kept.quarantine_reason, kept.provider_id) == ("message_unparsable", NORTH)


def test_a_mail_domain_that_becomes_known_is_heard_of(bench: Bench):
    bench.send(mail("before", sender="a@new.example"), sender="a@new.example")
    wait_until(bench.quarantined)
    bench.directory.add_mail_domain("new.example", ACME)
    # What the consumer does when the directory announces mail_domain_changed; the answer was remembered.
    _announce_change(bench)
    wait_until(lambda: _reaches(bench, "a@new.example"))


def test_mail_for_anybody_is_taken_where_recipients_are_not_verified_and_is_the_single_providers(
    mongod, nats, installation, tmp_path
):
    with running_intake(mongod, nats, installation, tmp_path, verify_recipients=False) as bench:
        _announce_change(bench)

        def kept() -> bool:
            bench.send(mail(sender="x@unknown.example"), sender="x@unknown.example", to="who@nowhere.example")
            return any(one.recipients == ["who@nowhere.example"] for one in bench.quarantined())

        wait_until(kept)


def _announce_change(bench: Bench) -> None:
    from chassis.outbox import AggregateStore, OutboundEvent, Relay
    from chassis.tenancy import TenantScope
    from chassis.tokens import CallerSigner
    from fairlead.directory.v1 import events_pb2, tenant_pb2
    from services.intake.config import IntakeSettings

    signer = CallerSigner.load(bench.settings.key_dir, "directory")
    settings = IntakeSettings(**{**bench.settings.model_dump(), "service": "directory"})
    database = MongoClient(settings.mongodb_uri, tz_aware=True)[settings.database_name]
    store = AggregateStore(database["mail_domains"], noun="mail_domain", signer=signer)
    relay = Relay(settings, [store])
    relay.start()
    moment = datetime.now(UTC)
    changed = events_pb2.MailDomainChanged(mail_domain=tenant_pb2.MailDomain(domain="new.example"))
    fact = OutboundEvent("mail_domain_changed", changed, moment, signer.service_caller(moment, NORTH))
    store.create(TenantScope(NORTH, NORTH), "mdm_1", {}, [fact])
    wait_until(lambda: not database["mail_domains"].find_one({"pending_events.0": {"$exists": True}}))
    relay.stop()


def _reaches(bench: Bench, sender: str) -> bool:
    bench.send(mail("after", sender=sender), sender=sender)
    return any(one.subject == "after" for one in bench.incidents.submissions.values())


def test_what_came_with_a_mail_is_with_the_record_before_its_words_whatever_breaks(bench: Bench):
    letter = mail("Broken screen", "See the picture.")
    letter.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="écran.png")
    letter.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="invoice.pdf")
    bench.incidents.refuse_with = Unavailable("store_unavailable")
    bench.send(letter)
    wait_until(lambda: "UploadAttachment" in bench.incidents.calls, timeout=20, what="a first attempt")
    bench.incidents.refuse_with = None
    evidence = bench.taken()[0]
    kept = [bench.incidents.files[each] for each in evidence.attachment_ids]
    assert [(file.header.name, file.content) for file in kept] == [
        ("écran.png", b"\x89PNG\r\n\x1a\n"),
        ("invoice.pdf", b"%PDF-1.4"),
    ]
    keys = [f"{evidence.submission_id}:{number}" for number in (1, 2)]
    assert [file.header.source_key for file in kept] == keys
    assert {file.header.tenant_id for file in kept} == {ACME}
    assert len(bench.incidents.files) == 2
