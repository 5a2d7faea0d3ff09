"""What becomes part of a major incident is as urgent as that, until it leaves or somebody disagrees."""

from dataclasses import replace
from datetime import UTC, datetime

from services.incidents.domain import decisions
from services.incidents.domain.decisions import TriageDecision, technicians
from services.incidents.domain.facts import Change, Prioritized
from services.incidents.domain.incident import Actor, Decision, Impact, Incident, Priority, State, Urgency
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.major import affecting, course
from services.incidents.domain.major.record import Major, Severity
from services.incidents.domain.major.settings import DEFAULTS
from tests.harness.incident_values import opened

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WHO = Actor("person:per_tess", "Tess")


def declared(incident: Incident, severity: Severity = Severity.SEV1) -> Major:
    return course.declare(
        incident,
        major_id="maj_1",
        title="",
        summary="",
        severity=severity,
        holders=[],
        declarer_id="",
        settings=DEFAULTS,
        actor=WHO,
        now=NOW,
    ).after


def joined(incident: Incident, major: Major) -> Change:
    change = affecting.joins(incident, major, WHO, NOW)
    assert change is not None
    return change


def test_an_incident_rises_with_the_matter_and_goes_back_as_it_stood() -> None:
    before = replace(opened(), priority=Priority.P4, priority_decision=Decision("rule", "Printers wait."))
    major = declared(before)
    change = joined(before, major)
    after = change.after
    assert (after.priority, after.impact, after.urgency) == (Priority.P1, Impact.HIGH, Urgency.HIGH)
    assert after.revision == before.revision + 1
    assert any(isinstance(fact, Prioritized) and fact.reason for fact in change.facts)
    assert after.priority_decision is not None and "MAJOR" not in after.priority_decision.reason
    left = affecting.leaves(after, major, major.affected[0].before, WHO, NOW)
    assert left is not None
    back = left.after
    assert (back.priority, back.impact, back.urgency) == (Priority.P4, before.impact, before.urgency)
    assert back.priority_decision == before.priority_decision


def test_what_is_as_urgent_already_or_has_ended_stays_as_it_is() -> None:
    for incident, severity in (
        (replace(opened(), priority=Priority.P2), Severity.SEV2),
        (replace(opened(), priority=Priority.P4, state=State.CLOSED), Severity.SEV1),
    ):
        change = joined(incident, declared(incident, severity))
        assert change.after.priority is incident.priority and len(change.facts) == 1


def test_what_somebody_decides_afterwards_stays_and_triage_decides_nothing() -> None:
    before = replace(opened(), priority=Priority.P4)
    major = declared(before)
    raised = joined(before, major).after
    late = TriageDecision(
        incident_id="inc_1",
        event_id="e",
        impact=Impact.LOW,
        urgency=Urgency.LOW,
        prioritization=Decision("rule", "Late."),
    )
    assert decisions.apply_triage(raised, late, WHO, NOW) is None
    own = decisions.prioritize(
        raised, None, None, Priority.P3, technicians("Two people."), WHO, Side.STAFF, NOW
    ).after
    left = affecting.leaves(own, major, major.affected[0].before, WHO, NOW)
    assert left is not None and left.after.priority is Priority.P3
