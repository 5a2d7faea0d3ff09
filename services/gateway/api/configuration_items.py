"""Configuration items: what can be down, what hangs on what, and the incidents about them."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D103

from __future__ import annotations

from typing import Any

from flask import Response

from fairlead.incidents.v1 import configuration_item_pb2
from services.gateway.api.incidents.shapes import Incident
from services.gateway.api.item_shapes import (
    ConfigurationItem,
    Impact,
    ImportBody,
    ImportedItems,
    ImportedRow,
    IncidentItems,
    ItemBody,
    ItemChange,
    ItemEntry,
    ItemIncidentList,
    ItemList,
    ItemQuery,
    ItemsOfIncident,
    ItemWithRelated,
    NamedItems,
    OwnerQuery,
    RelatedItem,
)
from services.gateway.api.meant import tenant_of
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import fill
from services.gateway.backends import cells, item_sheets

routes = Routes("configuration items", "What can be down, what hangs on what, and the incidents about it.")

_READ, _WRITE = "configuration-items:read", "configuration-items:write"


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
    return ConfigurationItem.of(
        found.item, related=RelatedItem.all_of(found.related), entries=ItemEntry.all_of(found.entries)
    )


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
    return Response(item_sheets.written(found), content_type=cells.MEDIA_TYPE)


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
