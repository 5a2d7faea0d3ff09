"""Macros: shared ones are known to all staff of their provider, and to nobody else."""

from services.gateway.bulk.macros import Macro, Note
from tests.matrix.houses import House, Ids, World
from tests.matrix.records import incident
from tests.matrix.registry_records import private, word


def macro(world: World, house: House) -> Ids:
    """Shared by the administrator."""
    made = world.platform.gateway.macros.create(
        world.caller(house, "admin"), Macro("", "", word(), (Note("Looked at."),))
    )
    return {"macro_id": made.macro_id}


def own_macro_on_incident(world: World, house: House) -> Ids:
    """The technician's own, and an incident of the house."""
    made = world.platform.gateway.macros.create(
        world.caller(house, "technician"), Macro("", "", word(), (Note("Looked at."),), owner="own")
    )
    known = world.record(incident, house)
    ids = {name: known[name] for name in ("incident_id", "number")}
    return private(house, macro_id=made.macro_id) | ids
