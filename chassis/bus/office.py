"""The office that tends a service's dead letters: what its gRPC service and, in the gateway, its pages ask.

An operator sees every provider's letters, a provider administrator their own provider's; anyone else is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis import headers as names
from chassis.bus.attempts import Attempt
from chassis.bus.dead_letters import DISCARDED, REDELIVERED, WAITING, DeadLetter, DeadLetterStore
from chassis.errors import InvalidArgument, InvalidState
from chassis.tenancy import Caller, Role, Scope, SystemScope
from fairlead.chassis.v1 import dead_letter_pb2
from fairlead.chassis.v1 import dead_letter_service_pb2 as pb

_DEFAULT_PAGE = 50
_LARGEST_PAGE = 200
_STATES = {
    WAITING: dead_letter_pb2.DeadLetter.WAITING,
    REDELIVERED: dead_letter_pb2.DeadLetter.REDELIVERED,
    DISCARDED: dead_letter_pb2.DeadLetter.DISCARDED,
}


class DeadLetterOffice:
    """Answers the requests of fairlead.chassis.v1.DeadLetterService for a caller."""

    def __init__(self, store: DeadLetterStore, attempts: Mapping[str, Attempt]) -> None:
        self._store = store
        self._attempts = attempts

    def list(self, caller: Caller, request: Any) -> Any:
        """See the proto."""
        scope = _scope_of(caller)
        if request.page_size < 0:
            raise InvalidArgument("page_size_invalid", "A page has at least one row.", field="page_size")
        letters, cursor = self._store.list(
            scope,
            consumer=request.consumer,
            include_redelivered=request.include_redelivered,
            limit=min(request.page_size or _DEFAULT_PAGE, _LARGEST_PAGE),
            cursor=request.page_token,
        )
        return pb.ListDeadLettersResponse(
            dead_letters=[_message(letter) for letter in letters], next_page_token=cursor
        )

    def get(self, caller: Caller, request: Any) -> Any:
        """See the proto."""
        letter = self._store.get(_scope_of(caller), request.dead_letter_id)
        headers = {name: value for name, value in letter.headers.items() if name != names.CALLER}
        return pb.GetDeadLetterResponse(dead_letter=_message(letter), headers=headers, payload=letter.payload)

    def redeliver(self, caller: Caller, request: Any) -> Any:
        """See the proto."""
        scope = _scope_of(caller)
        letter = self._store.get(scope, request.dead_letter_id)
        _refuse_redelivered(letter)
        attempt = self._attempts.get(letter.consumer)
        if attempt is None:
            raise InvalidState("consumer_not_found", "This service has no such consumer any more.")
        error = attempt.once(letter.delivery())
        settled = self._store.settle(scope, letter.id, error)
        return pb.RedeliverDeadLetterResponse(dead_letter=_message(settled))

    def discard(self, caller: Caller, request: Any) -> Any:
        """See the proto."""
        scope = _scope_of(caller)
        letter = self._store.get(scope, request.dead_letter_id)
        _refuse_redelivered(letter)
        if letter.state != DISCARDED:
            letter = self._store.discard(scope, letter.id, request.reason.strip())
        return pb.DiscardDeadLetterResponse(dead_letter=_message(letter))


def _scope_of(caller: Caller) -> Scope:
    caller.require(Role.OPERATOR, Role.PROVIDER_ADMIN)
    if Role.OPERATOR in caller.roles:
        return SystemScope("an operator tends the dead letters of every provider")
    return caller.granted()


def _refuse_redelivered(letter: DeadLetter) -> None:
    if letter.state == REDELIVERED:
        raise InvalidState("dead_letter_redelivered", "It was redelivered already.")


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
        state=_STATES[letter.state],
        reason=letter.reason,
        message=letter.message,
        attempts=letter.attempts,
        discard_reason=letter.discard_reason,
    )
    message.create_time.FromDatetime(letter.create_time)
    message.update_time.FromDatetime(letter.update_time)
    if letter.event_time:
        message.event_time.FromDatetime(letter.event_time)
    return message
