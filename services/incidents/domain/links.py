"""How incidents are tied to each other, as their readers see it."""

from dataclasses import dataclass
from enum import StrEnum

from services.incidents.domain.incident import Incident, State


class LinkKind(StrEnum):
    """follows: it continues one that had ended. followed_by: the other way round.

    may_belong_to: a mail of unproven sender mentions that one's thread; shown to staff alone. merged_into: that one goes
    on in its place; merged_from: the other way round. child_of, parent_of: perhaps another client's; shown to staff alone.
    split_from: it was begun with lines of that one; split_into: the other way round.
    """

    FOLLOWS = "follows"
    FOLLOWED_BY = "followed_by"
    MAY_BELONG_TO = "may_belong_to"
    MERGED_INTO = "merged_into"
    MERGED_FROM = "merged_from"
    CHILD_OF = "child_of"
    PARENT_OF = "parent_of"
    SPLIT_FROM = "split_from"
    SPLIT_INTO = "split_into"


@dataclass(frozen=True, slots=True)
class Link:
    """What another incident is to this one."""

    kind: LinkKind
    incident: Incident


def may_be_followed(incident: Incident) -> bool:
    """Whether it is worth asking what continues it: only what has ended once is continued."""
    return incident.state in (State.CLOSED, State.CANCELED) or incident.reopen_count > 0
