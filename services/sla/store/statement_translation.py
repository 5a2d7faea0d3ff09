"""Statements and what belongs to them: documents to domain objects and back."""

from collections.abc import Mapping
from typing import Any

from services.sla.domain.statements.objection import Contest, Exclusion, ExclusionState, Somebody
from services.sla.domain.statements.period import Period
from services.sla.domain.statements.statement import (
    Build,
    CreditState,
    Decision,
    Seal,
    Statement,
    StatementState,
)


def statement_state(record: Statement) -> dict[str, Any]:
    """The fields of a statement's document that change while it is made."""
    return {
        "contract_id": record.contract_id,
        "contract_name": record.contract_name,
        "period": record.period.name,
        "period_zone": record.period.zone,
        "start_time": record.period.start,
        "end_time": record.period.end,
        "edition": record.edition,
        "state": record.state.value,
        "wanted": record.wanted,
        "reasons": [dict(reason) for reason in record.reasons],
        "supersedes": dict(record.supersedes) if record.supersedes else None,
        "build": build_state(record.build),
        "closed_by": record.closed_by.data() if record.closed_by else None,
        "close_time": record.close_time,
        "sequence": record.sequence,
        "content": dict(record.content),
        "seal": _seal(record.seal),
        "decisions": decisions_state(record.decisions),
    }


def build_state(build: Build) -> dict[str, Any]:
    """How far the gathering of lines is."""
    return {
        "number": build.number,
        "done": build.done,
        "total": build.total,
        "finished": build.finished,
        "failure": build.failure,
    }


def decisions_state(decisions: Mapping[str, Decision]) -> list[dict[str, Any]]:
    """A list: the names of clauses may have dots in them."""
    return [
        {
            "clause_id": clause_id,
            "state": decision.state.value,
            "by": decision.by.data(),
            "time": decision.time,
            "reason": decision.reason,
        }
        for clause_id, decision in sorted(decisions.items())
    ]


def statement_from(document: Mapping[str, Any]) -> Statement:
    """A statement, from its document."""
    build = document["build"]
    return Statement(
        statement_id=document["_id"],
        provider_id=document["provider_id"],
        tenant_id=document["tenant_id"],
        contract_id=document["contract_id"],
        contract_name=document["contract_name"],
        period=Period(
            document["period"], document["period_zone"], document["start_time"], document["end_time"]
        ),
        edition=document["edition"],
        state=StatementState(document["state"]),
        wanted=document["wanted"],
        reasons=tuple(document["reasons"]),
        supersedes=document["supersedes"],
        build=Build(build["number"], build["done"], build["total"], build["finished"], build["failure"]),
        closed_by=_somebody(document["closed_by"]),
        close_time=document["close_time"],
        sequence=document["sequence"],
        content=document["content"],
        seal=Seal(**document["seal"]) if document["seal"] else None,
        decisions={
            kept["clause_id"]: Decision(
                CreditState(kept["state"]), Somebody(**kept["by"]), kept["time"], kept["reason"]
            )
            for kept in document["decisions"]
        },
        revision=document["revision"],
    )


def exclusion_state(record: Exclusion) -> dict[str, Any]:
    """The fields of an exclusion's document."""
    return {
        "contract_id": record.contract_id,
        "incident_id": record.incident_id,
        "number": record.number,
        "target": record.target,
        "cycle": record.cycle,
        "reason": record.reason,
        "proposed_by": record.proposed_by.data(),
        "propose_time": record.propose_time,
        "state": record.state.value,
        "decided_by": record.decided_by.data() if record.decided_by else None,
        "decide_time": record.decide_time,
    }


def exclusion_from(document: Mapping[str, Any]) -> Exclusion:
    """An exclusion, from its document."""
    return Exclusion(
        exclusion_id=document["_id"],
        provider_id=document["provider_id"],
        tenant_id=document["tenant_id"],
        contract_id=document["contract_id"],
        incident_id=document["incident_id"],
        number=document["number"],
        target=document["target"],
        cycle=document["cycle"],
        reason=document["reason"],
        proposed_by=Somebody(**document["proposed_by"]),
        propose_time=document["propose_time"],
        state=ExclusionState(document["state"]),
        decided_by=_somebody(document["decided_by"]),
        decide_time=document["decide_time"],
    )


def contest_state(record: Contest) -> dict[str, Any]:
    """The fields of a contest's document."""
    return {
        "incident_id": record.incident_id,
        "pause_id": record.pause_id,
        "by": record.by.data(),
        "words": record.words,
        "time": record.time,
        **answer_state(record),
    }


def answer_state(record: Contest) -> dict[str, Any]:
    """The part that is written once."""
    return {
        "answered_by": record.answered_by.data() if record.answered_by else None,
        "answer": record.answer,
        "answer_time": record.answer_time,
        "conceded": record.conceded,
    }


def contest_from(document: Mapping[str, Any]) -> Contest:
    """A contest, from its document."""
    return Contest(
        incident_id=document["incident_id"],
        pause_id=document["pause_id"],
        by=Somebody(**document["by"]),
        words=document["words"],
        time=document["time"],
        answered_by=_somebody(document["answered_by"]),
        answer=document["answer"],
        answer_time=document["answer_time"],
        conceded=document["conceded"],
    )


def _somebody(kept: Mapping[str, Any] | None) -> Somebody | None:
    return Somebody(kept["subject"], kept["name"]) if kept else None


def _seal(seal: Seal | None) -> dict[str, str] | None:
    if seal is None:
        return None
    return {
        "sha256": seal.sha256,
        "key_id": seal.key_id,
        "public_key": seal.public_key,
        "signature": seal.signature,
    }
