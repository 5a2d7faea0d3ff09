"""Problems, through the real server: staff's alone, and of a workaround clients read what is published to them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied, RevisionConflict
from chassis.rpc import call, channel
from chassis.tenancy import Caller, Role
from fairlead.incidents.v1 import (
    change_pb2,
    change_service_pb2,
    configuration_item_pb2,
    incident_pb2,
    problem_pb2,
    problem_service_pb2,
)
from fairlead.incidents.v1.change_service_pb2_grpc import ChangeServiceStub
from fairlead.incidents.v1.problem_service_pb2_grpc import ProblemServiceStub
from tests.harness.incidents import ACME, LUMEN, Incidents

FIX = problem_pb2.SOLUTION_KIND_FIX


def ask(incidents: Incidents, method: str, caller: Caller, /, **fields: Any) -> Any:
    stub = ProblemServiceStub(channel(incidents.settings, "incidents"))
    name = "CreateProblem" if method == "Create" else method
    return call(getattr(stub, name), getattr(problem_service_pb2, f"{name}Request")(**fields), caller)


def facts(incidents: Incidents, caller: Caller, problem: problem_pb2.Problem) -> list[str]:
    return [
        entry.fact
        for entry in ask(incidents, "ListProblemTimeline", caller, problem_id=problem.problem_id).entries
    ]


def of_both(incidents: Incidents) -> tuple[Caller, problem_pb2.Problem, Any, Any]:
    """A problem with an incident of Acme and one of Lumen, and somebody who works for both."""
    everywhere = incidents.technician(tenants=None)
    here, there = incidents.open(), incidents.open(tenant_id=LUMEN)
    problem = ask(incidents, "Create", everywhere, title="Spooler dies", incident_id=here.number)
    linked = ask(
        incidents, "LinkIncident", everywhere, problem_id=problem.number, incident_id=there.incident_id
    )
    return everywhere, linked, here, there


def known(incidents: Incidents, caller: Caller, problem: problem_pb2.Problem) -> None:
    words = {"cause": "A driver", "workaround": "Restart it", "client_text": "Switch it off and on."}
    ask(incidents, "UpdateProblem", caller, problem_id=problem.problem_id, **words)
    ask(incidents, "InvestigateProblem", caller, problem_id=problem.problem_id)
    ask(incidents, "DeclareKnownError", caller, problem_id=problem.problem_id)


def workarounds(incidents: Incidents, caller: Caller, incident: Any) -> list[str]:
    return [*ask(incidents, "ListWorkarounds", caller, incident_id=incident.incident_id).texts]


def test_each_of_the_staff_sees_of_a_problem_what_they_are_granted_and_no_client_sees_it(
    incidents: Incidents,
) -> None:
    _everywhere, problem, here, there = of_both(incidents)
    assert {each.number for each in problem.incidents} == {here.number, there.number}
    acmes = incidents.technician(tenants=(ACME,))
    seen = ask(incidents, "GetProblem", acmes, problem_id=problem.number)
    assert [each.incident.title for each in seen.incidents] == [here.title]
    assert there.number not in str(seen)
    entries = ask(incidents, "ListProblemTimeline", acmes, problem_id=problem.number)
    assert here.number in str(entries) and there.number not in str(entries)
    stranger = incidents.technician(tenants=(incidents.new_tenant(),))
    with pytest.raises(NotFound):
        ask(incidents, "GetProblem", stranger, problem_id=problem.problem_id)
    assert problem.number not in str(ask(incidents, "ListProblems", stranger))
    assert problem.number in str(ask(incidents, "ListProblems", acmes, words="spooler"))
    for client in (incidents.manager(), incidents.requester()):
        for method, named in (("GetProblem", problem.number), ("ListProblemTimeline", problem.problem_id)):
            with pytest.raises(PermissionDenied):
                ask(incidents, method, client, problem_id=named)
        with pytest.raises(PermissionDenied):
            ask(incidents, "ListProblemsOfIncident", client, incident_id=here.incident_id)


def test_a_client_reads_the_wording_for_clients_once_it_is_published_to_it_and_nothing_else(
    incidents: Incidents,
) -> None:
    everywhere, problem, here, there = of_both(incidents)
    known(incidents, everywhere, problem)
    jane = incidents.requester()
    assert workarounds(incidents, jane, here) == []
    publish = {"problem_id": problem.problem_id, "tenant_ids": [ACME]}
    ask(incidents, "PublishWorkaround", incidents.technician(), **publish)
    ask(incidents, "PublishWorkaround", incidents.technician(), **publish)
    assert workarounds(incidents, jane, here) == ["Switch it off and on."]
    assert workarounds(incidents, incidents.manager(tenants=(LUMEN,)), there) == []
    with pytest.raises(NotFound):
        workarounds(incidents, jane, there)
    with pytest.raises(NotFound):
        ask(incidents, "PublishWorkaround", incidents.technician(), **{**publish, "tenant_ids": [LUMEN]})
    lumens = incidents.technician(tenants=(LUMEN,))
    with pytest.raises(PermissionDenied) as refused:
        ask(incidents, "UpdateProblem", lumens, problem_id=problem.problem_id, client_text="Wait.")
    assert refused.value.reason == "client_not_granted"
    ask(incidents, "UnlinkIncident", everywhere, problem_id=problem.number, incident_id=here.number)
    assert workarounds(incidents, jane, here) == []
    ask(incidents, "UnlinkIncident", everywhere, problem_id=problem.number, incident_id=there.number)
    # What is written there may still be about them.
    assert problem.number not in str(
        ask(incidents, "ListProblems", incidents.technician(tenants=(incidents.new_tenant(),)))
    )
    assert facts(incidents, everywhere, problem)[-3:-1] == ["incident_unlinked", "workaround_withdrawn"]


def test_what_is_missing_for_the_next_step_is_said(incidents: Incidents) -> None:
    tech = incidents.technician()
    problem = ask(incidents, "Create", tech, title="Lines drop")
    named = {"problem_id": problem.number}
    with pytest.raises(InvalidState) as refused:
        ask(incidents, "DeclareKnownError", tech, **named)
    assert refused.value.reason == "transition_not_allowed"
    ask(incidents, "InvestigateProblem", tech, **named)
    for written, missing in (({}, "cause_missing"), ({"cause": "Rain"}, "workaround_missing")):
        if written:
            ask(incidents, "UpdateProblem", tech, **named, **written)
        with pytest.raises(InvalidState) as refused:
            ask(incidents, "DeclareKnownError", tech, **named)
        assert refused.value.reason == missing
    with pytest.raises(InvalidArgument) as unsaid:
        ask(incidents, "ResolveProblem", tech, **named, kind=problem_pb2.SOLUTION_KIND_CHANGE, text="Done")
    assert unsaid.value.values["field"] == "change_number"


def test_its_incidents_are_resolved_with_one_text_each_for_itself(incidents: Incidents) -> None:
    everywhere, problem, here, there = of_both(incidents)
    tell = {
        "problem_id": problem.number,
        "text": "A new driver is there.",
        "resolution_code": "fixed",
        "idempotency_key": "k",
    }
    with pytest.raises(InvalidState):
        ask(incidents, "ResolveConcerned", everywhere, **tell)
    known(incidents, everywhere, problem)
    ask(incidents, "ResolveProblem", everywhere, problem_id=problem.number, kind=FIX, text="Driver 7")
    incidents.call("Cancel", everywhere, incident_id=here.incident_id)
    both = [here.incident_id, there.incident_id]
    done = ask(incidents, "ResolveConcerned", everywhere, **tell, incident_ids=both).incidents
    assert [(each.number, each.error_reason) for each in done] == [
        (here.number, "transition_not_allowed"),
        (there.number, ""),
    ]
    ask(incidents, "ResolveConcerned", everywhere, **tell, incident_ids=both)
    assert incidents.facts(there.incident_id).count("resolved") == 1
    with pytest.raises(NotFound):
        acmes = incidents.technician(tenants=(ACME,))
        ask(incidents, "ResolveConcerned", acmes, **tell, incident_ids=[there.incident_id])
    assert workarounds(incidents, incidents.manager(tenants=(LUMEN,)), there) == []
    closed = ask(incidents, "CloseProblem", everywhere, problem_id=problem.number)
    assert closed.state == problem_pb2.PROBLEM_STATE_CLOSED and "reopen" in closed.allowed


def test_an_incident_names_its_problems_and_those_it_is_perhaps_due_to(incidents: Incidents) -> None:
    tech = incidents.technician(tenants=None)
    problem = ask(incidents, "Create", tech, title="Badge reader at the turnstile refuses everybody")
    incident = incidents.open(subject="The turnstile: badge reader refuses me")
    named = {"incident_id": incident.incident_id}

    def is_told_to_ask(caller: Caller) -> bool:
        return incidents.call("ListTimeline", caller, **named, with_incident=True).incident.problems_beside

    assert is_told_to_ask(tech) and not is_told_to_ask(incidents.requester())
    found = ask(incidents, "ListProblemsOfIncident", tech, **named)
    assert [each.problem.number for each in found.likely] == [problem.number]
    assert {"badge", "turnstile"} <= set(found.likely[0].words) and not found.problems
    ask(incidents, "LinkIncident", tech, problem_id=problem.number, **named)
    found = ask(incidents, "ListProblemsOfIncident", tech, **named)
    assert [each.number for each in found.problems] == [problem.number] and not found.likely
    assert is_told_to_ask(tech)
    named["incident_id"] = incidents.open(subject="Something else").incident_id
    assert not is_told_to_ask(tech)


def test_an_incident_is_perhaps_due_to_a_problem_of_what_it_is_about_by_whatever_name(
    incidents: Incidents,
) -> None:
    tech = incidents.technician(tenants=None)
    boss = incidents.person("per_ada", Role.PROVIDER_ADMIN, Role.TECHNICIAN, tenants=None)
    item = configuration_item_pb2.ConfigurationItem(
        tenant_id=ACME, type="server", name="Mail gateway", aliases=["mx-44.acme.example"]
    )
    incidents.call_items("CreateItem", boss, item=item)
    problem = ask(incidents, "Create", tech, title="Queue fills up", configuration_item="Mail gateway")
    incident = incidents.open(subject="Nothing arrives", configuration_item="mx-44.acme.example")
    found = ask(incidents, "ListProblemsOfIncident", tech, incident_id=incident.incident_id).likely
    assert [(each.problem.number, each.same_configuration_item) for each in found] == [(problem.number, True)]


def test_numbers_have_no_gap_however_many_are_logged_at_once_and_a_key_logs_one(incidents: Incidents) -> None:
    tech = incidents.technician(tenants=None)
    with ThreadPoolExecutor(6) as pool:
        made = list(
            pool.map(lambda place: ask(incidents, "Create", tech, title=f"Problem {place}"), range(12))
        )
    positions = sorted(int(each.number.partition("-")[2]) for each in made)
    assert positions == list(range(positions[0], positions[0] + 12))
    one, again = (ask(incidents, "Create", tech, title="Once", idempotency_key="k1") for _ in range(2))
    assert one.problem_id == again.problem_id


def test_a_command_is_guarded_by_revision_and_key(incidents: Incidents) -> None:
    tech = incidents.technician()
    problem = ask(incidents, "Create", tech, title="Guarded")
    for _ in range(2):
        ask(
            incidents,
            "NoteProblem",
            tech,
            problem_id=problem.number,
            text="Seen",
            idempotency_key="n",
            revision=1,
        )
    assert facts(incidents, tech, problem) == ["problem_logged", "problem_noted"]
    with pytest.raises(RevisionConflict):
        ask(incidents, "InvestigateProblem", tech, problem_id=problem.number, revision=1)
    with pytest.raises(InvalidArgument) as refused:
        ask(incidents, "AssignProblem", tech, problem_id=problem.number, assignee_id="per_jane")
    assert refused.value.reason == "assignee_not_granted"
    assigned = ask(incidents, "AssignProblem", tech, problem_id=problem.number, assignee_id="per_tech")
    assert assigned.assignee_name == "Tess"
    edited = ask(
        incidents,
        "UpdateProblem",
        tech,
        problem_id=problem.number,
        impact=incident_pb2.IMPACT_HIGH,
        urgency=incident_pb2.URGENCY_HIGH,
    )
    assert edited.priority == incident_pb2.PRIORITY_P1


def test_a_change_that_solved_it_is_one_that_there_is_and_both_name_each_other(incidents: Incidents) -> None:
    tech = incidents.technician(tenants=None)
    problem = ask(incidents, "Create", tech, title="A driver")
    ask(incidents, "UpdateProblem", tech, problem_id=problem.number, cause="Old")
    solve = {"problem_id": problem.number, "kind": problem_pb2.SOLUTION_KIND_CHANGE, "text": "New driver"}
    with pytest.raises(InvalidArgument) as refused:
        ask(incidents, "ResolveProblem", tech, **solve, change_number="CHG-987654")
    assert refused.value.reason == "change_not_found"
    wanted = change_pb2.Change(title="New driver", shared=True, kind="CHANGE_KIND_NORMAL")
    stub = ChangeServiceStub(channel(incidents.settings, "incidents"))
    change = call(stub.CreateChange, change_service_pb2.CreateChangeRequest(change=wanted), tech)
    solved = ask(incidents, "ResolveProblem", tech, **solve, change_number=change.number.lower())
    assert solved.solution.change_number == change.number
    found = ask(incidents, "ListProblems", tech, change_number=change.number).problems
    assert [each.number for each in found] == [problem.number]


def test_a_change_that_was_canceled_solves_nothing(incidents: Incidents) -> None:
    tech = incidents.technician(tenants=None)
    problem = ask(incidents, "Create", tech, title="A driver")
    ask(incidents, "UpdateProblem", tech, problem_id=problem.number, cause="Old")
    wanted = change_pb2.Change(title="New driver", shared=True, kind="CHANGE_KIND_NORMAL")
    change = incidents.call_changes("CreateChange", tech, change=wanted)
    canceled = {"change_id": change.change_id, "text": "Not this year"}
    incidents.call_changes("CancelChange", tech, "ChangeCommandRequest", **canceled)
    solve = {"problem_id": problem.number, "kind": problem_pb2.SOLUTION_KIND_CHANGE, "text": "New driver"}
    with pytest.raises(InvalidState) as refused:
        ask(incidents, "ResolveProblem", tech, **solve, change_number=change.number)
    assert refused.value.reason == "change_went_wrong"


def test_an_item_tells_the_problems_that_name_it_by_any_of_its_names(incidents: Incidents) -> None:
    acme = incidents.new_tenant()
    tech = incidents.technician(tenants=(acme,))
    wanted = configuration_item_pb2.ConfigurationItem(
        name="Mail (new)", aliases=["MX1"], tenant_id=acme, type="server"
    )
    item = incidents.call_items("CreateItem", tech, item=wanted)
    named = ask(incidents, "Create", tech, title="Queue stands still", configuration_item="mx1")
    ask(incidents, "Create", tech, title="Another", configuration_item="MX12")
    found = ask(incidents, "ListProblems", tech, item_id=item.item_id).problems
    assert [one.number for one in found] == [named.number]
    with pytest.raises(NotFound):
        ask(incidents, "ListProblems", incidents.technician(), item_id=item.item_id)
