"""What a mail looks like to the person who reads it, and to the servers that pass it on."""

import email
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.clients.email.channel import _dotted
from services.notify.clients.email.compose import Composer, carrying_white, readable_on
from services.notify.clients.email.words import WORDS
from services.notify.domain.answers import answers_offered
from services.notify.domain.delivery import Channel, Delivery
from services.notify.domain.guard import Tenant
from services.notify.domain.return_path import ReturnPaths
from services.notify.ports import Mail

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SENT, PATHS = "dlv_" + "1" * 26, ReturnPaths(b"s" * 32)
ACME = Tenant(
    "ten_1", "prv_1", "acme", "Acme Logistics", "en", "Europe/London", "support@acme.north.example",
    {"display_name": "Acme Logistics", "primary_color": "#d9480f"},
)  # fmt: skip


def mail(kind: str = "replied", **more: object) -> Mail:
    content = {"title": "VPN", "words": "It is back.", "unverified": "", "actor_name": "Ada"}
    delivery = Delivery(
        SENT, "prv_1", "ten_1", "inc_1", "ACME-1", Channel.EMAIL, kind, "jane@acme.example", "e", NOW, NOW,
        side="client", content={**content, **more.pop("content", {})},
    )  # fmt: skip
    fields: dict = {
        "delivery": delivery, "tenant": ACME, "address": "jane@acme.example", "name": "Jane", "locale": "en",
        "time_zone": "Europe/London", "reply_token": "t0k3n",
    }  # fmt: skip
    return Mail(**{**fields, **more})


def composed(one: Mail) -> EmailMessage:
    raw = Composer("https://desk.example", "fl", PATHS).compose(one).raw
    return email.message_from_bytes(raw, policy=default)


def text(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content()


def html(message: EmailMessage) -> str:
    return message.get_body(("html",)).get_content()


def test_an_answer_goes_to_the_recipients_own_reply_address():
    message = composed(mail())
    assert "support+t0k3n@acme.north.example" in message["Reply-To"]
    assert message["From"] == "Acme Logistics <support@acme.north.example>"


def test_every_attempt_bears_the_same_message_id_and_names_the_incidents_thread():
    first, second = composed(mail()), composed(mail())
    assert first["Message-ID"] == second["Message-ID"] == f"<{SENT}@acme.north.example>"
    assert first["References"] == "<inc_1@acme.north.example>"


def test_an_acknowledgement_says_that_it_is_automatic_and_takes_no_bounce():
    one = Composer("https://desk.example", "fl", PATHS).compose(mail("incident_opened"))
    message = email.message_from_bytes(one.raw, policy=default)
    assert message["Auto-Submitted"] == "auto-replied"
    assert one.sender == ""


def test_a_persons_reply_is_not_marked_automatic():
    message = composed(mail("replied"))
    assert message["Auto-Submitted"] is None and message["Precedence"] is None


def test_what_nobody_wrote_says_so_in_every_way_that_responders_know():
    message = composed(mail("assigned"))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "bulk"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Fairlead-Loop"] == "fl@desk.example"


def test_a_report_that_a_mail_did_not_arrive_finds_its_delivery():
    sender = Composer("https://desk.example", "fl", PATHS).compose(mail("replied")).sender
    local, _, domain = sender.partition("@")
    assert domain == "acme.north.example"
    assert PATHS.read(local.removeprefix("support+")) == SENT


def test_words_in_the_recipients_language():
    message = composed(mail(locale="fr"))
    assert "Ada a répondu :" in text(message)
    assert 'lang="fr"' in html(message)


def test_markup_in_words_stays_words():
    message = composed(mail(content={"words": "<script>alert(1)</script>", "title": "<b>x</b>"}))
    assert "<script" not in html(message)
    assert "<b>x" not in html(message)
    assert "<script>alert(1)</script>" in text(message)


def test_template_syntax_in_words_is_not_run():
    assert "{{ 7*7 }}" in text(composed(mail(content={"words": "{{ 7*7 }}"})))
    assert "{tenant}" in text(composed(mail(content={"actor_name": "{tenant}"})))


def test_an_unverified_sender_reads_a_number_and_nothing_that_anybody_wrote():
    message = composed(mail("incident_opened", content={"words": "", "unverified": "yes", "title": "SECRET"}))
    assert "ACME-1" in text(message)
    assert "SECRET" not in message.as_string()


def test_a_line_break_in_a_name_begins_no_header():
    message = composed(
        mail(name="Jane\r\nBcc: all@evil.example", content={"title": "a\r\nBcc: b@evil.example"})
    )
    assert message["Bcc"] is None


def test_due_times_are_told_in_the_readers_zone():
    breach = {"target": "resolution", "due_time": "2026-07-01T12:00:00+00:00"}
    assert "2:00" in text(composed(mail("target_breached", content=breach, time_zone="Europe/Paris")))


def test_staff_are_led_to_the_console_and_clients_to_their_portal():
    staff = mail("assigned")
    staff = replace(staff, delivery=replace(staff.delivery, side="staff"))
    assert "https://desk.example/console/incidents/ACME-1" in text(composed(staff))
    assert "https://desk.example/t/acme/incidents/ACME-1" in text(composed(mail()))


def test_files_are_named_and_never_sent():
    sent = composed(mail(content={"attachments": "plan <b>.pdf\nscreen.png"}))
    assert "  - plan <b>.pdf\n  - screen.png\n" in text(sent).replace("\r", "")
    assert "<li>plan &lt;b&gt;.pdf</li><li>screen.png</li>" in html(sent)
    assert [*sent.iter_attachments()] == []
    assert "https://desk.example/t/acme/incidents/ACME-1" in text(sent)
    stranger = mail("incident_opened", content={"attachments": "plan.pdf", "unverified": "yes"})
    assert "plan.pdf" not in composed(stranger).as_string()


@pytest.mark.parametrize("kind", [
    "approval_asked", "approval_reminded", "approved", "incident_opened", "replied", "answered", "assigned", "resolved", "canceled", "reopened", "target_warned",
    "change_asked", "change_reminded", "change_approved", "change_rejected", "target_breached", "reopened_client", "closed", "closed_by_silence",
])  # fmt: skip
@pytest.mark.parametrize("locale", ["en", "fr", "de"])
def test_every_kind_can_be_told_in_every_language(kind: str, locale: str):
    content = {"target": "first_response", "due_time": "2026-03-02T10:00:00+00:00"}
    message = composed(mail(kind, locale=locale, content=content))
    assert not re.search(r"\{\w+\}", text(message) + message["Subject"])


def test_a_proposed_solution_can_be_answered_from_the_mail():
    solved = mail("resolved", answer_tokens={"confirm": "yes1", "reopen": "no1"}, locale="fr-CA")
    for body in (text(composed(solved)), html(composed(solved))):
        for token in ("yes1", "no1"):
            assert f"https://desk.example/t/acme/answer/{token}?lang=fr" in body
    assert "Oui, c’est résolu" in text(composed(solved))
    assert "/answer/" not in text(composed(mail("resolved")))


def test_a_mail_that_asks_how_it_went_has_a_link_for_each_score():
    closed = composed(mail("closed_by_silence", answer_tokens={"rate": "rate1", "reopen": "no1"}))
    for body in (text(closed), html(closed)):
        for score in range(1, 6):
            parts = {"&", "&amp;"}
            link = "https://desk.example/t/acme/answer/rate1?lang=en"
            assert any(f"{link}{each}score={score}" in body for each in parts)
    assert "  5 Very good: " in text(closed) and "How did we do?" in html(closed)
    assert "How did we do?" not in text(composed(mail("closed")))


def test_only_the_clients_side_is_offered_answers_and_only_the_requester_is_asked_for_a_rating():
    delivery = mail("closed_by_silence", content={"cycle": "0", "is_requester": "yes"}).delivery
    assert answers_offered(delivery) == ("rate", "reopen")
    colleague = replace(delivery, content={**delivery.content, "is_requester": ""})
    assert answers_offered(colleague) == ("reopen",)
    assert answers_offered(replace(delivery, side="staff")) == ()
    assert answers_offered(replace(delivery, notification="replied")) == ()


def test_an_update_that_is_due_leads_to_the_major_incident():
    due = mail("major_update_due", content={"major": "MAJOR-7", "due_time": "2026-03-02T09:30:00+00:00"})
    due = replace(due, delivery=replace(due.delivery, side="staff"))
    message = composed(due)
    assert message["Subject"] == "[ACME-1] Update due: MAJOR-7: VPN"
    assert "https://desk.example/console/major-incidents/MAJOR-7" in text(message)
    assert "promised news for" in text(message)


def test_a_role_in_a_major_incident_is_told_in_the_readers_language():
    given = mail("major_role_given", content={"major": "MAJOR-7", "role": "commander"}, locale="fr")
    given = replace(given, delivery=replace(given.delivery, side="staff"))
    message = composed(given)
    assert message["Subject"] == "[ACME-1] Pilote de MAJOR-7: VPN"
    assert "Ada vous a confié un rôle" in text(message)


def test_an_action_item_that_is_due_says_what_and_whose_it_is():
    content = {"major": "MAJOR-7", "due_date": "2026-03-02", "owner": "Tess", "words": "Watch the disk."}
    due = mail("major_action_due", content=content)
    due = replace(due, delivery=replace(due.delivery, side="staff"))
    message = composed(due)
    assert message["Subject"] == "[ACME-1] Action item due: MAJOR-7: VPN"
    assert "of Tess" in text(message) and "Watch the disk." in text(message) and "2026-03-02" in text(message)


def test_staff_see_in_the_subject_what_is_the_matter():
    staff = mail("assigned")
    staff = replace(staff, delivery=replace(staff.delivery, side="staff"))
    assert composed(staff)["Subject"] == "[ACME-1] Assigned to you: VPN"


def test_a_clock_without_a_title_is_told_by_its_target():
    warned = mail("target_warned", content={"title": "", "target": "resolution", "due_time": ""})
    assert composed(warned)["Subject"] == "[ACME-1] At risk: resolution"


def test_all_languages_have_the_same_words():
    assert {locale: set(words) for locale, words in WORDS.items()} == {
        locale: set(WORDS["en"]) for locale in WORDS
    }


@given(st.integers(0, 0xFFFFFF))
def test_ink_is_readable_on_every_colour(value: int):
    color = f"#{value:06x}"

    def luminance(of: str) -> float:
        parts = [int(of[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    light, dark = sorted((luminance(color), luminance(readable_on(color))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_a_strong_color_carries_white_as_in_the_portal():
    assert readable_on(carrying_white("#d9480f")) == "#ffffff"
    assert (carrying_white("#f5c211"), readable_on("#f5c211")) == ("#f5c211", "#000000")


@given(st.lists(st.sampled_from([b".", b"..", b"a", b"\r\n"]), min_size=1, max_size=12))
def test_what_is_sent_ends_once_and_arrives_as_it_was(parts: list[bytes]):
    raw = b"".join(parts)
    sent = _dotted(raw)
    assert sent.endswith(b"\r\n.\r\n")
    lines = sent.removesuffix(b".\r\n").split(b"\r\n")
    assert b"." not in lines
    received = b"\r\n".join(line.removeprefix(b".") for line in lines)
    assert received == (raw if raw.endswith(b"\r\n") else raw + b"\r\n")
