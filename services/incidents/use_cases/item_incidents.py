"""Incidents and the configuration items that they are about, asked from either side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chassis.errors import NotFound, RevisionConflict
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain.configuration_item import ConfigurationItem, name_key
from services.incidents.domain.incident import OPEN_STATES, Incident
from services.incidents.domain.naming_items import name_items
from services.incidents.domain.visibility import actor_of, as_seen_by, may_see, side_of
from services.incidents.ports import Clock, ConfigurationItems, Incidents
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.configuration_items import ItemView, find_called, item_unknown
from services.incidents.use_cases.reading import visible
from services.incidents.use_cases.targets import CommandTarget, fingerprint_of, moved_on

LATELY = timedelta(days=90)
_MOST_OF_ITEM, _MOST_RELATED, _MOST_READ = 50, 20, 200


@dataclass(frozen=True, slots=True)
class Shared:
    """Another incident, and which items it has in common with the one asked about."""

    incident: Incident
    item_ids: tuple[str, ...]


class ItemIncidents:
    """Raises NotFound for what does not exist for the caller, PermissionDenied("role_required") for requesters."""

    def __init__(self, incidents: Incidents, items: ConfigurationItems, clock: Clock) -> None:
        self._incidents = incidents
        self._items = items
        self._clock = clock

    def of_item(self, caller: Caller, item_id: str) -> list[Incident]:
        """What names it, the newest first."""
        item = ItemView(self._items, caller).load(item_id)
        found = self._incidents.naming_items(caller.granted(), [item.item_id], _MOST_OF_ITEM)
        return [as_seen_by(caller, one) for one in found if may_see(caller, one)]

    def of_incident(self, caller: Caller, incident_id: str) -> tuple[list[ConfigurationItem], list[Shared]]:
        """Its items, and what else is open or was lately said of these."""
        incident = visible(self._incidents, caller, incident_id)
        items = self._named(caller, incident.item_ids)
        if not items:
            return [], []
        own = {one.item_id for one in items}
        found = self._incidents.naming_items(caller.granted(), sorted(own), _MOST_READ)
        since = self._clock() - LATELY
        related = [
            Shared(as_seen_by(caller, one), tuple(key for key in one.item_ids if key in own))
            for one in found
            if one.incident_id != incident.incident_id
            and may_see(caller, one)
            and (one.state in OPEN_STATES or one.update_time >= since)
        ]
        return items, related[:_MOST_RELATED]

    def name(
        self, caller: Caller, target: CommandTarget, item_ids: Sequence[str], names: Sequence[str] = ()
    ) -> tuple[list[ConfigurationItem], int]:
        """What it is about from now on, and its revision. Staff only. Raises as `domain.naming_items`, RevisionConflict."""
        actor, side = actor_of(caller), side_of(caller)
        fingerprint = fingerprint_of(caller, target, "\n".join(("name_items", *item_ids, "", *names)))
        for _ in attempts():
            incident = visible(self._incidents, caller, target.incident_id)
            wanted = tuple(dict.fromkeys((*item_ids, *self._called(caller, incident, names))))
            items = self._named(caller, wanted)
            if fingerprint and fingerprint in incident.recent_keys:
                return items, incident.revision
            if target.revision and target.revision != incident.revision:
                raise moved_on(incident.revision)
            if len(items) < len(wanted):
                raise NotFound("configuration_item_not_found", "There is no such configuration item.")
            former = {one.item_id: one for one in self._named(caller, incident.item_ids)}
            change = name_items(incident, items, former, actor, side, self._clock())
            if change is None:
                return items, incident.revision
            try:
                self._incidents.save(change.remembering(fingerprint) if fingerprint else change, caller)
            except RevisionConflict:
                continue
            return items, change.after.revision
        raise moved_on(0)

    def _called(self, caller: Caller, incident: Incident, names: Sequence[str]) -> list[str]:
        owner = TenantScope(incident.provider_id, incident.tenant_id)
        called = find_called(self._items, caller, owner, names)
        for name in names:
            if name_key(name) not in called:
                raise item_unknown(name, "names")
        return [called[name_key(name)] for name in names]

    def _named(self, caller: Caller, item_ids: Sequence[str]) -> list[ConfigurationItem]:
        """In the order given, as far as they exist for the caller."""
        found = ItemView(self._items, caller).load_many(item_ids)
        return [found[one] for one in item_ids if one in found]
