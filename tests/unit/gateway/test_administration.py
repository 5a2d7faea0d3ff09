"""What the administration reads from forms, and that what it offers is what there is."""

from typing import get_args

import pytest
from flask import Flask

from fairlead.sla.v1 import calendar_pb2
from services.gateway.api import words
from services.gateway.backends.dead_letters import HEARING
from services.gateway.backends.payloads import readable
from services.gateway.pages.console.admin import choices, forms
from services.gateway.pages.console.admin.webhooks import event_choices
from services.gateway.pages.language import add_language
from services.notify.domain.webhook import EVENT_TYPES


@pytest.fixture
def page():
    app = Flask(__name__)
    add_language(app)
    with app.test_request_context("/?lang=en"):
        yield


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("30m", 1800), ("30", 1800), ("4h", 14_400), ("4h 30m", 16_200), ("4h30", 16_200), ("4:30", 16_200),
        ("2d", 172_800), ("2j", 172_800), ("", None), ("soon", None), ("4h soon", None), ("-3h", None), ("h", None),
    ],
)  # fmt: skip
def test_a_goal_is_read_as_people_write_it(typed: str, seconds: int | None):
    assert forms.goal_seconds(typed) == seconds


@pytest.mark.parametrize("seconds", [60, 1800, 3600, 16_200, 576_000])
def test_a_goal_is_written_as_it_is_read(seconds: int):
    assert forms.goal_seconds(forms.goal_text(seconds)) == seconds


def test_hours_are_written_as_they_are_read():
    windows = forms.windows_of("9:00-12:30; 13:30 – 18:00")
    assert windows and forms.windows_text(windows) == "09:00-12:30, 13:30-18:00"
    assert forms.windows_of("") == [] and forms.windows_of("nine to five") is None


def test_own_days_have_hours_or_are_closed_and_the_wrong_line_is_named():
    text = "2026-12-24 09:00-12:00, 14:00-15:00 Christmas Eve\n\n2026-12-26 Boxing Day\n2026-12-27"
    days = forms.own_days_of(text)
    assert isinstance(days, list)
    assert [(day.date, len(day.windows), day.name) for day in days] == [
        ("2026-12-24", 2, "Christmas Eve"),
        ("2026-12-26", 0, "Boxing Day"),
        ("2026-12-27", 0, ""),
    ]
    assert forms.own_days_of(forms.own_days_text(days)) == days
    assert forms.own_days_of("2026-12-24\ntomorrow") == 2


def test_every_event_of_a_webhook_is_offered(page: None):
    assert {key for key, _ in event_choices()} == set(EVENT_TYPES.values())


def test_what_forms_offer_are_the_words_of_the_api(page: None):
    for offered, known in (
        (choices.grant_choices(), words.GrantRole),
        (choices.member_choices(), words.MembershipRole),
        (choices.kind_choices(), words.IncidentKind),
        (choices.level_choices(), words.Impact),
        (choices.field_choices(), words.ConditionField),
        (choices.operator_choices(), words.ConditionOperator),
        (choices.channel_choices(), words.SubmissionChannel),
        (choices.party_choices(), words.AwaitedParty),
        (choices.target_choices(), words.TargetKind),
    ):
        assert {key for key, _ in offered} == set(get_args(known))


def test_an_event_is_read_as_json_and_anything_else_is_not():
    calendar = calendar_pb2.Calendar(name="Desk")
    assert readable("fairlead.sla.v1.Calendar", calendar.SerializeToString()) == {"name": "Desk"}
    assert readable("fairlead.nobody.v1.Knows", b"") is None
    assert readable("fairlead.sla.v1.Calendar", b"\xff\xff") is None
    assert "gateway" in HEARING
