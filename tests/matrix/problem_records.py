"""Problems: the provider's own, seen by whoever is granted a client that they concern."""

from typing import Any

from tests.matrix.houses import House, Ids, World
from tests.matrix.records import incident
from tests.matrix.registry_records import private


def problem(world: World, house: House) -> Ids:
    """Due to which an incident of the house is, its cause written and its workaround published."""
    found = incident(world, house)
    wanted = {"title": f"Toner {house.mark}", "incident_id": found["incident_id"]}
    made = world.as_admin(house, "incidents ProblemService.CreateProblem", wanted)
    named = {"problem_id": made["problem_id"]}
    words = {name: f"{name} {house.mark}" for name in ("cause", "workaround", "client_text")}
    _do(world, house, "UpdateProblem", {**named, **words})
    _do(world, house, "PublishWorkaround", {**named, "tenant_ids": [house.tenant_id]})
    return {**private(house, problem_id=made["problem_id"]), **found, "tenant_id": house.tenant_id}


def investigated(world: World, house: House) -> Ids:
    """Somebody looks for more of it."""
    ids = problem(world, house)
    _do(world, house, "InvestigateProblem", {"problem_id": ids["problem_id"]})
    return ids


def solved(world: World, house: House) -> Ids:
    """Its incident is still open."""
    ids = problem(world, house)
    fixed = {"kind": "SOLUTION_KIND_FIX", "text": f"Fixed for {house.mark}"}
    _do(world, house, "ResolveProblem", {"problem_id": ids["problem_id"], **fixed})
    return ids


def _do(world: World, house: House, method: str, request: dict[str, Any]) -> None:
    world.as_admin(house, f"incidents ProblemService.{method}", request)
