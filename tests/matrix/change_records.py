"""Changes of a client, and freezes."""

from datetime import timedelta

from chassis import clock
from tests.matrix.asset_records import item
from tests.matrix.houses import House, Ids, World
from tests.matrix.records import incident
from tests.matrix.registry_records import private

_SAFE = {"experience": "often", "testing": "fully", "back_out": "easy", "complexity": "one_person"}


def now_on() -> dict[str, str]:
    """A window that is open."""
    start = clock.now() - timedelta(hours=1)
    return {"start_time": start.isoformat(), "end_time": (start + timedelta(hours=3)).isoformat()}


def drafted_change(world: World, house: House) -> Ids:
    """Ready to be asked for; a standard one, which has its approval with that."""
    return _made(world, house, "CHANGE_KIND_STANDARD")


def requested_change(world: World, house: House) -> Ids:
    """By its technician; it waits for change managers."""
    return _moved(world, house, _made(world, house, "CHANGE_KIND_NORMAL"), "RequestChange")


def asked_change(world: World, house: House) -> Ids:
    """A change manager agreed; the client's managers are asked."""
    ids = _moved(world, house, _made(world, house, "CHANGE_KIND_NORMAL", client_facing=True), "RequestChange")
    world.as_admin(house, "incidents ChangeService.DecideChange", {"change_id": ids["change_id"]})
    return ids


def approved_change(world: World, house: House) -> Ids:
    return _moved(world, house, drafted_change(world, house), "RequestChange")


def scheduled_change(world: World, house: House) -> Ids:
    return _moved(world, house, approved_change(world, house), "ScheduleChange", accept_conflicts=True)


def begun_change(world: World, house: House) -> Ids:
    return _moved(world, house, scheduled_change(world, house), "StartChange")


def done_change(world: World, house: House) -> Ids:
    return _moved(world, house, begun_change(world, house), "FinishChange", ending="CHANGE_STATE_DONE")


def tied_change(world: World, house: House) -> Ids:
    """To an incident that it caused."""
    ids, found = drafted_change(world, house), incident(world, house)
    tie = {"incident_id": found["incident_id"], "tie": "CHANGE_TIE_CAUSED"}
    return {**_moved(world, house, ids, "TieIncident", **tie), **found}


def freeze(world: World, house: House) -> Ids:
    wanted = {"freeze": {"tenant_id": house.tenant_id, "name": f"Freeze {house.mark}", **now_on()}}
    made = world.as_admin(house, "incidents ChangeService.CreateFreeze", wanted)
    return private(house, freeze_id=made["freeze_id"]) | {"tenant_id": house.tenant_id}


def _made(world: World, house: House, kind: str, **more: object) -> Ids:
    touched = world.record(item, house)
    wanted = {
        "tenant_id": house.tenant_id,
        "title": f"Change {house.mark}",
        "kind": kind,
        "plan": f"Do it for {house.mark}",
        "back_out_plan": "Undo it",
        "risk_answers": _SAFE,
        "window": now_on(),
        "item_ids": [touched["item_id"]],
        **more,
    }
    technician = world.caller(house, "technician")
    made = world.ask("incidents ChangeService.CreateChange", {"change": wanted}, technician)
    return private(house, change_id=made["change_id"]) | {"tenant_id": house.tenant_id}


def _moved(world: World, house: House, ids: Ids, method: str, **more: object) -> Ids:
    request = {"change_id": ids["change_id"], **more}
    world.ask(f"incidents ChangeService.{method}", request, world.caller(house, "technician"))
    return ids
