"""Configuration items: what can be down, what hangs on what, and the incidents about them."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from typing import Annotated, Any

from flask import Response
from pydantic import Field, StringConstraints

from fairlead.incidents.v1 import configuration_item_pb2
from services.gateway.api import words
from services.gateway.api.incidents.shapes import Incident
from services.gateway.api.meant import tenant_of
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Line, PageQuery, Query, Revision, Shape, Time, fill
from services.gateway.backends import item_sheets

routes = Routes("configuration items", "What can be down, what hangs on what, and the incidents about it.")

_READ, _WRITE = "configuration-items:read", "configuration-items:write"


class ItemRelation(Shape):
    kind: words.RelationKind
    item_id: str
    name: str | None = Field(None, description="Of the other item.")


class ConfigurationItem(Shape):
    item_id: str
    tenant_id: str | None = Field(None, description="Absent for one that is the provider's own.")
    shared: bool = Field(description="The provider's own: clients' items may depend on it.")
    type: str
    name: str
    aliases: list[str]
    description: str
    criticality: words.Criticality
    attributes: dict[str, str]
    state: words.ItemState
    relations: list[ItemRelation] = Field(description="As far as the caller may see the others.")
    create_time: Time | None = None
    update_time: Time | None = None
    revision: int


class RelatedItem(Shape):
    kind: words.RelationKind
    incoming: bool = Field(description="The other one says so of this one.")
    item: ConfigurationItem


class ItemWithRelated(ConfigurationItem):
    related: list[RelatedItem] = Field(description="Both ways, as far as the caller may see the others.")


class ItemList(Shape):
    items: list[ConfigurationItem]
    next_page_token: str | None = None


class ImpactStep(Shape):
    kind: words.RelationKind
    as_whole: bool = Field(description="The one before is a part of it.")
    item_id: str
    name: str


class ImpactedItem(Shape):
    item: ConfigurationItem
    depth: int = Field(description="1: directly.")
    path: list[ImpactStep] = Field(description="A shortest way, which ends with the item itself.")


class Impact(Shape):
    impacted: list[ImpactedItem]
    tenant_ids: list[str] = Field(description="Clients affected, the item's own included.")
    cut: bool = Field(description="There is more than was followed.")


class ItemIncidentList(Shape):
    incidents: list[Incident]


class ItemIncident(Shape):
    incident: Incident
    item_ids: list[str] = Field(description="Which of the items both are about.")


class IncidentItems(Shape):
    items: list[ConfigurationItem]
    related: list[ItemIncident] = Field(
        description="Other incidents about these: open, or of the last 90 days."
    )


class NamedItems(Shape):
    items: list[ConfigurationItem]
    revision: int


class ImportedRow(Shape):
    outcome: words.ImportOutcome
    item_id: str | None = None
    reason: str | None = None
    message: str | None = None
    field: str | None = None


class ImportedItems(Shape):
    results: list[ImportedRow] = Field(description="One for each row, in order.")


class RelationBody(Body):
    kind: words.RelationKind
    item_id: Id | None = None
    name: Line | None = Field(None, description="Or by one of its names.", max_length=200)


class ItemChange(Body):
    name: Line = Field(max_length=200)
    type: Line = Field(
        "other",
        max_length=40,
        description="server, service, network, application, workstation, other or a word of your own.",
    )
    aliases: list[Line] = Field(
        [], max_length=50, description="What else it is called, by monitoring above all."
    )
    description: str = Field("", max_length=5_000)
    criticality: words.Criticality = "medium"
    attributes: dict[str, Annotated[str, StringConstraints(max_length=500)]] = Field({}, max_length=50)
    state: words.ItemState = "in_use"
    relations: list[RelationBody] = Field([], max_length=200)
    revision: Revision = 0


class ItemBody(ItemChange):
    tenant_id: Id | None = Field(None, description="Id or slug of the client it belongs to.")
    shared: bool = Field(False, description="It is the provider's own.")


class OwnerQuery(Query):
    tenant_id: Id | None = None
    shared: bool = False


class ItemQuery(PageQuery):
    tenant_id: Id | None = None
    shared: bool = Field(False, description="Only the provider's own.")
    query: str = Field("", max_length=200, description="Words; each stands in one of its names.")
    type: str = Field("", max_length=40)
    state: words.ItemState | None = None


class ImportBody(Body):
    tenant_id: Id | None = Field(None, description="Id or slug of the client they belong to.")
    shared: bool = Field(False, description="They are the provider's own.")
    csv: str = Field(
        min_length=1,
        max_length=500_000,
        description="With a head. " + ", ".join(item_sheets.COLUMNS) + ", attribute:…",
    )
    dry_run: bool = Field(False, description="Say what would be done.")


class ItemsOfIncident(Body):
    item_ids: list[Id] = Field(max_length=50)
    revision: Revision = 0


@routes.get(
    "/configuration-items", "List configuration items", scope=_READ, query=ItemQuery, returns=ItemList
)
def list_configuration_items(call: Call) -> Answer:
    """By name."""
    wanted: ItemQuery = call.query
    state = (
        configuration_item_pb2.ItemState.Value(f"ITEM_STATE_{wanted.state.upper()}") if wanted.state else 0
    )
    found = backends().configuration_items.list(
        call.caller,
        tenant_id=_owner(call, wanted.tenant_id, wanted.shared) if wanted.tenant_id else "",
        shared=wanted.shared,
        words=wanted.query,
        type=wanted.type,
        state=state,
        page_size=wanted.page_size,
        page_token=wanted.page_token,
    )
    return ItemList.of(found)


@routes.post(
    "/configuration-items",
    "Add a configuration item",
    scope=_WRITE,
    body=ItemBody,
    returns=ConfigurationItem,
    status=201,
    conflicts=True,
)
def create_configuration_item(call: Call) -> Answer:
    owner = _owner(call, call.body.tenant_id, call.body.shared)
    wanted = fill(configuration_item_pb2.ConfigurationItem(), _without_owner(call.body), tenant_id=owner)
    return ConfigurationItem.of(backends().configuration_items.create(call.caller, wanted))


@routes.get(
    "/configuration-items/{item_id}", "Get a configuration item", scope=_READ, returns=ItemWithRelated
)
def get_configuration_item(call: Call, item_id: str) -> Answer:
    found = backends().configuration_items.get(call.caller, item_id)
    return ConfigurationItem.of(found.item, related=RelatedItem.all_of(found.related))


@routes.put(
    "/configuration-items/{item_id}",
    "Change a configuration item",
    scope=_WRITE,
    body=ItemChange,
    returns=ConfigurationItem,
    conflicts=True,
)
def update_configuration_item(call: Call, item_id: str) -> Answer:
    """Replaces everything but its owner."""
    wanted = fill(configuration_item_pb2.ConfigurationItem(), call.body, item_id=item_id)
    return ConfigurationItem.of(backends().configuration_items.update(call.caller, wanted))


@routes.get(
    "/configuration-items/{item_id}/impact",
    "See what is affected when it is down",
    scope=_READ,
    returns=Impact,
)
def walk_impact(call: Call, item_id: str) -> Answer:
    """What depends on it, runs on it or has it as a part, and so on from there; the nearest first."""
    return Impact.of(backends().configuration_items.impact(call.caller, item_id))


@routes.get(
    "/configuration-items/{item_id}/incidents",
    "List incidents about it",
    scope=_READ,
    returns=ItemIncidentList,
)
def list_item_incidents(call: Call, item_id: str) -> Answer:
    """At most 50, the newest first."""
    found = backends().configuration_items.incidents(call.caller, item_id)
    return {"incidents": Incident.all_of(found)}


@routes.post(
    "/configuration-items/import",
    "Import configuration items",
    scope=_WRITE,
    body=ImportBody,
    returns=ImportedItems,
    conflicts=True,
)
def import_configuration_items(call: Call) -> Answer:
    """Each row for itself. A name that is known changes that item; sent again, nothing is doubled."""
    sheet = item_sheets.read(call.body.csv)
    owner = _owner(call, call.body.tenant_id, call.body.shared)
    results = backends().configuration_items.take(
        call.caller, owner, sheet.rows, sheet.fields, call.body.dry_run
    )
    return {"results": ImportedRow.all_of(results)}


@routes.get(
    "/configuration-items.csv",
    "Export configuration items",
    scope=_READ,
    query=OwnerQuery,
    media_type="text/csv",
)
def export_configuration_items(call: Call) -> Answer:
    """Of one client, of the provider, or of all that the caller may see; as the import takes them."""
    owner = _owner(call, call.query.tenant_id, call.query.shared) if call.query.tenant_id else ""
    found = backends().configuration_items.all(call.caller, tenant_id=owner, shared=call.query.shared)
    return Response(item_sheets.written(found), content_type=item_sheets.MEDIA_TYPE)


@routes.get(
    "/incidents/{incident_id}/configuration-items",
    "See what an incident is about",
    scope="incidents:read",
    returns=IncidentItems,
)
def list_incident_items(call: Call, incident_id: str) -> Answer:
    """With other incidents about the same."""
    return IncidentItems.of(backends().configuration_items.of_incident(call.caller, incident_id))


@routes.put(
    "/incidents/{incident_id}/configuration-items",
    "Say what an incident is about",
    scope="incidents:write",
    body=ItemsOfIncident,
    returns=NamedItems,
    conflicts=True,
)
def name_incident_items(call: Call, incident_id: str) -> Answer:
    """For staff: the client's own items, and shared ones."""
    named = backends().configuration_items.name(
        call.caller, incident_id, call.body.item_ids, revision=call.body.revision
    )
    return NamedItems.of(named)


def _owner(call: Call, tenant_id: str | None, shared: bool) -> str:
    return "" if shared else tenant_of(call.caller, tenant_id)


def _without_owner(body: Any) -> Any:
    """The client may be said by its slug; whose it is is said apart."""
    return body.model_copy(update={"tenant_id": None})
