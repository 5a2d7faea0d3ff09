"""What other routes share: a page of a list, and the id behind a number."""

from __future__ import annotations

from typing import Any

from services.gateway.api.routes import Call, backends


def paged(name: str, items: list[dict[str, Any]], next_page_token: str) -> dict[str, Any]:
    """A page of a list, with the token of the next one where there is one."""
    return {name: items, "next_page_token": next_page_token} if next_page_token else {name: items}


def incident_id_of(call: Call, incident_id: str) -> str:
    """The id of an incident that was named by it or by its number, for services that know ids alone. Raises NotFound."""
    if incident_id.startswith("inc_"):
        return incident_id
    return backends().incidents.get(call.caller, incident_id).incident_id
