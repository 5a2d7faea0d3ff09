"""Dead letters: events that a service could not handle, kept until somebody decides."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from services.gateway.api.incidents import paged
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, PageQuery, Shape, Time
from services.gateway.backends.dead_letters import HEARING
from services.gateway.backends.payloads import readable

routes = Routes("dead letters", "Events that a service gave up, until somebody decides.")

Service = Literal[HEARING]  # type: ignore[valid-type]  # made of a tuple known at start


class DeadLetter(Shape):
    dead_letter_id: str
    service: str
    consumer: str
    event_id: str | None = None
    type: str | None = Field(None, description="Protobuf name of the payload.")
    source: str | None = Field(None, description="Service that announced the event.")
    subject: str | None = None
    tenant_id: str | None = None
    state: Literal["waiting", "redelivered", "discarded"]
    reason: str
    message: str | None = None
    attempts: int
    discard_reason: str | None = None
    event_time: Time | None = None
    create_time: Time | None = None
    update_time: Time | None = None


class WholeDeadLetter(DeadLetter):
    headers: dict[str, str] = Field(description="Without the caller's token.")
    payload: Any = Field(None, description="The event as JSON; left out where it cannot be read.")


class DeadLetterPage(Shape):
    dead_letters: list[DeadLetter]
    next_page_token: str | None = None


class DeadLetterQuery(PageQuery):
    consumer: str = Field("", max_length=100)
    include_settled: bool = Field(False, description="Also those redelivered or discarded.")


class Discarding(Body):
    reason: str = Field("", max_length=500)


_ONE: dict[str, Any] = {"scope": "admin", "returns": DeadLetter, "conflicts": True}


@routes.get(
    "/dead-letters/{service}",
    "List a service's dead letters",
    scope="admin",
    query=DeadLetterQuery,
    returns=DeadLetterPage,
)
def list_dead_letters(call: Call, service: str) -> Answer:
    """Newest first; the caller's own provider's. For provider administrators and operators."""
    query: DeadLetterQuery = call.query
    page = backends().dead_letters.list(
        call.caller,
        service,
        consumer=query.consumer,
        include_redelivered=query.include_settled,
        page_size=query.page_size,
        page_token=query.page_token,
    )
    shown = [DeadLetter.of(letter, service=service) for letter in page.dead_letters]
    return paged("dead_letters", shown, page.next_page_token)


@routes.get(
    "/dead-letters/{service}/{dead_letter_id}",
    "Get a dead letter",
    scope="admin",
    returns=WholeDeadLetter,
)
def get_dead_letter(call: Call, service: str, dead_letter_id: str) -> Answer:
    """With its event's headers and payload."""
    found = backends().dead_letters.get(call.caller, service, dead_letter_id)
    whole = DeadLetter.of(found.dead_letter, service=service, headers=dict(found.headers))
    payload = readable(found.dead_letter.type, found.payload)
    return whole if payload is None else {**whole, "payload": payload}


@routes.post(
    "/dead-letters/{service}/{dead_letter_id}/redeliver", "Hand a dead letter over once more", **_ONE
)
def redeliver_dead_letter(call: Call, service: str, dead_letter_id: str) -> Answer:
    """Waits for the outcome: state redelivered, or waiting with a fresh reason."""
    letter = backends().dead_letters.redeliver(call.caller, service, dead_letter_id)
    return DeadLetter.of(letter, service=service)


@routes.post(
    "/dead-letters/{service}/{dead_letter_id}/discard",
    "Put a dead letter away",
    body=Discarding,
    body_required=False,
    **_ONE,
)
def discard_dead_letter(call: Call, service: str, dead_letter_id: str) -> Answer:
    """For good; it stays readable."""
    letter = backends().dead_letters.discard(call.caller, service, dead_letter_id, call.body.reason)
    return DeadLetter.of(letter, service=service)
