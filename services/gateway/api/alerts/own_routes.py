"""The routes of alert sources and alert groups."""

# A route describes its handler; it shows in the OpenAPI document.
# ruff: noqa: D103

from __future__ import annotations

from fairlead.intake.v1 import alert_pb2
from services.gateway.api.alerts.shapes import (
    AlertDelivery,
    AlertDeliveryList,
    AlertGroup,
    AlertGroupPage,
    AlertGroupQuery,
    AlertSignal,
    AlertSignalList,
    AlertSource,
    AlertSourceBody,
    AlertSourceChange,
    AlertSourceList,
    AlertSourceQuery,
    NewlyMadeAlertSource,
    Preview,
)
from services.gateway.api.meant import tenant_of
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import fill

routes = Routes("alerts", "Alerts of monitoring systems: their sources, and the groups they become.")


@routes.get(
    "/alert-sources",
    "List alert sources",
    scope="alerts:read",
    query=AlertSourceQuery,
    returns=AlertSourceList,
)
def list_alert_sources(call: Call) -> Answer:
    found = backends().alerts.sources(call.caller, call.query.tenant_id or "")
    return {"alert_sources": AlertSource.all_of(found)}


@routes.post(
    "/alert-sources",
    "Add an alert source",
    scope="alerts:write",
    body=AlertSourceBody,
    returns=NewlyMadeAlertSource,
    status=201,
    conflicts=True,
)
def create_alert_source(call: Call) -> Answer:
    """The key stands in this answer alone. Where to send with it: docs/alerts.md."""
    wanted = fill(alert_pb2.AlertSource(), call.body, tenant_id=tenant_of(call.caller, call.body.tenant_id))
    return NewlyMadeAlertSource.of(backends().alerts.create_source(call.caller, wanted))


@routes.post(
    "/alert-sources/preview",
    "Preview the alerts of a payload",
    scope="alerts:read",
    body=Preview,
    returns=AlertSignalList,
    idempotency="",
)
def preview_alerts(call: Call) -> Answer:
    """What a payload would make by this mapping. Nothing is kept, and nothing is opened."""
    body: Preview = call.body
    signals = backends().alerts.preview(
        call.caller,
        sender=body.sender,
        mapping=fill(alert_pb2.AlertMapping(), body.mapping) if body.mapping else None,
        sample=body.sample.encode(),
    )
    return {"alerts": AlertSignal.all_of(signals)}


@routes.get("/alert-sources/{source_id}", "Get an alert source", scope="alerts:read", returns=AlertSource)
def get_alert_source(call: Call, source_id: str) -> Answer:
    return AlertSource.of(backends().alerts.get_source(call.caller, source_id))


@routes.put(
    "/alert-sources/{source_id}",
    "Change an alert source",
    scope="alerts:write",
    body=AlertSourceChange,
    returns=AlertSource,
    conflicts=True,
)
def update_alert_source(call: Call, source_id: str) -> Answer:
    changed = fill(alert_pb2.AlertSource(), call.body, source_id=source_id)
    return AlertSource.of(backends().alerts.update_source(call.caller, changed))


@routes.post(
    "/alert-sources/{source_id}/rotate-key",
    "Give an alert source a new key",
    scope="alerts:write",
    returns=NewlyMadeAlertSource,
    conflicts=True,
)
def rotate_alert_source_key(call: Call, source_id: str) -> Answer:
    """Shown once, here. The old one opens nothing from now on."""
    return NewlyMadeAlertSource.of(backends().alerts.rotate_key(call.caller, source_id))


@routes.get(
    "/alert-sources/{source_id}/deliveries",
    "List what a source sent",
    scope="alerts:read",
    returns=AlertDeliveryList,
)
def list_alert_deliveries(call: Call, source_id: str) -> Answer:
    """The latest fifty, newest first; those that could not be read say why."""
    found = backends().alerts.deliveries(call.caller, source_id)
    return {"deliveries": AlertDelivery.all_of(found)}


@routes.get(
    "/alert-groups", "List alert groups", scope="alerts:read", query=AlertGroupQuery, returns=AlertGroupPage
)
def list_alert_groups(call: Call) -> Answer:
    """Latest first; with an incident's id, those that belong to it. Staff alone."""
    query: AlertGroupQuery = call.query
    page = backends().alerts.groups(
        call.caller,
        incident_id=query.incident_id or "",
        tenant_id=query.tenant_id or "",
        page_size=query.page_size,
        page_token=query.page_token,
    )
    answer = {"alert_groups": AlertGroup.all_of(page.groups)}
    return {**answer, "next_page_token": page.next_page_token} if page.next_page_token else answer
