"""Who is told what while it lasts and afterwards, and by way of which client.

Mail goes by clients and is sent to nobody who is not granted that one: whoever is to be told is told by way of a client
that they are granted, and somebody else is where they are granted none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.incidents.domain.incident import Actor
from services.incidents.domain.major.record import (
    HIDDEN,
    Affected,
    Major,
    MajorChange,
    MajorFact,
    Role,
    changed,
)
from services.incidents.domain.major.review import Action

_WRITERS = (Role.COMMUNICATIONS, Role.COMMANDER, Role.SCRIBE, Role.EXPERT)
# Where nobody can be told: when it is tried again.
_AGAIN = timedelta(minutes=5)


class Colleague(Protocol):
    """Active staff."""

    @property
    def person_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    def covers(self, tenant_id: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is told, by way of a client that they are granted."""

    person_id: str
    name: str
    at: Affected


def writers(major: Major) -> list[str]:
    """Who may be reminded of an update, the first one first: those with roles, then whoever declared it."""
    held = [one.person_id for role in _WRITERS for one in major.holders if one.role is role]
    return list(dict.fromkeys([*held, *([major.declarer_id] if major.declarer_id else [])]))


def way_to(major: Major, who: Colleague) -> Affected | None:
    """A client by way of which they can be told; one whose incident stands, where there is one."""
    covered = [one for one in major.touched or major.affected if who.covers(one.tenant_id)]
    return next((one for one in covered if one.incident_id), covered[0] if covered else None)


def first_reached(major: Major, candidates: Iterable[Colleague]) -> Told | None:
    """The first of them who can be told."""
    for one in candidates:
        if way := way_to(major, one):
            return Told(one.person_id, one.name, way)
    return None


def update_is_due(major: Major, now: datetime) -> bool:
    """A promised one, that nobody was reminded of."""
    return major.remind_time is not None and major.remind_time <= now and major.next_update_time is not None


def remind_of_update(major: Major, told: Told | None, actor: Actor, now: datetime) -> MajorChange | None:
    """Said once for each promise; tried again where nobody can be told. None where nothing is due."""
    if not update_is_due(major, now) or major.next_update_time is None:
        return None
    if told is None:
        return changed(major, actor, now, remind_time=now + _AGAIN)
    said = {"due_time": major.next_update_time.isoformat(), **_named(told)}
    return changed(major, actor, now, MajorFact("major_update_due", changes=said), remind_time=None)


def due_actions(major: Major, now: datetime) -> list[Action]:
    """Those whose day has come, that nobody was reminded of."""
    found = major.review.unreminded if major.review else ()
    return [one for one in found if one.remind_time <= now]


def remind_of_action(
    major: Major, action: Action, told: Told | None, actor: Actor, now: datetime
) -> MajorChange | None:
    """Said once for each due date, also after the end. Where nobody can be told, the timeline and the page say it alone."""
    if major.review is None or action not in due_actions(major, now):
        return None
    said = {"due_date": action.due_date, "owner": action.owner_name, **(_named(told) if told else {})}
    fact = MajorFact("major_action_due", text=action.text, changes=said)
    return changed(major, actor, now, fact, review=major.review.with_reminded(action.action_id))


def told_at(one: Affected | None) -> dict[str, str]:
    """By way of which client somebody is written to. No line of the timeline shows it."""
    if one is None:
        return {}
    return {
        f"{HIDDEN}tenant_id": one.tenant_id,
        f"{HIDDEN}incident_id": one.incident_id,
        f"{HIDDEN}number": one.number,
    }


def _named(told: Told) -> dict[str, str]:
    return {"person_id": told.person_id, "name": told.name, **told_at(told.at)}
