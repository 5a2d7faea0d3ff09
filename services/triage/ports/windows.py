"""Maintenance windows, and what they hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Scope
from services.triage.domain.report import Report
from services.triage.domain.window import Window


@dataclass(frozen=True)
class Held:
    """An opened incident that nobody is assigned before due_time."""

    event_id: str
    provider_id: str
    report: Report
    window_id: str
    due_time: datetime


class Windows(Protocol):
    """Maintenance windows of clients, and what they hold."""

    def put(self, window: Window) -> None:
        """New or changed; what it holds is due when it ends."""
        ...

    def get(self, scope: Scope, window_id: str) -> Window:
        """Raises NotFound("window_not_found")."""
        ...

    def open_at(self, scope: Scope, now: datetime) -> list[Window]:
        """Those that are not over, the soonest first."""
        ...

    def hold(self, held: Sequence[Held]) -> None: ...
    def due(self, now: datetime, limit: int) -> list[Held]: ...
    def release(self, held: Iterable[Held]) -> None: ...
