"""Every resource of the API, in the order of the document."""

from flask import Flask, Response, json, request
from werkzeug.wrappers import Response as BaseResponse

from services.gateway.api import (
    alerts,
    articles,
    attachments,
    bulk,  # noqa: F401 - it adds its route to those of incidents
    bulk_actions,
    catalog_items,
    changes,
    clients,
    configuration_items,
    contracts,
    dead_letters,
    deliveries,
    escalations,
    figures,
    forms,
    incident_actions,
    incidents,
    kpis,  # noqa: F401 - it adds its route to those of figures
    macros,
    mailboxes,
    majors,
    models,
    on_call,
    orders,
    pauses,
    people,
    previews,
    problem_records,
    queue,
    routing,
    rule_history,  # noqa: F401 - it adds its routes to those of rules
    rules,
    statements,
    submissions,
    suppressions,
    tenants,
    views,
    webhooks,
    windows,
)
from services.gateway.api.dispatch import register
from services.gateway.api.openapi import describe
from services.gateway.api.routes import PREFIX, Route, Routes
from services.gateway.auth.context import gateway

RESOURCES: tuple[Routes, ...] = (
    incidents.routes,
    incident_actions.routes,
    bulk_actions.routes,
    macros.routes,
    problem_records.routes,
    catalog_items.routes,
    orders.routes,
    majors.routes,
    attachments.routes,
    configuration_items.routes,
    changes.routes,
    views.routes,
    queue.routes,
    figures.routes,
    submissions.routes,
    alerts.routes,
    windows.routes,
    on_call.routes,
    escalations.routes,
    forms.routes,
    deliveries.routes,
    suppressions.routes,
    articles.routes,
    tenants.routes,
    people.routes,
    contracts.routes,
    statements.routes,
    pauses.routes,
    rules.routes,
    routing.routes,
    models.routes,
    previews.routes,
    webhooks.routes,
    mailboxes.routes,
    clients.routes,
    dead_letters.routes,
)
ROUTES: list[Route] = [route for resource in RESOURCES for route in resource.routes]


def add_api(app: Flask) -> None:
    """Adds all routes, and the document that describes them, to an app."""
    register(app, ROUTES)
    documents: dict[str, bytes] = {}

    @app.get(f"{PREFIX}/openapi.json", provide_automatic_options=False)
    def openapi_document() -> BaseResponse:
        """Open to everybody: it says how to ask, not what the answers are."""
        origin = gateway().settings.origin
        if origin not in documents:
            documents[origin] = json.dumps(describe(RESOURCES, origin)).encode()
        response = Response(documents[origin], content_type="application/json")
        response.headers["Cache-Control"] = "public, max-age=300"
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.add_etag()
        return response.make_conditional(request)
