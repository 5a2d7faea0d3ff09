"""What is affected when a configuration item is down, and by which way.

What depends on it or runs on it is affected, and the whole that it is a part of; and so on from each of these. A
connection alone affects nothing, and nothing is affected through what is retired. The walk goes level by level, so each
item is told of by a shortest way, and meets each once, so going in circles ends.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.incidents.domain.configuration_item import ConfigurationItem, RelationKind

MOST_LEVELS = 20
MOST_ITEMS = 1_000
_DOWNWARD = frozenset({RelationKind.DEPENDS_ON, RelationKind.RUNS_ON})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a way: the item reached, and how it is tied to the one before. as_whole: that one is its part."""

    item: ConfigurationItem
    kind: RelationKind

    @property
    def as_whole(self) -> bool:
        return self.kind is RelationKind.PART_OF


@dataclass(frozen=True, slots=True)
class Impacted:
    """An affected item; the way to it ends with itself."""

    path: tuple[Step, ...]

    @property
    def item(self) -> ConfigurationItem:
        return self.path[-1].item

    @property
    def depth(self) -> int:
        return len(self.path)


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything affected, nearest first; cut: there is more than was followed."""

    impacted: tuple[Impacted, ...]
    tenant_ids: tuple[str, ...]
    cut: bool = False


def impact_of(
    start: ConfigurationItem, around: Callable[[Sequence[ConfigurationItem]], Iterable[ConfigurationItem]]
) -> Impact:
    """around: of these items, at least those that name them in a relation and those that they name as their whole."""
    ways: dict[str, tuple[Step, ...]] = {}
    seen = {start.item_id}
    level = [start] if start.is_in_use else []
    cut = False
    for depth in range(MOST_LEVELS + 1):
        reached: dict[str, tuple[Step, ...]] = {}
        for before, step in _steps(level, around(level)) if level else ():
            if step.item.item_id not in seen:
                reached.setdefault(step.item.item_id, (*ways.get(before, ()), step))
        if not reached:
            break
        room = MOST_ITEMS - len(ways) if depth < MOST_LEVELS else 0
        cut = len(reached) > room
        kept = dict(list(reached.items())[:room])
        ways |= kept
        seen |= kept.keys()
        level = [way[-1].item for way in kept.values()]
        if cut:
            break
    impacted = tuple(Impacted(way) for way in ways.values())
    owners = {start.tenant_id: None} if start.is_in_use and not start.is_shared else {}
    owners |= {one.item.tenant_id: None for one in impacted if not one.item.is_shared}
    return Impact(impacted, tuple(owners), cut)


def _steps(
    level: Sequence[ConfigurationItem], candidates: Iterable[ConfigurationItem]
) -> Iterator[tuple[str, Step]]:
    """From each of the level, in its order, to what it affects, by name."""
    found = sorted({one.item_id: one for one in candidates}.values(), key=lambda one: (one.name, one.item_id))
    by_id = {one.item_id: one for one in found if one.is_in_use}
    dependants: dict[str, list[Step]] = {}
    for one in by_id.values():
        for relation in one.relations:
            if relation.kind in _DOWNWARD:
                dependants.setdefault(relation.item_id, []).append(Step(one, relation.kind))
    for before in level:
        for step in dependants.get(before.item_id, ()):
            yield before.item_id, step
        for relation in before.relations:
            if relation.kind is RelationKind.PART_OF and relation.item_id in by_id:
                yield before.item_id, Step(by_id[relation.item_id], relation.kind)
