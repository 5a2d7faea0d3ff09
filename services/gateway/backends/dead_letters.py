"""Events that a service gave up, of every service that hears any; the gateway's own among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from chassis.errors import InvalidState, NotFound
from chassis.rpc import call
from chassis.tenancy import Caller, Role
from fairlead.chassis.v1 import dead_letter_pb2
from fairlead.chassis.v1 import dead_letter_service_pb2 as messages
from fairlead.chassis.v1.dead_letter_service_pb2_grpc import DeadLetterServiceStub

OWN = "gateway"
# The directory and knowledge hear nothing, so they have none.
HEARING = ("intake", "incidents", "triage", "sla", "notify", OWN)


class Office(Protocol):
    """What answers for one service: chassis.bus.office of this process, or another's over gRPC."""

    def list(self, caller: Caller, request: Any) -> Any: ...
    def get(self, caller: Caller, request: Any) -> Any: ...
    def redeliver(self, caller: Caller, request: Any) -> Any: ...
    def discard(self, caller: Caller, request: Any) -> Any: ...


class _Remote:
    def __init__(self, channel: Any) -> None:
        self._stub = DeadLetterServiceStub(channel)

    def list(self, caller: Caller, request: Any) -> Any:
        return call(self._stub.ListDeadLetters, request, caller)

    def get(self, caller: Caller, request: Any) -> Any:
        return call(self._stub.GetDeadLetter, request, caller)

    def redeliver(self, caller: Caller, request: Any) -> Any:
        # Its handler may have much to do.
        return call(self._stub.RedeliverDeadLetter, request, caller, timeout=30.0)

    def discard(self, caller: Caller, request: Any) -> Any:
        return call(self._stub.DiscardDeadLetter, request, caller)


class DeadLetters:
    """Each method names the service first. Raises NotFound("service_not_found") for one that hears nothing."""

    def __init__(self, channel: Callable[[str], Any]) -> None:
        self._offices: dict[str, Office] = {name: _Remote(channel(name)) for name in HEARING if name != OWN}

    def serve_own(self, office: Office) -> None:
        """The gateway's own consumers: it serves no gRPC, so they are asked directly."""
        self._offices[OWN] = office

    def list(self, caller: Caller, service: str, **fields: Any) -> messages.ListDeadLettersResponse:
        """Newest first. Fields: consumer, include_redelivered, page_size, page_token."""
        return self._office(caller, service).list(caller, messages.ListDeadLettersRequest(**fields))

    def get(self, caller: Caller, service: str, dead_letter_id: str) -> messages.GetDeadLetterResponse:
        request = messages.GetDeadLetterRequest(dead_letter_id=dead_letter_id)
        return self._office(caller, service).get(caller, request)

    def redeliver(self, caller: Caller, service: str, dead_letter_id: str) -> dead_letter_pb2.DeadLetter:
        """As it is afterwards: redelivered, or waiting with a fresh reason."""
        request = messages.RedeliverDeadLetterRequest(dead_letter_id=dead_letter_id)
        return self._office(caller, service).redeliver(caller, request).dead_letter

    def discard(
        self, caller: Caller, service: str, dead_letter_id: str, reason: str
    ) -> dead_letter_pb2.DeadLetter:
        request = messages.DiscardDeadLetterRequest(dead_letter_id=dead_letter_id, reason=reason)
        return self._office(caller, service).discard(caller, request).dead_letter

    def _office(self, caller: Caller, service: str) -> Office:
        caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
        if service not in HEARING:
            raise NotFound("service_not_found", "There is no such service with consumers.")
        office = self._offices.get(service)
        if office is None:
            raise InvalidState("consumers_not_here", "This process runs no consumers of its own.")
        return office
