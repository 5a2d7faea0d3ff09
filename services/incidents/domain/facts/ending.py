"""How an incident ends, and what comes after."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Resolved:
    """Staff say it is solved; the requester has the last word."""

    name: ClassVar[str] = "resolved"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The requester agreed."""

    name: ClassVar[str] = "confirmed"


@dataclass(frozen=True, slots=True)
class Closed:
    """reason: "confirmed", "silence", or staff's words."""

    name: ClassVar[str] = "closed"
    reason: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """reason: "requester_replied", or somebody's words."""

    name: ClassVar[str] = "reopened"
    reason: str


@dataclass(frozen=True, slots=True)
class Canceled:
    """It ends without being solved."""

    name: ClassVar[str] = "canceled"
    reason: str


@dataclass(frozen=True, slots=True)
class Rated:
    """The requester said how satisfied they are; previous_score is 0 for a first answer."""

    name: ClassVar[str] = "rated"
    previous_score: int = 0
