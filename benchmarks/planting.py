"""Incidents whose clocks run, laid into the store as the service itself would have saved them.

Every life is settled by the service's own rules, becomes a document by its own translation and is written by its own
store. Incidents whose lives differ in names alone have the same clocks, so a life is settled once for all of them. What
the service would have announced while it heard them is left out: that was long ago.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from pymongo.database import Database

from benchmarks.figures import require
from chassis.outbox.store import NewAggregate
from chassis.tenancy import TenantScope
from chassis.tokens import CallerSigner
from services.sla import store
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock_set import ClockSet, clocks_at, settle
from services.sla.domain.contract import AwaitedParty, Contract, Target, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.forecast.outlook import Outlook
from services.sla.domain.forecast.prospect import foresee
from services.sla.domain.versions import CalendarRecord, ContractRecord
from services.sla.store.translation import clock_set_state

PROVIDER = "prv_bench"
TENANTS = tuple(f"ten_bench{number:02}" for number in range(20))
# By priority. Of the second the goal is so far off that nothing comes due while a benchmark runs.
SOON, FAR = 1, 4
GOALS = {SOON: timedelta(hours=4), FAR: timedelta(days=40)}
WARNING_PERCENT = 75
_BATCH, _WRITERS = 1000, 2
_LOOK = timedelta(minutes=1)
_AGREED = datetime(2023, 1, 1, tzinfo=UTC)
# Open all day and every day, so that what is due falls into the run whenever that is; counted by windows, as ever.
_CALENDAR = Calendar(
    "cal",
    "Europe/Paris",
    name="Always",
    hours=dict.fromkeys(range(1, 8), ((0, 86_400),)),
    create_time=_AGREED,
)
_TARGETS = tuple(
    Target(kind, priority, round(goal.total_seconds()), "cal", WARNING_PERCENT, pausing)
    for kind, pausing in (
        (TargetKind.FIRST_RESPONSE, frozenset[AwaitedParty]()),
        (TargetKind.RESOLUTION, frozenset({AwaitedParty.REQUESTER})),
    )
    for priority, goal in GOALS.items()
)
_CONTRACT = Contract("ctr", PROVIDER, "", "Gold", _TARGETS, effective_time=_AGREED, create_time=_AGREED)
TERMS = Terms(_CONTRACT, {"cal": BusinessTime(_CALENDAR)})


@dataclass(frozen=True)
class Life:
    """What happened to an incident so far: answered in time, held and resumed; its resolution is still promised."""

    opened: datetime
    priority: int

    def settled(self, now: datetime) -> ClockSet:
        """As the service has it now, under a name that is to be replaced."""
        happened = (
            (FactKind.OPENED, 0, {"priority": FAR}),
            (FactKind.PRIORITIZED, 1, {"priority": self.priority}),
            (FactKind.RESPONDED, 10, {}),
            (FactKind.HELD, 20, {"awaiting": AwaitedParty.VENDOR.value}),
            (FactKind.RESUMED, 50, {}),
        )
        facts = [
            Fact(str(1000 * place), 1000 * place, kind, self.opened + timedelta(minutes=minutes), **said)
            for place, (kind, minutes, said) in enumerate(happened, 1)
        ]
        record = ClockSet("inc", PROVIDER, TENANTS[0]).with_facts(facts).with_terms(TERMS)
        settled = settle(record, TERMS, now)[0]
        # As while too little is known of the provider's past: no chance is told, and when to look again stands there.
        return foresee(settled, clocks_at(settled, TERMS, now), Outlook({}), now, _LOOK)[0]


def soon(due: datetime) -> Life:
    """A life whose resolution is due at a time, all warnings given."""
    return Life(due - GOALS[SOON], SOON)


def far(count: int, now: datetime) -> list[Life]:
    """So many lives that were opened over the last three weeks; nothing of them comes due in the next days."""
    latest = now - timedelta(hours=2)
    return [Life(latest - timedelta(days=21) * place / count, FAR) for place in range(count)]


def as_another(state: Mapping[str, Any], id: str, number: int) -> dict[str, Any]:
    """What is kept of a life, as kept of the incident of this id: only what names it differs."""
    person = f"per_{number % 50_000:05}"
    return {
        **state,
        "number": f"BENCH-{number}",
        "requester_id": person,
        "participant_ids": [person],
        "assignee_id": f"per_tech{number % 100:02}",
        "assignee_name": f"Technician {number % 100}",
        "incident_revision": len(state["facts"]),
        "facts": [{**fact, "e": f"{id}:{fact['s']}"} for fact in state["facts"]],
    }


class Garden:
    """Where it is planted: one service's database, under a contract that is made with it."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.sets = store.ClockSetStore(database, signer)
        room = TenantScope(PROVIDER, PROVIDER)
        store.CalendarStore(database).add(room, CalendarRecord("cal", PROVIDER, (_CALENDAR,)))
        caller = signer.service_caller(_AGREED, PROVIDER)
        record = ContractRecord("ctr", PROVIDER, "", (_CONTRACT,))
        store.ContractStore(database, signer).add(room, record, caller)

    def plant(
        self, lives: Sequence[Life], count: int, now: datetime, mark: str
    ) -> list[tuple[str, datetime]]:
        """So many incidents, the lives in turn. Returns (incident id, when next due) of each.

        mark: what tells this planting's ids from others'. Raises Void when one was there already.
        """
        kept = [clock_set_state(life.settled(now)) for life in lives]
        scopes = [TenantScope(PROVIDER, tenant_id) for tenant_id in TENANTS]
        planted: list[tuple[str, datetime]] = []

        def new() -> Iterator[NewAggregate]:
            for number in range(count):
                id, state = f"inc_{mark}{number:07}", kept[number % len(kept)]
                planted.append((id, state["next_due_time"]))
                yield scopes[number % len(scopes)], id, as_another(state, id, number), ()

        with ThreadPoolExecutor(_WRITERS) as pool:
            waiting: list[Future[None]] = []
            for batch in _batches(new()):
                waiting.append(pool.submit(self._write, batch))
                if len(waiting) > _WRITERS:
                    waiting.pop(0).result()
            for each in waiting:
                each.result()
        return planted

    def _write(self, batch: Sequence[NewAggregate]) -> None:
        written = self.sets.records.create_many(batch)
        require(all(result.ok for result in written), "an incident was there already")


def _batches(new: Iterable[NewAggregate]) -> Iterator[list[NewAggregate]]:
    left = iter(new)
    while batch := list(islice(left, _BATCH)):
        yield batch
