"""Takes the facts of incidents, many at a time, and moves their clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.tenancy import GrantedScope
from services.sla.domain.clock_set import ClockSet, Header, settle
from services.sla.domain.contract import Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.statements.statement import GRACE
from services.sla.ports import AsService, Clock, ClockSets, LateFact, LateFacts, Settle, Settled
from services.sla.use_cases.terms import TermsBook

_TRIES = 4


@dataclass(frozen=True)
class Heard:
    """What was heard of one incident: its newest header (None: nothing new of that), and facts (none when only the
    header changed).
    """

    incident_id: str
    provider_id: str
    tenant_id: str
    header: Header | None
    facts: tuple[Fact, ...] = ()


class Hearing:
    """Load, replay, save with what is news. Hearing the same again changes nothing and saves nothing."""

    def __init__(
        self,
        sets: ClockSets,
        book: TermsBook,
        as_service: AsService,
        clock: Clock,
        late: LateFacts | None = None,
        settle: Settle = settle,
    ) -> None:
        self._settle = settle
        self._late = late
        self._sets = sets
        self._book = book
        self._as_service = as_service
        self._clock = clock

    def hear(self, heard: Sequence[Heard]) -> set[str]:
        """Takes one `Heard` for each incident. Returns the ids of those that kept being changed by others:
        they are to be heard again.
        """
        left = list(heard)
        for _ in range(_TRIES):
            if not left:
                break
            beaten = self._take(left)
            left = [one for one in left if one.incident_id in beaten]
        return {one.incident_id for one in left}

    def _take(self, heard: Sequence[Heard]) -> set[str]:
        by_provider: dict[str, list[Heard]] = defaultdict(list)
        for one in heard:
            by_provider[one.provider_id].append(one)
        now = self._clock()
        changes: list[Settled] = []
        for provider_id, together in by_provider.items():
            changes += self._changes(provider_id, together, now)
        return self._sets.put(changes)

    def _changes(self, provider_id: str, heard: Sequence[Heard], now: datetime) -> list[Settled]:
        scope = GrantedScope(provider_id, frozenset(one.tenant_id for one in heard))
        known = {
            record.incident_id: record for record in self._sets.find(scope, [h.incident_id for h in heard])
        }
        settled_on = self._book.of(provider_id, [record for record in known.values() if record.opened])
        changed: dict[str, ClockSet] = {}
        late: list[LateFact] = []
        for one in heard:
            before = known.get(one.incident_id) or ClockSet(one.incident_id, provider_id, one.tenant_id)
            after = before.with_facts(one.facts, settled_on.get(one.incident_id)).with_header(one.header)
            if after is not before:
                changed[one.incident_id] = after
                late += _late(before, after, now)
        if late and self._late:
            # Before the change itself: a crash in between leaves a note too many, never one too few.
            self._late.note(late)
        changed, terms = self._with_terms(provider_id, changed)
        result = []
        for incident_id, record in changed.items():
            settled, announcements = self._settle(record, terms.get(incident_id), now)
            held = terms.get(incident_id)
            caller = self._as_service(provider_id)
            result.append(Settled(settled, held.contract if held else None, announcements, caller, now))
        return result

    def _with_terms(
        self, provider_id: str, records: dict[str, ClockSet]
    ) -> tuple[dict[str, ClockSet], dict[str, Terms | None]]:
        """Chooses the terms of incidents whose opening is now known; finds those of the others."""
        openings: dict[str, tuple[str, datetime]] = {}
        for record in records.values():
            opened = next((fact for fact in record.facts if fact.kind is FactKind.OPENED), None)
            if opened and not record.opened:
                openings[record.incident_id] = (record.tenant_id, opened.time)
        terms = self._book.choose(provider_id, openings) if openings else {}
        records = {
            id: record.with_terms(terms[id]) if id in openings else record for id, record in records.items()
        }
        settled = [record for id, record in records.items() if id not in openings and record.opened]
        return records, terms | self._book.of(provider_id, settled)


def _late(before: ClockSet, after: ClockSet, now: datetime) -> list[LateFact]:
    """A note when facts come so late that their month may be closed: it is only once its last minute is past."""
    earliest = min((fact.time for fact in after.facts[len(before.facts) :]), default=now)
    if earliest > now - GRACE:
        return []
    return [
        LateFact(
            after.incident_id,
            after.provider_id,
            after.tenant_id,
            earliest,
            before.revision,
            "late_fact",
            now,
        )
    ]
