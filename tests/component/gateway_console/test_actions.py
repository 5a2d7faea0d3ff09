"""What technicians do, by ordinary forms: each reaches the record once, and no refusal loses a word."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from chassis.errors import Unavailable
from fairlead.incidents.v1 import incident_pb2
from tests.component.gateway_console.pages import HTML, checked, form_of, page_of, text_of
from tests.harness.console import ANA, Console
from tests.harness.gateway import ACME, LUMEN

HTML_WANTED = {"Accept": "text/html"}


@pytest.fixture
def incident(console: Console) -> incident_pb2.Incident:
    return console.workshop.opened(ACME, "Mouse is missing", ANA, "Gone.", channel="portal", verified=True)


@pytest.fixture
def tom(console: Console) -> FlaskClient:
    return console.as_person("per_tom")


def filled(browser: FlaskClient, incident: Any, action: str, **fields: str) -> dict[str, str]:
    tree = page_of(browser, f"/console/incidents/{incident.number}", incident.number)
    return {**form_of(tree, action), **fields}


def post(browser: FlaskClient, incident: Any, action: str, fields: dict[str, str], **headers: str) -> Any:
    return browser.post(
        f"/console/incidents/{incident.number}/{action}", data=fields, headers={**HTML_WANTED, **headers}
    )


@pytest.mark.parametrize(
    ("action", "fields", "command", "state"),
    [
        ("reply", {"text": "We are on it."}, "Reply", "IN_PROGRESS"),
        ("note", {"text": "Check the drawer."}, "Note", "NEW"),
        ("assign", {"group": "grp_net", "person": "per_tia", "reason": "knows mice"}, "Assign", "ASSIGNED"),
        ("hold", {"awaiting": "vendor", "reason": "A new one is ordered"}, "Hold", "ON_HOLD"),
        ("resolve", {"code": "fixed", "text": "Found under the desk."}, "Resolve", "RESOLVED"),
        ("cancel", {"reason": "by mistake"}, "Cancel", "CANCELED"),
        ("classify", {"category": "hardware", "kind": "service_request"}, "Classify", "NEW"),
        ("prioritize", {"impact": "high", "urgency": "medium"}, "Prioritize", "NEW"),
    ],
)
def test_each_form_does_what_it_says(
    console: Console,
    tom: FlaskClient,
    incident: Any,
    action: str,
    fields: dict[str, str],
    command: str,
    state: str,
):
    name = "assign" if action == "assign" else action
    sent = filled(tom, incident, name, **fields)
    sent.pop("to", None)
    answer = post(tom, incident, action, sent)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/console/incidents/{incident.number}?done={action}"
    done, request = console.workshop.commands[-1]
    assert done == command and request.idempotency_key
    assert incident_pb2.IncidentState.Name(incident.state) == f"INCIDENT_STATE_{state}"
    assert 'role="status"' in tom.get(answer.headers["Location"]).text


def test_names_of_group_and_person_are_looked_up(console: Console, tom: FlaskClient, incident: Any):
    fields = filled(tom, incident, "assign", group="grp_net", person="per_tia")
    fields.pop("to", None)
    post(tom, incident, "assign", fields)
    assert (incident.assignment_group_name, incident.assignee_name) == ("Network", "Tia Tech")


def test_assigning_to_oneself_keeps_the_group(console: Console, tom: FlaskClient, incident: Any):
    incident.assignment_group_id, incident.assignment_group_name = "grp_desk", "Service desk"
    post(tom, incident, "assign", filled(tom, incident, "assign", to="me"))
    assert (incident.assignee_id, incident.assignment_group_id) == ("per_tom", "grp_desk")


def test_only_what_makes_sense_is_offered(console: Console, tom: FlaskClient, incident: Any):
    def offered() -> set[str]:
        tree = page_of(tom, f"/console/incidents/{incident.number}", incident.number)
        return {form.get("data-fl-act") for form in tree.iter(f"{HTML}form")} - {None}

    assert "acknowledge" not in offered() and "hold" in offered()
    incident.assignee_id, incident.assignee_name = "per_tom", "Tom Tech"
    assert "acknowledge" in offered()
    incident.state = incident_pb2.INCIDENT_STATE_ON_HOLD
    incident.hold.awaiting = incident_pb2.AWAITED_PARTY_CLIENT
    incident.hold.start_time.GetCurrentTime()
    assert {"resume", "resolve"} <= offered() and "hold" not in offered()
    incident.state = incident_pb2.INCIDENT_STATE_RESOLVED
    assert offered() == {"reply", "note", "classify", "close", "reopen"}
    incident.state = incident_pb2.INCIDENT_STATE_CANCELED
    assert offered() == {"note"}


def test_a_stale_form_is_refused_clearly_and_keeps_every_word(
    console: Console, tom: FlaskClient, incident: Any
):
    fields = filled(tom, incident, "reply", text="My long answer.")
    console.workshop.happen(incident, "replied", "I was first.", actor=("per_tia", "Tia Tech"))
    commands = len(console.workshop.commands)
    answer = post(tom, incident, "reply", fields)
    assert answer.status_code == 409 and len(console.workshop.commands) == commands
    tree = checked(answer.text, incident.number)
    assert "Somebody changed this incident meanwhile" in text_of(tree) and "I was first." in text_of(tree)
    area = next(e for e in tree.iter(f"{HTML}textarea") if e.get("id") == "fl-reply-text")
    assert area.text.strip() == "My long answer."
    again = post(tom, incident, "reply", {**form_of(tree, "reply"), "text": "My long answer."})
    assert again.status_code == 303 and console.workshop.commands[-1][1].text == "My long answer."


def test_a_note_is_never_stale(console: Console, tom: FlaskClient, incident: Any):
    fields = filled(tom, incident, "note", text="Seen it.")
    console.workshop.happen(incident, "replied", "Meanwhile.", actor=ANA)
    assert post(tom, incident, "note", fields).status_code == 303


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("reply", {"text": "   "}, "Write something first."),
        (
            "prioritize",
            {"impact": "high", "urgency": "", "reason": "kept words"},
            "Choose both impact and urgency.",
        ),
        ("assign", {"person": "per_nobody", "reason": "kept words"}, ""),
    ],
)
def test_a_form_that_is_not_right_comes_back_with_the_reason(
    console: Console, tom: FlaskClient, incident: Any, action: str, fields: dict[str, str], words: str
):
    sent = filled(tom, incident, action, **fields)
    sent.pop("to", None)
    answer = post(tom, incident, action, sent)
    assert answer.status_code in (409, 422)
    tree = checked(answer.text, incident.number)
    assert words in text_of(tree)
    if "reason" in fields:
        assert any(e.get("value") == "kept words" for e in tree.iter(f"{HTML}input"))


def test_sending_twice_counts_once(console: Console, tom: FlaskClient, incident: Any):
    fields = filled(tom, incident, "note", text="Only once.")
    post(tom, incident, "note", fields)
    post(tom, incident, "note", fields)
    lines = console.workshop.timelines[incident.incident_id]
    assert [line.text for line in lines].count("Only once.") == 1


def test_with_the_record_away_the_words_come_back_to_be_sent_again(
    console: Console, tom: FlaskClient, incident: Any
):
    fields = filled(tom, incident, "reply", text="Kept through the outage.")
    console.workshop.refuse_with = Unavailable("store_unavailable", "Away.")
    try:
        answer = post(tom, incident, "reply", fields)
    finally:
        console.workshop.refuse_with = None
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    tree = checked(answer.text, "Not sent yet")
    area = next(tree.iter(f"{HTML}textarea"))
    assert area.text.strip() == "Kept through the outage."
    form = next(e for e in tree.iter(f"{HTML}form") if e.get("action", "").endswith("/reply"))
    hidden = {e.get("name"): e.get("value") for e in form.iter(f"{HTML}input")}
    assert hidden["once"] == fields["once"]
    assert post(tom, incident, "reply", {**hidden, "text": area.text.strip()}).status_code == 303


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_without_its_token_is_refused(console: Console, tom: FlaskClient, incident: Any, token: str):
    fields = {**filled(tom, incident, "note", text="Forged."), "csrf_token": token}
    commands = len(console.workshop.commands)
    assert post(tom, incident, "note", fields).status_code == 403
    assert len(console.workshop.commands) == commands


def test_another_sessions_token_is_refused(console: Console, tom: FlaskClient, incident: Any):
    fields = filled(console.as_person("per_ada"), incident, "note", text="Not mine.")
    assert post(tom, incident, "note", fields).status_code == 403


def test_nobody_acts_on_what_they_may_not_see(console: Console, incident: Any):
    hidden = console.workshop.opened(LUMEN, "Lumen's", ("per_leo", "Leo"))
    tia = console.as_person("per_tia")
    fields = {**filled(tia, incident, "note", text="Peek."), "revision": "0"}
    commands = len(console.workshop.commands)
    assert post(tia, hidden, "note", fields).status_code == 404
    ana = console.as_person("per_ana")
    assert post(ana, incident, "note", fields).status_code in (403, 404)
    assert len(console.workshop.commands) == commands
    assert post(tia, incident, "explode", fields).status_code == 404


def test_a_script_gets_the_incident_as_it_stands_now(console: Console, tom: FlaskClient, incident: Any):
    fields = filled(tom, incident, "note", text="By script.")
    answer = post(tom, incident, "note", {**fields, "heading": "2"}, **{"HX-Request": "true"})
    assert answer.status_code == 200 and answer.text.lstrip().startswith("<article")
    assert "By script." in answer.text and '<h2 id="fl-incident-title"' in answer.text


def test_a_submission_is_released_to_a_client_or_discarded(console: Console):
    ada = console.as_person("per_ada")
    tree = page_of(ada, "/console/admin/submissions/sub_1", "Printer")
    assert "<b>Help</b>" in text_of(tree)
    token = next(e.get("value") for e in tree.iter(f"{HTML}input") if e.get("name") == "csrf_token")
    wrong = ada.post(
        "/console/admin/submissions/sub_1/release", data={"csrf_token": token, "tenant": "ten_evil"}
    )
    assert wrong.status_code == 422 and not console.room.intake.requests["ReleaseSubmission"]
    done = ada.post("/console/admin/submissions/sub_1/release", data={"csrf_token": token, "tenant": ACME})
    assert done.status_code == 303 and console.room.intake.requests["ReleaseSubmission"][-1].tenant_id == ACME
    ada.post("/console/admin/submissions/sub_1/discard", data={"csrf_token": token, "reason": "spam"})
    assert console.room.intake.requests["DiscardSubmission"][-1].reason == "spam"
    assert ada.get("/console/admin/submissions/sub_none").status_code == 404


def test_a_failed_delivery_can_be_sent_again(console: Console):
    tom = console.as_person("per_tom")
    tree = page_of(tom, "/console/admin", "Administration")
    token = next(e.get("value") for e in tree.iter(f"{HTML}input") if e.get("name") == "csrf_token")
    done = tom.post("/console/admin/deliveries/dlv_2/redeliver", data={"csrf_token": token})
    assert done.status_code == 303 and console.room.notify.requests["Redeliver"][-1].delivery_id == "dlv_2"
