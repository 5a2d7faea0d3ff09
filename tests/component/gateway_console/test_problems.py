"""Problems in the console: found, worked on, solved with their incidents, and shown beside an incident; a portal shows
what is published of a workaround.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from chassis.errors import InvalidState, NotFound, Unavailable
from fairlead.incidents.v1 import incident_pb2, problem_pb2, problem_service_pb2
from tests.component.gateway_console.pages import HTML, checked, page_of, text_of
from tests.harness.console import Console
from tests.harness.gateway import ACME, LUMEN

HERE = "/console/problems/PRB-7"


@pytest.fixture
def tom(console: Console) -> FlaskClient:
    return console.as_person("per_tom")


@pytest.fixture
def problem(console: Console) -> Iterator[problem_pb2.Problem]:
    """A known error with an incident of two clients each; Acme reads the workaround."""
    made = problem_pb2.Problem(
        problem_id="prb_7",
        number="PRB-7",
        state="PROBLEM_STATE_KNOWN_ERROR",
        title="Tunnels drop",
        cause="A lease that ends",
        workaround="Restart the tunnel",
        client_text="Disconnect and connect again.",
        priority="PRIORITY_P2",
        revision=5,
        allowed=["edit", "assign", "note", "publish", "withdraw", "link", "unlink", "resolve", "cancel"],
        publications=[problem_pb2.Publication(tenant_id=ACME)],
    )
    for number, tenant_id, state in (("ACME-1042", ACME, "NEW"), ("LUM-3", LUMEN, "CLOSED")):
        incident = incident_pb2.Incident(
            incident_id=f"inc_{number}",
            tenant_id=tenant_id,
            number=number,
            title="VPN drops",
            state=f"INCIDENT_STATE_{state}",
            requester=incident_pb2.Party(name="Ana Ruiz"),
        )
        made.incidents.add(
            incident_id=incident.incident_id, tenant_id=tenant_id, number=number, incident=incident
        )
    answers = console.workshop.problems.answers
    answers["GetProblem"] = made
    yield made
    answers.clear()


def send(browser: FlaskClient, address: str, **form: str) -> Any:
    """Posts a form, with the token that the page gave."""
    page = browser.get("/console/problems").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return browser.post(address, data={"csrf_token": token[1], **form})


def asked(console: Console, method: str):
    return console.workshop.problems.requests[method][-1]


def test_the_list_asks_for_what_is_shown_and_says_when_it_cannot_be_read(
    console: Console, tom: FlaskClient, problem: problem_pb2.Problem
):
    answers = console.workshop.problems.answers
    answers["ListProblems"] = problem_service_pb2.ListProblemsResponse(problems=[problem])
    shown = text_of(page_of(tom, "/console/problems?show=known&q=tunnel&incident=ACME-1042", "Problems"))
    assert "Tunnels drop" in shown and "Known error" in shown and "2 incidents" in shown
    request = asked(console, "ListProblems")
    assert [*request.states] == [problem_pb2.PROBLEM_STATE_KNOWN_ERROR] and request.words == "tunnel"
    answers["ListProblems"] = Unavailable("store_unavailable", "Away.")
    assert "cannot be read just now" in text_of(page_of(tom, "/console/problems", "Problems"))


def test_a_problem_is_logged_from_an_incident_and_a_wrong_number_is_said_beside_its_field(
    console: Console, tom: FlaskClient, problem: problem_pb2.Problem
):
    console.workshop.problems.answers["CreateProblem"] = problem
    sent = send(tom, "/console/problems", title="", incident="ACME-1042", once="p1")
    assert sent.status_code == 303 and sent.headers["location"].startswith(f"{HERE}?done=logged")
    assert asked(console, "CreateProblem").incident_id == "ACME-1042"
    console.workshop.problems.answers["CreateProblem"] = NotFound("incident_not_found", "None.")
    again = send(tom, "/console/problems", title="Kept", incident="ACME-9", once="p2")
    assert again.status_code == 422
    assert "There is no such incident." in text_of(checked(again.text, "Problems")) and "Kept" in again.text


def test_its_page_says_who_reads_the_workaround_and_offers_what_is_allowed(
    tom: FlaskClient, problem: problem_pb2.Problem
):
    tree = page_of(tom, HERE, "PRB-7 Tunnels drop")
    shown = text_of(tree)
    assert "A lease that ends" in shown and "Withdraw from" in shown and "Publish to" in shown
    actions = {form.get("action") for form in tree.iter(f"{HTML}form")}
    assert {f"{HERE}/edit", f"{HERE}/link", f"{HERE}/unlink", f"{HERE}/resolve", f"{HERE}/cancel"} <= actions
    assert f"{HERE}/tell" not in actions and f"{HERE}/investigate" not in actions


def test_what_was_typed_is_kept_where_a_save_is_refused(
    console: Console, tom: FlaskClient, problem: problem_pb2.Problem
):
    console.workshop.problems.answers["UpdateProblem"] = InvalidState("cause_missing", "None.")
    refused = send(tom, f"{HERE}/edit", cause="", workaround="Wait\r\nhere", once="e1")
    assert refused.status_code == 409
    assert "Write down its root cause first." in refused.text and "Wait" in refused.text
    assert asked(console, "UpdateProblem").workaround == "Wait\nhere"
    assert not asked(console, "UpdateProblem").HasField("title")


def test_incidents_are_resolved_with_it_and_each_answers_for_itself(
    console: Console, tom: FlaskClient, problem: problem_pb2.Problem
):
    problem.state = problem_pb2.PROBLEM_STATE_RESOLVED
    problem.allowed[:] = ["note", "tell", "close", "reopen"]
    shown = text_of(page_of(tom, HERE, "PRB-7"))
    # Whom it tells is said before; what has ended is not offered.
    assert "ACME-1042 VPN drops (" in shown and "): Ana Ruiz" in shown and "LUM-3 VPN drops (" not in shown
    row = problem_service_pb2.ResolvedIncident(number="ACME-1042", error_reason="transition_not_allowed")
    answers = console.workshop.problems.answers
    answers["ResolveConcerned"] = problem_service_pb2.ResolveConcernedResponse(incidents=[row])
    form = {"incidents": "ACME-1042", "text": "Fixed.", "code": "fixed", "once": "t1"}
    answer = send(tom, f"{HERE}/tell", **form)
    assert answer.status_code == 422 and "Its state does not allow it any more." in answer.text
    assert [*asked(console, "ResolveConcerned").incident_ids] == ["inc_ACME-1042"]
    row.error_reason = ""
    answers["ResolveConcerned"] = problem_service_pb2.ResolveConcernedResponse(incidents=[row])
    assert send(tom, f"{HERE}/tell", **{**form, "once": "t2"}).status_code == 303
    assert "Choose at least one." in send(tom, f"{HERE}/tell", text="x", once="t3").text


def test_beside_an_incident_stand_its_workaround_for_the_reply_and_what_it_is_perhaps_due_to(
    console: Console, tom: FlaskClient, problem: problem_pb2.Problem
):
    console.incident.problems_beside = True
    answers = console.workshop.problems.answers
    likely = problem_service_pb2.LikelyProblem(problem=problem, likeness=0.8, words=["tunnel"])
    answers["ListProblemsOfIncident"] = problem_service_pb2.ListProblemsOfIncidentResponse(
        problems=[problem], likely=[likely]
    )
    tree = page_of(tom, f"/console/incidents/{console.incident.number}", console.incident.number)
    put = [each.get("data-fl-insert") for each in tree.iter(f"{HTML}button") if each.get("data-fl-insert")]
    assert problem.client_text in put and problem.workaround not in put
    assert "Perhaps due to" in text_of(tree)
    answers["LinkIncident"] = problem
    form = {"incident": "ACME-1042", "back": "ACME-1042", "once": "l1"}
    linked = send(tom, f"{HERE}/link", **form)
    assert linked.headers["location"] == "/console/incidents/ACME-1042?done=problem_linked"
    # It leads nowhere else.
    astray = send(tom, f"{HERE}/link", **{**form, "back": "../../evil", "once": "l2"})
    assert astray.headers["location"].startswith(HERE)


def test_a_portal_shows_the_wording_for_clients_alone(console: Console):
    answers = console.workshop.problems.answers
    answers["ListWorkarounds"] = problem_service_pb2.ListWorkaroundsResponse(texts=["Connect <again>."])
    page = console.as_person("per_ana").get(f"/t/acme/incidents/{console.incident.number}")
    answers.clear()
    assert "What helps meanwhile" in page.text and "Connect &lt;again&gt;." in page.text
