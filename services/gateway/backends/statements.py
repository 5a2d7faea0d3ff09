"""Service level statements, what is owed, and pauses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chassis.rpc import call, call_stream
from chassis.tenancy import Caller
from fairlead.sla.v1 import pause_service_pb2 as pauses
from fairlead.sla.v1 import statement_pb2 as statement
from fairlead.sla.v1 import statement_service_pb2 as messages
from fairlead.sla.v1.pause_service_pb2_grpc import PauseServiceStub
from fairlead.sla.v1.statement_service_pb2_grpc import StatementServiceStub

_SECONDS = 120.0


class Statements:
    """Client of fairlead.sla.v1.StatementService."""

    def __init__(self, channel: Any) -> None:
        self._stub = StatementServiceStub(channel)

    def draft(self, caller: Caller, tenant_id: str, contract_id: str, period: str) -> statement.Statement:
        """Returns at once; the lines are gathered meanwhile."""
        asked = messages.DraftStatementRequest(tenant_id=tenant_id, contract_id=contract_id, period=period)
        return call(self._stub.DraftStatement, asked, caller)

    def close(self, caller: Caller, statement_id: str) -> statement.Statement:
        """Returns at once; `get` tells how far it is."""
        return call(
            self._stub.CloseStatement, messages.CloseStatementRequest(statement_id=statement_id), caller
        )

    def get(self, caller: Caller, statement_id: str) -> statement.Statement:
        return call(self._stub.GetStatement, messages.GetStatementRequest(statement_id=statement_id), caller)

    def lines(self, caller: Caller, statement_id: str, **fields: Any) -> messages.ListStatementLinesResponse:
        """Fields: outcome, page_size, page_token."""
        asked = messages.ListStatementLinesRequest(statement_id=statement_id, **fields)
        return call(self._stub.ListStatementLines, asked, caller)

    def export(
        self, caller: Caller, statement_id: str, form: str, brand: messages.StatementBrand | None = None
    ) -> Iterator[bytes]:
        """Its bytes in chunks; form: "json", "csv" or "pdf". Raises before the first chunk."""
        asked = messages.ExportStatementRequest(
            statement_id=statement_id,
            format=messages.StatementFormat.Value(f"STATEMENT_FORMAT_{form.upper()}"),
            brand=brand,
        )
        stream = call_stream(self._stub.ExportStatement, asked, caller, timeout=_SECONDS)
        first = next(stream).chunk
        return _chunks(first, stream)

    def decide_credit(
        self, caller: Caller, statement_id: str, clause_id: str, approve: bool, reason: str = ""
    ) -> statement.Statement:
        state = statement.CREDIT_STATE_APPROVED if approve else statement.CREDIT_STATE_VOIDED
        asked = messages.DecideCreditRequest(
            statement_id=statement_id, clause_id=clause_id, state=state, reason=reason
        )
        return call(self._stub.DecideCredit, asked, caller)

    def propose_exclusion(self, caller: Caller, statement_id: str, **fields: Any) -> statement.Exclusion:
        """Fields: incident_id, target, cycle, reason."""
        asked = messages.ProposeExclusionRequest(statement_id=statement_id, **fields)
        return call(self._stub.ProposeExclusion, asked, caller)

    def decide_exclusion(self, caller: Caller, exclusion_id: str, approve: bool) -> statement.Exclusion:
        asked = messages.DecideExclusionRequest(exclusion_id=exclusion_id, approve=approve)
        return call(self._stub.DecideExclusion, asked, caller)

    def exclusions(self, caller: Caller, statement_id: str) -> list[statement.Exclusion]:
        asked = messages.ListExclusionsRequest(statement_id=statement_id)
        return [*call(self._stub.ListExclusions, asked, caller).exclusions]

    def set_credit_terms(self, caller: Caller, terms: statement.CreditTerms) -> statement.CreditTerms:
        """Makes the next version."""
        return call(self._stub.SetCreditTerms, messages.SetCreditTermsRequest(terms=terms), caller)

    def credit_terms(self, caller: Caller, contract_id: str) -> statement.CreditTerms:
        return call(
            self._stub.GetCreditTerms, messages.GetCreditTermsRequest(contract_id=contract_id), caller
        )

    def keys(self, caller: Caller) -> list[messages.StatementKey]:
        return [*call(self._stub.ListStatementKeys, messages.ListStatementKeysRequest(), caller).keys]

    def list(self, caller: Caller, **fields: Any) -> messages.ListStatementsResponse:
        """Fields: tenant_ids, contract_id, feed, page_size, page_token."""
        return call(self._stub.ListStatements, messages.ListStatementsRequest(**fields), caller)


class Pauses:
    """Client of fairlead.sla.v1.PauseService. Takes incident ids, not numbers."""

    def __init__(self, channel: Any) -> None:
        self._stub = PauseServiceStub(channel)

    def list(self, caller: Caller, incident_id: str) -> list[pauses.Pause]:
        asked = pauses.ListPausesRequest(incident_id=incident_id)
        return [*call(self._stub.ListPauses, asked, caller).pauses]

    def contest(self, caller: Caller, incident_id: str, pause_id: str, words: str) -> pauses.Pause:
        asked = pauses.ContestPauseRequest(incident_id=incident_id, pause_id=pause_id, words=words)
        return call(self._stub.ContestPause, asked, caller)

    def answer(
        self, caller: Caller, incident_id: str, pause_id: str, conceded: bool, words: str
    ) -> pauses.Pause:
        asked = pauses.AnswerContestRequest(
            incident_id=incident_id, pause_id=pause_id, conceded=conceded, words=words
        )
        return call(self._stub.AnswerContest, asked, caller)


def _chunks(first: bytes, stream: Iterator[Any]) -> Iterator[bytes]:
    yield first
    for message in stream:
        yield message.chunk
