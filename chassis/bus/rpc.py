"""Dead letters over gRPC: what `fairlead dead-letters` and the gateway call."""

from __future__ import annotations

from typing import Any

import grpc

from chassis.bus.office import DeadLetterOffice
from chassis.rpc import caller_of
from fairlead.chassis.v1 import dead_letter_service_pb2_grpc

SERVICE_NAME = "fairlead.chassis.v1.DeadLetterService"


class DeadLetterServicer(dead_letter_service_pb2_grpc.DeadLetterServiceServicer):
    """Serves one service's dead letters to operators and to provider administrators."""

    def __init__(self, office: DeadLetterOffice) -> None:
        self._office = office

    def ListDeadLetters(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        return self._office.list(caller_of(context), request)

    def GetDeadLetter(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        return self._office.get(caller_of(context), request)

    def RedeliverDeadLetter(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        return self._office.redeliver(caller_of(context), request)

    def DiscardDeadLetter(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        return self._office.discard(caller_of(context), request)
