"""All clocks of one incident: the facts they run on, what has been announced, and when to look again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.sla.domain.attainment import Outcome, verdict_of
from services.sla.domain.clock import Clock, ClockState, replay
from services.sla.domain.contract import Terms
from services.sla.domain.facts import ENDING, OPTIONAL, Fact, FactKind
from services.sla.domain.forecast.forecaster import Forecast

# An incident that is held and resumed a thousand times is a machine's doing. Beyond this only facts that end
# a clock are taken, so that the record stays small and the verdict still falls.
MOST_FACTS = 1000
_RUNNING = (ClockState.RUNNING, ClockState.PAUSED)
# What comes due is due at that instant and breached at the next one; times are kept to the millisecond.
_NEXT_INSTANT = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Header:
    """What the clocks' readers need to know of the incident, as of one of its revisions."""

    number: str = ""
    requester_id: str = ""
    participant_ids: frozenset[str] = frozenset()
    assignee_id: str = ""
    assignee_name: str = ""
    assignment_group_id: str = ""
    assignment_group_name: str = ""
    revision: int = 0


@dataclass(frozen=True)
class Standing:
    """What was last announced of one clock: a cache, to tell what changed, to find what is due and to count verdicts."""

    state: ClockState
    due_time: datetime | None
    goal_seconds: int
    # "met" or "breached", once it has fallen, and when.
    verdict: str = ""
    decide_time: datetime | None = None


@dataclass(frozen=True)
class Prospect:
    """The chance that was told last: of the incident's clock likeliest to breach."""

    key: str
    chance: float


@dataclass(frozen=True)
class Announcement:
    """A past-tense fact to tell: no_contract, started, changed, warned, breached, met, missed or forecast."""

    fact: str
    clock: Clock | None = None
    # For changed: re_aimed, paused, resumed or canceled.
    change: str = ""
    # Under which name it is told once, where that is not the fact's; for a warning, which point it is.
    once: str = ""
    warning_percent: int = 0
    # For forecast, as is its clock: None when nothing is forecast any more.
    forecast: Forecast | None = None


@dataclass(frozen=True)
class ClockSet:
    """The record kept for one incident."""

    incident_id: str
    provider_id: str
    tenant_id: str
    header: Header = Header()
    facts: tuple[Fact, ...] = ()
    # The contract's version and those of its calendars, chosen once, when the opening was heard; "" for none.
    opened: bool = False
    contract_id: str = ""
    contract_version: int = 0
    calendar_versions: Mapping[str, int] = field(default_factory=dict)
    # "<kind>.<cycle>.<fact>", each told once.
    announced: frozenset[str] = frozenset()
    standings: Mapping[str, Standing] = field(default_factory=dict)
    # When a warning or a breach will come if nothing changes; None while there is nothing to wait for.
    next_due_time: datetime | None = None
    # What was told of the chance of a breach, and when it may have grown so much that it is told again.
    prospect: Prospect | None = None
    next_look_time: datetime | None = None
    revision: int = 0

    @property
    def has_contract(self) -> bool:
        return bool(self.contract_id)

    @property
    def open_time(self) -> datetime | None:
        """When the incident was opened; None until that was heard."""
        return next((fact.time for fact in self.facts if fact.kind is FactKind.OPENED), None)

    @property
    def is_running(self) -> bool:
        """Whether some clock has no verdict yet, as of when it was settled last."""
        return any(standing.state in _RUNNING for standing in self.standings.values())

    def with_header(self, header: Header | None) -> ClockSet:
        """Takes what a newer revision of the incident says; an older one changes nothing."""
        return replace(self, header=header) if header and header.revision > self.header.revision else self

    def with_facts(self, facts: Iterable[Fact], terms: Terms | None = None) -> ClockSet:
        """Takes facts not taken before; once the terms are settled, only those that they ask for."""
        if self.opened:
            facts = _asked_for(facts, terms)
        known = {fact.event_id for fact in self.facts}
        taken = list(self.facts)
        for fact in facts:
            if fact.event_id not in known and (len(taken) < MOST_FACTS or _ending(fact, taken)):
                known.add(fact.event_id)
                taken.append(fact)
        return self if len(taken) == len(self.facts) else replace(self, facts=tuple(taken))

    def with_terms(self, terms: Terms | None) -> ClockSet:
        """Settles the contract for good; None says that there is none."""
        facts = tuple(_asked_for(self.facts, terms))
        if terms is None:
            return replace(self, opened=True, facts=facts)
        versions = {key: time.calendar.version for key, time in terms.calendars.items()}
        contract = terms.contract
        return replace(
            self,
            opened=True,
            facts=facts,
            contract_id=contract.contract_id,
            contract_version=contract.version,
            calendar_versions=versions,
        )


def _asked_for(facts: Iterable[Fact], terms: Terms | None) -> Iterable[Fact]:
    asked = terms.contract.asks_for if terms else frozenset()
    return (fact for fact in facts if fact.kind not in OPTIONAL or fact.kind in asked)


def _ending(fact: Fact, taken: Iterable[Fact]) -> bool:
    """Whether a fact may end a clock; of the answers, the first."""
    if fact.kind is FactKind.RESPONDED:
        return not any(each.kind is FactKind.RESPONDED for each in taken)
    return fact.kind in ENDING


def clocks_at(record: ClockSet, terms: Terms | None, now: datetime) -> list[Clock]:
    """The clocks as they stand now, or later, where a fact was stamped ahead of us or a breach has fallen that a clock
    which was set back shows to come: it was told, and stands.
    """
    if terms is None:
        return []
    fallen = [
        standing.decide_time + _NEXT_INSTANT
        for standing in record.standings.values()
        if standing.verdict == Outcome.BREACHED and standing.decide_time
    ]
    return replay(record.facts, terms, max([now, *(fact.time for fact in record.facts), *fallen]))


def settle(
    record: ClockSet, terms: Terms | None, now: datetime, clocks: Sequence[Clock] | None = None
) -> tuple[ClockSet, list[Announcement]]:
    """The record after a replay now, and what is to be told that was not told before, in order. clocks: those of now,
    for whoever has them.
    """
    if not record.opened:
        return record, []
    announced, standings = set(record.announced), {}
    telling: list[Announcement] = []
    if terms is None and "no_contract" not in announced:
        announced.add("no_contract")
        telling.append(Announcement("no_contract"))
    waits: list[datetime] = []
    for clock in clocks_at(record, terms, now) if clocks is None else clocks:
        key = clock.key
        verdict, decide_time = verdict_of(clock) or ("", None)
        standings[key] = Standing(clock.state, clock.due_time, clock.goal_seconds, str(verdict), decide_time)
        for announcement in _news(clock, record.standings.get(key)):
            once = f"{key}.{announcement.once or announcement.fact}"
            if announcement.fact == "changed" or once not in announced:
                announced.add(once)
                telling.append(announcement)
        waits += _waits(clock, key, announced)
    settled = replace(
        record,
        announced=frozenset(announced),
        standings=standings,
        next_due_time=min(waits, default=None),
    )
    return settled, telling


def _news(clock: Clock, before: Standing | None) -> Iterable[Announcement]:
    if before is None:
        yield Announcement("started", clock)
    for number, warning in enumerate(clock.warnings):
        if warning.given:
            yield Announcement("warned", clock, once=_warned(number), warning_percent=warning.percent)
    if clock.breached:
        yield Announcement("breached", clock)
    if clock.state is ClockState.MET:
        yield Announcement("met", clock)
    elif clock.state is ClockState.MISSED:
        yield Announcement("missed", clock)
    elif before is not None and (change := _change(clock, before)):
        yield Announcement("changed", clock, change)


def _change(clock: Clock, before: Standing) -> str:
    if clock.state is not before.state:
        if clock.state is ClockState.PAUSED:
            return "paused"
        if clock.state is ClockState.CANCELED:
            return "canceled"
        if clock.state is ClockState.RUNNING:
            return "resumed" if before.state is ClockState.PAUSED else "re_aimed"
    if clock.goal_seconds != before.goal_seconds:
        return "re_aimed"
    # Held and resumed again within one batch of facts leaves only the later due time to tell of it.
    return "resumed" if clock.due_time != before.due_time and clock.state is ClockState.RUNNING else ""


def _warned(number: int) -> str:
    """ "warned" for a clock's first warning point, as ever; the further ones are numbered."""
    return f"warned.{number + 1}" if number else "warned"


def _waits(clock: Clock, key: str, announced: set[str]) -> Iterable[datetime]:
    if clock.state is ClockState.RUNNING:
        for number, warning in enumerate(clock.warnings):
            if not warning.given and f"{key}.{_warned(number)}" not in announced:
                yield warning.time
        if clock.due_time and f"{key}.breached" not in announced:
            yield clock.due_time
