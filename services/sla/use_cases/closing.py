"""Gathers the lines of statements and seals them; makes a further revision of what was closed when something is learned late.

One worker at a time does this, under a lease. That only spares double work: what is sealed, and once, rests on the
statement's revision and on the chain's unique places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chassis.errors import AlreadyExists, RevisionConflict, Unavailable
from chassis.tenancy import GrantedScope, SystemScope, TenantScope
from services.sla.domain.clock_set import ClockSet
from services.sla.domain.contract import Terms
from services.sla.domain.statements.credit import CreditTerms
from services.sla.domain.statements.line import lines_of
from services.sla.domain.statements.statement import (
    Build,
    Statement,
    StatementState,
    Summary,
    content_of,
    draft_content,
    hash_of,
    sealed,
)
from services.sla.ports import (
    AsService,
    Clock,
    ClockSets,
    CreditBook,
    LateFact,
    LateFacts,
    Objections,
    StatementKeys,
    StatementLines,
    Statements,
    StatementSources,
)
from services.sla.use_cases.stating import following_id, scope_of
from services.sla.use_cases.terms import TermsBook

_SCOPE = SystemScope("statements to be made")
_NOTES = 100
_SEALS = 8
# A change that was noted and then never saved: its note need not wait for it for ever.
_LOST = timedelta(minutes=10)


class LostTurn(Exception):
    """Another worker has taken over."""


class Closing:
    """The statements' worker. `work` does one piece."""

    def __init__(
        self,
        statements: Statements,
        lines: StatementLines,
        sources: StatementSources,
        objections: Objections,
        credits: CreditBook,
        late: LateFacts,
        sets: ClockSets,
        book: TermsBook,
        keys: StatementKeys,
        as_service: AsService,
        clock: Clock,
        failed: Callable[[str, Exception], None] = lambda _statement_id, _error: None,
    ) -> None:
        self._statements = statements
        self._lines = lines
        self._sources = sources
        self._objections = objections
        self._credits = credits
        self._late = late
        self._sets = sets
        self._book = book
        self._keys = keys
        self._as_service = as_service
        self._clock = clock
        self._failed = failed

    def work(self, keep_turn: Callable[[], bool]) -> bool:
        """Looks at what came late, then makes one statement that is wanted; whether there was one."""
        self._look_at_late_facts()
        wanted = self._statements.wanted(_SCOPE)
        if wanted is None:
            return False
        try:
            self._make(wanted, keep_turn)
        except (RevisionConflict, LostTurn):
            pass  # somebody changed it, or works on it: what is wanted is still noted there
        except Unavailable:
            raise
        except Exception as error:
            self._failed(wanted.statement_id, error)
            self._give_up(wanted, error)
        return True

    # One statement

    def _make(self, wanted: Statement, keep_turn: Callable[[], bool]) -> None:
        scope, period = scope_of(wanted), wanted.period
        total = self._sources.count(scope, wanted.contract_id, period.start, period.end)
        begun = replace(wanted, build=Build(wanted.build.number + 1, 0, total))
        # From here on a second worker, or a change by a person, makes the saving at the end fail.
        begun = self._statements.save(scope, begun, self._clock())
        begun = self._gather(scope, begun, keep_turn)
        summary = Summary(self._owed(begun))
        for line in self._lines.iterate(scope, begun.statement_id, begun.build.number):
            summary.add(line)
        begun = replace(begun, build=replace(begun.build, finished=True))
        if begun.state is StatementState.CLOSING:
            self._seal(scope, begun, summary)
        else:
            drafted = replace(begun, wanted="", content=draft_content(begun, summary))
            self._statements.save(scope, drafted, self._clock())
        self._lines.clear(scope, begun.statement_id, begun.build.number)

    def _gather(self, scope: TenantScope, begun: Statement, keep_turn: Callable[[], bool]) -> Statement:
        build, seen = begun.build, set[str]()
        batches = self._sources.batches(scope, begun.contract_id, begun.period.start, begun.period.end)
        for batch in batches:
            if not keep_turn():
                raise LostTurn
            fresh = [record for record in batch if record.incident_id not in seen]
            seen |= {record.incident_id for record in fresh}
            made = self._lines_of(scope, begun, fresh)
            if made:
                self._lines.put(scope, begun.statement_id, build.number, made)
            build = replace(build, done=min(build.done + len(fresh), build.total))
            self._statements.progress(scope, replace(begun, build=build))
        return replace(begun, build=replace(build, done=len(seen), total=len(seen)))

    def _lines_of(
        self, scope: TenantScope, of: Statement, records: Iterable[ClockSet]
    ) -> list[dict[str, Any]]:
        records = list(records)
        ids = [record.incident_id for record in records]
        terms = self._book.of(scope.provider_id, records)
        exclusions = {one.promise: one for one in self._objections.exclusions(scope, ids)}
        contests: dict[str, dict[str, Any]] = {}
        for contest in self._objections.contests(scope, ids):
            contests.setdefault(contest.incident_id, {})[contest.pause_id] = contest
        made: list[dict[str, Any]] = []
        now = self._clock()
        for record in records:
            held: Terms | None = terms[record.incident_id]
            if held is not None:
                own = contests.get(record.incident_id, {})
                made += lines_of(record, held, of.period, exclusions, own, now)
        return made

    def _owed(self, of: Statement) -> CreditTerms | None:
        room = GrantedScope(of.provider_id, frozenset({of.provider_id, of.tenant_id}))
        versions = self._credits.versions(room, of.contract_id)
        holding = [v for v in versions if v.effective_time and v.effective_time <= of.period.start]
        return holding[-1] if holding else None

    def _seal(self, scope: TenantScope, begun: Statement, summary: Summary) -> None:
        for _ in range(_SEALS):
            now = self._clock()
            now = now.replace(microsecond=now.microsecond // 1000 * 1000)
            last = self._statements.last_link(scope, begun.contract_id)
            content = content_of(begun, summary, last, self._keys.key_id, now)
            seal = self._keys.seal(hash_of(content))
            try:
                caller = self._as_service(begun.provider_id)
                self._statements.close(scope, sealed(begun, content, seal, now), caller)
                return
            except AlreadyExists:
                continue  # another statement was chained at this place: to be tied to that one
        raise RevisionConflict("statement_changed", "Others keep closing statements of this contract.")

    def _give_up(self, wanted: Statement, error: Exception) -> None:
        scope = scope_of(wanted)
        try:
            known = self._statements.get(scope, wanted.statement_id)
            failed = replace(
                known,
                state=StatementState.DRAFT,
                wanted="",
                build=replace(known.build, failure=type(error).__name__),
            )
            self._statements.save(scope, failed, self._clock())
        except RevisionConflict:
            pass

    # What came late

    def _look_at_late_facts(self) -> None:
        for note in self._late.waiting(_SCOPE, _NOTES):
            if self._is_settled(note):
                self._late.done(_SCOPE, note)

    def _is_settled(self, note: LateFact) -> bool:
        """Whether nothing remains to be done about a note."""
        now = self._clock()
        scope = TenantScope(note.provider_id, note.tenant_id)
        found = self._sets.find(scope, [note.incident_id])
        # A note is written before the change that it tells of; until that is there, there is nothing to see.
        awaited = note.revision >= 0 and now - note.note_time < _LOST
        if awaited and (not found or found[0].revision <= note.revision):
            return False
        if not found:
            return True
        for statement in self._statements.latest_after(scope, note.earliest):
            if statement.contract_id != found[0].contract_id:
                continue
            if statement.state is StatementState.CLOSING:
                return False  # whether it saw the change is not known before it is closed
            if not statement.wanted and not self._revise(scope, statement, found[0], note, now):
                return False
        return True

    def _revise(
        self, scope: TenantScope, known: Statement, record: ClockSet, note: LateFact, now: datetime
    ) -> bool:
        stated = self._lines.of_incident(scope, known.statement_id, known.build.number, record.incident_id)
        if stated == self._lines_of(scope, known, [record]):
            return True
        reason = {"incident_id": record.incident_id, "number": record.header.number, "why": note.why}
        try:
            if not known.is_closed:
                self._statements.save(scope, known.redrafted([reason] if known.edition > 1 else []), now)
                return True
            assert known.seal is not None
            following = Statement(
                following_id(known),
                known.provider_id,
                known.tenant_id,
                known.contract_id,
                known.contract_name,
                known.period,
                edition=known.edition + 1,
                reasons=(reason,),
                supersedes={"statement_id": known.statement_id, "sha256": known.seal.sha256},
            )
            self._statements.add(scope, following, now)
        except (AlreadyExists, RevisionConflict):
            return False  # to be looked at again
        return True
