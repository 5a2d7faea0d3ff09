"""Status pages: what a client reads of major incidents, and the secret address of a page."""

# A route describes its handler; it shows in the OpenAPI document.
# ruff: noqa: D103

from __future__ import annotations

from typing import Any

from fairlead.incidents.v1 import major_incident_pb2
from services.gateway.api.majors.bodies import StatusQuery
from services.gateway.api.majors.own_routes import routes
from services.gateway.api.majors.shapes import Status, StatusAddress, StatusEntry
from services.gateway.api.meant import tenant_of
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.auth.context import gateway


@routes.get(
    "/status", "Read a client's status page", scope="incidents:read", query=StatusQuery, returns=Status
)
def get_status(call: Call) -> Answer:
    """What touches this client, in its own words, of the last 90 days; what is under way first."""
    tenant_id = tenant_of(call.caller, call.query.tenant_id)
    return {"entries": StatusEntry.all_of(backends().status_pages.of_tenant(call.caller, tenant_id))}


@routes.get(
    "/tenants/{tenant_id}/status-address",
    "See the secret address of a status page",
    scope="directory:write",
    returns=StatusAddress,
)
def get_status_address(call: Call, tenant_id: str) -> Answer:
    return _address(backends().status_pages.address(call.caller, tenant_id))


@routes.post(
    "/tenants/{tenant_id}/status-address",
    "Give a status page a secret address",
    scope="directory:write",
    returns=StatusAddress,
)
def create_status_address(call: Call, tenant_id: str) -> Answer:
    """Whoever has it reads the page without signing in. A former one is void."""
    return _address(backends().status_pages.create_address(call.caller, tenant_id))


@routes.delete(
    "/tenants/{tenant_id}/status-address", "Revoke the address of a status page", scope="directory:write"
)
def revoke_status_address(call: Call, tenant_id: str) -> Answer:
    backends().status_pages.revoke_address(call.caller, tenant_id)


def _address(found: major_incident_pb2.StatusAddress) -> dict[str, Any]:
    url = f"{gateway().settings.origin}/status/{found.token}" if found.token else None
    return StatusAddress.of(found, **({"url": url} if url else {}))
