"""What is sent and answered of alert sources and alert groups."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, RUF012

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.gateway.api.shapes import Body, Id, Line, PageQuery, Query, Revision, Shape, Time

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
