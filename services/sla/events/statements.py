"""Statements as protobuf messages: what calls answer with and what events carry are the same."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from google.protobuf.json_format import ParseDict
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.outbox import OutboundEvent
from chassis.tenancy import Caller
from fairlead.sla.v1 import events_pb2, pause_service_pb2, statement_pb2
from services.sla.domain.statements.credit import CreditTerms
from services.sla.domain.statements.objection import Contest, Exclusion, ExclusionState, Somebody
from services.sla.domain.statements.statement import CreditState, Statement, StatementState

CREDIT_STATES = {
    CreditState.PROPOSED: statement_pb2.CREDIT_STATE_PROPOSED,
    CreditState.APPROVED: statement_pb2.CREDIT_STATE_APPROVED,
    CreditState.VOIDED: statement_pb2.CREDIT_STATE_VOIDED,
}
_STATES = {
    StatementState.DRAFT: statement_pb2.STATEMENT_STATE_DRAFT,
    StatementState.CLOSING: statement_pb2.STATEMENT_STATE_CLOSING,
    StatementState.CLOSED: statement_pb2.STATEMENT_STATE_CLOSED,
}
_EXCLUSION_STATES = {
    ExclusionState.PROPOSED: statement_pb2.EXCLUSION_STATE_PROPOSED,
    ExclusionState.APPROVED: statement_pb2.EXCLUSION_STATE_APPROVED,
    ExclusionState.DECLINED: statement_pb2.EXCLUSION_STATE_DECLINED,
}


def period_closed(record: Statement, caller: Caller, time: datetime) -> OutboundEvent:
    """A period was closed for good."""
    return OutboundEvent("period_closed", events_pb2.PeriodClosed(statement=statement(record)), time, caller)


def credit_decided(record: Statement, clause_id: str, caller: Caller, time: datetime) -> OutboundEvent:
    """A credit was approved or voided."""
    told = statement(record)
    decided = next(credit for credit in told.credits if credit.clause_id == clause_id)
    message = events_pb2.CreditDecided(statement=told, credit=decided)
    return OutboundEvent("credit_decided", message, time, caller)


def statement(record: Statement, superseded_by: str = "") -> statement_pb2.Statement:
    """A statement without its lines."""
    content, seal, build = record.content, record.seal, record.build
    totals = content.get("totals")
    terms = content.get("credit_terms")
    return statement_pb2.Statement(
        statement_id=record.statement_id,
        tenant_id=record.tenant_id,
        contract_id=record.contract_id,
        contract_name=record.contract_name,
        period=record.period.name,
        time_zone=record.period.zone,
        start_time=timestamp(record.period.start),
        end_time=timestamp(record.period.end),
        statement_revision=record.edition,
        state=_STATES[record.state],
        gathering=bool(record.wanted),
        incidents_done=build.done,
        incidents_total=build.total,
        failure=build.failure,
        reasons=[statement_pb2.StatementReason(**reason) for reason in record.reasons],
        supersedes_id=record.supersedes["statement_id"] if record.supersedes else "",
        superseded_by_id=superseded_by,
        closed_by=somebody(record.closed_by),
        close_time=timestamp(record.close_time),
        sequence=record.sequence,
        sha256=seal.sha256 if seal else "",
        previous_sha256=(content.get("previous_sha256") or "") if seal else "",
        key_id=seal.key_id if seal else "",
        totals=ParseDict(totals, statement_pb2.StatementTotals()) if totals else None,
        credits=[_credit(record, kept) for kept in content.get("credits", ())],
        credit_minor=content.get("credit_minor", 0),
        currency=terms["currency"] if terms else "",
        revision=record.revision,
    )


def line(kept: Mapping[str, Any]) -> statement_pb2.StatementLine:
    """A line, by the names and values of the sealed document."""
    return ParseDict(kept, statement_pb2.StatementLine())


def exclusion(record: Exclusion) -> statement_pb2.Exclusion:
    """A promise that is to be left out."""
    return statement_pb2.Exclusion(
        exclusion_id=record.exclusion_id,
        contract_id=record.contract_id,
        incident_id=record.incident_id,
        number=record.number,
        target=record.target,
        cycle=record.cycle,
        reason=record.reason,
        proposed_by=somebody(record.proposed_by),
        propose_time=timestamp(record.propose_time),
        state=_EXCLUSION_STATES[record.state],
        decided_by=somebody(record.decided_by),
        decide_time=timestamp(record.decide_time),
    )


def pause(
    incident_id: str,
    pause_id: str,
    awaiting: str,
    start: datetime,
    end: datetime | None,
    stopped: Iterable[tuple[str, int, int]],
    contest: Contest | None,
) -> pause_service_pb2.Pause:
    """A pause with what it stopped, (target, cycle, seconds), and what was said about it."""
    message = pause_service_pb2.Pause(
        incident_id=incident_id,
        pause_id=pause_id,
        awaiting=awaiting,
        start_time=timestamp(start),
        end_time=timestamp(end),
        stopped=[
            pause_service_pb2.StoppedClock(target=target, cycle=cycle, seconds=seconds)
            for target, cycle, seconds in stopped
        ],
    )
    if contest:
        message.contested_by.CopyFrom(somebody(contest.by))
        message.contest_words = contest.words
        message.contest_time.FromDatetime(contest.time)
        if contest.answered_by and contest.answer_time:
            message.answer.by.CopyFrom(somebody(contest.answered_by))
            message.answer.words = contest.answer
            message.answer.time.FromDatetime(contest.answer_time)
            message.answer.conceded = contest.conceded
    return message


def credit_terms(terms: CreditTerms) -> statement_pb2.CreditTerms:
    """What is owed under a contract."""
    message = ParseDict(terms.data(), statement_pb2.CreditTerms())
    message.contract_id = terms.contract_id
    if terms.effective_time:
        message.effective_time.FromDatetime(terms.effective_time)
    return message


def somebody(who: Somebody | None) -> statement_pb2.Somebody | None:
    """Who said or decided it."""
    return statement_pb2.Somebody(subject=who.subject, name=who.name) if who else None


def timestamp(moment: datetime | None) -> Timestamp | None:
    """None stays unset."""
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def _credit(record: Statement, kept: Mapping[str, Any]) -> statement_pb2.ServiceCredit:
    message = ParseDict(kept, statement_pb2.ServiceCredit())
    message.state = CREDIT_STATES[record.credit_state(kept["clause_id"])]
    if decision := record.decisions.get(kept["clause_id"]):
        message.decided_by.CopyFrom(somebody(decision.by))
        message.decide_time.FromDatetime(decision.time)
        message.reason = decision.reason
    return message
