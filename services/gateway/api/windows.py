"""Maintenance windows: planned work during which alerts page nobody."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from pydantic import Field

from fairlead.triage.v1 import window_pb2
from services.gateway.api.meant import tenant_of
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Line, Moment, Query, Shape, Time, fill

routes = Routes("maintenance windows", "Planned work during which alerts page nobody.")


class MaintenanceWindow(Shape):
    window_id: str
    tenant_id: str
    name: str
    configuration_items: list[str] = Field([], description="None: everything of the client.")
    start_time: Time | None = None
    end_time: Time | None = None


class MaintenanceWindowList(Shape):
    maintenance_windows: list[MaintenanceWindow]


class MaintenanceWindowBody(Body):
    name: Line = Field(max_length=120)
    tenant_id: Id | None = Field(None, description="Id or slug of the client.")
    configuration_items: list[Line] = Field([], max_length=200)
    start_time: Moment = Field(strict=False)
    end_time: Moment = Field(strict=False)


class MaintenanceWindowQuery(Query):
    tenant_id: Id | None = None


@routes.get(
    "/maintenance-windows",
    "List maintenance windows",
    scope="alerts:read",
    query=MaintenanceWindowQuery,
    returns=MaintenanceWindowList,
)
def list_maintenance_windows(call: Call) -> Answer:
    """Those that are not over, the soonest first."""
    found = backends().windows.all(call.caller, call.query.tenant_id or "")
    return {"maintenance_windows": MaintenanceWindow.all_of(found)}


@routes.post(
    "/maintenance-windows",
    "Plan a maintenance window",
    scope="alerts:write",
    body=MaintenanceWindowBody,
    returns=MaintenanceWindow,
    status=201,
    conflicts=True,
)
def create_maintenance_window(call: Call) -> Answer:
    """Alerts open incidents all the same; they are assigned to nobody, and so nobody is told, before it is over."""
    tenant_id = tenant_of(call.caller, call.body.tenant_id)
    wanted = fill(window_pb2.MaintenanceWindow(), call.body, tenant_id=tenant_id)
    return MaintenanceWindow.of(backends().windows.create(call.caller, wanted))


@routes.post(
    "/maintenance-windows/{window_id}/end",
    "End a maintenance window now",
    scope="alerts:write",
    returns=MaintenanceWindow,
    conflicts=True,
)
def end_maintenance_window(call: Call, window_id: str) -> Answer:
    """What it held and is still open is assigned now."""
    return MaintenanceWindow.of(backends().windows.end(call.caller, window_id))
