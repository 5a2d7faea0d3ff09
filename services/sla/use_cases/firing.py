"""Announces warnings and breaches when they come, and chances when they have grown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from chassis.errors import Unavailable
from chassis.tenancy import SystemScope
from services.sla.domain.clock_set import ClockSet, settle
from services.sla.domain.contract import Terms
from services.sla.ports import AsService, Clock, ClockSets, Settle, Settled
from services.sla.use_cases.terms import TermsBook

BATCH = 200
_SCOPE = SystemScope("due times")
# One that cannot be replayed must not hold up the others, and is tried again after a while.
_SET_ASIDE = timedelta(seconds=30)


class Firing:
    """Each warning and breach is told in the same write that notes it as told, under the record's revision:
    whoever comes second, another watcher or a reply heard at that moment, finds the record changed.
    """

    def __init__(
        self,
        sets: ClockSets,
        book: TermsBook,
        as_service: AsService,
        clock: Clock,
        failed: Callable[[str, Exception], None] = lambda _incident_id, _error: None,
        settle: Settle = settle,
    ) -> None:
        self._settle = settle
        self._sets = sets
        self._book = book
        self._as_service = as_service
        self._clock = clock
        self._failed = failed
        self._aside: dict[str, datetime] = {}

    def next_due_time(self) -> datetime | None:
        """When to fire next, as far as is known."""
        return self._sets.next_due_time(_SCOPE)

    def fire(self) -> int:
        """Handles a batch of what is due; how many. A full batch means that there may be more."""
        now = self._clock()
        # Not for longer, either, when the clock steps back.
        latest = now + _SET_ASIDE
        self._aside = {id: until for id, until in self._aside.items() if now < until <= latest}
        due = self._due(now)
        by_provider: dict[str, list[ClockSet]] = defaultdict(list)
        for record in due:
            by_provider[record.provider_id].append(record)
        changes: list[Settled] = []
        for provider_id, records in by_provider.items():
            for record, terms in self._terms(provider_id, records, now):
                change = self._change(record, terms, now)
                if change:
                    changes.append(change)
        self._sets.put(changes)
        return len(due)

    def _due(self, now: datetime) -> list[ClockSet]:
        return self._sets.due(_SCOPE, now, BATCH, self._aside)

    def _terms(
        self, provider_id: str, records: Sequence[ClockSet], now: datetime
    ) -> list[tuple[ClockSet, Terms | None]]:
        try:
            terms = self._book.of(provider_id, records)
            return [(record, terms[record.incident_id]) for record in records]
        except Unavailable:
            raise
        except Exception as error:
            if len(records) == 1:
                self._set_aside(records[0], error, now)
                return []
            return [pair for record in records for pair in self._terms(provider_id, [record], now)]

    def _change(self, record: ClockSet, terms: Terms | None, now: datetime) -> Settled | None:
        try:
            settled, announcements = self._settle(record, terms, now)
        except Exception as error:
            self._set_aside(record, error, now)
            return None
        contract = terms.contract if terms else None
        return Settled(settled, contract, announcements, self._as_service(record.provider_id), now)

    def _set_aside(self, record: ClockSet, error: Exception, now: datetime) -> None:
        self._aside[record.incident_id] = now + _SET_ASIDE
        self._failed(record.incident_id, error)


class Looking(Firing):
    """The same for chances that may have grown: what is due is a look."""

    def next_due_time(self) -> datetime | None:
        return self._sets.next_look_time(_SCOPE)

    def _due(self, now: datetime) -> list[ClockSet]:
        return self._sets.to_look_at(_SCOPE, now, BATCH, self._aside)
