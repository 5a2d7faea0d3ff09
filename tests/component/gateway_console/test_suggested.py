"""What models suggest of an incident stands on its page, and is accepted by one button; what a person decided is left alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from fairlead.triage.v1 import escalation_service_pb2, model_pb2, model_service_pb2
from tests.component.gateway_console.pages import HTML, page_of, text_of
from tests.harness.console import ANA, Console
from tests.harness.gateway import ACME

CATEGORY = model_pb2.Suggestion(
    aspect="LEARNED_ASPECT_CATEGORY", value="printing", confidence=0.55, words=["paper", "tray"]
)
URGENCY = model_pb2.Suggestion(aspect="LEARNED_ASPECT_URGENCY", value="high", confidence=0.4)


@pytest.fixture
def tom(console: Console) -> FlaskClient:
    return console.as_person("per_tom")


@pytest.fixture
def one(console: Console) -> Iterator[Any]:
    answers = console.room.triage.answers
    suggested = [CATEGORY, URGENCY]
    answers["ListSuggestions"] = model_service_pb2.ListSuggestionsResponse(suggestions=suggested)
    answers["ListEscalations"] = escalation_service_pb2.ListEscalationsResponse(suggestions=suggested)
    yield console.workshop.opened(
        ACME, "Paper is stuck", ANA, "In the tray.", channel="portal", verified=True
    )
    answers["ListSuggestions"] = model_service_pb2.ListSuggestionsResponse()
    answers["ListEscalations"] = escalation_service_pb2.ListEscalationsResponse()


def accept(page: Any, aspect: str) -> dict[str, str]:
    """What a browser sends by the button of one suggestion."""
    forms = (
        form for form in page.iter(f"{HTML}form") if str(form.get("action")).endswith("/suggestions/accept")
    )
    sent = ({one.get("name"): one.get("value") or "" for one in form.iter(f"{HTML}input")} for form in forms)
    return next(one for one in sent if one["aspect"] == aspect)


def test_what_is_suggested_is_accepted_by_one_button(console: Console, tom: FlaskClient, one: Any):
    page = page_of(tom, f"/console/incidents/{one.number}", one.number)
    said = text_of(page)
    assert "printing" in said and "55 % sure; words that speak for it: paper, tray" in said
    before = len(console.workshop.commands)
    sent = accept(page, "category")
    answer = tom.post(f"/console/incidents/{one.number}/suggestions/accept", data=sent)
    assert answer.status_code == 303 and answer.location.endswith("?done=suggestion")
    [(command, request)] = console.workshop.commands[before:]
    assert (command, request.category) == ("Classify", "printing")
    assert request.reason == "learned, 55 % sure by: paper, tray"


def test_all_that_is_suggested_is_accepted_at_once_and_what_a_person_decided_stays(
    console: Console, tom: FlaskClient, one: Any
):
    one.classification_decision.source = "technician"
    sent = accept(page_of(tom, f"/console/incidents/{one.number}", one.number), "urgency")
    before = len(console.workshop.commands)
    tom.post(f"/console/incidents/{one.number}/suggestions/accept", data={**sent, "aspect": ""})
    [(command, request)] = console.workshop.commands[before:]
    assert (command, request.impact, request.urgency) == ("Prioritize", 2, 1)
