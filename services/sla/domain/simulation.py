"""What past incidents would have come to under a proposed contract, side by side with the agreed one.

Both sides are replayed from the same facts by the engine that times incidents. Of what was promised to the client alone,
as attainment and statements count it; credits are owed month by month, by the month in which each verdict fell. What was
excluded by approval counts towards nothing on either side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chassis.errors import InvalidArgument
from services.sla.domain.attainment import Outcome, verdict_of
from services.sla.domain.clock import ClockState, replay
from services.sla.domain.contract import TargetLevel, Terms
from services.sla.domain.facts import Fact
from services.sla.domain.statements.credit import (
    CreditCount,
    CreditTerms,
    attainment_bp,
    check_terms,
    terms_from,
)

_OPEN = (ClockState.RUNNING, ClockState.PAUSED)
_CLAUSE: dict[str, Any] = {
    "text": "", "basis": "per_breach", "targets": [], "priorities": [], "amount_minor": 0, "fee_bp": 0, "bands": [],
    "floor_minor": 0, "cap_minor": 0,
}  # fmt: skip
_BAND = {"amount_minor": 0, "fee_bp": 0}
# Of the promises whose verdict would be another, the first so many are named.
MOST_NAMED = 200


@dataclass(frozen=True)
class Change:
    """A promise that both contracts make, and keep differently."""

    incident_id: str
    number: str
    # Its target and cycle: "resolution.1".
    promise: str
    agreed: Outcome
    proposed: Outcome


def _utc_month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"


@dataclass
class Side:
    """One contract's account of the incidents so far."""

    # None: each incident brings its own, or has none.
    terms: Terms | None
    credit_terms: CreditTerms | None = None
    # The name of the month in which credits for a verdict are owed.
    month_of: Callable[[datetime], str] = _utc_month
    _outcomes: dict[str, Counter[Outcome]] = field(default_factory=dict)
    _excluded: Counter[str] = field(default_factory=Counter)
    _months: dict[str, CreditCount] = field(default_factory=dict)

    def add(
        self, facts: Sequence[Fact], at: datetime, terms: Terms | None = None, excluded: Collection[str] = ()
    ) -> dict[str, Outcome]:
        """Counts one incident as of a time; the verdicts of its promises by clock key, without the excluded ones."""
        verdicts: dict[str, Outcome] = {}
        held = self.terms or terms
        for clock in replay(facts, held, at) if held else ():
            if clock.level is not TargetLevel.CLIENT:
                continue
            target, verdict = clock.run.track.key, verdict_of(clock)
            counts = self._outcomes.setdefault(target, Counter())
            if verdict is None:
                counts[Outcome.RUNNING] += clock.state in _OPEN
                continue
            if clock.key in excluded:
                self._excluded[target] += 1
                continue
            verdicts[clock.key] = verdict[0]
            counts[verdict[0]] += 1
            if self.credit_terms:
                month = self._months.setdefault(self.month_of(verdict[1]), CreditCount(self.credit_terms))
                month.add({"outcome": verdict[0].value, "target": target, "priority": clock.priority or 0})
        return verdicts

    def table(self) -> dict[str, Any]:
        """As JSON."""
        total = sum(self._outcomes.values(), Counter[Outcome]())
        made: dict[str, Any] = {
            "contract": self.terms.contract.name if self.terms else "",
            **_counted(total, self._excluded.total()),
            "targets": {
                target: _counted(self._outcomes[target], self._excluded[target])
                for target in sorted(self._outcomes)
            },
        }
        if self.credit_terms:
            owed = {month: self._months[month].credits(month) for month in sorted(self._months)}
            months = {month: sum(one["amount_minor"] for one in credits) for month, credits in owed.items()}
            made["credits"] = {
                "currency": self.credit_terms.currency,
                "amount_minor": sum(months.values()),
                "months": months,
            }
        return made


@dataclass
class Simulation:
    """Two contracts over the same incidents."""

    agreed: Side
    proposed: Side
    incidents: int = 0
    # The first of those counted.
    changes: list[Change] = field(default_factory=list)
    _moved: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        facts: Sequence[Fact],
        at: datetime,
        terms: Terms | None = None,
        excluded: Collection[str] = (),
        named: tuple[str, str] = ("", ""),
    ) -> None:
        """One incident as of a time. terms: what held, where the agreed side has none; excluded: by clock key;
        named: its id and number.
        """
        self.incidents += 1
        before = self.agreed.add(facts, at, terms, excluded)
        for key, verdict in self.proposed.add(facts, at, None, excluded).items():
            if (held := before.get(key, verdict)) is not verdict:
                self._moved["now_breached" if verdict is Outcome.BREACHED else "now_met"] += 1
                if len(self.changes) < MOST_NAMED:
                    self.changes.append(Change(*named, key, held, verdict))

    def table(self) -> dict[str, Any]:
        """Side by side, and how many promises that both make would have another verdict."""
        return {
            "incidents": self.incidents,
            "as_agreed": self.agreed.table(),
            "proposed": self.proposed.table(),
            "changed": {name: self._moved[name] for name in ("now_met", "now_breached")},
        }


def credit_terms_from(described: Mapping[str, Any]) -> CreditTerms | None:
    """The `credits` of a contract file, if it has any. Raises InvalidArgument, naming the field that is wrong."""
    given = described.get("credits")
    if given is None:
        return None
    try:
        clauses = [
            _CLAUSE | clause | {"bands": [_BAND | band for band in clause.get("bands", [])]}
            for clause in given["clauses"]
        ]
        plain = {"version": 1, "fee_minor": 0, "cap_minor": 0} | given | {"clauses": clauses}
        terms = terms_from(plain)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise InvalidArgument(
            "credits_invalid", f"These are no credit terms: {error}.", field="credits"
        ) from None
    check_terms(terms)
    return terms


def _counted(outcomes: Counter[Outcome], excluded: int) -> dict[str, Any]:
    met, breached = outcomes[Outcome.MET], outcomes[Outcome.BREACHED]
    basis_points = attainment_bp(met, breached)
    return {
        "met": met,
        "breached": breached,
        "excluded": excluded,
        "running": outcomes[Outcome.RUNNING],
        "attainment_percent": None if basis_points is None else basis_points / 100,
    }
