"""What stands beside an incident: its clocks, articles that may help, who was told."""

# A route describes its handler: it shows in the OpenAPI document.
# Fields describe a model. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from pydantic import Field

from chassis.errors import NotFound
from fairlead.sla.v1 import clock_pb2
from services.gateway.api.articles import SearchResult, SearchResults
from services.gateway.api.deliveries import Delivery, DeliveryPage
from services.gateway.api.incident_actions.clock_shapes import ClockQuery, ClockSet
from services.gateway.api.incident_actions.own_routes import routes
from services.gateway.api.incidents import Incident, paged
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.api.shapes import PageQuery, Shape


@routes.get(
    "/incidents/{incident_id}/clocks",
    "Read the clocks",
    scope="incidents:read",
    query=ClockQuery,
    returns=ClockSet,
)
def get_clocks(call: Call, incident_id: str) -> Answer:
    incident = backends().incidents.get(call.caller, incident_id)
    clocks = backends().clocks
    ask = clocks.explain if call.query.explain else clocks.get
    try:
        return ClockSet.of(ask(call.caller, incident.incident_id), pending=False)
    except NotFound:
        # The caller sees the incident, so it is there; the service level service has not heard of it yet.
        empty = clock_pb2.ClockSet(incident_id=incident.incident_id, tenant_id=incident.tenant_id)
        return ClockSet.of(empty, pending=True)


class Duplicate(Shape):
    """An open incident of the same client, why it is perhaps about the same, and how surely."""

    incident: Incident
    likeness: float = Field(description="0 to 1.")
    words: list[str] = Field([], description="That both titles have.")
    same_requester: bool
    same_configuration_item: bool


class Duplicates(Shape):
    duplicates: list[Duplicate]


@routes.get(
    "/incidents/{incident_id}/duplicates",
    "What may be about the same",
    scope="incidents:read",
    returns=Duplicates,
)
def get_duplicates(call: Call, incident_id: str) -> Answer:
    """The likeliest first, five at most; for the provider's staff."""
    incident = backends().incidents.get(call.caller, incident_id)
    found = backends().incidents.duplicates(call.caller, incident.incident_id)
    return {"duplicates": Duplicate.all_of(found)}


@routes.get(
    "/incidents/{incident_id}/suggestions",
    "Articles that may help",
    scope="incidents:read",
    returns=SearchResults,
)
def get_suggestions(call: Call, incident_id: str) -> Answer:
    incident = backends().incidents.get(call.caller, incident_id)
    found = backends().articles.suggest(
        call.caller,
        title=incident.title,
        text=incident.description,
        tenant_id=incident.tenant_id,
        locale="",  # an article in the language of the words, whoever reads them
        page_size=5,
    )
    return {"results": SearchResult.all_of(found)}


@routes.get(
    "/incidents/{incident_id}/deliveries",
    "Who was told of it",
    scope="deliveries:read",
    query=PageQuery,
    returns=DeliveryPage,
)
def get_incident_deliveries(call: Call, incident_id: str) -> Answer:
    incident = backends().incidents.get(call.caller, incident_id)
    page = backends().deliveries.list(
        call.caller,
        incident_id=incident.incident_id,
        page_size=call.query.page_size,
        page_token=call.query.page_token,
    )
    return paged("deliveries", Delivery.all_of(page.deliveries), page.next_page_token)
