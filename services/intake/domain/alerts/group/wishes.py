"""What the record is to be told of a group next, and when."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from services.intake.domain.alerts.group.model import Group, State, Told
from services.intake.domain.alerts.source import AutoResolve


class Wish(StrEnum):
    """What the record is to be told."""

    NOTHING = "nothing"
    OPEN = "open"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    PRIORITIZE = "prioritize"
    SAY_FLAPPING = "say_flapping"


def wish(group: Group, now: datetime) -> Wish:
    """The next thing the record must be told, if any."""
    if group.state is State.ENDED:
        return Wish.NOTHING
    if group.told is Told.NOTHING:
        return Wish.OPEN
    if group.state is State.FIRING and group.told is Told.RESOLVED:
        return Wish.REOPEN
    if group.told is Told.OPEN and has_worsened(group):
        return Wish.PRIORITIZE
    if group.flapping and not group.flapping_told:
        return Wish.SAY_FLAPPING
    if group.state is State.RECOVERED and group.told is Told.OPEN and now >= quiet_time(group):
        return Wish.NOTHING if group.policy.auto_resolve is AutoResolve.NEVER else Wish.RESOLVE
    return Wish.NOTHING


def has_worsened(group: Group) -> bool:
    """Whether it fires, and weighs more than the record knows. What grows less bad stays as urgent as it was."""
    if group.state is not State.FIRING or group.told_severity is None:
        return False
    now, known = (group.policy.weight_of(one) for one in (group.worst, group.told_severity))
    return now.impact < known.impact or now.urgency < known.urgency


def quiet_time(group: Group) -> datetime:
    """From when on a recovery counts: at once, or when what flaps has kept still for a while."""
    last = group.changes[-1] if group.changes else group.update_time
    return last + group.policy.flap_window if group.flapping else last


def next_due(group: Group, now: datetime) -> datetime | None:
    """When the record is to be told something next; None when it knows everything."""
    if wish(group, now) is not Wish.NOTHING:
        return now
    waits = group.state is State.RECOVERED and group.told is Told.OPEN
    if waits and group.policy.auto_resolve is not AutoResolve.NEVER:
        return max(now, quiet_time(group))
    return None


def due(group: Group, now: datetime) -> Group:
    """The group with the time at which the record is to be told the next thing."""
    return replace(group, due_time=next_due(group, now))
