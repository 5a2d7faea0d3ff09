"""Alert sources: monitoring systems, how they speak, and what becomes of what they say."""

import json
from typing import Any

from flask import Blueprint, render_template, request

from chassis.errors import FairleadError, InvalidArgument, NotFound, PermissionDenied
from fairlead.intake.v1 import alert_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.admin.choices import tenant_choices
from services.gateway.pages.console.admin.doing import (
    Problems,
    address,
    next_key,
    once,
    problems_of,
    submitted,
)
from services.gateway.pages.console.admin.forms import whole
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only, if_there
from services.gateway.pages.language import gettext as _

alert_sources = Blueprint("admin_alert_sources", __name__)
_HOME = f"{ROOT}/alert-sources"
_AREA = "alert-sources"
_PARTS = [field.name for field in alert_pb2.AlertMapping.DESCRIPTOR.fields]
_LARGEST_SAMPLE = 200_000


def sender_choices() -> list[tuple[str, str]]:
    """Whose protocol a source may speak."""
    return [
        ("alertmanager", "Prometheus Alertmanager"),
        ("grafana", "Grafana"),
        ("pagerduty", "PagerDuty Events API v2"),
        ("zabbix", "Zabbix"),
        ("nagios", "Nagios / Icinga"),
        ("datadog", "Datadog"),
        ("sns", "Amazon SNS / CloudWatch"),
        ("sentry", "Sentry"),
        ("cloudevents", "CloudEvents 1.0"),
        ("generic", _("Anything else (by a mapping)")),
    ]


def correlation_choices() -> list[tuple[str, str]]:
    """Which different alerts share an incident."""
    return [
        ("none", _("None: each alert has its own incident")),
        ("configuration_item", _("Those of the same configuration item")),
        ("labels", _("Those whose labels are equal")),
        ("time_window", _("Those of this source within some minutes")),
    ]


def resolve_choices() -> list[tuple[str, str]]:
    """What recovery does to the incident."""
    return [
        ("untouched", _("Resolves it, unless somebody works on it")),
        ("always", _("Resolves it")),
        ("never", _("Leaves it to people")),
    ]


def mapping_parts() -> list[tuple[str, str]]:
    """The parts of an alert that a mapping finds, in the order of the form."""
    return [
        ("alerts", _("List of alerts")),
        ("title", _("Title")),
        ("severity", _("Severity")),
        ("dedup_key", _("Dedup key")),
        ("status", _("Status")),
        ("resolved_values", _("Words of status that mean it is over")),
        ("configuration_item", _("Configuration item")),
        ("link", _("Link")),
        ("text", _("Text")),
        ("labels", _("Labels")),
    ]


@alert_sources.get("/console/admin/alert-sources")
@administrators_only
def list_alert_sources() -> str:
    """Of all clients."""
    caller = current_caller()
    return admin_page(
        "alert_sources.html",
        _AREA,
        sources=gateway().backends.alerts.sources(caller),
        clients=dict(tenant_choices(caller)),
        senders=dict(sender_choices()),
    )


@alert_sources.get("/console/admin/alert-sources/new")
@administrators_only
def new_alert_source() -> str:
    """An empty form."""
    return _new_page({})


@alert_sources.post("/console/admin/alert-sources")
@administrators_only
def create_alert_source() -> Any:
    """Adds a source and shows its key, once."""

    def create() -> str:
        made = gateway().backends.alerts.create_source(current_caller(), _typed())
        return json.dumps({"source_id": made.source_id, "key": made.key, "name": made.name})

    return _showing_key(create, _new_page)


@alert_sources.post("/console/admin/alert-sources/preview")
@administrators_only
def preview_alerts() -> str:
    """The alerts that a pasted payload would make; a fragment for the form, a page where scripts are off."""
    problem, signals = "", []
    sample = request.form.get("sample", "").encode()[:_LARGEST_SAMPLE]
    if sample.strip():
        try:
            signals = gateway().backends.alerts.preview(
                current_caller(),
                sender=request.form.get("sender", "generic"),
                mapping=_mapping(),
                sample=sample,
            )
        except InvalidArgument as error:
            named = dict(mapping_parts()).get(error.values.get("field", ""), "")
            problem = f"{named}: {error.message}" if named else error.message
    shown = {"signals": signals, "problem": problem, "asked": bool(sample.strip())}
    if "HX-Request" in request.headers:
        return render_template("fragments/console/alert_preview.html", **shown)
    return admin_page("alert_preview.html", _AREA, **shown)


@alert_sources.get("/console/admin/alert-sources/<source_id>")
@administrators_only
def show_alert_source(source_id: str) -> str:
    """One source, with what it lately sent."""
    return _page(source_id, {})


@alert_sources.post("/console/admin/alert-sources/<source_id>")
@administrators_only
def save_alert_source(source_id: str) -> Any:
    """Name, whether it may speak, mapping and policy."""

    def save() -> str:
        gateway().backends.alerts.update_source(current_caller(), _typed(source_id))
        return address(f"{_HOME}/{source_id}", "alert_source_saved")

    return submitted(save, lambda problems: _page(source_id, problems, _typed(source_id)))


@alert_sources.post("/console/admin/alert-sources/<source_id>/rotate")
@administrators_only
def rotate_alert_key(source_id: str) -> Any:
    """A new key, shown once; the old one opens nothing from now on."""

    def rotate() -> str:
        made = gateway().backends.alerts.rotate_key(current_caller(), source_id)
        return json.dumps({"source_id": source_id, "key": made.key, "name": made.name})

    return _showing_key(rotate, lambda problems: _page(source_id, problems))


def _showing_key(do: Any, again: Any) -> Any:
    try:
        kept = json.loads(once(do))
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        return again(problems_of(error)), 422
    back = f"{_HOME}/{kept['source_id']}"
    return admin_page(
        "secret.html",
        _AREA,
        name=kept["name"],
        named_id=kept["source_id"],
        secret=kept["key"],
        back=back,
    )


def _mapping() -> alert_pb2.AlertMapping:
    return alert_pb2.AlertMapping(**{name: request.form.get(name, "").strip() for name in _PARTS})


def _typed(source_id: str = "") -> alert_pb2.AlertSource:
    form = request.form
    labels = [name.strip() for name in form.get("correlation_labels", "").split(",") if name.strip()]
    policy = alert_pb2.AlertPolicy(
        correlation=form.get("correlation", "none"),
        correlation_labels=labels,
        correlation_minutes=whole(form.get("correlation_minutes", "")) or 5,
        auto_resolve=form.get("auto_resolve", "untouched"),
        reopen_minutes=_number("reopen_minutes", 60),
        flap_changes=_number("flap_changes", 6),
        flap_minutes=whole(form.get("flap_minutes", "")) or 15,
    )
    return alert_pb2.AlertSource(
        source_id=source_id,
        tenant_id=form.get("tenant_id", ""),
        name=form.get("source_name", "").strip(),
        sender=form.get("sender", ""),
        enabled=form.get("enabled") == "1",
        secret=form.get("sender_secret", "").strip(),
        mapping=_mapping(),
        policy=policy,
        revision=whole(form.get("revision", "")) or 0,
    )


def _number(name: str, usual: int) -> int:
    """A number that may be 0."""
    found = whole(request.form.get(name, ""))
    return usual if found is None else min(found, 100_000)


def _new_page(problems: Problems) -> str:
    return admin_page("alert_source_new.html", _AREA, **_shared(problems), source=_typed())


def _page(source_id: str, problems: Problems, typed: alert_pb2.AlertSource | None = None) -> str:
    caller, backend = current_caller(), gateway().backends.alerts
    kept = backend.get_source(caller, source_id)
    if typed and "conflict" in problems:
        typed.revision = kept.revision
    shared = _shared(problems)
    return admin_page(
        "alert_source.html",
        _AREA,
        **shared,
        kept=kept,
        source=typed or kept,
        client_name=dict(shared["clients"]).get(kept.tenant_id, ""),
        deliveries=if_there(lambda: backend.deliveries(caller, source_id)),
        receiver=_receiver(kept.sender),
    )


def _receiver(sender: str) -> str:
    origin = gateway().settings.origin
    return f"{origin}/v2/enqueue" if sender == "pagerduty" else f"{origin}/api/v1/alerts/{sender}"


def _shared(problems: Problems) -> dict[str, Any]:
    problems = {{"name": "source_name", "secret": "sender_secret"}.get(k, k): v for k, v in problems.items()}
    return {
        "clients": tenant_choices(current_caller()),
        "senders": sender_choices(),
        "correlations": correlation_choices(),
        "resolves": resolve_choices(),
        "parts": mapping_parts(),
        "problems": problems,
        "once_key": next_key(problems),
    }
