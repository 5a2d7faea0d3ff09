"""What speaks against a change's window: others at work on the same or on what hangs on it, freezes, and busy hours.

Nothing is forbidden by it: whoever plans is told with what and why, and says that it is meant so, or moves it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.incidents.domain.change.record import ChangeRecord, ChangeWindow


class ConflictKind(StrEnum):
    """Why it is told of."""

    SAME_ITEM = "same_item"
    DEPENDENT_ITEM = "dependent_item"
    FREEZE = "freeze"
    MAINTENANCE = "maintenance"
    BUSINESS_HOURS = "business_hours"


# Those that have to be accepted before it is scheduled; the others are told.
SERIOUS = frozenset({ConflictKind.SAME_ITEM, ConflictKind.DEPENDENT_ITEM, ConflictKind.FREEZE})


@dataclass(frozen=True, slots=True)
class Reach:
    """What a change touches: its own items, and what is affected when these are down."""

    own: frozenset[str]
    affected: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch of time that something else claims. tenant_id: "" for every client. items: names, none: everything."""

    kind: ConflictKind
    name: str
    start_time: datetime
    end_time: datetime
    tenant_id: str = ""
    items: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that speaks against it: when, with what, and through which items."""

    kind: ConflictKind
    name: str
    start_time: datetime
    end_time: datetime
    change_id: str = ""
    item_ids: tuple[str, ...] = ()

    @property
    def is_serious(self) -> bool:
        return self.kind in SERIOUS


def conflicts_of(
    window: ChangeWindow,
    reach: Reach,
    names: Collection[str],
    tenant_ids: Collection[str],
    others: Iterable[tuple[ChangeRecord, Reach]],
    busy: Iterable[Busy],
) -> tuple[Conflict, ...]:
    """names: of everything it touches, as monitoring may call it, in lower case. tenant_ids: whom it hits. others: planned
    changes but itself. The soonest first, the serious before the others.
    """
    found = [one for other, theirs in others if (one := _with_change(window, reach, other, theirs))]
    found += [
        Conflict(
            one.kind, one.name, max(one.start_time, window.start_time), min(one.end_time, window.end_time)
        )
        for one in busy
        if window.overlaps(one.start_time, one.end_time)
        and (not one.tenant_id or one.tenant_id in tenant_ids)
        and (not one.items or not one.items.isdisjoint(names))
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_serious, one.start_time, one.kind, one.name)))


def _with_change(window: ChangeWindow, reach: Reach, other: ChangeRecord, theirs: Reach) -> Conflict | None:
    if other.window is None or not window.overlaps(other.window.start_time, other.window.end_time):
        return None
    same = reach.own & theirs.own
    # One works on what the other's work takes down, or both take the same thing down.
    dependent = (reach.own & theirs.affected) | (reach.affected & (theirs.own | theirs.affected))
    if not same and not dependent:
        return None
    kind = ConflictKind.SAME_ITEM if same else ConflictKind.DEPENDENT_ITEM
    start = max(window.start_time, other.window.start_time)
    end = min(window.end_time, other.window.end_time)
    title = f"{other.number} {other.plan.title}"
    return Conflict(kind, title, start, end, other.change_id, tuple(sorted(same or dependent)))
