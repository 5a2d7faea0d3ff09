"""A statement: the account of one contract's month, sealed and chained to the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chassis.errors import InvalidArgument, InvalidState
from services.sla.domain.statements.canonical import LinesHash, digest, stamp
from services.sla.domain.statements.credit import CreditCount, CreditTerms, attainment_bp
from services.sla.domain.statements.objection import Somebody, said_words
from services.sla.domain.statements.period import Period, period_data_of

FORMAT = "fairlead.statement/1"
# Facts of the period's last minute may still be on their way when it ends.
GRACE = timedelta(seconds=60)
MOST_REASONS = 50
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class StatementState(StrEnum):
    """How far a statement is."""

    DRAFT = "draft"
    CLOSING = "closing"
    CLOSED = "closed"


class CreditState(StrEnum):
    """Whether a credit is to be paid."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    VOIDED = "voided"


@dataclass(frozen=True)
class Build:
    """The gathering of a statement's lines: the number tells one attempt from another."""

    number: int = 0
    done: int = 0
    total: int = 0
    finished: bool = False
    failure: str = ""


@dataclass(frozen=True)
class Decision:
    """What became of a credit after closing."""

    state: CreditState
    by: Somebody
    time: datetime
    reason: str = ""


@dataclass(frozen=True)
class Seal:
    """What makes a statement provable."""

    sha256: str
    key_id: str
    public_key: str
    signature: str


@dataclass(frozen=True)
class Statement:
    """The record. `content` is what is sealed; once closed nothing of it changes ever. Decisions lie beside it."""

    statement_id: str
    provider_id: str
    tenant_id: str
    contract_id: str
    contract_name: str
    period: Period
    edition: int = 1
    state: StatementState = StatementState.DRAFT
    # "draft" or "close": what is to be done; "" when nothing is.
    wanted: str = "draft"
    # Why a further revision was made, each with the incident it is about.
    reasons: tuple[Mapping[str, str], ...] = ()
    supersedes: Mapping[str, str] | None = None
    build: Build = Build()
    closed_by: Somebody | None = None
    close_time: datetime | None = None
    # The place in the contract's chain; 0 until it is closed.
    sequence: int = 0
    content: Mapping[str, Any] = field(default_factory=dict)
    seal: Seal | None = None
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    revision: int = 0

    @property
    def is_closed(self) -> bool:
        return self.state is StatementState.CLOSED

    def credit_state(self, clause_id: str) -> CreditState:
        decision = self.decisions.get(clause_id)
        return decision.state if decision else CreditState.PROPOSED

    def redrafted(self, reasons: Iterable[Mapping[str, str]] = ()) -> Statement:
        """Its lines are to be gathered anew. Raises InvalidState for one that is closed or being closed."""
        if self.state is not StatementState.DRAFT:
            raise InvalidState("statement_closed", "A closed statement is never changed.", state=self.state)
        kept = list(self.reasons)
        kept += [reason for reason in reasons if reason not in kept]
        return replace(self, wanted="draft", reasons=tuple(kept[:MOST_REASONS]))

    def closing(self, by: Somebody, now: datetime) -> Statement:
        """On its way to be sealed; one that is so already, or closed, stays as it is.

        Raises InvalidState("period_not_over").
        """
        if self.state is not StatementState.DRAFT:
            return self
        if now < self.period.end + GRACE:
            raise InvalidState(
                "period_not_over", "A month is closed after its end.", end_time=stamp(self.period.end) or ""
            )
        return replace(self, state=StatementState.CLOSING, wanted="close", closed_by=by)

    def decided(self, clause_id: str, state: CreditState, by: Somebody, reason: str, now: datetime) -> Statement:  # fmt: skip
        """With a credit approved or voided; the same again changes nothing.

        Raises InvalidArgument("credit_unknown", or words_missing for voiding without a reason), and InvalidState for
        a statement that is not closed, and for a credit that was decided otherwise: that stands.
        """
        if not self.is_closed:
            raise InvalidState("statement_not_closed", "Credits are decided once the statement is closed.")
        if clause_id not in {credit["clause_id"] for credit in self.content["credits"]}:
            raise InvalidArgument("credit_unknown", "There is no such credit.", field="clause_id")
        if state is CreditState.PROPOSED:
            raise InvalidArgument("decision_missing", "Approved or voided?", field="state")
        known = self.decisions.get(clause_id)
        if known:
            if known.state is state:
                return self
            raise InvalidState("credit_decided", "It has been decided.", state=known.state)
        said = said_words(reason, "reason") if state is CreditState.VOIDED or reason.strip() else ""
        return replace(self, decisions={**self.decisions, clause_id: Decision(state, by, now, said)})


@dataclass
class Summary:
    """Adds lines up, in their order: totals, credits, and the hash over them."""

    terms: CreditTerms | None
    _lines: LinesHash = field(default_factory=LinesHash)
    _outcomes: dict[str, dict[str, int]] = field(default_factory=dict)
    _paused: dict[str, int] = field(default_factory=dict)
    _seconds: dict[str, int] = field(default_factory=lambda: {"elapsed": 0, "paused": 0})
    count: int = 0

    def __post_init__(self) -> None:
        self._credits = CreditCount(self.terms) if self.terms else None

    def add(self, line: Mapping[str, Any]) -> None:
        self.count += 1
        self._lines.add(line)
        kind = self._outcomes.setdefault(line["target"], {"met": 0, "breached": 0, "excluded": 0})
        kind[line["outcome"]] += 1
        self._seconds["elapsed"] += line["elapsed_seconds"]
        self._seconds["paused"] += line["paused_seconds"]
        for pause in line["pauses"]:
            self._paused[pause["awaiting"]] = self._paused.get(pause["awaiting"], 0) + pause["seconds"]
        if self._credits:
            self._credits.add(line)

    @property
    def sha256(self) -> str:
        return self._lines.hexdigest

    def totals(self) -> dict[str, Any]:
        return {
            "lines": self.count,
            **_counted([*self._outcomes.values()]),
            "elapsed_seconds": self._seconds["elapsed"],
            "paused_seconds": self._seconds["paused"],
            "pauses": [{"awaiting": party, "seconds": s} for party, s in sorted(self._paused.items())],
            "targets": [
                {"target": kind, **_counted([self._outcomes[kind]])} for kind in sorted(self._outcomes)
            ],
        }

    def credits(self, key: str, superseded_key: str = "") -> list[dict[str, Any]]:
        return self._credits.credits(key, superseded_key) if self._credits else []


@dataclass(frozen=True)
class Link:
    """The end of a contract's chain, to which the next statement is tied."""

    sequence: int
    sha256: str


def content_of(
    statement: Statement,
    summary: Summary,
    last: Link | None,
    key_id: str,
    close_time: datetime,
) -> dict[str, Any]:
    """What is sealed of a statement: all but the lines, for which their hash stands."""
    assert statement.closed_by is not None
    credits = summary.credits(*credit_keys(statement))
    return {
        "format": FORMAT,
        "statement_id": statement.statement_id,
        "provider_id": statement.provider_id,
        "tenant_id": statement.tenant_id,
        "contract_id": statement.contract_id,
        "contract_name": statement.contract_name,
        "period": period_data_of(statement.period),
        "revision": statement.edition,
        "supersedes": dict(statement.supersedes) if statement.supersedes else None,
        "reasons": [dict(reason) for reason in statement.reasons],
        "sequence": last.sequence + 1 if last else 1,
        "previous_sha256": last.sha256 if last else None,
        "close_time": stamp(close_time),
        "closed_by": statement.closed_by.data(),
        "totals": summary.totals(),
        "credit_terms": summary.terms.data() if summary.terms else None,
        "credits": credits,
        "credit_minor": sum(credit["amount_minor"] for credit in credits),
        "lines_sha256": summary.sha256,
        "key_id": key_id,
    }


def draft_content(statement: Statement, summary: Summary) -> dict[str, Any]:
    """What a draft shows of itself."""
    credits = summary.credits(*credit_keys(statement))
    return {
        "totals": summary.totals(),
        "credit_terms": summary.terms.data() if summary.terms else None,
        "credits": credits,
        "credit_minor": sum(credit["amount_minor"] for credit in credits),
    }


def credit_keys(statement: Statement) -> tuple[str, str]:
    """What the idempotency keys of a statement's credits begin with, and those of the statement it supersedes."""
    key = f"{statement.tenant_id}.{statement.contract_id}.{statement.period.name}"
    before = f"{key}.r{statement.edition - 1}" if statement.edition > 1 else ""
    return f"{key}.r{statement.edition}", before


def sealed(statement: Statement, content: Mapping[str, Any], seal: Seal, close_time: datetime) -> Statement:
    """Closed for good."""
    return replace(
        statement,
        state=StatementState.CLOSED,
        wanted="",
        content=content,
        seal=seal,
        sequence=content["sequence"],
        close_time=close_time,
        build=replace(statement.build, finished=True, failure=""),
    )


def hash_of(content: Mapping[str, Any]) -> str:
    """A statement's hash."""
    return digest(content)


def statement_id(provider_id: str, tenant_id: str, contract_id: str, period: str, edition: int) -> str:
    """The id of a statement: the same for whoever makes it, so that it is made once."""
    named = "\x00".join((provider_id, tenant_id, contract_id, period, str(edition)))
    value = int.from_bytes(hashlib.sha256(named.encode()).digest()[:16], "big")
    return "stm_" + "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def _counted(outcomes: list[dict[str, int]]) -> dict[str, Any]:
    met, breached, excluded = (sum(one[name] for one in outcomes) for name in ("met", "breached", "excluded"))
    return {
        "met": met,
        "breached": breached,
        "excluded": excluded,
        "attainment_bp": attainment_bp(met, breached),
    }
