"""How many promises were kept (ITIL 4, service level management practice: achievement against agreed targets).

A clock is one promise; each cycle of it is another. Its verdict falls once and is never rewritten: met at the instant it
is stopped in time, breached at the instant it counts beyond its goal, stopped later or not. So a period that is over
keeps its figures. Attainment is 100 × met / (met + breached); what has no verdict, and what was withdrawn or canceled
before it had one, is left out of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.sla.domain.clock import Clock, ClockState
from services.sla.domain.contract import TargetKind


class Outcome(StrEnum):
    """How a promise counts."""

    MET = "met"
    BREACHED = "breached"
    # Counting or paused: no verdict yet.
    RUNNING = "running"


def verdict_of(clock: Clock) -> tuple[Outcome, datetime] | None:
    """The verdict of a clock and when it fell; None while there is none, and for one that ended without."""
    if clock.breached and clock.breach_time is not None:
        return Outcome.BREACHED, clock.breach_time
    if clock.state is ClockState.MET and clock.stop_time is not None:
        return Outcome.MET, clock.stop_time
    return None


@dataclass(frozen=True)
class Tally:
    """How many clocks share tenant, contract, kind, outcome and the assignment group that has their incident now."""

    tenant_id: str
    contract_id: str
    kind: TargetKind
    outcome: Outcome
    count: int
    group_id: str = ""
    group_name: str = ""


@dataclass(frozen=True)
class Attainment:
    """One kind of promise of one tenant's contract; both are "" in a total, and in what an assignment group kept."""

    tenant_id: str
    contract_id: str
    kind: TargetKind
    met: int = 0
    breached: int = 0
    running: int = 0
    group_id: str = ""
    group_name: str = ""

    @property
    def percent(self) -> float | None:
        """Rounded down to one decimal, so that no breach is rounded away; None without any verdict."""
        decided = self.met + self.breached
        return self.met * 1000 // decided / 10 if decided else None


def attainments(tallies: Iterable[Tally]) -> list[Attainment]:
    """One for each tenant, contract and kind, in that order."""
    return _summed((tally.tenant_id, tally.contract_id, tally) for tally in tallies)


def totals(tallies: Iterable[Tally]) -> list[Attainment]:
    """One for each kind, over all of them."""
    return _summed(("", "", tally) for tally in tallies)


def by_group(tallies: Iterable[Tally]) -> list[Attainment]:
    """One for each assignment group and kind, over all contracts; what no group has is under ""."""
    owned: dict[str, list[Tally]] = {}
    for tally in tallies:
        owned.setdefault(tally.group_id, []).append(tally)
    return [
        replace(each, group_id=group_id, group_name=max(tally.group_name for tally in owned[group_id]))
        for group_id in sorted(owned)
        for each in totals(owned[group_id])
    ]


def _summed(owned: Iterable[tuple[str, str, Tally]]) -> list[Attainment]:
    sums: dict[tuple[str, str, TargetKind], Counter[Outcome]] = {}
    for tenant_id, contract_id, tally in owned:
        sums.setdefault((tenant_id, contract_id, tally.kind), Counter())[tally.outcome] += tally.count
    return [
        Attainment(
            *key, met=counts[Outcome.MET], breached=counts[Outcome.BREACHED], running=counts[Outcome.RUNNING]
        )
        for key, counts in sorted(sums.items(), key=lambda entry: entry[0])
    ]
