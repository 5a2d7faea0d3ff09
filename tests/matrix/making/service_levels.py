"""Statements and pauses."""

from datetime import timedelta

from chassis import clock
from chassis.errors import InvalidState, NotFound
from chassis.ids import new_id
from tests.harness.waiting import wait_until
from tests.matrix.houses import House, Ids, World
from tests.matrix.making.contracts import contract, credit_terms
from tests.matrix.making.incidents import incident_on_hold, known_incident
from tests.matrix.registry_records import private, tenant


def contracted(world: World, house: House) -> Ids:
    """A client that goes by a contract."""
    world.record(contract, house)
    return tenant(world, house)


def statement(world: World, house: House) -> Ids:
    """A closed month with two broken promises, of an incident that was moved back into it."""
    named = world.record(credit_terms, house)
    now = clock.now()
    past = (now.replace(day=1) - timedelta(days=20)).replace(hour=12)
    collection = world.platform.database("sla")["clock_sets"]
    kept = collection.find_one({"_id": world.record(known_incident, house)["incident_id"]})
    assert kept is not None
    made = {
        **kept,
        "_id": new_id("inc"),
        "facts": [{"e": "moved:1000", "s": 1000, "k": "opened", "t": past, "p": 3, "a": ""}],
        "standings": [{**one, "state": "breached", "verdict": "breached", "decide_time": past + timedelta(hours=9)} for one in kept["standings"]],
        "next_due_time": None,
        "running": False,
        "pending_events": [],
    }  # fmt: skip
    collection.insert_one(made)
    private(house, incident_id=made["_id"])
    asked = {"tenant_id": house.tenant_id, **named, "period": f"{past:%Y-%m}"}
    drafted = world.as_admin(house, "sla StatementService.DraftStatement", asked)
    found = {"statement_id": drafted["statement_id"]}
    world.as_admin(house, "sla StatementService.CloseStatement", found)

    def closed() -> bool:
        shown = world.as_admin(house, "sla StatementService.GetStatement", found)
        return shown["state"] == "STATEMENT_STATE_CLOSED"

    wait_until(closed, timeout=20, what="a closed statement")
    return private(house, **found)


def stated_incident(world: World, house: House) -> Ids:
    """A promise on the closed statement."""
    named = world.record(statement, house)
    listed = world.as_admin(house, "sla StatementService.ListStatementLines", named)
    return {**named, "incident_id": listed["lines"][0]["incident_id"]}


def exclusion(world: World, house: House) -> Ids:
    """Proposed by the technician; declined ones are proposed again."""
    asked = {**world.record(stated_incident, house), "target": "resolution", "cycle": 1}
    asked["reason"] = f"Storm over {house.mark}"
    by = world.caller(house, "technician")
    try:
        made = world.ask("sla StatementService.ProposeExclusion", asked, by)
    except InvalidState:
        listed = world.as_admin(
            house, "sla StatementService.ListExclusions", {"statement_id": asked["statement_id"]}
        )
        made = listed["exclusions"][0]
    return private(house, exclusion_id=made["exclusion_id"])


def pause(world: World, house: House) -> Ids:
    """A hold that stopped a clock, whatever other probes made of the contract."""
    named = world.record(contract, house)
    known = world.as_admin(house, "sla ContractService.GetContract", named)
    targets = [{**one, "pausing_parties": ["AWAITED_PARTY_VENDOR"]} for one in known["targets"]]
    fields = {name: known[name] for name in ("contract_id", "name", "time_zone", "reopen_rule")}
    changed = {"contract": {**fields, "targets": targets}}
    world.as_admin(house, "sla ContractService.UpdateContract", changed)
    held = incident_on_hold(world, house)
    manager, asked = world.caller(house, "client_manager"), {"incident_id": held["incident_id"]}

    def found() -> str:
        try:
            shown = world.ask("sla PauseService.ListPauses", asked, manager).get("pauses", [])
        except NotFound:
            return ""
        return shown[0]["pause_id"] if shown and shown[0].get("stopped") else ""

    return {**held, "pause_id": wait_until(found, timeout=20, what="a pause")}


def contested_pause(world: World, house: House) -> Ids:
    named = pause(world, house)
    asked = {"incident_id": named["incident_id"], "pause_id": named["pause_id"]}
    asked["words"] = f"Nobody asked {house.mark}."
    world.ask("sla PauseService.ContestPause", asked, world.caller(house, "client_manager"))
    return named


def numbered_contest(world: World, house: House) -> Ids:
    contested = contested_pause(world, house)
    return {name: contested[name] for name in ("number", "pause_id")}
