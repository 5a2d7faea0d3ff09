"""Parents and children."""

from dataclasses import replace

import pytest

from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied
from services.incidents.domain import family
from services.incidents.domain.incident import Incident
from services.incidents.domain.lifecycle import Side
from tests.harness.incident_values import TECH, after, opened


def incident(position: int, **fields) -> Incident:
    return replace(opened(), incident_id=f"inc_{position}", number=f"ACME-{position}", **fields)


def adopted(child: Incident, parent: Incident, has_children: bool = False, siblings: int = 0):
    return family.adopt(child, parent, has_children, siblings, TECH, Side.STAFF, after(1))


def test_a_child_may_be_another_clients_and_keeps_everything_else() -> None:
    child = incident(1)
    change = adopted(child, incident(2, tenant_id="ten_lumen"))
    assert change
    assert replace(change.after, parent_id="", revision=1, update_time=child.update_time) == child
    assert adopted(change.after, incident(2)) is None
    released = family.release(change.after, TECH, Side.STAFF, after(2))
    assert released and released.after.parent_id == ""
    assert family.release(released.after, TECH, Side.STAFF, after(3)) is None


def test_families_have_two_generations_so_nothing_leads_back_to_itself() -> None:
    for refused, reason in (
        (lambda: adopted(incident(1), incident(2, parent_id="inc_3")), "parent_is_a_child"),
        (lambda: adopted(incident(1), incident(2), has_children=True), "child_is_a_parent"),
        (lambda: adopted(incident(1), incident(2), siblings=family.MOST_CHILDREN), "too_many_children"),
    ):
        with pytest.raises(InvalidState) as error:
            refused()
        assert error.value.reason == reason
    with pytest.raises(InvalidArgument):
        adopted(incident(1), incident(1))


def test_another_providers_is_not_found_and_clients_link_nothing() -> None:
    with pytest.raises(NotFound):
        adopted(incident(1), incident(2, provider_id="prv_other"))
    with pytest.raises(PermissionDenied):
        family.adopt(incident(1), incident(2), False, 0, TECH, Side.CLIENT, after(1))
