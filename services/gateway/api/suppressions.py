"""Addresses that no mail is sent to, because mails failed to arrive there or because staff said so."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from pydantic import Field

from services.gateway.api import words
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Email, Id, PageQuery, Shape, Time

routes = Routes("suppressions", "Addresses that no mail is sent to.")


class Suppression(Shape):
    suppression_id: str
    tenant_id: str
    address: str
    cause: words.SuppressionCause | None = Field(None, description="Left out once it is lifted.")
    status: str | None = Field(
        None, description="Enhanced status code of the last failure.", examples=["5.1.1"]
    )
    diagnostic: str | None = None
    delivery_ids: list[str] = []
    create_time: Time | None = None
    update_time: Time | None = None
    revision: int


class SuppressionPage(Shape):
    suppressions: list[Suppression]
    next_page_token: str | None = None


class SuppressionQuery(PageQuery):
    tenant_id: Id | None = None
    address: Email | None = Field(None, description="Only this one.")


class SuppressionBody(Body):
    tenant_id: Id
    address: Email = Field(examples=["jane@acme.example"])


@routes.get(
    "/suppressions",
    "List suppressed addresses",
    scope="deliveries:read",
    query=SuppressionQuery,
    returns=SuppressionPage,
)
def list_suppressions(call: Call) -> Answer:
    """The latest first."""
    query: SuppressionQuery = call.query
    page = backends().suppressions.list(
        call.caller,
        tenant_id=query.tenant_id or "",
        address=query.address or "",
        page_size=query.page_size,
        page_token=query.page_token,
    )
    answer = {"suppressions": Suppression.all_of(page.suppressions)}
    return {**answer, "next_page_token": page.next_page_token} if page.next_page_token else answer


@routes.post(
    "/suppressions",
    "Send no mail to an address",
    scope="deliveries:write",
    body=SuppressionBody,
    returns=Suppression,
    status=201,
    conflicts=True,
)
def suppress_address(call: Call) -> Answer:
    body: SuppressionBody = call.body
    return Suppression.of(backends().suppressions.add(call.caller, body.tenant_id, body.address))


@routes.post(
    "/suppressions/{suppression_id}/lift",
    "Send mail to an address again",
    scope="deliveries:write",
    returns=Suppression,
    conflicts=True,
)
def lift_suppression(call: Call, suppression_id: str) -> Answer:
    """Failures of mails from before say nothing any more."""
    return Suppression.of(backends().suppressions.lift(call.caller, suppression_id))
