"""What a service request asks for: the catalog item as it was when it was ordered, its approval, its tasks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.incidents.domain.approval import Approval


class TaskState(StrEnum):
    """planned: tasks of an earlier stage come first. Done and skipped are the two ways to end."""

    PLANNED = "planned"
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One piece of the work. Those of a stage are done side by side, stages one after the other.

    due_share: of the time that the whole was promised in, in percent; 0 for none.
    """

    task_id: str
    name: str
    stage: int = 1
    due_share: int = 0
    state: TaskState = TaskState.PLANNED
    group_id: str = ""
    group_name: str = ""
    assignee_id: str = ""
    assignee_name: str = ""
    due_time: datetime | None = None
    end_time: datetime | None = None
    # Why it was skipped.
    reason: str = ""

    @property
    def is_over(self) -> bool:
        return self.state in (TaskState.DONE, TaskState.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """item_id and version: what it was made from. name: by language. approval: none where nobody has to agree."""

    item_id: str
    item_version: int
    name: Mapping[str, str]
    approval: Approval | None = None
    tasks: tuple[Task, ...] = ()
    delivery_hours: int = 0

    @property
    def awaits_approval(self) -> bool:
        return self.approval is not None and self.approval.is_waiting

    def for_clients(self) -> "Order":
        """How far it is, without how the provider goes about it."""
        bare = tuple(Task(task_id=task.task_id, name="", state=task.state) for task in self.tasks)
        return replace(self, tasks=bare)

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """What is still to be done, planned tasks included."""
        return tuple(task for task in self.tasks if not task.is_over)
