"""The catalog, and what was ordered from it."""

from typing import Any

from chassis.ids import new_id
from tests.matrix.houses import House, Ids, World
from tests.matrix.registry_records import person, private


def contents(house: House) -> dict[str, Any]:
    """An item for the house alone, which its managers approve."""
    return {
        "name": {"en": f"Laptop {house.mark}"},
        "summary": {"en": f"For {house.mark}."},
        "tenant_ids": [house.tenant_id],
        "steps": [
            {"name": f"Manager {house.mark}", "rule": "APPROVAL_RULE_ANY", "roles": ["client_manager"]}
        ],
        "tasks": [{"name": f"Buy it for {house.mark}"}],
    }


def catalog_item(world: World, house: House) -> Ids:
    """Offered to the house."""
    made = world.as_admin(house, "incidents CatalogService.CreateCatalogItem", {"contents": contents(house)})
    return private(house, item_id=made["item_id"])


def waiting_request(world: World, house: House) -> Ids:
    """It was ordered, and waits for the house's manager."""
    evidence = {
        "submission_id": new_id("sub"),
        "tenant_id": house.tenant_id,
        "channel": "portal",
        "sender": {
            "person_id": house.own["requester_id"],
            "name": f"Requester {house.mark}",
            "address": f"req@{house.slug}.example",
        },
        "authenticated": True,
        "subject": f"Laptop {house.mark}",
        "catalog_item_id": world.record(catalog_item, house)["item_id"],
    }
    answer = world.ask(
        "incidents IncidentService.AcceptSubmissions",
        {"submissions": [evidence]},
        world.caller(house, "service"),
    )
    accepted = answer["accepted"][0]
    return private(house, incident_id=accepted["incident_id"], number=accepted["number"])


def waiting_request_and_member(world: World, house: House) -> Ids:
    """Somebody else of the client's may be named."""
    return {**waiting_request(world, house), "member_id": person(world, house)["person_id"]}


def approved_request(world: World, house: House) -> Ids:
    """Its task is to be done."""
    ids = waiting_request(world, house)
    decided = {"incident_id": ids["incident_id"], "approve": True}
    world.ask("incidents OrderService.DecideApproval", decided, world.caller(house, "client_manager"))
    return {**ids, "task_id": "t1"}
