"""Whoever is asked about a change is told, and so is whoever asked."""

from dataclasses import replace

import pytest

from services.notify.domain.notification import Recipient, Side
from tests.unit.notify.test_mails import composed, mail, text
from tests.unit.notify.test_notifications import fact, told

MANAGERS = (Recipient(Side.STAFF, "per_ben", name="Ben"), Recipient(Side.STAFF, "per_dana", name="Dana"))


def test_whoever_is_asked_is_written_to_and_reminded() -> None:
    asked = fact("change_asked", approvers=MANAGERS, actor_subject="person:per_dana")
    assert told(asked) == [("change_asked", "per_ben"), ("change_asked", "per_dana")]
    again = fact("change_asked", approvers=MANAGERS[:1], details={"reminder": "yes"})
    assert told(again) == [("change_reminded", "per_ben")]


def test_whoever_asked_is_told_how_it_ended_unless_they_know() -> None:
    assert told(fact("change_approved")) == [("change_approved", "per_ada")]
    assert told(fact("change_rejected", actor_subject="person:per_ada")) == []


@pytest.mark.parametrize(("side", "page"), [("staff", "console/changes/CHG-7"), ("client", "t/acme/changes")])
def test_each_is_led_to_where_they_decide_and_an_answer_joins_no_incident(side: str, page: str) -> None:
    content = {"change": "chg_1", "requester": "Jon", "due_time": "2026-03-02T09:30:00+00:00"}
    asked = mail("change_asked", content=content, reply_token="")
    about = replace(asked.delivery, side=side, incident_id="", incident_number="CHG-7")
    message = composed(replace(asked, delivery=about))
    assert f"https://desk.example/{page}\r\n" in text(message).replace("\n", "\r\n").replace("\r\r", "\r")
    assert "Jon asks for your word on CHG-7, which is planned for" in text(message)
    assert "You can answer this mail" not in text(message)
    assert message["Reply-To"] == "Acme Logistics <support@acme.north.example>"
    assert message["References"] == "<chg_1@acme.north.example>"
