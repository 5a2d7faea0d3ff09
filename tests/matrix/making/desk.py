"""How a provider sorts its work."""

from tests.matrix.houses import House, Ids, World
from tests.matrix.registry_records import private, word


def rule(world: World, house: House) -> Ids:
    fields = {
        "tenant_id": house.tenant_id,
        "name": f"Fires {house.mark}",
        "position": 1,
        "enabled": True,
        "conditions": [
            {
                "field": "CONDITION_FIELD_WORDS",
                "operator": "CONDITION_OPERATOR_CONTAINS_ANY",
                "values": ["unheard"],
            }
        ],
        "actions": {"category": "fire"},
    }
    made = world.as_admin(
        house, "triage RuleService.CreateRule", {"rule": fields, "untried_reason": "a test"}
    )
    return private(house, rule_id=made["rule_id"])


def group(world: World, house: House) -> Ids:
    """Works for this client alone."""
    fields = {
        "name": f"Fire brigade {house.mark} {word()}",
        "tenant_ids": [house.tenant_id],
        "categories": ["unheard"],
        "members": [{"person_id": house.own["technician_id"]}],
    }
    made = world.as_admin(house, "triage RuleService.CreateAssignmentGroup", {"group": fields})
    return private(house, group_id=made["group_id"])


def view(world: World, house: House) -> Ids:
    """Shared, and of this client alone."""
    fields = {
        "name": f"Fires {house.mark} {word()}",
        "shared": True,
        "filter": {"tenant_ids": [house.tenant_id]},
    }
    made = world.as_admin(house, "triage ViewService.CreateView", {"view": fields})
    return private(house, view_id=made["view_id"])
