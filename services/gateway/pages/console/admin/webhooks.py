"""Webhook endpoints: programs that are told of events."""

import json
from typing import Any

from flask import Blueprint, request

from chassis.errors import FairleadError, NotFound, PermissionDenied
from fairlead.notify.v1 import webhook_pb2
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
from services.gateway.pages.console.admin.frame import (
    PAGE,
    ROOT,
    admin_page,
    administrators_only,
    first_address,
    if_there,
    next_address,
    page_token,
)
from services.gateway.pages.console.signals import delivery_sign
from services.gateway.pages.language import gettext as _

webhooks = Blueprint("admin_webhooks", __name__)
_HOME = f"{ROOT}/webhooks"


def event_choices() -> list[tuple[str, str]]:
    """Every event that an endpoint may be told of."""
    return [
        ("incidents.incident.opened", _("An incident was opened")),
        ("incidents.incident.replied", _("Somebody replied")),
        ("incidents.incident.classified", _("It was classified")),
        ("incidents.incident.prioritized", _("Its priority was set")),
        ("incidents.incident.assigned", _("It was assigned")),
        ("incidents.incident.held", _("It was put on hold")),
        ("incidents.incident.resumed", _("Work went on")),
        ("incidents.incident.resolved", _("It was resolved")),
        ("incidents.incident.confirmed", _("The requester confirmed")),
        ("incidents.incident.closed", _("It was closed")),
        ("incidents.incident.reopened", _("It was reopened")),
        ("incidents.incident.rated", _("The requester said how it went")),
        ("incidents.incident.canceled", _("It was canceled")),
        ("incidents.incident.merged", _("It was merged into another one")),
        ("incidents.incident.unmerged", _("A merge was undone")),
        ("incidents.approval.asked", _("Somebody is asked to approve")),
        ("incidents.approval.decided", _("Somebody approved, rejected, or named another one")),
        ("sla.target.warned", _("A target will soon be due")),
        ("sla.target.breached", _("A target was missed, and goes on")),
        ("sla.target.met", _("A target was met")),
        ("sla.target.missed", _("A target was met too late")),
        ("sla.period.closed", _("A month's statement was closed")),
        ("sla.credit.decided", _("A credit was approved or voided")),
    ]


@webhooks.get("/console/admin/webhooks")
@administrators_only
def list_webhooks() -> str:
    """All of the provider's and its clients'."""
    caller = current_caller()
    return admin_page(
        "webhooks.html",
        "webhooks",
        webhooks=gateway().backends.webhooks.list(caller),
        clients=dict(tenant_choices(caller)),
        events=dict(event_choices()),
    )


@webhooks.get("/console/admin/webhooks/new")
@administrators_only
def new_webhook() -> str:
    """An empty form."""
    return _new_page({})


@webhooks.post("/console/admin/webhooks")
@administrators_only
def create_webhook() -> Any:
    """Adds an endpoint and shows its secret, once."""

    def create() -> str:
        wanted = _typed()
        made = gateway().backends.webhooks.create(current_caller(), wanted)
        return json.dumps({"webhook_id": made.webhook_id, "secret": made.secret, "url": made.url})

    return _showing_secret(create, _new_page)


@webhooks.get("/console/admin/webhooks/<webhook_id>")
@administrators_only
def show_webhook(webhook_id: str) -> str:
    """One endpoint, with what was lately sent to it."""
    return _page(webhook_id, {})


@webhooks.post("/console/admin/webhooks/<webhook_id>")
@administrators_only
def save_webhook(webhook_id: str) -> Any:
    """Address, events and whether it is told anything."""

    def save() -> str:
        gateway().backends.webhooks.update(current_caller(), _typed(webhook_id))
        return address(f"{_HOME}/{webhook_id}", "webhook_saved")

    return submitted(save, lambda problems: _page(webhook_id, problems, _typed(webhook_id)))


@webhooks.post("/console/admin/webhooks/<webhook_id>/rotate")
@administrators_only
def rotate_secret(webhook_id: str) -> Any:
    """A new secret, shown once; for a day the old one signs, too."""

    def rotate() -> str:
        made = gateway().backends.webhooks.rotate_secret(current_caller(), webhook_id)
        return json.dumps({"webhook_id": webhook_id, "secret": made.secret, "url": made.url})

    return _showing_secret(rotate, lambda problems: _page(webhook_id, problems))


@webhooks.post("/console/admin/webhooks/<webhook_id>/test")
@administrators_only
def test_webhook(webhook_id: str) -> Any:
    """Sends a trial."""

    def test() -> str:
        gateway().backends.webhooks.test(current_caller(), webhook_id)
        return address(f"{_HOME}/{webhook_id}", "webhook_tested")

    return submitted(test, lambda problems: _page(webhook_id, problems))


@webhooks.post("/console/admin/webhooks/<webhook_id>/remove")
@administrators_only
def remove_webhook(webhook_id: str) -> Any:
    """It is told nothing any more."""

    def remove() -> str:
        gateway().backends.webhooks.delete(current_caller(), webhook_id)
        return address(_HOME, "webhook_removed")

    return submitted(remove, lambda problems: _page(webhook_id, problems))


def _showing_secret(do: Any, again: Any) -> Any:
    try:
        kept = json.loads(once(do))
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        return again(problems_of(error)), 422
    back = f"{_HOME}/{kept['webhook_id']}"
    return admin_page(
        "secret.html",
        "webhooks",
        name=kept["url"],
        named_id=kept["webhook_id"],
        secret=kept["secret"],
        back=back,
    )


def _typed(webhook_id: str = "") -> webhook_pb2.WebhookEndpoint:
    form = request.form
    chosen = [] if form.get("all_events") == "1" else form.getlist("events")
    return webhook_pb2.WebhookEndpoint(
        webhook_id=webhook_id,
        url=form.get("url", "").strip(),
        tenant_id=form.get("tenant_id", ""),
        event_types=chosen,
        enabled=form.get("enabled", "1") == "1" if not webhook_id else form.get("enabled") == "1",
        revision=whole(form.get("revision", "")) or 0,
    )


def _new_page(problems: Problems) -> str:
    return admin_page(
        "webhook_new.html",
        "webhooks",
        webhook=_typed(),
        events=event_choices(),
        clients=tenant_choices(current_caller()),
        problems=problems,
        once_key=next_key(problems),
    )


def _page(webhook_id: str, problems: Problems, typed: webhook_pb2.WebhookEndpoint | None = None) -> str:
    caller, backends = current_caller(), gateway().backends
    kept = backends.webhooks.get(caller, webhook_id)
    if typed and "conflict" in problems:
        typed.revision = kept.revision
    sent = if_there(
        lambda: backends.deliveries.list(
            caller, webhook_id=webhook_id, page_size=PAGE, page_token=page_token()
        )
    )
    return admin_page(
        "webhook.html",
        "webhooks",
        kept=kept,
        webhook=typed or kept,
        client_name=dict(tenant_choices(caller)).get(kept.tenant_id, ""),
        events=event_choices(),
        deliveries=None if sent is None else list(sent.deliveries),
        delivery_sign=delivery_sign,
        next=next_address(sent.next_page_token) if sent else "",
        first=first_address(),
        problems=problems,
        once_key=next_key(problems),
    )
