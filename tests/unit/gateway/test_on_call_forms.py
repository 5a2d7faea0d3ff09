"""Rotations as people type them."""

import pytest
from flask import Flask

from fairlead.triage.v1 import on_call_pb2
from services.gateway.pages.console.admin.doing import Refused
from services.gateway.pages.console.on_call.typed import hours_of, hours_text, schedule_of
from services.gateway.pages.language import add_language


@pytest.fixture
def page():
    app = Flask(__name__)
    add_language(app)
    with app.test_request_context("/?lang=en"):
        yield


def test_hours_are_read_in_english_and_french_and_written_as_they_are_read():
    typed = "mon-fri 18:00-08:00\nsam,dim 0:00-00:00\n\n9:00 – 10:00"
    found = hours_of(typed)
    assert [list(one.weekdays) for one in found] == [[0, 1, 2, 3, 4], [5, 6], []]
    assert [(one.start, one.end) for one in found] == [
        ("18:00", "08:00"),
        ("00:00", "00:00"),
        ("09:00", "10:00"),
    ]
    assert [hours_of(hours_text(found, language)) for language in ("en", "fr")] == [found, found]
    assert list(hours_of("fri-mon 08:00-09:00")[0].weekdays) == [0, 4, 5, 6]


@pytest.mark.parametrize("typed", ["someday 09:00-10:00", "mon", "mon 09:00", "mon-xyz 09:00-10:00"])
@pytest.mark.usefixtures("page")
def test_what_is_no_hours_is_refused_with_the_line(typed: str):
    with pytest.raises(Refused) as refused:
        hours_of(typed)
    assert typed in refused.value.problems["layers"]


def test_turns_are_taken_in_their_order_and_an_empty_layer_is_left_out():
    form = {
        "name": "Desk",
        "time_zone": "Europe/Paris",
        "turn-0-0": "per_b",
        "turn-0-1": "",
        "turn-0-2": "per_a",
        "layer-0": "Primary",
        "start-0": "2026-01-05T09:00",
        "count-0": "2",
        "unit-0": "days",
        "turn-1-0": " ",
        "start-1": "2026-01-05T09:00",
    }
    typed = schedule_of(form)
    assert [one.person_id for one in typed.layers[0].people] == ["per_b", "per_a"]
    assert (typed.layers[0].turn_count, typed.layers[0].turn_unit) == (2, on_call_pb2.TURN_UNIT_DAYS)
    assert len(typed.layers) == 1
