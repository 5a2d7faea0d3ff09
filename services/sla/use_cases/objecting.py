"""Pauses in the open, and promises that are to be left out of statements."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from chassis.errors import InvalidState, NotFound
from chassis.tenancy import Caller, Role, TenantScope
from services.sla.domain.clock_set import ClockSet
from services.sla.domain.contract import TargetLevel
from services.sla.domain.instants import SECOND, moment_of
from services.sla.domain.statements.line import holds_of, pauses_of
from services.sla.domain.statements.objection import Contest, Exclusion, said_words
from services.sla.domain.statements.statement import statement_id
from services.sla.ports import Clock, LateFact, LateFacts, Objections, StatementLines, Statements
from services.sla.use_cases.showing import Showing, Shown
from services.sla.use_cases.stating import scope_of, seen, somebody

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class OpenPause:
    """A hold of an incident, with the clocks it stopped: (target, cycle, seconds so far)."""

    incident_id: str
    pause_id: str
    awaiting: str
    start_time: datetime
    end_time: datetime | None
    stopped: Sequence[tuple[str, int, int]]
    contest: Contest | None


class Objecting:
    """A client's manager contests a pause, the provider answers; staff propose to leave a promise out, another decides.

    Each is recorded for good, and the statements that it concerns are looked at again.
    """

    def __init__(
        self,
        objections: Objections,
        showing: Showing,
        statements: Statements,
        lines: StatementLines,
        late: LateFacts,
        clock: Clock,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._objections = objections
        self._showing = showing
        self._statements = statements
        self._lines = lines
        self._late = late
        self._clock = clock
        self._wake = wake

    def pauses(self, caller: Caller, incident_id: str) -> list[OpenPause]:
        """The first one first. Raises NotFound("incident_not_found")."""
        shown = self._showing.get(caller, incident_id)
        contests = {
            contest.pause_id: contest
            for contest in self._objections.contests(_room(shown.record), [incident_id])
        }
        return _pauses(shown, self._clock(), contests)

    def contest(self, caller: Caller, incident_id: str, pause_id: str, words: str) -> OpenPause:
        """Raises NotFound, PermissionDenied, InvalidArgument without words, AlreadyExists("contest_exists")."""
        pause = self._pause(caller, incident_id, pause_id)
        caller.require(Role.CLIENT_MANAGER)
        if not pause.stopped:
            raise InvalidState("pause_stopped_nothing", "This hold stopped no clock.")
        now = self._clock()
        made = Contest(incident_id, pause_id, somebody(caller), said_words(words, "words"), now)
        room = _room(self._showing.get(caller, incident_id).record)
        made = self._objections.contest(room, made)
        self._note(room, incident_id, "contest")
        return replace(pause, contest=made)

    def answer(
        self, caller: Caller, incident_id: str, pause_id: str, conceded: bool, words: str
    ) -> OpenPause:
        """Raises NotFound, PermissionDenied, InvalidArgument without words, InvalidState("contest_answered")."""
        pause = self._pause(caller, incident_id, pause_id)
        caller.require(Role.DISPATCHER, Role.PROVIDER_ADMIN)
        if pause.contest is None:
            raise NotFound("contest_not_found", "Nobody contested this pause.")
        answered = pause.contest.answered(somebody(caller), conceded, words, self._clock())
        room = _room(self._showing.get(caller, incident_id).record)
        answered = self._objections.answer(room, answered)
        self._note(room, incident_id, "contest")
        return replace(pause, contest=answered)

    def propose(
        self, caller: Caller, id: str, incident_id: str, target: str, cycle: int, reason: str
    ) -> Exclusion:
        """A promise on a statement that is to be left out. Raises NotFound, PermissionDenied, InvalidArgument,
        AlreadyExists.
        """
        known = seen(self._statements, caller, id)
        caller.require(Role.TECHNICIAN, Role.DISPATCHER, Role.PROVIDER_ADMIN)
        scope, build = scope_of(known), known.build.number
        lines = self._lines.of_incident(scope, id, build, incident_id)
        line = next((one for one in lines if (one["target"], one["cycle"]) == (target, cycle)), None)
        if line is None:
            raise NotFound("line_not_found", "There is no such line on the statement.")
        now, said = self._clock(), said_words(reason, "reason")
        exclusion_id = _exclusion_id(known.provider_id, known.contract_id, incident_id, target, cycle)
        try:
            before = self._objections.exclusion(scope, exclusion_id)
        except NotFound:
            made = Exclusion(
                exclusion_id,
                known.provider_id,
                known.tenant_id,
                known.contract_id,
                incident_id,
                line["number"],
                target,
                cycle,
                said,
                somebody(caller),
                now,
            )
            return self._objections.propose(scope, made)
        again = before.again(said, somebody(caller), now)
        return before if again is before else self._objections.save_exclusion(scope, again, before)

    def decide(self, caller: Caller, exclusion_id: str, approve: bool) -> Exclusion:
        """Raises NotFound, PermissionDenied (for the proposer, too), InvalidState("exclusion_decided")."""
        if not (caller.is_staff or Role.CLIENT_MANAGER in caller.roles):
            raise NotFound("exclusion_not_found", "There is no such exclusion.")
        before = self._objections.exclusion(caller.granted(), exclusion_id)
        caller.require(Role.PROVIDER_ADMIN, Role.CLIENT_MANAGER)
        decided = before.decided(somebody(caller), approve, self._clock())
        scope = TenantScope(before.provider_id, before.tenant_id)
        decided = self._objections.save_exclusion(scope, decided, before)
        if approve:
            self._note(scope, before.incident_id, "exclusion")
        return decided

    def exclusions(self, caller: Caller, id: str) -> list[Exclusion]:
        """Those of a statement's contract and client. Raises NotFound("statement_not_found")."""
        known = seen(self._statements, caller, id)
        return self._objections.exclusions_of(scope_of(known), known.contract_id)

    def _pause(self, caller: Caller, incident_id: str, pause_id: str) -> OpenPause:
        for pause in self.pauses(caller, incident_id):
            if pause.pause_id == pause_id:
                return pause
        raise NotFound("pause_not_found", "There is no such pause.")

    def _note(self, scope: TenantScope, incident_id: str, why: str) -> None:
        note = LateFact(incident_id, scope.provider_id, scope.tenant_id, _ALWAYS, -1, why, self._clock())
        self._late.note([note])
        self._wake()


def _pauses(shown: Shown, now: datetime, contests: dict[str, Contest]) -> list[OpenPause]:
    record = shown.record
    until = max([now, *(fact.time for fact in record.facts)])
    stopped: dict[str, list[tuple[str, int, int]]] = {}
    for clock in (each for each in shown.clocks if each.level is TargetLevel.CLIENT):
        for pause in pauses_of(clock, record.facts, until):
            taken = (clock.run.track.key, clock.cycle, pause.open // SECOND)
            stopped.setdefault(pause.pause_id, []).append(taken)
    return [
        OpenPause(
            record.incident_id,
            pause_id,
            awaiting,
            moment_of(start),
            None if end is None else moment_of(end),
            stopped.get(pause_id, []),
            contests.get(pause_id),
        )
        for pause_id, awaiting, start, end in holds_of(record.facts, until)
    ]


def _room(record: ClockSet) -> TenantScope:
    return TenantScope(record.provider_id, record.tenant_id)


def _exclusion_id(provider_id: str, contract_id: str, incident_id: str, target: str, cycle: int) -> str:
    """The same for whoever proposes it: a promise is left out once."""
    named = hashlib.sha256(f"{incident_id}\x00{target}\x00{cycle}".encode()).hexdigest()
    return "exc_" + statement_id(provider_id, contract_id, named, "exclusion", 1).removeprefix("stm_")
