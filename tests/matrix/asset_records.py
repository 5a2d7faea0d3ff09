"""Configuration items of a client, and incidents about them."""

from tests.matrix.houses import House, Ids, World
from tests.matrix.records import incident
from tests.matrix.registry_records import private, word


def item(world: World, house: House) -> Ids:
    """Something that another one of the client's depends on."""
    made = world.as_admin(house, "incidents ConfigurationItemService.CreateItem", {"item": _wanted(house)})
    needed = {"kind": "RELATION_KIND_DEPENDS_ON", "item_id": made["item_id"]}
    above = {"item": {**_wanted(house), "relations": [needed]}}
    other = world.as_admin(house, "incidents ConfigurationItemService.CreateItem", above)
    private(house, other_id=other["item_id"])
    return private(house, item_id=made["item_id"]) | {"tenant_id": house.tenant_id}


def incident_of_item(world: World, house: House) -> Ids:
    """An incident that is about an item."""
    named, found = item(world, house), incident(world, house)
    about = {"incident_id": found["incident_id"], "item_ids": [named["item_id"]]}
    world.as_admin(house, "incidents ConfigurationItemService.SetIncidentItems", about)
    return {**named, **found}


def _wanted(house: House) -> dict[str, object]:
    return {"tenant_id": house.tenant_id, "type": "server", "name": f"{word()} {house.mark}"}
