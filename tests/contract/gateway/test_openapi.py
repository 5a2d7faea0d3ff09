"""The OpenAPI document says what there is, and what it says is so."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from chassis.tenancy import Role
from fairlead.directory.v1 import person_service_pb2, tenant_service_pb2
from fairlead.incidents.v1 import (
    attachment_service_pb2,
    catalog_service_pb2,
    change_service_pb2,
    configuration_item_service_pb2,
    incident_service_pb2,
    major_incident_service_pb2,
    order_service_pb2,
    problem_service_pb2,
    status_page_service_pb2,
)
from fairlead.intake.v1 import (
    alert_service_pb2,
    form_service_pb2,
    mailbox_service_pb2,
    submission_service_pb2,
)
from fairlead.knowledge.v1 import article_service_pb2
from fairlead.notify.v1 import notify_service_pb2
from fairlead.sla.v1 import clock_service_pb2, contract_service_pb2, pause_service_pb2, statement_service_pb2
from fairlead.triage.v1 import (
    escalation_service_pb2,
    model_service_pb2,
    on_call_service_pb2,
    queue_service_pb2,
    routing_service_pb2,
    rule_service_pb2,
    view_service_pb2,
    window_service_pb2,
)
from services.gateway.api.catalog import RESOURCES, ROUTES
from services.gateway.api.openapi import describe
from services.gateway.api.routes import PREFIX, Route
from services.gateway.auth.scopes import SCOPES
from services.gateway.main import start
from tests.harness.fakes.scripted import ScriptedServices
from tests.harness.gateway import Room, gateway_room
from tests.harness.waiting import wait_until

# Every service answers everything with a message in which every field is set.
BEHIND = {
    "directory": (tenant_service_pb2, person_service_pb2),
    "incidents": (
        incident_service_pb2,
        attachment_service_pb2,
        problem_service_pb2,
        catalog_service_pb2,
        order_service_pb2,
        change_service_pb2,
        configuration_item_service_pb2,
        major_incident_service_pb2,
        status_page_service_pb2,
    ),
    "intake": (submission_service_pb2, alert_service_pb2, form_service_pb2, mailbox_service_pb2),
    "triage": (
        escalation_service_pb2,
        model_service_pb2,
        on_call_service_pb2,
        queue_service_pb2,
        routing_service_pb2,
        rule_service_pb2,
        view_service_pb2,
        window_service_pb2,
    ),
    "sla": (clock_service_pb2, contract_service_pb2, pause_service_pb2, statement_service_pb2),
    "knowledge": (article_service_pb2,),
    "notify": (notify_service_pb2,),
}


# Lines are text to who sends them.
schemathesis.serializer.alias("application/x-ndjson", "text/plain")


@pytest.fixture(scope="module")
def document_api(mongod: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The schema of a running gateway, with a token that may do everything."""
    folder: Path = tmp_path_factory.mktemp("openapi")
    with ExitStack() as stack:
        fakes = {name: ScriptedServices(*modules, full=True) for name, modules in BEHIND.items()}
        addresses = {name: stack.enter_context(fake.serving()) for name, fake in fakes.items()}
        generous = {"api_requests_per_second": 1e6, "api_burst": 10**6, "live_port": 0}
        options = {"nats_url": "nats://127.0.0.1:1", "addresses": addresses, **generous}
        room = stack.enter_context(gateway_room(mongod, "topenapi", folder, **options))
        running = start(room.settings)
        stack.callback(running.stop)
        base = f"http://127.0.0.1:{room.settings.http_port}"
        wait_until(lambda: httpx.get(f"{base}/readyz").status_code == 200, timeout=20)
        headers = room.bearer(*SCOPES, roles=(Role.PROVIDER_ADMIN, Role.TECHNICIAN))
        schema = schemathesis.openapi.from_url(f"{base}/api/v1/openapi.json")
        schema.config.base_url = base
        schema.config.headers = headers
        yield schema


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)
def test_every_answer_is_as_the_document_says(document_api: Any, route: Route, mode: GenerationMode):
    operation = document_api[PREFIX + route.path][route.method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=3,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def probe(case: schemathesis.Case) -> None:
        answer = case.call()
        # A value may be well-formed and still refused for what it means; only the form stands in the document.
        meaning = answer.status_code == 422 and answer.json()["reason"] != "invalid_request"
        # Lines are answered one by one: a wrong one refuses itself alone.
        excluded = [negative_data_rejection] if route.takes_lines else []
        case.validate_response(
            answer, excluded_checks=[*excluded, *([positive_data_acceptance] if meaning else [])]
        )

    try:
        probe()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing about it can be wrong


def test_every_route_under_api_v1_stands_in_the_document(room: Room, http: FlaskClient):
    document = http.get("/api/v1/openapi.json").json
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    ruled = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in room.app().url_map.iter_rules()
        for method in rule.methods or ()
        # What monitoring systems send comes with a source's key and in the sender's own form: see docs/alerts.md.
        if rule.rule.startswith("/api/") and not rule.rule.startswith("/api/v1/alerts/") and method != "HEAD"
    }
    assert ruled - {("GET", "/api/v1/openapi.json")} == described


def test_every_route_names_a_scope_that_exists_or_none_on_purpose():
    assert {route.scope for route in ROUTES} - {""} <= set(SCOPES)
    assert [route.path for route in ROUTES if not route.scope] == ["/me"]


def test_descriptions_are_set_flush_left():
    assert [route.operation_id for route in ROUTES if "\n  " in route.description] == []


def test_operation_ids_are_unique():
    names = [route.operation_id for route in ROUTES]
    assert len(names) == len(set(names))


def test_the_document_needs_no_token_and_is_cacheable(http: FlaskClient):
    answer = http.get("/api/v1/openapi.json")
    assert answer.json["openapi"].startswith("3.1")
    again = http.get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_every_route_documents_its_refusals():
    document = describe(RESOURCES, "https://fairlead.example")
    for route in ROUTES:
        responses = set(document["paths"]["/api/v1" + route.path][route.method.lower()]["responses"])
        assert {"401", "403", "429", "503"} <= responses
        assert "404" in responses or "{" not in route.path
        assert not route.body or {"400", "413", "415", "422"} <= responses
