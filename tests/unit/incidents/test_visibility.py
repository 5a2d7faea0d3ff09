"""Who sees what."""

from dataclasses import replace

import pytest

from chassis.tenancy import Caller, Role
from services.incidents.domain.decisions import Assignment, assign, technicians
from services.incidents.domain.incident import Party
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.timeline import PUBLIC_FACTS, Visibility, visibility_of
from services.incidents.domain.visibility import as_seen_by, may_see, side_of
from tests.harness.incident_values import TECH, after, opened


def caller(*roles: Role, subject: str = "person:per_jane") -> Caller:
    return Caller(subject, "prv_north", frozenset({"ten_acme"}), frozenset(roles))


def test_a_requester_sees_their_own() -> None:
    assert may_see(caller(Role.REQUESTER), opened())


def test_a_requester_sees_what_they_take_part_in() -> None:
    incident = replace(opened(), participants=(Party(person_id="per_paul"),))
    assert may_see(caller(Role.REQUESTER, subject="person:per_paul"), incident)
    assert not may_see(caller(Role.REQUESTER, subject="person:per_eve"), incident)


def test_an_incident_of_an_unknown_person_is_no_bodys_own() -> None:
    incident = opened(sender=Party("eve@acme.example"))
    assert not may_see(caller(Role.REQUESTER, subject="service:"), incident)


@pytest.mark.parametrize("role", [Role.CLIENT_MANAGER, Role.TECHNICIAN, Role.DISPATCHER, Role.SERVICE])
def test_managers_and_staff_see_everything_of_their_tenants(role: Role) -> None:
    assert may_see(caller(role, subject="person:per_any"), opened())


def test_an_api_client_sees_its_tenant_and_speaks_for_the_client() -> None:
    program = caller(Role.API_CLIENT, subject="client:cli_1")
    assert may_see(program, opened())
    assert side_of(program) is Side.CLIENT


def test_an_api_client_with_the_technicians_role_speaks_for_staff() -> None:
    assert side_of(caller(Role.API_CLIENT, Role.TECHNICIAN, subject="client:cli_1")) is Side.STAFF


def test_nobody_without_a_role_sees_anything() -> None:
    assert not may_see(caller(), opened())


def test_clients_do_not_see_why_staff_and_machines_decided() -> None:
    incident = assign(
        opened(), Assignment("grp_1"), technicians("fewest open P2"), TECH, Side.STAFF, after(1)
    ).after
    seen = as_seen_by(caller(Role.CLIENT_MANAGER), incident)
    assert (seen.assignment_decision, seen.priority_decision, seen.classification_decision) == (None,) * 3
    assert as_seen_by(caller(Role.TECHNICIAN), incident) == incident


def test_notes_decisions_and_unknown_facts_are_internal() -> None:
    for fact in ("noted", "classified", "prioritized", "assigned", "something_new"):
        assert visibility_of(fact) is Visibility.INTERNAL
    assert "replied" in PUBLIC_FACTS
