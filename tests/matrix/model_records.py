"""Learned models, which a provider's staff know, and what they suggest of clients' incidents.

Nobody can make either by a call: they come of learning, so they are put where it puts them.
"""

from chassis import clock
from chassis.ids import new_id
from chassis.tenancy import TenantScope
from services.triage.domain.learning.advice import Aspect, Suggestion
from services.triage.domain.learning.card import Card
from services.triage.store import CardStore, SuggestionStore
from tests.matrix.houses import House, Ids, World
from tests.matrix.records import incident


def card(world: World, house: House) -> Ids:
    """One that is in use."""
    now, room = clock.now(), TenantScope(house.provider_id, house.provider_id)
    figures = {"accuracy": 0.9, "macro_f1": 0.9, "expected_calibration_error": 0.02}
    version = new_id("mdl")
    made = Card(
        version,
        house.provider_id,
        now,
        60,
        now,
        now,
        (f"fire {house.mark}",),
        12,
        figures,
        0.8,
        switch_time=now,
    )
    CardStore(world.platform.database("triage")).put(room, made)
    return {"version": version}


def suggested(world: World, house: House) -> Ids:
    """An incident, with a category that somebody may accept."""
    opened = incident(world, house)
    suggest(world, house, opened["incident_id"])
    return opened


def suggest(world: World, house: House, incident_id: str) -> None:
    """A category, of an incident that is there."""
    advice = {Aspect.CATEGORY: Suggestion(f"fire {house.mark}", 0.5, ("smoke",), firm=False)}
    room = TenantScope(house.provider_id, house.tenant_id)
    SuggestionStore(world.platform.database("triage")).put(room, incident_id, advice, clock.now())


def suggested_number(world: World, house: House) -> Ids:
    """The same, by the number that people tell each other."""
    return {"number": suggested(world, house)["number"]}
