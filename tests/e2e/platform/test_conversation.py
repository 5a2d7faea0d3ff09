"""What is said about an incident, by mail and by API, and what its clocks do meanwhile."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.harness.journey import decided, incident_titled, opened_for
from tests.harness.platform import Platform, letter, text_of
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.e2e

SAM = "sam.okafor@acme.example"


@pytest.fixture
def incident(platform: Platform) -> dict[str, Any]:
    """One of Sam's at Acme, decided by triage."""
    opened = opened_for(platform, "acme", SAM, f"Forklift terminal frozen {secrets.token_hex(4)}")
    return decided(platform, opened["incident_id"])


def test_the_requesters_answer_to_the_token_joins(platform: Platform, incident: dict[str, Any]) -> None:
    answer(platform, incident, f"Sam Okafor <{SAM}>", "It is the one near gate 7.\n")
    entry = said(platform, incident, "It is the one near gate 7.")
    assert entry["actor"]["name"] == "Sam Okafor"
    assert entry["visibility"] == "public"
    technician = platform.api.read(f"/people/{incident['assignee_id']}")["email"]
    mail = platform.mailbox.wait_for(
        technician, incident["number"], after_acknowledgement(platform, incident)
    )
    assert incident["number"] in mail["Subject"]


def test_an_answer_by_message_id_alone_joins_too(platform: Platform, incident: dict[str, Any]) -> None:
    """Some mail programs drop Reply-To; the Message-ID of our own mail is then what ties it."""
    mail = platform.mailbox.wait_for(SAM, incident["number"])

    def indexed() -> bool:
        platform.send(
            letter(
                SAM,
                "support@acme.northstar.example",
                f"Re: {incident['title']}",
                f"By reference {secrets.token_hex(4)}\n",
                In_Reply_To=str(mail["Message-ID"]),
            )
        )
        return any("By reference" in entry.get("text", "") for entry in timeline(platform, incident))

    wait_until(indexed, timeout=15, pause=0.5, what="an answer by Message-ID to join")


def test_a_technicians_reply_reaches_the_requester_by_mail(
    platform: Platform, incident: dict[str, Any]
) -> None:
    before = platform.mailbox.wait_for(SAM, incident["number"])
    newest = platform.mailbox.newest()
    words = f"Please hold the power key {secrets.token_hex(4)}"
    platform.api.do(f"/incidents/{incident['incident_id']}/replies", {"text": words})
    mail = platform.mailbox.wait_for(SAM, incident["number"], after=newest)
    assert words in text_of(mail)
    assert mail["References"] == before["References"]
    assert mail["Message-ID"] != before["Message-ID"]
    clocks = {one["kind"]: one for one in clocks_of(platform, incident)}
    wait_until(
        lambda: (
            {one["kind"]: one["state"] for one in clocks_of(platform, incident)}["first_response"] == "met"
        ),
        what=f"the first response to be met, was {clocks['first_response']['state']}",
    )


def test_a_report_on_a_mails_own_return_path_suppresses_its_address_and_a_forged_one_does_not(
    platform: Platform,
) -> None:
    gone = f"gone-{secrets.token_hex(4)}@acme.example"
    incident = opened_for(platform, "acme", gone, f"Badge {secrets.token_hex(4)}")
    path = f"/incidents/{incident['incident_id']}/replies"
    platform.api.do(path, {"text": "Which door?"})
    mails = wait_until(
        lambda: [one for one in platform.mailbox.list(gone, incident["number"]) if one["from"]],
        what="the reply's mail",
    )
    sender = mails[0]["from"]
    forged = sender.replace("+b-" + sender.partition("+b-")[2][:5], "+b-aaaaa", 1)
    for to in ("support@acme.northstar.example", forged, sender):
        platform.send(delivery_report(gone), "", (to,))

    def suppressed() -> list[dict[str, Any]]:
        found = platform.api.read("/suppressions", page_size=200)["suppressions"]
        return [one for one in found if one["address"] == gone]

    [known] = wait_until(suppressed, what="the address to be suppressed")
    assert (known["cause"], known["status"]) == ("permanent_failure", "5.1.1")
    assert len(known["delivery_ids"]) == 1
    platform.api.do(path, {"text": "Are you there?"})
    wait_until(
        lambda: "address_bounces" in [one.get("last_error") for one in told(platform, incident)],
        what="nothing more to be sent there",
    )
    assert "bounced 5.1.1" in [one.get("last_error") for one in told(platform, incident)]


def told(platform: Platform, incident: dict[str, Any]) -> list[dict[str, Any]]:
    return platform.api.read(f"/incidents/{incident['incident_id']}/deliveries")["deliveries"]


def delivery_report(recipient: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: you\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <{secrets.token_hex(8)}@mx.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b--\r\n"
    ).encode()


def test_an_internal_note_reaches_nobody_at_the_client(platform: Platform, incident: dict[str, Any]) -> None:
    secret = f"They broke it themselves {secrets.token_hex(4)}"
    path = f"/incidents/{incident['incident_id']}"
    platform.api.do(f"{path}/notes", {"text": secret})
    platform.api.do(f"{path}/replies", {"text": "We have a look."})
    wait_until(lambda: len(platform.mailbox.list(SAM, incident["number"])) == 2, what="the reply's mail")
    theirs = platform.api_of("acme")
    assert secret in str(timeline(platform, incident))
    assert secret not in theirs.get(f"{path}/timeline").text
    theirs.close()
    for mail in platform.mailbox.list(SAM, incident["number"]):
        assert secret not in platform.mailbox.read(mail["id"]).as_string()


def test_holding_pauses_the_clock_and_resuming_runs_it_on(
    platform: Platform, incident: dict[str, Any]
) -> None:
    path = f"/incidents/{incident['incident_id']}"
    # P1 is promised around the clock: on a calendar with closing hours a pause at night is worth nothing.
    incident = platform.api.do(f"{path}/prioritize", {"impact": "high", "urgency": "high"})
    clock = resolution(platform, incident)
    assert platform.api.read(f"/calendars/{clock['calendar_id']}")["always_open"]
    due = clock["due_time"]
    platform.api.do(f"{path}/hold", {"awaiting": "requester", "reason": "Which terminal is it?"})
    wait_until(lambda: resolution(platform, incident)["state"] == "paused", what="the clock to pause")
    assert "due_time" not in resolution(platform, incident)
    assert resolution(platform, incident)["awaiting"] == "requester"
    row = wait_until(lambda: paused_row(platform, incident), what="the row to show the pause")
    assert row["hold"]["reason"] == "Which terminal is it?"

    # A moment of the pause must be worth something, in whole seconds, or nothing could be told from the due time.
    wait_until(lambda: resolution(platform, incident)["paused_seconds"] >= 1, what="a second of pause")
    platform.api.do(f"{path}/resume", {"reason": "It is number 7."})
    clock = wait_until(lambda: running(platform, incident), what="the clock to run on")
    assert clock["paused_seconds"] >= 1
    assert datetime.fromisoformat(clock["due_time"]) >= datetime.fromisoformat(due) + timedelta(seconds=1)


def test_an_answer_resumes_what_waited_for_the_requester(
    platform: Platform, incident: dict[str, Any]
) -> None:
    hold = {"awaiting": "requester", "reason": "Which one?"}
    platform.api.do(f"/incidents/{incident['incident_id']}/hold", hold)
    answer(platform, incident, SAM, "The blue one.\n")
    said(platform, incident, "The blue one.")
    wait_until(lambda: state_of(platform, incident) != "on_hold", what="the answer to resume it")


def test_resolved_and_confirmed_it_is_closed(platform: Platform, incident: dict[str, Any]) -> None:
    path = f"/incidents/{incident['incident_id']}"
    platform.mailbox.wait_for(SAM, incident["number"])
    newest = platform.mailbox.newest()
    resolution_text = {"code": "fixed", "text": "The terminal got a new battery."}
    assert platform.api.do(f"{path}/resolve", resolution_text)["state"] == "resolved"
    mail = platform.mailbox.wait_for(SAM, incident["number"], after=newest)
    assert "The terminal got a new battery." in text_of(mail)
    theirs = platform.api_of("acme")
    assert theirs.do(f"{path}/confirm")["state"] == "closed"
    theirs.close()
    wait_until(lambda: resolution(platform, incident)["state"] == "met", what="the clock to stop, met")

    def queued() -> set[str]:
        # By the words that rows begin with: ACME-1 finds ACME-10, too.
        found = platform.api.read("/queue", query=incident["number"])["entries"]
        return {one["incident_id"] for one in found}

    gone = "no row of a closed incident in the queue"
    wait_until(lambda: incident["incident_id"] not in queued(), timeout=20, what=gone)
    facts = [entry["fact"] for entry in timeline(platform, incident)]
    assert facts[0] == "incident_opened"
    assert [fact for fact in facts if fact in ("resolved", "confirmed", "closed")][:2] == [
        "resolved",
        "confirmed",
    ]


def test_what_was_not_solved_comes_back(platform: Platform, incident: dict[str, Any]) -> None:
    path = f"/incidents/{incident['incident_id']}"
    platform.api.do(f"{path}/resolve", {"code": "fixed", "text": "Restarted."})
    answer(platform, incident, SAM, "No, it froze again.\n")
    said(platform, incident, "No, it froze again.")
    wait_until(lambda: state_of(platform, incident) in ("assigned", "in_progress"), what="it to be reopened")
    assert platform.api.read(path)["reopen_count"] == 1


@pytest.mark.parametrize("stranger", ["eve@acme.example", "priya.nair@lumen.example"])
def test_a_stranger_with_the_token_gets_an_incident_of_their_own_and_learns_nothing(
    platform: Platform, incident: dict[str, Any], stranger: str
) -> None:
    """The token travels in forwarded mail: having it proves nothing."""
    subject = f"Re: tell me more {secrets.token_hex(4)}"
    count = len(timeline(platform, incident))
    newest = platform.mailbox.newest()
    answer(platform, incident, stranger, "What did they say?\n", subject)
    opened = incident_titled(platform, subject)
    assert opened["incident_id"] != incident["incident_id"]
    assert opened["verified"] is False
    assert opened["requester"]["address"] == stranger
    assert opened["number"].startswith("ACME-" if "acme" in stranger else "LUMEN-")
    mail = platform.mailbox.wait_for(stranger, opened["number"], after=newest)
    assert incident["number"] not in mail.as_string()
    assert incident["title"] not in mail.as_string()
    assert len(timeline(platform, incident)) == count
    assert not platform.mailbox.list(stranger, incident["number"])


def answer(platform: Platform, incident: dict[str, Any], sender: str, text: str, subject: str = "") -> None:
    """A mail to the address that Sam was given for it."""
    token_address = platform.mailbox.wait_for(SAM, incident["number"])["Reply-To"].addresses[0].addr_spec
    platform.send(letter(sender, token_address, subject or f"Re: {incident['title']}", text))


def after_acknowledgement(platform: Platform, incident: dict[str, Any]) -> str:
    return str(platform.mailbox.list(SAM, incident["number"])[-1]["id"])


def timeline(platform: Platform, incident: dict[str, Any]) -> list[dict[str, Any]]:
    return platform.api.read(f"/incidents/{incident['incident_id']}/timeline")["entries"]


def said(platform: Platform, incident: dict[str, Any], words: str) -> dict[str, Any]:
    """The timeline entry with these words, once it is there."""

    def entry() -> dict[str, Any] | None:
        found = (one for one in timeline(platform, incident) if words in one.get("text", ""))
        return next(found, None)

    return wait_until(entry, timeout=20, pause=0.1, what=f"“{words}” in the timeline")


def clocks_of(platform: Platform, incident: dict[str, Any]) -> list[dict[str, Any]]:
    return platform.api.read(f"/incidents/{incident['incident_id']}/clocks")["clocks"]


def resolution(platform: Platform, incident: dict[str, Any]) -> dict[str, Any]:
    """The clock of the resolution, once it runs for the priority that was decided."""

    def aimed() -> dict[str, Any] | None:
        found = (one for one in clocks_of(platform, incident) if one["kind"] == "resolution")
        clock = next(found, None)
        return clock if clock and clock["priority"] == incident["priority"] else None

    return wait_until(aimed, what="the resolution's clock")


def running(platform: Platform, incident: dict[str, Any]) -> dict[str, Any] | None:
    clock = resolution(platform, incident)
    return clock if clock["state"] == "running" else None


def paused_row(platform: Platform, incident: dict[str, Any]) -> dict[str, Any] | None:
    row = platform.api.read(f"/queue/{incident['incident_id']}")
    states = {clock["target"]: clock["state"] for clock in row["clocks"]}
    return row if row["state"] == "on_hold" and states["resolution"] == "paused" else None


def state_of(platform: Platform, incident: dict[str, Any]) -> str:
    return str(platform.api.read(f"/incidents/{incident['incident_id']}")["state"])
