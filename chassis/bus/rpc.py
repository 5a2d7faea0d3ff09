"""Dead letters over gRPC: what `fairlead dead-letters list|show|redeliver` calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc

from chassis import headers as names
from chassis.bus.attempts import Attempt
from chassis.bus.dead_letters import REDELIVERED, DeadLetter, DeadLetterStore
from chassis.errors import InvalidArgument, InvalidState
from chassis.rpc import caller_of
from chassis.tenancy import Caller, Role, Scope, SystemScope
from fairlead.chassis.v1 import dead_letter_pb2, dead_letter_service_pb2, dead_letter_service_pb2_grpc

SERVICE_NAME = "fairlead.chassis.v1.DeadLetterService"
_DEFAULT_PAGE = 50
_LARGEST_PAGE = 200
_STATES = dead_letter_pb2.DeadLetter.State


class DeadLetterServicer(dead_letter_service_pb2_grpc.DeadLetterServiceServicer):
    """Serves one service's dead letters to operators and to provider administrators."""

    def __init__(self, store: DeadLetterStore, attempts: Mapping[str, Attempt]) -> None:
        self._store = store
        self._attempts = attempts

    def ListDeadLetters(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        scope = _scope_of(caller_of(context))
        if request.page_size < 0:
            raise InvalidArgument("page_size_invalid", "A page has at least one row.", field="page_size")
        letters, cursor = self._store.list(
            scope,
            consumer=request.consumer,
            include_redelivered=request.include_redelivered,
            limit=min(request.page_size or _DEFAULT_PAGE, _LARGEST_PAGE),
            cursor=request.page_token,
        )
        return dead_letter_service_pb2.ListDeadLettersResponse(
            dead_letters=[_message(letter) for letter in letters], next_page_token=cursor
        )

    def GetDeadLetter(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        letter = self._store.get(_scope_of(caller_of(context)), request.dead_letter_id)
        headers = {name: value for name, value in letter.headers.items() if name != names.CALLER}
        return dead_letter_service_pb2.GetDeadLetterResponse(
            dead_letter=_message(letter), headers=headers, payload=letter.payload
        )

    def RedeliverDeadLetter(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        scope = _scope_of(caller_of(context))
        letter = self._store.get(scope, request.dead_letter_id)
        if letter.state == REDELIVERED:
            raise InvalidState("dead_letter_redelivered", "It was redelivered already.")
        attempt = self._attempts.get(letter.consumer)
        if attempt is None:
            raise InvalidState("consumer_not_found", "This service has no such consumer any more.")
        error = attempt.once(letter.delivery())
        settled = self._store.settle(scope, letter.id, error)
        return dead_letter_service_pb2.RedeliverDeadLetterResponse(dead_letter=_message(settled))


def _scope_of(caller: Caller) -> Scope:
    caller.require(Role.OPERATOR, Role.PROVIDER_ADMIN)
    if Role.OPERATOR in caller.roles:
        return SystemScope("an operator tends the dead letters of every provider")
    return caller.granted()


def _message(letter: DeadLetter) -> dead_letter_pb2.DeadLetter:
    message = dead_letter_pb2.DeadLetter(
        dead_letter_id=letter.id,
        consumer=letter.consumer,
        event_id=letter.event_id,
        type=letter.type,
        source=letter.source,
        subject=letter.subject,
        provider_id=letter.provider_id,
        tenant_id=letter.tenant_id,
        state=_STATES.REDELIVERED if letter.state == REDELIVERED else _STATES.WAITING,
        reason=letter.reason,
        message=letter.message,
        attempts=letter.attempts,
    )
    message.create_time.FromDatetime(letter.create_time)
    message.update_time.FromDatetime(letter.update_time)
    if letter.event_time:
        message.event_time.FromDatetime(letter.event_time)
    return message
