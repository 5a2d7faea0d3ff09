"""What ties an incident to others: merging, splitting, links, major incidents."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from services.incidents.domain.attachment import Attachment
from services.incidents.domain.incident import Actor


@dataclass(frozen=True, slots=True)
class Merged:
    """It went into another one. people_join: whoever took part in it takes part there."""

    name: ClassVar[str] = "merged"
    into_incident_id: str
    into_number: str
    people_join: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Absorbed:
    """Another one, opened then, was merged into it."""

    name: ClassVar[str] = "absorbed"
    incident_id: str
    number: str
    title: str
    open_time: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Unmerged:
    """The merge was undone: it goes on by itself. people_left: whoever took part through it is told."""

    name: ClassVar[str] = "unmerged"
    from_incident_id: str
    from_number: str
    people_left: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Released:
    """Another one that had been merged into it goes on by itself."""

    name: ClassVar[str] = "released"
    incident_id: str
    number: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class HintDismissed:
    """Staff said that it does not belong to the one that its mail mentions."""

    name: ClassVar[str] = "hint_dismissed"
    incident_id: str
    number: str


@dataclass(frozen=True, slots=True)
class Linked:
    """It belongs to a parent. Which one is not said to whoever reads it: the parent may be another client's."""

    name: ClassVar[str] = "linked"
    parent_id: str


@dataclass(frozen=True, slots=True)
class Unlinked:
    """It belongs to that parent no more."""

    name: ClassVar[str] = "unlinked"
    parent_id: str


class TieKind(StrEnum):
    """What an incident may be tied to from the other side."""

    PROBLEM = "problem"
    RESOLVING_CHANGE = "resolving_change"
    CAUSING_CHANGE = "causing_change"


@dataclass(frozen=True, slots=True)
class Tied:
    """A problem or a change, by its number, names it from now on. For staff alone."""

    name: ClassVar[str] = "tied"
    kind: TieKind
    number: str


@dataclass(frozen=True, slots=True)
class Untied:
    """It names it no more."""

    name: ClassVar[str] = "untied"
    kind: TieKind
    number: str


@dataclass(frozen=True, slots=True)
class SplitOff:
    """Some of its lines go on in a new one, and stay here to be read."""

    name: ClassVar[str] = "split_off"
    into_incident_id: str
    into_number: str
    entry_ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class SplitFrom:
    """It was begun with lines of another one. first_response_time: when staff had answered since the first of them."""

    name: ClassVar[str] = "split_from"
    from_incident_id: str
    from_number: str
    first_response_time: datetime | None


@dataclass(frozen=True, slots=True)
class Copied:
    """A line of the one that it was split from: whose words, and when they were said there."""

    text: str
    author: Actor
    original_time: datetime
    by_staff: bool
    internal: bool
    from_entry_id: str
    unverified: bool = False
    attachments: tuple[Attachment, ...] = ()

    @property
    def name(self) -> str:
        return "copied_note" if self.internal else "copied"


@dataclass(frozen=True, slots=True)
class JoinedMajor:
    """It belongs to a major incident. For staff alone."""

    name: ClassVar[str] = "joined_major"
    major_id: str
    number: str


@dataclass(frozen=True, slots=True)
class LeftMajor:
    """It belongs to that major incident no more."""

    name: ClassVar[str] = "left_major"
    major_id: str
    number: str
