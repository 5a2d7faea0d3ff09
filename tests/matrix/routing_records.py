"""What routing goes by: people's work profiles, which all the provider's staff know, and what clients agreed."""

from tests.matrix.houses import House, Ids, World
from tests.matrix.registry_records import private


def profile(world: World, house: House) -> Ids:
    """The technician's."""
    person_id = house.own["technician_id"]
    wanted = {"person_id": person_id, "load_cap": 7, "time_zone": "UTC"}
    world.as_admin(house, "triage RoutingService.SaveWorkProfile", {"profile": wanted})
    return {"person_id": person_id}


def agreed(world: World, house: House) -> Ids:
    """The client asked for the technician."""
    wanted = {"tenant_id": house.tenant_id, "preferred_ids": [house.own["technician_id"]]}
    world.as_admin(house, "triage RoutingService.SaveClientRouting", {"routing": wanted})
    return private(house, tenant_id=house.tenant_id)


def some_agreed(world: World, house: House) -> Ids:
    """The same, told apart by nothing that is asked for."""
    agreed(world, house)
    return {}
