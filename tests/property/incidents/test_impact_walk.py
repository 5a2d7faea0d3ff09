"""The impact walk against one that follows everything, without a thought for order or time."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.incidents.domain import impact_walk
from services.incidents.domain.configuration_item import (
    ACYCLIC,
    ConfigurationItem,
    ItemState,
    Relation,
    RelationKind,
    leads_back,
)
from tests.harness.incident_values import NOON

_IDS = [f"cfi_{place}" for place in range(8)]


def item(item_id: str, relations: tuple[Relation, ...], state: ItemState, tenant: str) -> ConfigurationItem:
    return ConfigurationItem(
        item_id=item_id,
        provider_id="prv",
        tenant_id=tenant,
        type="server",
        name=item_id,
        relations=relations,
        state=state,
        create_time=NOON,
        update_time=NOON,
    )


_RELATIONS = st.lists(st.builds(Relation, st.sampled_from(RelationKind), st.sampled_from(_IDS)), max_size=4)
_WORLDS = st.fixed_dictionaries(
    {
        one: st.builds(
            item,
            st.just(one),
            _RELATIONS.map(tuple),
            st.sampled_from([ItemState.IN_USE, ItemState.IN_USE, ItemState.RETIRED]),
            st.sampled_from(["prv", "ten_a", "ten_b"]),
        )
        for one in _IDS
    }
)


def around(world: dict[str, ConfigurationItem]):
    def ask(level: Sequence[ConfigurationItem]) -> list[ConfigurationItem]:
        ids = {one.item_id for one in level}
        named = {relation.item_id for one in level for relation in one.relations}
        return [
            one
            for one in world.values()
            if one.item_id in named or ids & {to.item_id for to in one.relations}
        ]

    return ask


def affects(world: dict[str, ConfigurationItem], one: ConfigurationItem) -> set[str]:
    down = {RelationKind.DEPENDS_ON, RelationKind.RUNS_ON}
    hanging = {
        other.item_id
        for other in world.values()
        if any(to.item_id == one.item_id and to.kind in down for to in other.relations)
    }
    wholes = {to.item_id for to in one.relations if to.kind is RelationKind.PART_OF}
    return {key for key in hanging | wholes if world[key].is_in_use}


def levels(world: dict[str, ConfigurationItem], start: ConfigurationItem) -> dict[str, int]:
    """How far each affected one is, by asking all of them again and again."""
    if not start.is_in_use:
        return {}
    far = {start.item_id: 0}
    for _ in world:
        for key, depth in list(far.items()):
            for reached in affects(world, world[key]):
                far[reached] = min(far.get(reached, len(world) + 1), depth + 1)
    return {key: depth for key, depth in far.items() if key != start.item_id}


@given(_WORLDS)
def test_it_finds_what_is_affected_by_a_shortest_way_that_exists(world: dict[str, ConfigurationItem]) -> None:
    start = world[_IDS[0]]
    impact = impact_walk.impact_of(start, around(world))
    expected = levels(world, start)
    assert {one.item.item_id: one.depth for one in impact.impacted} == expected
    assert not impact.cut
    assert [one.depth for one in impact.impacted] == sorted(one.depth for one in impact.impacted)
    for one in impact.impacted:
        way = [start, *(step.item for step in one.path)]
        for before, after in pairwise(way):
            assert after.item_id in affects(world, before)
    hit = {world[key].tenant_id for key in expected} | ({start.tenant_id} if start.is_in_use else set())
    assert set(impact.tenant_ids) == hit - {"prv"}


@given(_WORLDS)
def test_a_way_back_is_found_and_only_then(world: dict[str, ConfigurationItem]) -> None:
    for kind in ACYCLIC:
        start = world[_IDS[0]]
        reached: set[str] = set()
        ahead = {to.item_id for to in start.relations if to.kind is kind}
        while ahead - reached:
            reached |= ahead
            ahead = {to.item_id for key in ahead for to in world[key].relations if to.kind is kind}
        back = leads_back(start, kind, lambda ids: {key: world[key] for key in ids})
        assert back == (start.item_id in reached)


def test_a_walk_has_a_bound_and_says_so() -> None:
    chain = {
        f"cfi_{place}": item(
            f"cfi_{place}",
            (Relation(RelationKind.DEPENDS_ON, f"cfi_{place - 1}"),) if place else (),
            ItemState.IN_USE,
            "ten_a",
        )
        for place in range(impact_walk.MOST_LEVELS + 3)
    }
    impact = impact_walk.impact_of(chain["cfi_0"], around(chain))
    assert impact.cut
    assert len(impact.impacted) == impact_walk.MOST_LEVELS
