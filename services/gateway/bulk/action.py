"""What is asked of many incidents at once, and what became of each."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

# As many as one action is asked for.
MOST_ROWS = 200


class State(StrEnum):
    """held: it can be undone until its due time; then it runs, and is done. undone: nothing of it was done."""

    HELD = "held"
    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"


class RowResult(StrEnum):
    """What became of one incident."""

    WAITING = ""
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class Step:
    """One command of the record, with its fields. keeps_group: assigning leaves each incident's group as it is."""

    command: str
    fields: Mapping[str, Any]
    keeps_group: bool = False


@dataclass(frozen=True)
class Row:
    """One incident. revision: as it was when it was looked at. A refused one says why, as errors do: status, reason, message.

    steps_done: how many steps came through before one was refused. steps: this one's own, instead of the action's.
    """

    incident_id: str
    number: str
    revision: int
    result: RowResult = RowResult.WAITING
    status: str = ""
    reason: str = ""
    message: str = ""
    steps_done: int = 0
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class BulkAction:
    """subject: who asked, who alone may see and undo it, and by whose grants of that moment each row is done.

    name: what people call what is done, where the action does not say it: the macro's.
    """

    bulk_id: str
    provider_id: str
    subject: str
    action: str
    steps: tuple[Step, ...]
    rows: tuple[Row, ...]
    create_time: datetime
    due_time: datetime
    state: State = State.HELD
    finish_time: datetime | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)
    name: str = ""

    @property
    def settled(self) -> bool:
        return self.state in (State.DONE, State.UNDONE)

    def count(self, result: RowResult) -> int:
        return sum(row.result is result for row in self.rows)


def bulk_id_of(subject: str, key: str) -> str:
    """The same for the same request of the same person, so that sending it twice asks once."""
    return "blk_" + hashlib.sha256(f"{subject}\n{key}".encode()).hexdigest()[:26]
