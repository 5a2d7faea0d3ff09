"""Forecasts breaches for the provider's staff, from its past as it was half an hour ago at most: beside an explanation,
and in what is told of an incident's clocks whenever they are settled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from chassis.tenancy import Caller, GrantedScope
from services.sla.domain.clock_set import Announcement, ClockSet, clocks_at, settle
from services.sla.domain.contract import Terms
from services.sla.domain.forecast.forecaster import Forecast
from services.sla.domain.forecast.outlook import LEAST_KNOWN, Outlook, learned
from services.sla.domain.forecast.prospect import foresee
from services.sla.ports import Clock, ClockSets
from services.sla.use_cases.showing import Shown
from services.sla.use_cases.terms import TermsBook

# As many of the latest incidents as these are learned from, out of the shortest of these periods that has enough.
MOST_LEARNED = 1000
_PERIODS = (timedelta(days=1), timedelta(days=7), timedelta(days=90), timedelta(days=730))
_ENOUGH = 500
# While it is being learned, could not be, or there was too little to learn from, it is not begun anew before this; nor is
# one incident's chance looked at more often.
SOON = timedelta(minutes=1)
# So many times as long what was learned is good: half an hour.
_GOOD_FOR = 30


def in_a_thread(work: Callable[[], None]) -> None:
    """Nobody waits for it."""
    threading.Thread(target=work, name="sla-forecasts", daemon=True).start()


class Forecasting:
    """The outlook of each provider: learned aside when somebody asks for it, so that no page waits, and kept for a while."""

    def __init__(
        self,
        sets: ClockSets,
        book: TermsBook,
        clock: Clock,
        failed: Callable[[str, Exception], None] = lambda _provider_id, _error: None,
        aside: Callable[[Callable[[], None]], None] = in_a_thread,
        soon: timedelta = SOON,
    ) -> None:
        self._sets = sets
        self._book = book
        self._clock = clock
        self._failed = failed
        self._aside = aside
        self._soon = soon
        self._lock = threading.Lock()
        self._outlooks: dict[str, Outlook] = {}
        self._due: dict[str, datetime] = {}

    def of(self, caller: Caller, shown: Shown) -> dict[str, Forecast]:
        """By clock key, for those that run; nothing for clients, who are promised what the contract says."""
        if not caller.is_staff:
            return {}
        outlook = self._outlook(shown.record.provider_id)
        if outlook is None:
            return {}
        found = ((clock.key, outlook.forecast(shown.record, clock)) for clock in shown.clocks)
        return {key: forecast for key, forecast in found if forecast}

    def settle(
        self, record: ClockSet, terms: Terms | None, now: datetime
    ) -> tuple[ClockSet, list[Announcement]]:
        """What the domain's `settle` answers, and with it what is to be told of the chances, which triage sorts by."""
        clocks = clocks_at(record, terms, now)
        settled, telling = settle(record, terms, now, clocks)
        outlook = self._outlook(record.provider_id) if settled.is_running else None
        foreseen, chances = foresee(settled, clocks, outlook, now, self._soon)
        return foreseen, [*telling, *chances]

    def _outlook(self, provider_id: str) -> Outlook | None:
        """What was learned last; None until something was."""
        now = self._clock()
        with self._lock:
            due = self._due.get(provider_id, now)
            if begins := due <= now:
                self._due[provider_id] = now + self._soon
        if begins:
            self._aside(lambda: self._learn(provider_id, now))
        return self._outlooks.get(provider_id)

    def _learn(self, provider_id: str, now: datetime) -> None:
        try:
            outlook = self._outlooks[provider_id] = self._learned(provider_id, now)
            if outlook.promises:
                with self._lock:
                    self._due[provider_id] = now + _GOOD_FOR * self._soon
        except Exception as error:
            # What was learned before still says more than nothing.
            self._failed(provider_id, error)

    def _learned(self, provider_id: str, now: datetime) -> Outlook:
        scope = GrantedScope(provider_id, None)
        for period in _PERIODS:
            records = self._sets.decided(scope, now - period, MOST_LEARNED)
            if len(records) >= _ENOUGH:
                break
        if len(records) < LEAST_KNOWN:
            return Outlook({})
        terms = self._book.of(provider_id, records)
        return learned([(record, terms[record.incident_id]) for record in records], now)
