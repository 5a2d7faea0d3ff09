"""What happens to a service request: its approval, and its tasks."""

from dataclasses import dataclass
from typing import ClassVar

from services.incidents.domain.approval import Approver
from services.incidents.domain.order import Task


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """A step of its approval began; approvers: who may decide. Or nobody decided for a while, and they are reminded."""

    name: ClassVar[str] = "approval_asked"
    step: int
    step_name: str
    approvers: tuple[Approver, ...]
    reminder: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalDecided:
    """Something was said about its approval; outcome: "approved", "rejected", "delegated", "appointed", "withdrawn",
    "expired". person: who was named. over: the approval ended with it.
    """

    name: ClassVar[str] = "approval_decided"
    step: int
    step_name: str
    outcome: str
    comment: str
    person: Approver | None
    over: bool


@dataclass(frozen=True, slots=True)
class FulfillmentStarted:
    """Nobody has to agree any more: its tasks may be done."""

    name: ClassVar[str] = "fulfillment_started"


@dataclass(frozen=True, slots=True)
class TaskChanged:
    """A task was given to somebody, or ended; task: as it is now."""

    name: ClassVar[str] = "task_changed"
    task: Task
