"""What is affected by taking several items down, as far as a caller may see it."""

from collections.abc import Collection, Iterable

from services.incidents.domain.change.conflicts import Reach
from services.incidents.domain.configuration_item import ConfigurationItem
from services.incidents.domain.impact_walk import impact_of
from services.incidents.use_cases.configuration_items import ItemView


def affected_by(view: ItemView, items: Iterable[ConfigurationItem]) -> list[ConfigurationItem]:
    """Each once, without the items themselves."""
    own = {one.item_id: one for one in items}
    found: dict[str, ConfigurationItem] = {}
    for one in own.values():
        found |= {each.item.item_id: each.item for each in impact_of(one, view.around).impacted}
    return [one for key, one in found.items() if key not in own]


def reach_of(view: ItemView, item_ids: Collection[str]) -> tuple[Reach, dict[str, ConfigurationItem]]:
    """What it touches, and the items of that by id."""
    own = view.load_many(item_ids)
    affected = {one.item_id: one for one in affected_by(view, own.values())}
    return Reach(frozenset(own), frozenset(affected)), own | affected
