"""A parent and its children of several clients, through the real server."""

import pytest

from chassis.errors import InvalidState, NotFound, PermissionDenied
from fairlead.incidents.v1 import incident_pb2
from tests.harness.incidents import ACME, LUMEN, Incidents

CHILD_OF, PARENT_OF = incident_pb2.LINK_KIND_CHILD_OF, incident_pb2.LINK_KIND_PARENT_OF


def linked(incidents: Incidents, caller, one) -> list[tuple[int, str]]:
    found = incidents.call("GetIncident", caller, incident_id=one.incident_id)
    return sorted((link.kind, link.number) for link in found.links)


def family(incidents: Incidents):
    """A parent at Acme, a child there and one at Lumen; and whoever works for both."""
    parent, here, there = incidents.open(), incidents.open(), incidents.open(tenant_id=LUMEN)
    everywhere = incidents.technician(tenants=None)
    for child in (here, there):
        incidents.call("SetParent", everywhere, incident_id=child.incident_id, parent=parent.number)
    return everywhere, parent, here, there


def test_staff_see_of_a_family_what_they_are_granted_and_clients_nothing(incidents: Incidents) -> None:
    everywhere, parent, here, there = family(incidents)
    assert linked(incidents, everywhere, parent) == sorted(
        [(PARENT_OF, here.number), (PARENT_OF, there.number)]
    )
    assert linked(incidents, everywhere, there) == [(CHILD_OF, parent.number)]
    acmes, lumens = incidents.technician(tenants=(ACME,)), incidents.technician(tenants=(LUMEN,))
    assert linked(incidents, acmes, parent) == [(PARENT_OF, here.number)]
    assert linked(incidents, lumens, there) == []
    boss = incidents.manager(tenants=(LUMEN,))
    assert linked(incidents, boss, there) == []
    for caller in (lumens, boss):
        read = incidents.call("ListTimeline", caller, incident_id=there.incident_id, with_incident=True)
        assert parent.number not in str(read) and parent.incident_id not in str(read)


def test_each_child_is_told_and_resolved_for_itself(incidents: Incidents) -> None:
    everywhere, parent, here, there = family(incidents)
    incidents.call("Cancel", everywhere, incident_id=here.incident_id)
    tell = {"incident_id": parent.number, "text": "Power is back.", "idempotency_key": "k"}
    told = incidents.call("TellChildren", everywhere, **tell).children
    assert {each.number: each.error_reason for each in told} == {
        here.number: "transition_not_allowed",
        there.number: "",
    }
    incidents.call("TellChildren", everywhere, **tell)
    assert incidents.facts(there.incident_id) == ["incident_opened", "linked", "replied"]
    assert incidents.facts(parent.incident_id) == ["incident_opened"]
    incidents.call("TellChildren", everywhere, **{**tell, "resolution_code": "fixed", "idempotency_key": "r"})
    assert incidents.facts(there.incident_id)[-1] == "resolved"


def test_children_of_clients_one_is_not_granted_are_neither_told_nor_named(incidents: Incidents) -> None:
    _, parent, here, there = family(incidents)
    acmes = incidents.technician(tenants=(ACME,))
    told = incidents.call("TellChildren", acmes, incident_id=parent.number, text="Power is back.").children
    assert [each.number for each in told] == [here.number]
    assert incidents.facts(there.incident_id) == ["incident_opened", "linked"]


def test_who_may_not_see_the_parent_cannot_choose_it_and_clients_choose_none(incidents: Incidents) -> None:
    _, parent, here, there = family(incidents)
    lumens = incidents.technician(tenants=(LUMEN,))
    with pytest.raises(NotFound):
        incidents.call("SetParent", lumens, incident_id=there.incident_id, parent=parent.number)
    with pytest.raises(PermissionDenied):
        incidents.call("SetParent", incidents.manager(), incident_id=parent.number, parent=here.number)
    with pytest.raises(PermissionDenied):
        incidents.call("TellChildren", incidents.manager(), incident_id=parent.number, text="Hello.")
    with pytest.raises(InvalidState) as refused:
        incidents.call(
            "SetParent", incidents.technician(), incident_id=parent.number, parent=incidents.open().number
        )
    assert refused.value.reason == "child_is_a_parent"


def test_an_empty_parent_ends_it(incidents: Incidents) -> None:
    everywhere, _, here, _ = family(incidents)
    incidents.call("SetParent", everywhere, incident_id=here.incident_id, parent="")
    assert linked(incidents, everywhere, here) == []
    assert incidents.facts(here.incident_id)[-1] == "unlinked"
