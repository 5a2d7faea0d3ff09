"""Routes, declared once: the same declaration makes the Flask rule and its entry in the OpenAPI document.

routes = Routes("incidents", "Incidents")

@routes.get("/incidents/{incident_id}", "Get one incident", scope="incidents:read", returns=Incident)
def get_incident(call: Call, incident_id: str) -> Answer:
return Incident.of(backends().incidents.get(call.caller, incident_id))
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from flask import Response, json
from pydantic import BaseModel

from chassis.tenancy import Caller
from services.gateway.auth.context import gateway
from services.gateway.auth.files import SentFile
from services.gateway.backends import Backends

PREFIX = "/api/v1"
Answer = Any
_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Call:
    """One request to a route, checked: who asks, and what for."""

    caller: Caller
    body: Any = None
    query: Any = None
    # The one file of an upload.
    file: SentFile | None = None
    # From the Idempotency-Key header, or made up, so that a repeated call to a back end is recognized.
    idempotency_key: str = ""
    # From If-Match; 0 accepts any.
    revision: int = 0


@dataclass(frozen=True)
class Route:
    """A method and path, what it takes and gives. Refusals follow from these (see openapi.py)."""

    method: str
    path: str
    summary: str
    handler: Callable[..., Answer]
    tag: str
    scope: str
    returns: type[BaseModel] | None
    status: int = 200
    body: type[BaseModel] | None = None
    # A body may be left away where every field has a default.
    body_required: bool = True
    query: type[BaseModel] | None = None
    # Further good answers: status → model.
    also: dict[int, type[BaseModel]] = field(default_factory=dict)
    # The record's state may forbid it, or somebody else saved first.
    conflicts: bool = False
    # Takes an Idempotency-Key: kept by the "service", in one write with the change, or else by the "gateway".
    idempotency: Literal["", "service", "gateway"] = ""
    # Beside the service's own keeping of the key: the answer itself, for what may have moved on by the next time.
    keeps_answer: bool = False
    matches_revision: bool = False
    media_type: str = "application/json"
    # Answers in this form, too, where Accept prefers it.
    also_media_type: str = ""
    # Takes one file, as the field "file" of a form (multipart/form-data), in place of a body.
    upload: bool = False
    # Takes lines of JSON (application/x-ndjson) in place of a body, and reads them itself.
    takes_lines: bool = False
    description: str = ""

    @property
    def parameters(self) -> list[str]:
        return _PARAMETER.findall(self.path)

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return PREFIX + _PARAMETER.sub(r"<\1>", self.path)

    @property
    def operation_id(self) -> str:
        return self.handler.__name__


class Routes:
    """The routes of one resource."""

    def __init__(self, tag: str, description: str) -> None:
        self.tag = tag
        self.description = description
        self.routes: list[Route] = []

    def get(self, path: str, summary: str, **more: Any) -> Callable[[Callable[..., Answer]], Any]:
        return self._add("GET", path, summary, more)

    def post(self, path: str, summary: str, **more: Any) -> Callable[[Callable[..., Answer]], Any]:
        """A POST takes an Idempotency-Key unless it says otherwise."""
        return self._add("POST", path, summary, {"idempotency": "gateway", **more})

    def put(self, path: str, summary: str, **more: Any) -> Callable[[Callable[..., Answer]], Any]:
        return self._add("PUT", path, summary, more)

    def patch(self, path: str, summary: str, **more: Any) -> Callable[[Callable[..., Answer]], Any]:
        return self._add("PATCH", path, summary, more)

    def delete(self, path: str, summary: str, **more: Any) -> Callable[[Callable[..., Answer]], Any]:
        return self._add("DELETE", path, summary, {"status": 204, "returns": None, **more})

    def _add(
        self, method: str, path: str, summary: str, more: dict[str, Any]
    ) -> Callable[[Callable[..., Answer]], Any]:
        def register(handler: Callable[..., Answer]) -> Callable[..., Answer]:
            description = inspect.getdoc(handler) or ""
            options = {"scope": "", "returns": None, "description": description, **more}
            self.routes.append(Route(method, path, summary, handler, self.tag, **options))
            return handler

        return register


def backends() -> Backends:
    """The clients of the services behind this gateway."""
    return gateway().backends


def respond(content: Any, status: int = 200, **headers: str) -> Response:
    """An answer with another status or further headers; underscores in their names stand for hyphens."""
    response = Response(json.dumps(content), status, content_type="application/json")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response
