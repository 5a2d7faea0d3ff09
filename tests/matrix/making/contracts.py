"""Calendars and contracts."""

from tests.matrix.houses import House, Ids, World
from tests.matrix.registry_records import private, word


def calendar(world: World, house: House) -> Ids:
    """The provider's: all its staff know it, and clients whose contract is measured on it."""
    fields = {"name": word(), "time_zone": "UTC", "always_open": True}
    made = world.as_admin(house, "sla ContractService.CreateCalendar", {"calendar": fields})
    return {"calendar_id": made["calendar_id"]}


def contract(world: World, house: House) -> Ids:
    """The client's one contract."""
    if "contract" in house.shared:
        return house.shared["contract"]
    calendar_id = world.record(calendar, house)["calendar_id"]
    targets = [
        {"kind": kind, "priority": f"PRIORITY_P{priority}", "goal_seconds": 3600 * priority}
        | {"calendar_id": calendar_id, "warning_percent": 75}
        for kind in ("TARGET_KIND_FIRST_RESPONSE", "TARGET_KIND_RESOLUTION")
        for priority in range(1, 6)
    ]
    fields = {
        "tenant_id": house.tenant_id,
        "name": f"Gold {house.mark}",
        "time_zone": "UTC",
        "targets": targets,
        "reopen_rule": "REOPEN_RULE_CONTINUE",
        "close_after_seconds": 86_400,
        "reopen_within_seconds": 86_400,
    }
    made = world.as_admin(house, "sla ContractService.CreateContract", {"contract": fields})
    return private(house, contract_id=made["contract_id"])


def credit_terms(world: World, house: House) -> Ids:
    """What is owed under the client's contract."""
    named = world.record(contract, house)
    clause = {"clause_id": "4.1", "text": f"Late, {house.mark}", "basis": "per_breach", "amount_minor": 2500}
    terms = {
        "contract_id": named["contract_id"],
        "currency": "EUR",
        "fee_minor": 100_000,
        "clauses": [clause, {**clause, "clause_id": "5"}],
    }
    fields = {"terms": {**terms, "effective_time": "2020-01-01T00:00:00Z"}}
    world.as_admin(house, "sla StatementService.SetCreditTerms", fields)
    return named
