"""Service credits: what a provider owes for promises it broke, clause by clause, in whole minor units of a currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chassis.errors import InvalidArgument

_CURRENCY = re.compile(r"[A-Z]{3}")
_CLAUSE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
WHOLE = 10_000  # basis points
# What JSON numbers hold exactly (RFC 8785 refuses more).
MOST_MINOR = 2**53 - 1
MOST_CLAUSES = 50


class ClauseBasis(StrEnum):
    """What a clause counts."""

    PER_BREACH = "per_breach"
    ATTAINMENT = "attainment"


@dataclass(frozen=True)
class Band:
    """Owed when attainment is below so many basis points: a fixed amount, or basis points of the fee."""

    below_bp: int
    amount_minor: int = 0
    fee_bp: int = 0


@dataclass(frozen=True)
class Clause:
    """One rule. It counts promises of these targets and priorities; an empty choice means all of them.

    A credit that is due at all is raised to the floor and cut to the cap (0: none).
    """

    clause_id: str
    text: str
    basis: ClauseBasis
    targets: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    # For each breach: a fixed amount, or basis points of the fee.
    amount_minor: int = 0
    fee_bp: int = 0
    bands: tuple[Band, ...] = ()
    floor_minor: int = 0
    cap_minor: int = 0

    def counts(self, target: str, priority: int) -> bool:
        return (not self.targets or target in self.targets) and (
            not self.priorities or priority in self.priorities
        )


@dataclass(frozen=True)
class CreditTerms:
    """One version of what is owed under a contract; it holds for periods that start at or after its effective time."""

    contract_id: str
    provider_id: str
    tenant_id: str
    currency: str
    # The month's fee that percentages are taken of.
    fee_minor: int
    clauses: tuple[Clause, ...]
    # All credits of a period together are cut to it; 0: no cap.
    cap_minor: int = 0
    version: int = 1
    effective_time: datetime | None = None

    def data(self) -> dict[str, Any]:
        """As a statement carries them, so that its credits can be computed again by anybody."""
        return {
            "version": self.version,
            "currency": self.currency,
            "fee_minor": self.fee_minor,
            "cap_minor": self.cap_minor,
            "clauses": [
                {
                    "clause_id": clause.clause_id,
                    "text": clause.text,
                    "basis": clause.basis.value,
                    "targets": sorted(clause.targets),
                    "priorities": sorted(clause.priorities),
                    "amount_minor": clause.amount_minor,
                    "fee_bp": clause.fee_bp,
                    "bands": [
                        {"below_bp": b.below_bp, "amount_minor": b.amount_minor, "fee_bp": b.fee_bp}
                        for b in clause.bands
                    ],
                    "floor_minor": clause.floor_minor,
                    "cap_minor": clause.cap_minor,
                }
                for clause in self.clauses
            ],
        }


def terms_from(kept: Mapping[str, Any], contract_id: str = "", provider_id: str = "", tenant_id: str = "", effective_time: datetime | None = None) -> CreditTerms:  # fmt: skip
    """The terms that `CreditTerms.data` wrote. Raises KeyError, ValueError or TypeError for other shapes."""
    return CreditTerms(
        contract_id=contract_id,
        provider_id=provider_id,
        tenant_id=tenant_id,
        currency=kept["currency"],
        fee_minor=int(kept["fee_minor"]),
        cap_minor=int(kept["cap_minor"]),
        version=int(kept["version"]),
        effective_time=effective_time,
        clauses=tuple(
            Clause(
                clause_id=one["clause_id"],
                text=one["text"],
                basis=ClauseBasis(one["basis"]),
                targets=tuple(one["targets"]),
                priorities=tuple(one["priorities"]),
                amount_minor=int(one["amount_minor"]),
                fee_bp=int(one["fee_bp"]),
                bands=tuple(Band(b["below_bp"], b["amount_minor"], b["fee_bp"]) for b in one["bands"]),
                floor_minor=int(one["floor_minor"]),
                cap_minor=int(one["cap_minor"]),
            )
            for one in kept["clauses"]
        ),
    )


@dataclass
class ClauseCount:
    """How many promises that a clause counts were kept and broken."""

    met: int = 0
    breached: int = 0

    @property
    def attainment_bp(self) -> int | None:
        """Rounded down, so that no breach is rounded away; None without any verdict."""
        return attainment_bp(self.met, self.breached)


@dataclass
class CreditCount:
    """Counts lines towards the clauses, and says what is owed."""

    terms: CreditTerms
    _counts: dict[str, ClauseCount] = field(default_factory=dict)

    def add(self, line: Mapping[str, Any]) -> None:
        """An excluded line counts towards nothing."""
        if line["outcome"] not in ("met", "breached"):
            return
        for clause in self.terms.clauses:
            if clause.counts(line["target"], line["priority"]):
                count = self._counts.setdefault(clause.clause_id, ClauseCount())
                if line["outcome"] == "met":
                    count.met += 1
                else:
                    count.breached += 1

    def credits(self, key: str, superseded_key: str = "") -> list[dict[str, Any]]:
        """What is owed, in the clauses' order. key: of the statement, to which the clause is added for each credit.

        The period's cap is used up in that order, so that an earlier clause is paid in full first.
        """
        left = self.terms.cap_minor or None
        result = []
        for clause in self.terms.clauses:
            count = self._counts.get(clause.clause_id, ClauseCount())
            computed = _computed(clause, count, self.terms.fee_minor)
            if not computed:
                continue
            amount = max(computed, clause.floor_minor)
            amount = min(amount, clause.cap_minor) if clause.cap_minor else amount
            if left is not None:
                amount = min(amount, left)
                left -= amount
            result.append(
                {
                    "clause_id": clause.clause_id,
                    "text": clause.text,
                    "basis": clause.basis.value,
                    "met": count.met,
                    "breached": count.breached,
                    "attainment_bp": count.attainment_bp,
                    "computed_minor": computed,
                    "amount_minor": amount,
                    "currency": self.terms.currency,
                    "idempotency_key": f"{key}.{clause.clause_id}",
                    "supersedes_key": f"{superseded_key}.{clause.clause_id}" if superseded_key else None,
                }
            )
        return result


def attainment_bp(met: int, breached: int) -> int | None:
    """Basis points of promises kept, rounded down; None without any verdict."""
    return met * WHOLE // (met + breached) if met + breached else None


def _computed(clause: Clause, count: ClauseCount, fee_minor: int) -> int:
    if clause.basis is ClauseBasis.PER_BREACH:
        return count.breached * _amount(clause.amount_minor, clause.fee_bp, fee_minor)
    decided = count.met + count.breached
    # Compared as whole numbers: 98.999 % is below 99 % however it would be rounded.
    met = [band for band in clause.bands if decided and count.met * WHOLE < band.below_bp * decided]
    band = min(met, key=lambda one: one.below_bp, default=None)
    return _amount(band.amount_minor, band.fee_bp, fee_minor) if band else 0


def _amount(amount_minor: int, fee_bp: int, fee_minor: int) -> int:
    """A fixed amount and a part of the fee, that part rounded half up to a whole minor unit."""
    return amount_minor + (fee_minor * fee_bp + WHOLE // 2) // WHOLE


def check_terms(terms: CreditTerms) -> None:
    """Raises InvalidArgument, naming the field, for terms under which nothing sensible could be owed."""
    if not _CURRENCY.fullmatch(terms.currency):
        raise InvalidArgument("currency_invalid", "A currency is three letters (ISO 4217).", field="currency")
    _check_minor(terms.fee_minor, "fee_minor")
    _check_minor(terms.cap_minor, "cap_minor")
    if not 1 <= len(terms.clauses) <= MOST_CLAUSES:
        raise InvalidArgument("clauses_missing", f"1 to {MOST_CLAUSES} clauses are needed.", field="clauses")
    seen: set[str] = set()
    for place, clause in enumerate(terms.clauses):
        where = f"clauses[{place}]"
        if not _CLAUSE_ID.fullmatch(clause.clause_id) or clause.clause_id in seen:
            raise InvalidArgument(
                "clause_invalid", "Each clause has a short name of its own.", field=f"{where}.clause_id"
            )
        seen.add(clause.clause_id)
        _check_clause(clause, where)


def _check_clause(clause: Clause, where: str) -> None:
    for name in ("amount_minor", "floor_minor", "cap_minor"):
        _check_minor(getattr(clause, name), f"{where}.{name}")
    _check_share(clause.fee_bp, f"{where}.fee_bp")
    if clause.cap_minor and clause.floor_minor > clause.cap_minor:
        raise InvalidArgument("floor_above_cap", "A floor is at most the cap.", field=f"{where}.floor_minor")
    if any(priority not in range(1, 6) for priority in clause.priorities):
        raise InvalidArgument("priority_invalid", "A priority is P1 to P5.", field=f"{where}.priorities")
    if clause.basis is ClauseBasis.PER_BREACH:
        if not (clause.amount_minor or clause.fee_bp) or clause.bands:
            raise InvalidArgument("amount_missing", "What does a breach cost?", field=f"{where}.amount_minor")
        return
    if not clause.bands or clause.amount_minor or clause.fee_bp:
        raise InvalidArgument("bands_missing", "Below which attainment is what owed?", field=f"{where}.bands")
    for at, band in enumerate(clause.bands):
        place = f"{where}.bands[{at}]"
        if not 0 < band.below_bp <= WHOLE:
            raise InvalidArgument("band_invalid", "A band begins below 0.01 to 100 %.", field=place)
        _check_minor(band.amount_minor, f"{place}.amount_minor")
        _check_share(band.fee_bp, f"{place}.fee_bp")
        if not (band.amount_minor or band.fee_bp):
            raise InvalidArgument("amount_missing", "What is owed in this band?", field=place)


def _check_minor(value: int, where: str) -> None:
    # With 10,000 breaches the product still is an exact JSON number.
    if not 0 <= value <= MOST_MINOR // 1_000_000:
        raise InvalidArgument("amount_out_of_range", "An amount is 0 or more, in minor units.", field=where)


def _check_share(value: int, where: str) -> None:
    if not 0 <= value <= WHOLE:
        raise InvalidArgument("share_out_of_range", "A share is 0 to 100 % in basis points.", field=where)
