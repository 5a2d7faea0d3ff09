"""Classify, prioritize, assign; by people and by triage."""

from dataclasses import replace
from typing import Any

import pytest

from chassis.errors import InvalidArgument, InvalidState
from services.incidents.domain.decisions import (
    Assignment,
    TriageDecision,
    apply_triage,
    assign,
    classify,
    prioritize,
    technicians,
)
from services.incidents.domain.incident import Decision, Impact, Incident, Kind, Priority, State, Urgency
from services.incidents.domain.lifecycle import Side
from tests.harness.incident_values import TECH, TRIAGE, after, opened

RULE = Decision("rule", "subject names a printer")
BOB = Assignment("grp_print", "Printing", "per_bob", "Bob")


def triage(**fields: Any) -> TriageDecision:
    whole: dict[str, Any] = {
        "incident_id": "inc_1",
        "event_id": "inc_1:1000",
        "category": "printing",
        "classification": RULE,
        "impact": Impact.HIGH,
        "urgency": Urgency.HIGH,
        "prioritization": Decision("matrix", ""),
        "assignment": BOB,
        "assignment_decision": Decision("routing", "fewest open"),
    }
    return TriageDecision(**whole | fields)


def test_triage_decides_everything_in_one_change() -> None:
    before = opened()
    change = apply_triage(before, triage(), TRIAGE, after(1))
    assert [fact.name for fact in change.facts] == ["classified", "prioritized", "assigned"]
    assert change.after.revision == before.revision + 1
    assert change.before is before
    assert (change.after.category, change.after.priority, change.after.assignee_id) == (
        "printing",
        Priority.P1,
        "per_bob",
    )
    assert change.after.state is State.ASSIGNED


def by_hand(incident: Incident, what: str) -> Incident:
    made = technicians("I know better")
    if what == "category":
        return classify(incident, "hardware", None, made, TECH, Side.STAFF, after(1)).after
    if what == "priority":
        return prioritize(incident, None, None, Priority.P5, made, TECH, Side.STAFF, after(1)).after
    return assign(incident, Assignment(assignee_id="per_tech"), made, TECH, Side.STAFF, after(1)).after


@pytest.mark.parametrize(
    ("what", "field", "kept", "left"),
    [
        ("category", "category", "hardware", ["prioritized", "assigned"]),
        ("priority", "priority", Priority.P5, ["classified", "assigned"]),
        ("assignee", "assignee_id", "per_tech", ["classified", "prioritized"]),
    ],
)
def test_triage_never_overwrites_a_persons_decision(
    what: str, field: str, kept: Any, left: list[str]
) -> None:
    change = apply_triage(by_hand(opened(), what), triage(), TRIAGE, after(2))
    assert getattr(change.after, field) == kept
    assert [fact.name for fact in change.facts] == left


def test_a_person_overwrites_triage() -> None:
    decided = apply_triage(opened(), triage(), TRIAGE, after(1)).after
    assert by_hand(decided, "category").category == "hardware"


def test_where_people_decided_everything_triage_changes_nothing() -> None:
    incident = opened()
    for what in ("category", "priority", "assignee"):
        incident = by_hand(incident, what)
    assert apply_triage(incident, triage(), TRIAGE, after(2)) is None


def test_triage_leaves_alone_what_it_does_not_decide() -> None:
    only = triage(prioritization=None, assignment=Assignment(), assignment_decision=None)
    change = apply_triage(opened(), only, TRIAGE, after(1))
    assert [fact.name for fact in change.facts] == ["classified"]


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.CANCELED])
def test_triage_is_refused_where_nothing_is_left_to_decide(state: State) -> None:
    with pytest.raises(InvalidState, match="incident_finished"):
        apply_triage(replace(opened(), state=state), triage(), TRIAGE, after(1))


def test_the_matrix_explains_a_priority_that_nobody_else_explains() -> None:
    made = technicians("")
    change = prioritize(opened(), Impact.LOW, Urgency.LOW, None, made, TECH, Side.STAFF, after(1))
    assert change.after.priority is Priority.P4
    assert change.after.priority_decision.reason == "low impact × low urgency"


def test_a_priority_that_cannot_be_decided_is_asked_for() -> None:
    with pytest.raises(InvalidArgument) as refused:
        prioritize(opened(), Impact.LOW, None, None, technicians(""), TECH, Side.STAFF, after(1))
    assert refused.value.values["field"] == "priority"


def test_a_kind_may_be_set_without_touching_the_category() -> None:
    made = technicians("")
    incident = replace(opened(), category="printing")
    change = classify(incident, "", Kind.SERVICE_REQUEST, made, TECH, Side.STAFF, after(1))
    assert (change.after.category, change.after.kind) == ("printing", Kind.SERVICE_REQUEST)
    with pytest.raises(InvalidArgument):
        classify(incident, "", None, made, TECH, Side.STAFF, after(1))


def test_a_person_alone_keeps_the_group_and_a_group_alone_drops_the_person() -> None:
    made = technicians("")
    incident = assign(opened(), BOB, made, TECH, Side.STAFF, after(1)).after
    to_ann = assign(incident, Assignment(assignee_id="per_ann"), made, TECH, Side.STAFF, after(2)).after
    assert (to_ann.assignment_group_id, to_ann.assignee_id) == ("grp_print", "per_ann")
    to_group = assign(to_ann, Assignment("grp_net", "Network"), made, TECH, Side.STAFF, after(3)).after
    assert (to_group.assignment_group_id, to_group.assignee_id) == ("grp_net", "")


def test_nobody_means_back_into_the_pool() -> None:
    made = technicians("")
    incident = assign(opened(), BOB, made, TECH, Side.STAFF, after(1)).after
    change = assign(incident, Assignment(), made, TECH, Side.STAFF, after(2))
    assert (change.after.state, change.after.is_assigned) == (State.NEW, False)
    assert change.facts[0].previous_assignee_id == "per_bob"
