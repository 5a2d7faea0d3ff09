"""Where a mail belongs and what it becomes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.intake.domain.arrival import LARGEST_MAIL, Arrival, fingerprint
from services.intake.domain.facts import Bounced, Discarded, PageAnswered, Quarantined, Received
from services.intake.domain.filing import NewPerson, Place, file_mail, reply_token, written_to
from services.intake.domain.mail import normalize
from services.intake.domain.submission import State

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)
ARRIVAL = Arrival("sub_1", "jane@acme.example", ("support@acme.northstar.example",), NOW, 100)
PLACE = Place("prv_north", "ten_acme", "per_jane")
LETTER = b"From: Jane <jane@acme.example>\r\nSubject: Printer\r\n\r\nIt burns.\r\n"


def filed(
    raw: bytes | None = LETTER, place: Place | None = PLACE, arrival: Arrival = ARRIVAL, head: int = 50
):
    return file_mail(arrival, normalize(raw) if raw is not None else None, place, False, head, NOW)


def test_a_letter_is_received_in_its_tenants_room():
    submission = filed().submission
    assert (submission.state, submission.tenant_id) == (State.RECEIVED, "ten_acme")
    assert submission.sender.person_id == "per_jane"
    assert submission.attempt_time and submission.attempt_time > NOW
    assert [type(fact) for fact in filed().facts] == [Received]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"raw": None}, "message_unparsable"),
        ({"arrival": replace(ARRIVAL, truncated=True)}, "message_too_large"),
        ({"arrival": replace(ARRIVAL, size=LARGEST_MAIL + 1)}, "message_too_large"),
        ({"head": 70_000}, "headers_too_large"),
        ({"place": Place("prv_north")}, "mail_domain_unknown"),
        ({"raw": b"Subject: x\r\n\r\n"}, "sender_missing"),
    ],
)
def test_what_must_wait_waits_in_the_providers_room(changes: dict, reason: str):
    result = filed(**changes)
    assert result.submission.quarantine_reason == reason
    assert result.submission.state is State.QUARANTINED
    assert (result.submission.provider_id, result.submission.tenant_id) == ("prv_north", "prv_north")
    assert not result.submission.has_tenant
    assert [type(fact) for fact in result.facts] == [Quarantined]


def test_what_belongs_to_no_provider_is_announced_to_nobody():
    result = filed(place=None)
    assert result.submission.quarantine_reason == "mail_domain_unknown"
    assert result.facts == ()


def test_a_delivery_report_opens_nothing():
    raw = (
        b"From: mailer-daemon@x.example\r\nSubject: failure notice\r\n"
        b"X-Failed-Recipients: jane@acme.example\r\n\r\nSorry"
    )
    result = filed(raw)
    assert result.submission.state is State.ACCEPTED
    assert "bounce" in result.submission.problems
    assert result.facts == (Bounced("sub_1", "jane@acme.example", "5.0.900", "", diagnostic="Sorry"),)


def test_a_delivery_report_that_came_to_a_return_path_is_about_one_mail_of_ours():
    raw = (
        b"From: mailer-daemon@x.example\r\nSubject: failure notice\r\n"
        b"X-Failed-Recipients: forwarded@y.example, other@y.example\r\n\r\n550 5.1.1 unknown user"
    )
    tag = "b-" + "a2" * 18 + "q"
    [fact] = filed(raw, arrival=replace(ARRIVAL, recipients=(f"Support+{tag.upper()}@x.example",))).facts
    assert (fact.return_path, fact.permanent) == (tag, True)


def test_a_reply_to_a_page_is_an_answer_to_us_and_not_to_the_client():
    tag = "p-" + "a2" * 18 + "b"
    arrival = replace(ARRIVAL, recipients=(f"support+{tag.upper()}@acme.northstar.example",))
    # Staff belong to no client, and need not.
    result = filed(arrival=arrival, place=Place("prv_north"))
    assert result.submission.state is State.ACCEPTED
    assert result.facts == (PageAnswered("sub_1", tag),)
    away = LETTER.replace(b"Subject: ", b"Auto-Submitted: auto-replied\r\nSubject: Out of office: ")
    assert filed(away, arrival=arrival).facts == ()


@pytest.mark.parametrize(
    ("field", "ours"),
    [
        (b"X-Fairlead-Loop: fl@desk.example", True),
        (b"X-Fairlead-Loop: fl@desk.elsewhere.example", False),
        (b"Message-ID: <dlv_0123456789abcdef0123456789@acme.northstar.example>", True),
        # Another installation's.
        (b"Message-ID: <dlv_0123456789abcdef0123456789@south.example>", False),
    ],
)
def test_a_mail_of_our_own_that_comes_back_waits_and_is_answered_by_nobody(field: bytes, ours: bool):
    mail = normalize(field + b"\r\n" + LETTER)
    result = file_mail(ARRIVAL, mail, PLACE, True, 50, NOW, "fl@desk.example")
    assert (result.submission.quarantine_reason == "mail_loop") == ours


def test_an_answer_gives_what_is_new_and_a_first_letter_gives_all():
    quoted = b"new\r\n\r\nOn 3 Mar 2025, S <s@x.example> wrote:\r\n> old\r\n"
    assert "old" in filed(LETTER[:-12] + b"\r\n" + quoted).submission.text
    answer = b"In-Reply-To: <a@b.example>\r\nFrom: jane@acme.example\r\n\r\n" + quoted
    assert filed(answer).submission.text == "new"


def test_who_was_copied_is_evidence_without_ourselves_and_the_sender():
    raw = (
        b"From: jane@acme.example\r\nTo: support@acme.northstar.example, mike@acme.example\r\n"
        b"Cc: jane@acme.example, lee@lumen.example\r\n\r\nx"
    )
    copied = filed(raw).submission.evidence.copied
    assert [party.address for party in copied] == ["mike@acme.example", "lee@lumen.example"]


def test_a_null_sender_is_automatic():
    assert filed(arrival=replace(ARRIVAL, envelope_sender="")).submission.evidence.automatic


@pytest.mark.parametrize(
    ("recipient", "header", "token"),
    [
        ("support+abc123xyz@x.example", "", "abc123xyz"),
        ("support+ABC123XYZ@x.example", "", "abc123xyz"),
        ("support@x.example", "abc123xyz", "abc123xyz"),
        ("support+a b@x.example", "", ""),
        ("support+short@x.example", "", ""),
        ("support@x.example", "", ""),
    ],
)
def test_reply_tokens(recipient: str, header: str, token: str):
    mail = normalize(f"X-Fairlead-Token: {header}\r\n\r\n".encode())
    assert reply_token(replace(ARRIVAL, recipients=(recipient,)), mail) == token


def test_a_tagged_address_is_also_asked_about_without_its_tag():
    arrival = replace(ARRIVAL, recipients=("support+abc@x.example",))
    assert written_to(arrival) == ("support+abc@x.example", "support@x.example")


def test_fingerprints_tell_the_same_delivery_from_another():
    first = fingerprint("1@x", b"raw", ["a@x", "B@x"])
    assert first == fingerprint("1@x", b"raw", ["b@x", "a@x"])
    assert first != fingerprint("1@x", b"raw ", ["a@x", "b@x"])
    assert first != fingerprint("1@x", b"raw", ["a@x"])
    assert fingerprint("", b"raw", ["a@x"]) == ""


def test_waiting_grows_and_is_bounded():
    submission = filed().submission
    waits = []
    for _ in range(30):
        submission = submission.postponed(NOW)
        waits.append(submission.attempt_time - NOW)
    assert waits[0] == timedelta(seconds=1)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(seconds=30)


STAFF = Place("prv_north", staff_person_id="per_tess", staff_tenant_id="ten_acme")
ANSWER = b"From: Tess <tess@northstar.example>\r\nSubject: Re: Printer\r\n\r\nOn my way.\r\n"
TO_TOKEN = replace(
    ARRIVAL,
    envelope_sender="tess@northstar.example",
    recipients=("support+abc123xyz@acme.northstar.example",),
)


def answered(place: Place = STAFF, verified: bool = True, arrival: Arrival = TO_TOKEN):
    return file_mail(arrival, normalize(ANSWER), place, verified, 50, NOW).submission


def test_staffs_authenticated_answer_is_filed_with_the_client_it_is_for():
    answer = answered()
    assert (answer.state, answer.tenant_id) == (State.RECEIVED, "ten_acme")
    assert answer.evidence.by_staff
    assert answer.sender.person_id == "per_tess"


@pytest.mark.parametrize(
    "changes",
    [{"verified": False}, {"arrival": replace(TO_TOKEN, recipients=ARRIVAL.recipients)}],
    ids=["whose sender nobody vouches for", "that answers no mail of ours"],
)
def test_a_mail_from_staffs_address_waits_for_an_administrator(changes: dict):
    waiting = answered(**changes)
    assert (waiting.state, waiting.evidence.by_staff) == (State.QUARANTINED, False)


def test_outsiders_who_are_copied_take_no_part():
    raw = b"From: jane@acme.example\r\nTo: mike@acme.example\r\nCc: help@northstar.example, lee@lumen.example\r\n\r\nx"
    place = replace(PLACE, outsiders=frozenset({"help@northstar.example", "lee@lumen.example"}))
    copied = filed(raw, place).submission.evidence.copied
    assert [party.address for party in copied] == ["mike@acme.example"]


def test_a_persons_answer_through_a_list_is_not_automatic():
    raw = b"From: jane@acme.example\r\nList-Id: <it.acme.example>\r\nSubject: Re: x\r\n\r\nStill broken."
    assert filed(raw).submission.evidence.automatic
    assert not filed(
        raw, arrival=replace(ARRIVAL, recipients=TO_TOKEN.recipients)
    ).submission.evidence.automatic


def test_a_colleague_takes_part_whether_or_not_their_copy_came_through_us_too():
    raw = b"From: jane@acme.example\r\nTo: help@unlisted.example\r\nCc: mike@acme.example\r\n\r\nx"
    both = replace(ARRIVAL, recipients=("help@unlisted.example", "mike@acme.example"))
    copied = filed(raw, arrival=both).submission.evidence.copied
    assert [party.address for party in copied] == ["mike@acme.example"]


SEVERAL = Place("prv_north", candidates=("ten_acme", "ten_lumen"))
UNKNOWN = Place("prv_north", "ten_acme", new_person=NewPerson.HOLD)


def test_a_sender_of_several_clients_waits_with_the_choice():
    submission = filed(place=SEVERAL).submission
    assert (submission.state, submission.quarantine_reason) == (State.QUARANTINED, "client_unclear")
    assert submission.candidate_tenant_ids == ("ten_acme", "ten_lumen")


def test_where_a_client_holds_new_people_only_whom_nobody_knows_waits():
    submission = filed(place=UNKNOWN).submission
    assert (submission.state, submission.quarantine_reason) == (State.QUARANTINED, "person_unknown")
    assert (submission.tenant_id, submission.candidate_tenant_ids) == ("prv_north", ("ten_acme",))
    assert filed(place=replace(UNKNOWN, person_id="per_jane")).submission.state is State.RECEIVED


def test_where_a_client_rejects_new_people_their_mail_is_put_away_and_nobody_is_asked_to_look():
    result = filed(place=replace(UNKNOWN, new_person=NewPerson.REJECT))
    assert (result.submission.state, result.submission.quarantine_reason) == (
        State.DISCARDED,
        "person_rejected",
    )
    assert [type(fact) for fact in result.facts] == [Discarded]


def test_staff_and_delivery_reports_are_no_new_people_of_a_client():
    staff = replace(UNKNOWN, staff_person_id="per_tess", staff_tenant_id="ten_acme")
    to_token = replace(ARRIVAL, recipients=(f"support+{'a' * 50}@acme.northstar.example",))
    answered = file_mail(to_token, normalize(LETTER), staff, True, 50, NOW)
    assert answered.submission.state is State.RECEIVED


def test_of_several_tags_the_one_that_has_a_tokens_length_is_tried():
    mail = normalize(b"From: jane@acme.example\r\nTo: support+sales2024@acme.northstar.example\r\n\r\nx")
    both = ("support+newsletter@acme.northstar.example", f"support+{'a' * 50}@acme.northstar.example")
    assert reply_token(replace(ARRIVAL, recipients=both), mail) == "a" * 50


def test_of_a_long_thread_its_beginning_and_the_nearest_mails_are_kept():
    many = " ".join(f"<{n}@x.example>" for n in range(400))
    letter = f"From: jane@acme.example\r\nReferences: {many}\r\nIn-Reply-To: <last@x.example>\r\n\r\nx"
    kept = filed(letter.encode()).submission.evidence.referenced_message_ids
    assert (kept[0], kept[-1], len(kept)) == ("0@x.example", "last@x.example", 200)
