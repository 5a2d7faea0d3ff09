"""Major incidents: the provider's own, seen by whoever is granted a client that they touch."""

from typing import Any

from tests.matrix.houses import House, Ids, World
from tests.matrix.records import incident
from tests.matrix.registry_records import another_tenant, private, word


def major(world: World, house: House) -> Ids:
    """Declared from an incident of the house, with one update that its client read."""
    found = incident(world, house)
    wanted = {"incident_id": found["incident_id"], "title": f"Outage {house.mark}", "summary": house.mark}
    made = world.ask(
        "incidents MajorIncidentService.DeclareMajorIncident", wanted, world.caller(house, "technician")
    )
    words = {"major_id": made["major_id"], "texts": {"en": f"We look into it, says {house.mark}."}}
    world.ask("incidents MajorIncidentService.SendMajorUpdate", words, world.caller(house, "technician"))
    return {
        **private(house, major_id=made["major_id"]),
        "tenant_id": house.tenant_id,
        "technician_id": house.own["technician_id"],
    }


def undeclared(world: World, house: House) -> Ids:
    """An incident that only the probe of declaring from its page declares: the second to do so is refused."""
    return {"number": incident(world, house)["number"]}


def another_undeclared(world: World, house: House) -> Ids:
    """The same for the call."""
    return {"incident_id": incident(world, house)["incident_id"]}


def reviewed(world: World, house: House) -> Ids:
    """In its review, with an action item; only its end is missing."""
    ids = major(world, house)
    for state in ("RESOLVED", "REVIEW"):
        _do(world, house, "MoveMajorIncident", {**_of(ids), "state": f"MAJOR_STATE_{state}"})
    action = {"text": f"Watch {house.mark}", "owner_id": ids["technician_id"], "due_date": "2998-01-01"}
    review = {"facts_checked": True, "factors": [f"Disk {house.mark}"], "actions": [action]}
    saved = _do(world, house, "SaveReview", {**_of(ids), "review": review})
    return {**ids, **private(house, action_id=saved["review"]["actions"][0]["action_id"])}


def wider(world: World, house: House) -> Ids:
    """One that touches another client of the provider as well."""
    ids, other = major(world, house), another_tenant(world, house)["tenant_id"]
    new = {"tenant_id": other, "title": f"Slow {house.mark}"}
    _do(world, house, "AddAffectedTenants", {**_of(ids), "tenants": [new]})
    return {**ids, "other_tenant_id": other}


def spareable(world: World, house: House) -> Ids:
    """Under its other client's own name."""
    ids = wider(world, house)
    return {"major_id": ids["major_id"], "tenant_id": ids["other_tenant_id"]}


def template(world: World, house: House) -> Ids:
    """The provider's words."""
    wanted = {"name": word(), "texts": {"en": f"Dear {{client}}, says {house.mark}"}}
    made = _do(world, house, "SaveUpdateTemplate", {"template": wanted})
    return {"template_id": made["template_id"]}


def status_portal(world: World, house: House) -> Ids:
    """The client's portal, with something on its status page."""
    world.record(major, house)
    return {"slug": house.slug}


def status_address(world: World, house: House) -> Ids:
    """By which anybody who has it reads the client's status page."""
    world.record(major, house)
    asked = {"tenant_id": house.tenant_id}
    made = world.as_admin(house, "incidents StatusPageService.CreateStatusAddress", asked)
    return {"token": made["token"], "tenant_id": house.tenant_id, "slug": house.slug}


def _of(ids: Ids) -> dict[str, str]:
    return {"major_id": ids["major_id"]}


def _do(world: World, house: House, method: str, request: dict[str, Any]) -> dict[str, Any]:
    return world.as_admin(house, f"incidents MajorIncidentService.{method}", request)
