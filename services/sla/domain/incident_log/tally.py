"""A log replayed through the engine, counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from services.sla.domain.clock import Clock, ClockState, replay
from services.sla.domain.contract import Terms
from services.sla.domain.facts import FactKind
from services.sla.domain.incident_log.invariants import INVARIANTS, Replayed
from services.sla.domain.incident_log.life import facts_of
from services.sla.domain.incident_log.reading import Entry

_COUNTS = (
    "clocks", "met", "breached", "running", "canceled", "warned", "paused", "reopened_cycles", "excluded",
    "elapsed_seconds", "paused_seconds",
)  # fmt: skip
_LATE = (ClockState.MISSED, ClockState.BREACHED)
_OPEN = (ClockState.RUNNING, ClockState.PAUSED)
_SHOWN = 5


@dataclass
class Tally:
    """What a replayed log comes to: the same for any order of its lines, repeated or not."""

    incidents: int = 0
    facts: Counter[str] = field(default_factory=Counter)
    targets: dict[str, Counter[str]] = field(default_factory=dict)
    violations: Counter[str] = field(default_factory=Counter)
    # A few incidents of each violated invariant, to be looked at.
    violating: dict[str, list[str]] = field(default_factory=dict)

    def add(self, number: str, one: Replayed, broken: Sequence[str]) -> None:
        """One incident."""
        self.incidents += 1
        self.facts.update(fact.kind.value for fact in one.facts)
        for clock in one.clocks:
            counts = self.targets.setdefault(clock.run.track.key, Counter())
            counts.update(_counted(clock))
        for name in broken:
            self.violations[name] += 1
            if len(known := self.violating.setdefault(name, [])) < _SHOWN:
                known.append(number)

    def table(self) -> dict[str, Any]:
        """As JSON, with a digest that two runs can be compared by."""
        made = {
            "incidents": self.incidents,
            "facts": {kind.value: self.facts[kind.value] for kind in FactKind if self.facts[kind.value]},
            "targets": {
                key: {name: self.targets[key][name] for name in _COUNTS} for key in sorted(self.targets)
            },
            "invariants": {name: self.violations[name] for name in INVARIANTS},
            "violations": sum(self.violations.values()),
        }
        if self.violating:
            made["violating"] = {name: self.violating[name] for name in sorted(self.violating)}
        canonical = json.dumps(made, sort_keys=True, separators=(",", ":"))
        return made | {"sha256": sha256(canonical.encode()).hexdigest()}


def replayed(entries: Sequence[Entry], terms: Terms, at: datetime | None) -> Replayed:
    """One incident as it stood at a time (that of its own last change, where none is given)."""
    facts = facts_of(entries)
    seen = at or entries[-1].time
    return Replayed(facts, terms, seen, replay(facts, terms, seen))


def _counted(clock: Clock) -> dict[str, int]:
    late = clock.state in _LATE or (clock.state is ClockState.CANCELED and clock.breached)
    return {
        "clocks": 1,
        "met": clock.state is ClockState.MET,
        "breached": late,
        "running": clock.state in _OPEN,
        "canceled": clock.state is ClockState.CANCELED and not clock.breached,
        "warned": clock.warned,
        "paused": clock.paused_seconds > 0,
        "reopened_cycles": clock.cycle > 1,
        "excluded": bool(clock.exclusion),
        "elapsed_seconds": clock.elapsed_seconds,
        "paused_seconds": clock.paused_seconds,
    }
