"""ClockService over the wire: whose clocks are shown to whom, and why a due time is what it is."""

from datetime import UTC, timedelta

import pytest

from chassis import clock, errors
from chassis.rpc import call
from chassis.tenancy import Role
from fairlead.sla.v1 import clock_pb2
from fairlead.sla.v1 import clock_service_pb2 as pb
from fairlead.sla.v1.contract_pb2 import TARGET_KIND_FIRST_RESPONSE as FIRST_RESPONSE
from services.sla.domain.forecast.outlook import LEAST_KNOWN
from tests.harness.sla import ACME, LUMEN
from tests.harness.waiting import wait_until


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
    for one in explained.clocks:
        assert one.state == clock_pb2.CLOCK_STATE_RUNNING
        [segment] = one.segments
        assert (segment.counted, segment.seconds, segment.calendar_version) == (True, 3600, 1)
        assert segment.start_time == one.start_time
        assert segment.end_time.ToDatetime(tzinfo=UTC) == one.due_time.ToDatetime(tzinfo=UTC)
    plain = call(running.clocks.GetClocks, pb.GetClocksRequest(incident_id=timed[0]), running.admin)
    assert not any(one.segments for one in plain.clocks)


def attained(running, caller, *tenants):
    request = pb.CountAttainmentRequest(tenant_ids=tenants)
    request.start_time.FromDatetime(clock.now() - timedelta(days=7))
    return call(running.clocks.CountAttainment, request, caller)


def test_attainment_is_counted_for_the_tenants_of_the_caller_alone(running, timed):
    acme = running.person(Role.CLIENT_MANAGER, tenants=frozenset({ACME}))
    for caller, tenants, expected in (
        (running.admin, (), {ACME: 2, LUMEN: 1}),
        (running.admin, (LUMEN,), {LUMEN: 1}),
        (acme, (), {ACME: 2}),
        (running.person(Role.TECHNICIAN, tenants=frozenset({LUMEN})), (), {LUMEN: 1}),
    ):
        found = attained(running, caller, *tenants)
        assert {each.tenant_id for each in found.attainments} == set(expected)
        for each in found.attainments:
            assert each.running >= expected[each.tenant_id] and each.contract_name == "Gold"
            assert not each.HasField("attainment_percent")
        assert len(found.totals) == 2
    with pytest.raises(errors.NotFound) as refused:
        attained(running, acme, LUMEN)
    assert refused.value.reason == "tenant_not_found"
    with pytest.raises(errors.PermissionDenied):
        attained(running, running.person(Role.REQUESTER, person_id="per_jane", tenants=frozenset({ACME})))
    with pytest.raises(errors.InvalidArgument):
        call(running.clocks.CountAttainment, pb.CountAttainmentRequest(), running.admin)


def test_a_promise_that_was_kept_is_attained(running, timed):
    def kept():
        found = attained(running, running.admin, LUMEN).attainments
        return next((each for each in found if each.kind == FIRST_RESPONSE), None)

    def counts():
        # What is decided is counted before what runs: a clock that stops in between is in neither for that moment.
        found = kept()
        return found is not None and found.met == before.met + 1

    before = kept()
    running.incidents.answer(timed[2])
    wait_until(counts, timeout=30, what="the answer to count")
    assert (kept().running, kept().attainment_percent) == (before.running - 1, 100.0)


def test_staff_are_shown_the_chance_of_a_breach_with_its_basis_and_clients_are_not(running, timed):
    for _ in range(LEAST_KNOWN):
        running.incidents.answer(running.incidents.open(ACME, requester=""))

    def kept():
        found = attained(running, running.admin, ACME).attainments
        return sum(each.met for each in found if each.kind == FIRST_RESPONSE)

    wait_until(lambda: kept() >= LEAST_KNOWN, timeout=30, what="the answers to count")
    acme = running.person(Role.TECHNICIAN, tenants=frozenset({ACME}))

    def explained(caller, incident):
        asked = pb.ExplainClocksRequest(incident_id=incident)
        clocks = call(running.clocks.ExplainClocks, asked, caller).clocks
        return {one.kind: one.forecast for one in clocks if one.HasField("forecast")}

    wait_until(lambda: explained(acme, timed[0]), timeout=30, what="the forecast to be learned")
    forecast = explained(acme, timed[0])[FIRST_RESPONSE]
    assert 0 < forecast.chance < 0.5
    assert "tenant" in forecast.alike
    assert (forecast.similar_incidents, forecast.similar_breached) == (LEAST_KNOWN, 0)
    # Of the other client nothing is known, whatever is known of this one.
    assert explained(running.admin, timed[2]) == {}
    assert explained(running.person(Role.CLIENT_MANAGER, tenants=frozenset({ACME})), timed[0]) == {}
    plain = call(running.clocks.GetClocks, pb.GetClocksRequest(incident_id=timed[0]), acme)
    assert not any(one.HasField("forecast") for one in plain.clocks)
    # The queue hears it, of what something happens to as of what is opened now, in an event that nobody else listens to.
    running.incidents.hold(timed[0])
    for incident in (timed[0], running.incidents.open(ACME, requester="")):
        [told] = running.wait_told(incident, "target_forecast", timeout=30)
        assert (told.clock.kind, told.clock.forecast.similar_incidents) == (FIRST_RESPONSE, LEAST_KNOWN)
        others = [message for fact, message, _ in running.told(incident) if fact != "target_forecast"]
        assert others and not any(message.clock.HasField("forecast") for message in others)
    assert not [fact for fact, _, _ in running.told(timed[2]) if fact == "target_forecast"]
