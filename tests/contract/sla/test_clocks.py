"""ClockService over the wire: whose clocks are shown to whom, and why a due time is what it is."""

from datetime import UTC

import pytest

from chassis import errors
from chassis.rpc import call
from chassis.tenancy import Role
from fairlead.sla.v1 import clock_pb2
from fairlead.sla.v1 import clock_service_pb2 as pb
from tests.harness.sla import ACME, LUMEN


@pytest.fixture
def timed(running):
    """Incidents of two tenants with their clocks started: (of Jane at Acme, of nobody known, of Lumen)."""
    calendar = running.make_calendar()
    running.make_contract(calendar.calendar_id, "", goals={3: 3600})
    made = (
        running.incidents.open(ACME, requester="per_jane"),
        running.incidents.open(ACME, requester=""),
        running.incidents.open(LUMEN, requester="per_lou"),
    )
    for incident in made:
        running.wait_told(incident, "target_started", 2)
    return made


def seen(running, caller, incidents):
    request = pb.BatchGetClocksRequest(incident_ids=incidents)
    return [s.incident_id for s in call(running.clocks.BatchGetClocks, request, caller).clock_sets]


def test_each_sees_the_clocks_of_the_incidents_they_see(running, timed):
    jane, unknown, lumen = timed
    acme = frozenset({ACME})
    for caller, visible in (
        (running.admin, [jane, unknown, lumen]),
        (running.person(Role.TECHNICIAN, tenants=acme), [jane, unknown]),
        (running.person(Role.CLIENT_MANAGER, tenants=acme), [jane, unknown]),
        (running.person(Role.REQUESTER, person_id="per_jane", tenants=acme), [jane]),
        (running.person(Role.REQUESTER, person_id="per_bob", tenants=acme), []),
    ):
        assert seen(running, caller, list(timed)) == visible
        for incident in timed:
            for method, request in (
                (running.clocks.GetClocks, pb.GetClocksRequest(incident_id=incident)),
                (running.clocks.ExplainClocks, pb.ExplainClocksRequest(incident_id=incident)),
            ):
                if incident in visible:
                    assert call(method, request, caller).incident_id == incident
                else:
                    with pytest.raises(errors.NotFound) as refused:
                        call(method, request, caller)
                    assert refused.value.reason == "incident_not_found"


def test_one_that_does_not_exist_is_answered_like_another_tenants(running, timed):
    lumen = running.person(Role.TECHNICIAN, tenants=frozenset({LUMEN}))
    answers = []
    for incident in (timed[0], "inc_nothing"):
        with pytest.raises(errors.NotFound) as refused:
            call(running.clocks.GetClocks, pb.GetClocksRequest(incident_id=incident), lumen)
        answers.append((refused.value.reason, refused.value.message, refused.value.values))
    assert answers[0] == answers[1]


def test_an_explanation_leads_from_the_start_to_the_due_time(running, timed):
    explained = call(
        running.clocks.ExplainClocks, pb.ExplainClocksRequest(incident_id=timed[0]), running.admin
    )
    assert explained.has_contract
    assert explained.contract_name == "Gold"
    for clock in explained.clocks:
        assert clock.state == clock_pb2.CLOCK_STATE_RUNNING
        [segment] = clock.segments
        assert (segment.counted, segment.seconds, segment.calendar_version) == (True, 3600, 1)
        assert segment.start_time == clock.start_time
        assert segment.end_time.ToDatetime(tzinfo=UTC) == clock.due_time.ToDatetime(tzinfo=UTC)
    plain = call(running.clocks.GetClocks, pb.GetClocksRequest(incident_id=timed[0]), running.admin)
    assert not any(clock.segments for clock in plain.clocks)
