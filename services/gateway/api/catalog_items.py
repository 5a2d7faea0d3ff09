"""What clients may order: items of the catalog."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from typing import Any

from pydantic import Field

from fairlead.incidents.v1 import catalog_pb2, incident_pb2
from fairlead.intake.v1 import submission_pb2
from services.gateway.api import words
from services.gateway.api.incidents import Incident, answer_opened
from services.gateway.api.meant import fields_as_sent, tenant_of
from services.gateway.api.order_shapes import ApprovalStep
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Query, Revision, Shape, Time, fill
from services.gateway.api.submissions import Submission
from services.gateway.backends.words import number_of

routes = Routes(
    "catalog",
    "What clients may order. Each change of an item makes a version; an order keeps the one it was made from.",
)


class TaskTemplate(Shape):
    name: str
    stage: int
    assignment_group_id: str | None = None
    assignment_group_name: str | None = None
    due_share: int


class Contents(Shape):
    name: dict[str, str]
    summary: dict[str, str] = {}
    tenant_ids: list[str] = Field([], description="Empty: every client. For staff.")
    form_id: str | None = None
    category: str | None = None
    priority: words.Priority | None = None
    delivery_hours: int
    steps: list[ApprovalStep] = []
    tasks: list[TaskTemplate] = Field([], description="For staff.")


class CatalogItem(Shape):
    item_id: str = Field(examples=["cat_01jd8q4k3v7x2m9t6b5n0c1r8e"])
    contents: Contents
    version: int
    retired: bool
    revision: int
    create_time: Time | None = None
    update_time: Time | None = None


class CatalogList(Shape):
    items: list[CatalogItem]


class TextsBody(Body):
    """In English, and in French; without French, English is shown."""

    en: str = Field("", max_length=2000)
    fr: str = Field("", max_length=2000)


class ApproverBody(Body):
    person_id: Id


class StepBody(Body):
    """Who decides. The client's managers are those of the moment when it is asked."""

    name: str = Field(min_length=1, max_length=200)
    rule: words.ApprovalRule = "any"
    count: int = Field(0, ge=0, le=20, description="How many must agree, where the rule is `some`.")
    roles: list[words.ApproverRole] = Field([], max_length=1)
    people: list[ApproverBody] = Field([], max_length=20)
    own_allowed: bool = False
    remind_after_seconds: int = Field(0, ge=0, le=7_776_000)
    expire_after_seconds: int = Field(0, ge=0, le=7_776_000)


class TaskBody(Body):
    name: str = Field(min_length=1, max_length=200)
    stage: int = Field(1, ge=1, le=30, description="Side by side within a stage, stages in order.")
    assignment_group_id: Id | None = None
    due_share: int = Field(
        0, ge=0, le=100, description="Percent of the delivery time; 0: no time of its own."
    )


class ContentsBody(Body):
    name: TextsBody
    summary: TextsBody = TextsBody(en="", fr="")
    tenant_ids: list[Id] = Field([], max_length=500, description="Ids of clients; empty: every client.")
    form_id: Id | None = Field(
        None, description="A published form of the client, or of the provider's own (tenant_id its own id)."
    )
    category: str | None = Field(None, max_length=100)
    priority: words.Priority | None = None
    delivery_hours: int = Field(0, ge=0, le=8760)
    steps: list[StepBody] = Field([], max_length=10)
    tasks: list[TaskBody] = Field([], max_length=30)


class ItemChange(ContentsBody):
    revision: Revision = 0


class Retiring(Body):
    revision: Revision = 0


class OrderBody(Body):
    tenant_id: Id | None = Field(
        None, description="Id or slug of the client. Needed only when the token covers several."
    )
    requester_person_id: Id | None = Field(None, description="For whom; left out: for whoever asks.")
    answers: dict[str, Any] = Field({}, description="By field of the item's form.")
    description: str = Field("", max_length=50_000)
    locale: words.Language = "en"


class ItemsQuery(Query):
    tenant_id: Id | None = Field(None, description="What this client is offered.")


class VersionQuery(Query):
    version: int = Field(0, ge=0, le=2**31 - 1, description="As it was then, for staff; 0: as it is.")


@routes.get(
    "/catalog-items", "List what may be ordered", scope="catalog:read", query=ItemsQuery, returns=CatalogList
)
def list_catalog_items(call: Call) -> Answer:
    """By name. Clients are given what they are offered, staff everything for the clients they are granted."""
    tenant_id = tenant_of(call.caller, call.query.tenant_id) if call.query.tenant_id else ""
    return {"items": CatalogItem.all_of(backends().catalog.list(call.caller, tenant_id))}


@routes.post(
    "/catalog-items",
    "Add an item",
    scope="catalog:write",
    body=ContentsBody,
    returns=CatalogItem,
    status=201,
    conflicts=True,
)
def create_catalog_item(call: Call) -> Answer:
    """It is offered at once."""
    return CatalogItem.of(backends().catalog.create(call.caller, _contents(call)))


@routes.get(
    "/catalog-items/{item_id}", "Get an item", scope="catalog:read", query=VersionQuery, returns=CatalogItem
)
def get_catalog_item(call: Call, item_id: str) -> Answer:
    return CatalogItem.of(backends().catalog.get(call.caller, item_id, call.query.version))


@routes.put(
    "/catalog-items/{item_id}",
    "Change an item",
    scope="catalog:write",
    body=ItemChange,
    returns=CatalogItem,
    conflicts=True,
)
def update_catalog_item(call: Call, item_id: str) -> Answer:
    """The next version. What was ordered stays as it was."""
    changed = backends().catalog.update(call.caller, item_id, _contents(call), call.body.revision)
    return CatalogItem.of(changed)


@routes.post(
    "/catalog-items/{item_id}/retire",
    "Retire an item",
    scope="catalog:write",
    body=Retiring,
    body_required=False,
    returns=CatalogItem,
    conflicts=True,
)
def retire_catalog_item(call: Call, item_id: str) -> Answer:
    """It is offered to nobody any more."""
    return CatalogItem.of(backends().catalog.retire(call.caller, item_id, True, call.body.revision))


@routes.post(
    "/catalog-items/{item_id}/offer",
    "Offer a retired item again",
    scope="catalog:write",
    body=Retiring,
    body_required=False,
    returns=CatalogItem,
    conflicts=True,
)
def offer_catalog_item(call: Call, item_id: str) -> Answer:
    return CatalogItem.of(backends().catalog.retire(call.caller, item_id, False, call.body.revision))


@routes.post(
    "/catalog-items/{item_id}/orders",
    "Order an item",
    scope="incidents:write",
    body=OrderBody,
    body_required=False,
    returns=Incident,
    status=201,
    also={202: Submission},
    conflicts=True,
    idempotency="service",
)
def order_catalog_item(call: Call, item_id: str) -> Answer:
    """Opens a service request, which waits for its approvers where the item has any. Answers as POST /incidents does."""
    body: OrderBody = call.body
    tenant_id = tenant_of(call.caller, body.tenant_id)
    item = backends().catalog.get(call.caller, item_id, tenant_id=tenant_id)
    with fields_as_sent():
        submission = backends().catalog.order(
            call.caller,
            item,
            body.answers,
            body.locale,
            tenant_id=tenant_id,
            channel=submission_pb2.CHANNEL_API,
            requester_person_id=body.requester_person_id or "",
            text=body.description,
            idempotency_key=call.idempotency_key,
        )
    return answer_opened(call, submission)


def _contents(call: Call) -> catalog_pb2.CatalogContents:
    body: ContentsBody = call.body
    contents = catalog_pb2.CatalogContents(
        name=_texts(body.name),
        summary=_texts(body.summary),
        tenant_ids=body.tenant_ids,
        form_id=body.form_id or "",
        category=body.category or "",
        priority=number_of(incident_pb2.Priority.DESCRIPTOR, body.priority),
        delivery_hours=body.delivery_hours,
        steps=[_step(call, step) for step in body.steps],
    )
    for task in body.tasks:
        added = fill(contents.tasks.add(), task)
        if task.assignment_group_id:
            # By its name of now, so that old tasks read well for ever.
            added.assignment_group_name = (
                backends().assignment_groups.get(call.caller, task.assignment_group_id).name
            )
    return contents


def _step(call: Call, body: StepBody) -> Any:
    step = fill(catalog_pb2.CatalogContents().steps.add(), body)
    for person in step.people:
        person.name = backends().people.get(call.caller, person.person_id).display_name
    return step


def _texts(body: TextsBody) -> dict[str, str]:
    return {"en": body.en, "fr": body.fr}
