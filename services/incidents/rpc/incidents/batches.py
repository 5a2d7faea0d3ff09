"""What other services bring and fetch for many incidents at once."""

from typing import Any

import grpc

from chassis.rpc import caller_of
from fairlead.incidents.v1 import incident_service_pb2
from services.incidents.domain.visibility import as_clients_see
from services.incidents.events import incident_message
from services.incidents.rpc import requests
from services.incidents.rpc.incidents.calls import Calls, limit
from services.incidents.use_cases import Accepted


class BatchCalls(Calls):
    """What other services bring and fetch for many incidents at once."""

    def AcceptSubmissions(self, request: Any, context: grpc.ServicerContext) -> Any:
        limit("submissions", request.submissions)
        submissions = [requests.submission(evidence) for evidence in request.submissions]
        accepted = self._use.accepting.accept(caller_of(context), submissions)
        return incident_service_pb2.AcceptSubmissionsResponse(
            accepted=[_accepted(each, request.with_opened) for each in accepted]
        )

    def ApplyTriage(self, request: Any, context: grpc.ServicerContext) -> Any:
        limit("decisions", request.decisions)
        decisions = [requests.triage_decision(decision) for decision in request.decisions]
        applied = self._use.triaging.apply(caller_of(context), decisions)
        return incident_service_pb2.ApplyTriageResponse(
            applied=[
                incident_service_pb2.AppliedDecision(
                    incident_id=each.incident_id,
                    error_reason=each.error_reason,
                    retryable=each.retryable,
                    kept=each.kept,
                )
                for each in applied
            ]
        )

    def MintReplyTokens(self, request: Any, context: grpc.ServicerContext) -> Any:
        limit("requests", request.requests)
        wanted = [(each.incident_id, each.address) for each in request.requests]
        tokens = self._use.mail.mint(caller_of(context), wanted)
        return incident_service_pb2.MintReplyTokensResponse(tokens=tokens)

    def MintAnswerTokens(self, request: Any, context: grpc.ServicerContext) -> Any:
        limit("requests", request.requests)
        wanted = [requests.answer_wanted(each) for each in request.requests]
        tokens = self._use.answering.mint(caller_of(context), wanted)
        return incident_service_pb2.MintAnswerTokensResponse(tokens=tokens)


def _accepted(accepted: Accepted, with_opened: bool) -> incident_service_pb2.AcceptedSubmission:
    message = incident_service_pb2.AcceptedSubmission(
        submission_id=accepted.submission_id,
        error_reason=accepted.error_reason,
        retryable=accepted.retryable,
    )
    if accepted.filed:
        message.incident_id = accepted.filed.incident_id
        message.number = accepted.filed.number
        message.joined = accepted.filed.joined
        if with_opened and accepted.filed.opened:
            message.opened.CopyFrom(incident_message(as_clients_see(accepted.filed.opened)))
    return message
