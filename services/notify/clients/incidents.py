"""The incidents service, for reply tokens and the links by which people answer."""

from collections.abc import Sequence

from chassis import clock
from chassis.config import Settings
from chassis.rpc import call, channel
from chassis.tenancy import Caller
from chassis.tokens import CallerSigner
from fairlead.incidents.v1.incident_service_pb2 import (
    AnswerTokenRequest,
    MintAnswerTokensRequest,
    MintReplyTokensRequest,
    ReplyTokenRequest,
)
from fairlead.incidents.v1.incident_service_pb2_grpc import IncidentServiceStub
from services.notify.ports import AnswerRequest


class ReplyTokens:
    """ports.Record over gRPC."""

    def __init__(self, settings: Settings) -> None:
        self._incidents = IncidentServiceStub(channel(settings, "incidents"))

    def reply_tokens(self, caller: Caller, requests: Sequence[tuple[str, str]]) -> list[str]:
        if not requests:
            return []
        wanted = [ReplyTokenRequest(incident_id=one, address=address) for one, address in requests]
        answer = call(self._incidents.MintReplyTokens, MintReplyTokensRequest(requests=wanted), caller)
        return list(answer.tokens)

    def answer_tokens(self, caller: Caller, requests: Sequence[AnswerRequest]) -> list[str]:
        if not requests:
            return []
        wanted = [_wanted(request) for request in requests]
        answer = call(self._incidents.MintAnswerTokens, MintAnswerTokensRequest(requests=wanted), caller)
        return list(answer.tokens)


def _wanted(request: AnswerRequest) -> AnswerTokenRequest:
    wanted = AnswerTokenRequest(
        incident_id=request.incident_id,
        action=f"ANSWER_ACTION_{request.answer.upper()}",
        cycle=request.cycle,
        recipient=request.recipient,
    )
    wanted.issue_time.FromDatetime(request.issue_time)
    return wanted


class ServiceCallers:
    """ports.Callers: notify acting for a provider."""

    def __init__(self, signer: CallerSigner) -> None:
        self._signer = signer

    def of(self, provider_id: str) -> Caller:
        return self._signer.service_caller(clock.now(), provider_id)
