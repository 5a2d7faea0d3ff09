"""Who looks at which incident just now, in this replica and in the others. Kept in memory alone."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.gateway.live.feed import Item
from services.gateway.live.listener import PRESENCE

# A connection of another replica that was not spoken of for so long is gone with its replica.
EXPIRE_SECONDS = 40.0
# Provider, client, incident.
_Place = tuple[str, str, str]


@dataclass(frozen=True)
class Look:
    """One incident open before somebody's eyes."""

    tenant_id: str
    typing: bool = False


@dataclass(frozen=True)
class Visit:
    """What one connection of a browser looks at. Several of a person count as one."""

    connection_id: str
    provider_id: str
    person_id: str
    name: str
    looks: Mapping[str, Look]


class Presence:
    """Answers every change with what browsers are to be told: for an incident, all who are there. Not thread-safe.

    Times are seconds of one monotonic clock.
    """

    def __init__(self) -> None:
        self._visits: dict[str, tuple[Visit, float]] = {}
        self._there: dict[_Place, set[str]] = {}

    def put(self, visit: Visit, now: float) -> list[Item]:
        """A connection looks at this, and at nothing else any more."""
        before = self._shown(self._places(visit.connection_id) | _places_of(visit))
        self._remove(visit.connection_id)
        if visit.looks:
            self._visits[visit.connection_id] = visit, now
            for place in _places_of(visit):
                self._there.setdefault(place, set()).add(visit.connection_id)
        return self._changed(before)

    def leave(self, connection_id: str) -> list[Item]:
        """A connection has ended."""
        before = self._shown(self._places(connection_id))
        self._remove(connection_id)
        return self._changed(before)

    def expire(self, now: float, own: Iterable[str]) -> list[Item]:
        """Forgets connections that nobody spoke of, but for this replica's own, which it knows."""
        kept = set(own)
        late = [
            key for key, (_, seen) in self._visits.items() if key not in kept and now - seen > EXPIRE_SECONDS
        ]
        return [item for key in late for item in self.leave(key)]

    def items(self) -> list[Item]:
        """How it stands, for somebody who just came."""
        return [*self._shown(set(self._there)).values()]

    def visit(self, connection_id: str) -> Visit | None:
        return self._visits.get(connection_id, (None, 0.0))[0]

    def _places(self, connection_id: str) -> set[_Place]:
        visit = self.visit(connection_id)
        return _places_of(visit) if visit else set()

    def _remove(self, connection_id: str) -> None:
        for place in self._places(connection_id):
            self._there[place].discard(connection_id)
            if not self._there[place]:
                del self._there[place]
        self._visits.pop(connection_id, None)

    def _changed(self, before: dict[_Place, Item]) -> list[Item]:
        after = self._shown(set(before))
        return [after[place] for place, item in before.items() if after[place] != item]

    def _shown(self, places: set[_Place]) -> dict[_Place, Item]:
        return {place: self._item(place) for place in places}

    def _item(self, place: _Place) -> Item:
        provider_id, tenant_id, incident_id = place
        people: dict[str, dict[str, object]] = {}
        for key in self._there.get(place, ()):
            visit = self._visits[key][0]
            typing = visit.looks[incident_id].typing
            known = people.setdefault(visit.person_id, {"person_id": visit.person_id, "name": visit.name})
            known["typing"] = bool(known.get("typing")) or typing
        ordered = sorted(
            people.values(), key=lambda each: (str(each["name"]).casefold(), str(each["person_id"]))
        )
        told = json.dumps({"incident_id": incident_id, "people": ordered}, separators=(",", ":"))
        return Item(0, provider_id, tenant_id, incident_id, PRESENCE, told, internal=True)


def _places_of(visit: Visit) -> set[_Place]:
    return {(visit.provider_id, look.tenant_id, incident_id) for incident_id, look in visit.looks.items()}
