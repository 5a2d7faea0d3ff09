"""The same records at a portal's addresses."""

from tests.matrix.houses import House, Ids, World
from tests.matrix.making.articles import article
from tests.matrix.making.incidents import numbered, resolved_incident, submission
from tests.matrix.making.service_levels import pause, statement


def portal(world: World, house: House) -> Ids:
    """The house's portal, by its name in addresses."""
    return {"slug": house.slug}


def portal_incident(world: World, house: House) -> Ids:
    return portal(world, house) | numbered(world, house)


def portal_resolved(world: World, house: House) -> Ids:
    return portal(world, house) | {"number": resolved_incident(world, house)["number"]}


def portal_article(world: World, house: House) -> Ids:
    return portal(world, house) | article(world, house)


def portal_submission(world: World, house: House) -> Ids:
    return portal(world, house) | submission(world, house)


def portal_statement(world: World, house: House) -> Ids:
    return portal(world, house) | world.record(statement, house)


def portal_pause(world: World, house: House) -> Ids:
    held = pause(world, house)
    return portal(world, house) | {name: held[name] for name in ("number", "pause_id")}
