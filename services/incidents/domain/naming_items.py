"""Which configuration items an incident is about."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chassis.errors import InvalidArgument, NotFound
from services.incidents.domain.configuration_item import ConfigurationItem, may_be_named
from services.incidents.domain.facts import Change, ItemsNamed, changed
from services.incidents.domain.incident import Actor, Incident
from services.incidents.domain.lifecycle import Command, Side, next_state

MOST_ITEMS = 50


def name_items(
    incident: Incident,
    items: Sequence[ConfigurationItem],
    former: Mapping[str, ConfigurationItem],
    actor: Actor,
    side: Side,
    now: datetime,
) -> Change | None:
    """It is about these from now on; None where it is so already. former: what it was about, by id, as far as it is there.

    Raises NotFound for another client's, InvalidArgument("too_many"), InvalidState("transition_not_allowed").
    """
    state = next_state(incident.state, Command.NAME_ITEMS, side, incident.is_assigned)
    if not all(may_be_named(one, incident.tenant_id) for one in items):
        raise NotFound("configuration_item_not_found", "There is no such configuration item.")
    wanted = {one.item_id: one for one in items}
    if len(wanted) > MOST_ITEMS:
        message = f"An incident is about {MOST_ITEMS} at most."
        raise InvalidArgument("too_many", message, field="item_ids", limit=MOST_ITEMS)
    if set(wanted) == set(incident.item_ids):
        return None
    added = tuple(one.name for one in wanted.values() if one.item_id not in incident.item_ids)
    gone = [former[one].name for one in incident.item_ids if one not in wanted and one in former]
    fact = ItemsNamed(added, tuple(gone))
    return changed(incident, actor, now, (fact,), state=state, item_ids=tuple(wanted))
