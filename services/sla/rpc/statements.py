"""fairlead.sla.v1.StatementService."""

from collections.abc import Iterable, Iterator
from datetime import UTC

import grpc

from chassis.errors import InvalidArgument
from chassis.mongo.paging import decode_cursor, encode_cursor
from chassis.rpc import caller_of
from fairlead.sla.v1 import statement_pb2
from fairlead.sla.v1 import statement_service_pb2 as pb
from fairlead.sla.v1.statement_service_pb2_grpc import StatementServiceServicer
from services.sla.domain.statements.credit import Band, Clause, ClauseBasis, CreditTerms
from services.sla.events import statements as messages
from services.sla.use_cases import Crediting, Objecting, Stated, Stating
from services.sla.use_cases.stating import Brand, StatementQuery

_DEFAULT_PAGE, _MOST = 50, 500
_CHUNK_BYTES = 256 * 1024
_CREDIT_STATES = {number: state for state, number in messages.CREDIT_STATES.items()}


class StatementServicer(StatementServiceServicer):
    """Statements, credits and exclusions."""

    def __init__(self, stating: Stating, objecting: Objecting, crediting: Crediting) -> None:
        self._stating = stating
        self._objecting = objecting
        self._crediting = crediting

    def DraftStatement(
        self, request: pb.DraftStatementRequest, context: grpc.ServicerContext
    ) -> statement_pb2.Statement:
        asked = (request.tenant_id, request.contract_id, request.period)
        return _statement(self._stating.draft(caller_of(context), *asked))

    def CloseStatement(
        self, request: pb.CloseStatementRequest, context: grpc.ServicerContext
    ) -> statement_pb2.Statement:
        return _statement(self._stating.close(caller_of(context), request.statement_id))

    def GetStatement(
        self, request: pb.GetStatementRequest, context: grpc.ServicerContext
    ) -> statement_pb2.Statement:
        return _statement(self._stating.get(caller_of(context), request.statement_id))

    def ListStatements(
        self, request: pb.ListStatementsRequest, context: grpc.ServicerContext
    ) -> pb.ListStatementsResponse:
        size = _page_size(request.page_size)
        query = StatementQuery(
            contract_id=request.contract_id,
            feed=request.feed,
            page_size=size,
            page_token=request.page_token,
        )
        found = self._stating.page(caller_of(context), request.tenant_ids, query)
        token = ""
        if found and (request.feed or len(found) == size):
            last = found[-1].statement
            token = encode_cursor([last.close_time if request.feed else last.period.start, last.statement_id])
        elif request.feed:
            token = request.page_token
        return pb.ListStatementsResponse(
            statements=[_statement(each) for each in found], next_page_token=token
        )

    def ListStatementLines(
        self, request: pb.ListStatementLinesRequest, context: grpc.ServicerContext
    ) -> pb.ListStatementLinesResponse:
        size = _page_size(request.page_size)
        after = str(decode_cursor(request.page_token, 1)[0]) if request.page_token else ""
        found = self._stating.lines(caller_of(context), request.statement_id, request.outcome, after, size)
        token = ""
        if len(found) == size:
            last = found[-1]
            token = encode_cursor([f"{last['incident_id']}.{last['target']}.{last['cycle']:06}"])
        return pb.ListStatementLinesResponse(
            lines=[messages.line(line) for line in found], next_page_token=token
        )

    def ExportStatement(
        self, request: pb.ExportStatementRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ExportStatementResponse]:
        caller, id = caller_of(context), request.statement_id
        pieces: Iterable[bytes]
        if request.format == pb.STATEMENT_FORMAT_JSON:
            _, pieces = self._stating.as_json(caller, id)
        elif request.format == pb.STATEMENT_FORMAT_CSV:
            _, pieces = self._stating.as_csv(caller, id)
        elif request.format == pb.STATEMENT_FORMAT_PDF:
            _, document = self._stating.as_pdf(caller, id, _brand(request.brand))
            pieces = [document]
        else:
            raise InvalidArgument("format_missing", "JSON, CSV or PDF?", field="format")
        return _chunks(pieces)

    def DecideCredit(
        self, request: pb.DecideCreditRequest, context: grpc.ServicerContext
    ) -> statement_pb2.Statement:
        state = _CREDIT_STATES.get(request.state)
        if state is None:
            raise InvalidArgument("decision_missing", "Approved or voided?", field="state")
        asked = (request.statement_id, request.clause_id, state, request.reason)
        return _statement(self._stating.decide(caller_of(context), *asked))

    def ProposeExclusion(
        self, request: pb.ProposeExclusionRequest, context: grpc.ServicerContext
    ) -> statement_pb2.Exclusion:
        promise = (request.incident_id, request.target, request.cycle or 1, request.reason)
        return messages.exclusion(self._objecting.propose(caller_of(context), request.statement_id, *promise))

    def DecideExclusion(
        self, request: pb.DecideExclusionRequest, context: grpc.ServicerContext
    ) -> statement_pb2.Exclusion:
        return messages.exclusion(
            self._objecting.decide(caller_of(context), request.exclusion_id, request.approve)
        )

    def ListExclusions(
        self, request: pb.ListExclusionsRequest, context: grpc.ServicerContext
    ) -> pb.ListExclusionsResponse:
        found = self._objecting.exclusions(caller_of(context), request.statement_id)
        return pb.ListExclusionsResponse(exclusions=[messages.exclusion(each) for each in found])

    def SetCreditTerms(
        self, request: pb.SetCreditTermsRequest, context: grpc.ServicerContext
    ) -> statement_pb2.CreditTerms:
        return messages.credit_terms(self._crediting.set(caller_of(context), terms_from(request.terms)))

    def GetCreditTerms(
        self, request: pb.GetCreditTermsRequest, context: grpc.ServicerContext
    ) -> statement_pb2.CreditTerms:
        return messages.credit_terms(self._crediting.get(caller_of(context), request.contract_id))

    def ListStatementKeys(
        self, request: pb.ListStatementKeysRequest, context: grpc.ServicerContext
    ) -> pb.ListStatementKeysResponse:
        return pb.ListStatementKeysResponse(
            keys=[
                pb.StatementKey(
                    key_id=key.key_id,
                    pem=key.pem,
                    public_key=key.raw,
                    fingerprint=key.fingerprint,
                    current=key.current,
                )
                for key in self._stating.keys(caller_of(context))
            ]
        )


def terms_from(given: statement_pb2.CreditTerms) -> CreditTerms:
    """Credit terms as asked for. Raises InvalidArgument, naming the field, for what has no meaning."""
    effective = given.effective_time.ToDatetime(tzinfo=UTC) if given.HasField("effective_time") else None
    return CreditTerms(
        contract_id=given.contract_id,
        provider_id="",
        tenant_id="",
        currency=given.currency,
        fee_minor=given.fee_minor,
        cap_minor=given.cap_minor,
        effective_time=effective and effective.replace(microsecond=effective.microsecond // 1000 * 1000),
        clauses=tuple(_clause(clause, f"clauses[{at}]") for at, clause in enumerate(given.clauses)),
    )


def _clause(given: statement_pb2.CreditClause, field: str) -> Clause:
    try:
        basis = ClauseBasis(given.basis)
    except ValueError:
        raise InvalidArgument(
            "basis_unknown", "Per breach or by attainment?", field=f"{field}.basis"
        ) from None
    return Clause(
        clause_id=given.clause_id,
        text=given.text,
        basis=basis,
        targets=tuple(sorted(given.targets)),
        priorities=tuple(sorted(given.priorities)),
        amount_minor=given.amount_minor,
        fee_bp=given.fee_bp,
        bands=tuple(Band(band.below_bp, band.amount_minor, band.fee_bp) for band in given.bands),
        floor_minor=given.floor_minor,
        cap_minor=given.cap_minor,
    )


def _brand(given: pb.StatementBrand) -> Brand:
    return Brand(
        display_name=given.display_name,
        provider_name=given.provider_name,
        primary_color=given.primary_color,
        accent_color=given.accent_color,
        locale=given.locale,
    )


def _statement(stated: Stated) -> statement_pb2.Statement:
    return messages.statement(stated.statement, stated.superseded_by)


def _page_size(asked: int) -> int:
    return min(asked, _MOST) if asked > 0 else _DEFAULT_PAGE


def _chunks(pieces: Iterable[bytes]) -> Iterator[pb.ExportStatementResponse]:
    """Pieces of a line each, sent on by the handful."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= _CHUNK_BYTES:
            yield pb.ExportStatementResponse(chunk=bytes(held[:_CHUNK_BYTES]))
            del held[:_CHUNK_BYTES]
    yield pb.ExportStatementResponse(chunk=bytes(held))
