"""Counts that figures and forecasts are made of."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Scope
from services.incidents.domain.kpi import Opening, Part


class Figures(Protocol):
    """Counts by the bins of `domain.flow`, by each bin's beginning (UTC); a bin without any is left out.

    Times are [start, end). Every method raises Unavailable("store_unavailable") in an outage.
    """

    def arrivals(self, scope: Scope, start: datetime, end: datetime) -> dict[datetime, int]:
        """Records that were opened; numbers that were never used are none."""
        ...

    def resolutions(self, scope: Scope, start: datetime, end: datetime) -> dict[datetime, int]:
        """Records whose present resolution dates from then."""
        ...

    def parts(self, scope: Scope, start: datetime, end: datetime, now: datetime) -> list[Part]:
        """What key figures are made of, by client and assignment group; each may come in several pieces."""
        ...

    def openings(
        self, scope: Scope, person_ids: Iterable[str], start: datetime, end: datetime
    ) -> list[Opening]:
        """What these people asked for, each with its time."""
        ...
