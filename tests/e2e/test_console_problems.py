"""A known workaround goes from beside the incident into the reply, and an incident to its problem, by keyboard alone."""

from playwright.sync_api import expect

from fairlead.incidents.v1 import problem_pb2, problem_service_pb2
from tests.harness.desk import Desk


def test_a_workaround_is_used_in_the_reply_and_a_likely_problem_is_linked(desk: Desk):
    answers = desk.console.workshop.problems.answers
    known = problem_pb2.Problem(
        problem_id="prb_7", number="PRB-7", title="Tunnels drop", client_text="Connect again.", revision=1
    )
    likely = problem_service_pb2.LikelyProblem(problem=known, likeness=0.9, words=["tunnel"])
    answers["ListProblemsOfIncident"] = problem_service_pb2.ListProblemsOfIncidentResponse(likely=[likely])
    incident = desk.console.incident
    desk.console.workshop.incidents[incident.incident_id].problems_beside = True
    page = desk.open(f"/console/incidents/{incident.number}", width=1440)
    answers["LinkIncident"] = known
    answers["ListProblemsOfIncident"] = problem_service_pb2.ListProblemsOfIncidentResponse(problems=[known])
    page.get_by_role("button", name="Link it to PRB-7").press("Enter")
    expect(page.get_by_text("Linked to the problem.")).to_be_visible()
    desk.connected(page)
    page.get_by_role("button", name="Use it in the reply").press("Enter")
    expect(page.locator("[data-fl-compose=reply] textarea")).to_have_value("Connect again.")
    answers.clear()
