"""Triage's decisions through the real server."""

from typing import Any

from fairlead.directory.v1 import person_pb2
from tests.harness.incidents import LUMEN, PROVIDER, Incidents


def decision(incident_id: str, **fields: Any) -> dict[str, Any]:
    return {
        "incident_id": incident_id,
        "event_id": f"{incident_id}:1000",
        "category": "printing",
        "classification": {"source": "rule", "reason": "the subject names a printer", "confidence": 1.0},
        "impact": "IMPACT_HIGH",
        "urgency": "URGENCY_HIGH",
        "priority": "PRIORITY_P1",
        "prioritization": {"source": "matrix", "reason": "high × high", "confidence": 1.0},
        "assignment_group_id": "grp_print",
        "assignment_group_name": "Printing",
        "assignee_id": "per_tech",
        "assignee_name": "Tess",
        "assignment": {"source": "routing", "reason": "fewest open", "confidence": 1.0},
    } | fields


def apply(incidents: Incidents, *decisions: dict[str, Any]) -> list[str]:
    answer = incidents.call("ApplyTriage", incidents.service("triage"), decisions=list(decisions))
    return [each.error_reason for each in answer.applied]


def current(incidents: Incidents, incident_id: str) -> Any:
    return incidents.call("GetIncident", incidents.service(), incident_id=incident_id)


def test_many_incidents_are_decided_at_once_each_in_one_change(incidents: Incidents) -> None:
    ids = [incidents.open().incident_id for _ in range(20)]
    assert apply(incidents, *map(decision, ids)) == [""] * 20
    for incident_id in ids:
        seen = current(incidents, incident_id)
        assert (seen.revision, seen.category, seen.assignee_name, seen.state) == (2, "printing", "Tess", 2)
        assert seen.assignment_decision.reason == "fewest open"
        assert incidents.facts(incident_id) == ["incident_opened", "classified", "prioritized", "assigned"]


def test_the_same_events_decision_is_applied_once(incidents: Incidents) -> None:
    incident_id = incidents.open().incident_id
    apply(incidents, decision(incident_id))
    assert apply(incidents, decision(incident_id, category="other")) == [""]
    assert current(incidents, incident_id).category == "printing"


def test_two_decisions_about_one_incident_in_a_batch_are_both_applied(incidents: Incidents) -> None:
    incident_id = incidents.open().incident_id
    second = decision(incident_id, event_id="later", category="network")
    assert apply(incidents, decision(incident_id), second) == ["", ""]
    seen = current(incidents, incident_id)
    assert (seen.category, seen.revision) == ("network", 3)


def test_a_technicians_decision_stands(incidents: Incidents) -> None:
    incident_id = incidents.open().incident_id
    incidents.call("Classify", incidents.technician(), incident_id=incident_id, category="hardware")
    assert apply(incidents, decision(incident_id)) == [""]
    seen = current(incidents, incident_id)
    assert (seen.category, seen.classification_decision.source) == ("hardware", "technician")
    assert seen.assignee_id == "per_tech"


def test_triage_cannot_pass_for_a_technician(incidents: Incidents) -> None:
    incident_id = incidents.open().incident_id
    apply(incidents, decision(incident_id, classification={"source": "technician"}))
    assert current(incidents, incident_id).classification_decision.source == "default"


def test_each_decision_is_answered_for_itself(incidents: Incidents) -> None:
    tech, ended, fresh = incidents.technician(), incidents.open().incident_id, incidents.open().incident_id
    incidents.call("Resolve", tech, incident_id=ended, code="fixed", text="Done.")
    answers = apply(incidents, decision(ended), decision("inc_unknown"), decision(fresh))
    assert answers == ["incident_finished", "incident_not_found", ""]


def test_triage_gives_nobody_what_they_may_not_see(incidents: Incidents) -> None:
    grant = person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", tenant_ids=[LUMEN])
    incidents.directory.add_person("per_of_lumen", PROVIDER, "li@north.example", "Li", grants=[grant])
    incident_id = incidents.open().incident_id
    assert apply(incidents, decision(incident_id, assignee_id="per_of_lumen")) == [""]
    seen = current(incidents, incident_id)
    assert (seen.assignee_id, seen.assignment_group_id) == ("", "grp_print")
