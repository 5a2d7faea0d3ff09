"""Alert sources and alert groups. What monitoring systems send comes in by `receivers`."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from fairlead.intake.v1 import alert_pb2
from services.gateway.api.meant import tenant_of
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Line, PageQuery, Query, Revision, Shape, Time, fill

routes = Routes("alerts", "Alerts of monitoring systems: their sources, and the groups they become.")

Sender = Literal[
    "alertmanager",
    "grafana",
    "pagerduty",
    "zabbix",
    "nagios",
    "datadog",
    "sns",
    "sentry",
    "cloudevents",
    "generic",
]
Severity = Literal["critical", "high", "medium", "low", "info"]
Correlation = Literal["none", "configuration_item", "labels", "time_window"]
AutoResolve = Literal["always", "untouched", "never"]
Expression = Annotated[str, StringConstraints(max_length=500)]
Sample = Annotated[str, StringConstraints(min_length=1, max_length=200_000)]


class Mapping(Shape):
    alerts: str = ""
    title: str = ""
    severity: str = ""
    dedup_key: str = ""
    status: str = ""
    resolved_values: str = ""
    configuration_item: str = ""
    link: str = ""
    text: str = ""
    labels: str = ""


class Weight(Shape):
    severity: str
    impact: int
    urgency: int


class Policy(Shape):
    correlation: str
    correlation_labels: list[str] = []
    correlation_minutes: int
    auto_resolve: str
    reopen_minutes: int
    flap_changes: int
    flap_minutes: int
    weights: list[Weight] = []


class AlertSource(Shape):
    source_id: str
    tenant_id: str
    name: str
    sender: str
    enabled: bool
    key_hint: str = Field(description="The key's last four characters.")
    has_secret: bool
    mapping: Mapping | None = None
    policy: Policy | None = None
    create_time: Time | None = None
    key_time: Time | None = None
    last_alert_time: Time | None = None
    last_error_time: Time | None = None
    last_error: str | None = None
    revision: int


class NewlyMadeAlertSource(AlertSource):
    key: str = Field(description="Shown once, here.")


class AlertSourceList(Shape):
    alert_sources: list[AlertSource]


class MappingBody(Body):
    """Where the parts of an alert stand: JSON pointers ("/a/b") or JMESPath ("a.b"). What is left out is guessed."""

    alerts: Expression = ""
    title: Expression = ""
    severity: Expression = ""
    dedup_key: Expression = ""
    status: Expression = ""
    resolved_values: Expression = Field(
        "", description="Words of status that mean it is over, parted by commas."
    )
    configuration_item: Expression = ""
    link: Expression = ""
    text: Expression = ""
    labels: Expression = ""


class WeightBody(Body):
    """1 is high, 2 medium, 3 low."""

    severity: Severity
    impact: int = Field(ge=1, le=3)
    urgency: int = Field(ge=1, le=3)


class PolicyBody(Body):
    correlation: Correlation = "none"
    correlation_labels: list[Line] = Field([], max_length=10)
    correlation_minutes: int = Field(5, ge=1, le=1440)
    auto_resolve: AutoResolve = "untouched"
    reopen_minutes: int = Field(60, ge=0, le=10_080)
    flap_changes: int = Field(6, ge=0, le=100)
    flap_minutes: int = Field(15, ge=1, le=1440)
    weights: list[WeightBody] = Field([], max_length=5)


class AlertSourceBody(Body):
    name: Line = Field(max_length=100)
    tenant_id: Id | None = Field(None, description="Id or slug of the client.")
    sender: Sender
    secret: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description="What the sender signs with (Sentry). Never given out."
    )
    mapping: MappingBody | None = None
    policy: PolicyBody | None = None


class AlertSourceChange(Body):
    """The whole of what may change; an empty secret leaves it as it is."""

    name: Line = Field(max_length=100)
    enabled: bool = True
    secret: Annotated[str, StringConstraints(max_length=200)] = ""
    mapping: MappingBody | None = None
    policy: PolicyBody | None = None
    revision: Revision = 0


class AlertSourceQuery(Query):
    tenant_id: Id | None = None


class AlertSignal(Shape):
    action: str = Field(examples=["fire", "acknowledge", "recover"])
    dedup_key: str
    title: str
    severity: str = Field(examples=["critical", "high", "medium", "low", "info"])
    text: str | None = None
    configuration_item: str | None = None
    link: str | None = None
    labels: dict[str, str] = {}


class AlertDelivery(Shape):
    delivery_id: str
    receive_time: Time | None = None
    state: str = Field(examples=["received", "handled", "refused"])
    signals: list[AlertSignal] = []
    error_reason: str | None = None
    error: str | None = None
    size: int
    excerpt: str | None = None


class AlertDeliveryList(Shape):
    deliveries: list[AlertDelivery]


class Preview(Body):
    sender: Sender = "generic"
    mapping: MappingBody | None = None
    sample: Sample = Field(description="A payload as the sender would send it.")


class AlertSignalList(Shape):
    alerts: list[AlertSignal]


class Alert(Shape):
    source_id: str
    dedup_key: str
    title: str
    severity: str = Field(examples=["critical", "high", "medium", "low", "info"])
    firing: bool
    acknowledged: bool
    count: int = Field(description="How often it was told to fire.")
    first_time: Time | None = None
    last_time: Time | None = None
    recover_time: Time | None = None
    configuration_item: str | None = None
    link: str | None = None
    labels: dict[str, str] = {}


class AlertGroup(Shape):
    group_id: str
    tenant_id: str
    source_id: str
    source_name: str
    state: str = Field(examples=["firing", "recovered", "ended"])
    flapping: bool
    incident_id: str | None = None
    incident_number: str | None = None
    alerts: list[Alert] = []
    create_time: Time | None = None
    update_time: Time | None = None
    recover_time: Time | None = None
    revision: int


class AlertGroupPage(Shape):
    alert_groups: list[AlertGroup]
    next_page_token: str | None = None


class AlertGroupQuery(PageQuery):
    incident_id: Id | None = None
    tenant_id: Id | None = None


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
