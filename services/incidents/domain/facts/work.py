"""What is said and done while an incident is worked on."""

from dataclasses import dataclass
from typing import ClassVar

from services.incidents.domain.attachment import Attachment
from services.incidents.domain.incident import AwaitedParty, Priority


@dataclass(frozen=True, slots=True)
class Opened:
    """automatic: it came from a machine's mail, which is never answered automatically. item_names: every name of the
    configuration item that it named.
    """

    name: ClassVar[str] = "incident_opened"
    automatic: bool = False
    attachments: tuple[Attachment, ...] = ()
    item_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replied:
    """A public message. first_response: the first public answer of staff. unverified: the sender's name proves nothing."""

    name: ClassVar[str] = "replied"
    text: str
    by_staff: bool
    submission_id: str = ""
    first_response: bool = False
    attachments: tuple[Attachment, ...] = ()
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """An internal remark."""

    name: ClassVar[str] = "noted"
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Classified:
    """Category or kind were decided."""

    name: ClassVar[str] = "classified"
    previous_category: str
    reason: str


@dataclass(frozen=True, slots=True)
class Prioritized:
    """Impact, urgency or priority were decided."""

    name: ClassVar[str] = "prioritized"
    previous_priority: Priority
    reason: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """It was given to a group or a person, or back to the pool."""

    name: ClassVar[str] = "assigned"
    previous_assignee_id: str
    previous_assignment_group_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The assignee took it in hand."""

    name: ClassVar[str] = "acknowledged"


@dataclass(frozen=True, slots=True)
class Held:
    """It waits; the incident's hold says for whom."""

    name: ClassVar[str] = "held"


@dataclass(frozen=True, slots=True)
class Resumed:
    """The wait is over."""

    name: ClassVar[str] = "resumed"
    awaited: AwaitedParty
    reason: str


@dataclass(frozen=True, slots=True)
class ItemsNamed:
    """It is about other configuration items than before; their names."""

    name: ClassVar[str] = "items_named"
    added: tuple[str, ...]
    removed: tuple[str, ...]
