"""Client organizations: found, set up, branded, suspended."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request

from chassis.errors import FairleadError
from fairlead.directory.v1 import tenant_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of, word_of
from services.gateway.pages.console.admin.branding import brand_preview
from services.gateway.pages.console.admin.doing import Problems, address, next_key, problems_of, submitted
from services.gateway.pages.console.admin.frame import (
    PAGE,
    ROOT,
    admin_page,
    administrators_only,
    first_address,
    next_address,
    page_token,
)
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.language import gettext as _
from services.gateway.pages.portal.profile import zones

clients = Blueprint("admin_clients", __name__)
_HOME = f"{ROOT}/clients"
_BRAND = ("display_name", "primary_color", "accent_color", "surface_color", "monogram", "welcome_text")
_DETAILS = ("name", "locale", "time_zone", "support_address")


@clients.get("/console/admin/clients")
@overseers_only
def list_clients() -> str:
    """By slug, in pages; `query` and `state` narrow it."""
    query, state = request.args.get("query", "").strip()[:200], request.args.get("state", "")
    number = number_of(tenant_pb2.TenantState.DESCRIPTOR, state)
    found = gateway().backends.tenants.list(current_caller(), PAGE, page_token(), query, number)
    return admin_page(
        "clients.html",
        "clients",
        tenants=list(found.tenants),
        query=query,
        state=state,
        next=next_address(found.next_page_token),
        first=first_address(),
    )


@clients.get("/console/admin/clients/new")
@administrators_only
def new_client() -> str:
    """An empty form."""
    return _new_page({})


@clients.post("/console/admin/clients")
@administrators_only
def create_client() -> Any:
    """Sets a client up."""

    def create() -> str:
        given = {name: request.form.get(name, "").strip() for name in (*_DETAILS, "slug")}
        prefix = request.form.get("number_prefix", "").strip().upper()
        made = gateway().backends.tenants.create(current_caller(), number_prefix=prefix, **given)
        return address(f"{_HOME}/{made.tenant_id}", "client_created")

    return submitted(create, _new_page)


@clients.get("/console/admin/clients/<tenant_id>")
@overseers_only
def show_client(tenant_id: str) -> str:
    """One client: details, brand, mail domains, state."""
    return _client_page(tenant_id)


@clients.post("/console/admin/clients/<tenant_id>")
@administrators_only
def save_client(tenant_id: str) -> Any:
    """Name, language, zone and support address."""

    def save() -> str:
        given = {name: request.form.get(name, "").strip() for name in _DETAILS}
        policy = number_of(tenant_pb2.NewPersonPolicy.DESCRIPTOR, request.form.get("new_person_policy", ""))
        revision = _revision()
        saved = gateway().backends.tenants.update(
            current_caller(), tenant_id, revision=revision, new_person_policy=policy, **given
        )
        return _done(saved, "client_saved")

    return submitted(save, lambda problems: _client_page(tenant_id, problems, "details"))


@clients.post("/console/admin/clients/<tenant_id>/brand")
@administrators_only
def save_brand(tenant_id: str) -> Any:
    """Saves the brand, or with the preview's button shows what it would look like."""
    if request.form.get("preview"):
        return _client_page(tenant_id, {}, "brand")

    def save() -> str:
        given = {name: request.form.get(name, "").strip() for name in _BRAND}
        gateway().backends.tenants.set_brand(current_caller(), tenant_id, **given)
        gateway().directory.forget_tenant(tenant_id)
        return address(f"{_HOME}/{tenant_id}", "brand_saved")

    return submitted(save, lambda problems: _client_page(tenant_id, problems, "brand"))


@clients.post("/console/admin/clients/<tenant_id>/domains")
@administrators_only
def add_domain(tenant_id: str) -> Any:
    """Mail from its senders is filed under this client from now on."""

    def add() -> str:
        domain = request.form.get("domain", "").strip().lower()
        gateway().backends.tenants.add_mail_domain(current_caller(), tenant_id, domain)
        return address(f"{_HOME}/{tenant_id}", "domain_added")

    return submitted(add, lambda problems: _client_page(tenant_id, problems, "domains"))


@clients.post("/console/admin/clients/<tenant_id>/domains/remove")
@administrators_only
def remove_domain(tenant_id: str) -> Any:
    """Mail from its senders goes to quarantine from now on."""

    def remove() -> str:
        domain = request.form.get("domain", "")
        gateway().backends.tenants.remove_mail_domain(current_caller(), tenant_id, domain)
        return address(f"{_HOME}/{tenant_id}", "domain_removed")

    return submitted(remove, lambda problems: _client_page(tenant_id, problems, "domains"))


@clients.post("/console/admin/clients/<tenant_id>/suspend")
@administrators_only
def suspend_client(tenant_id: str) -> Any:
    """Nobody of it may sign in; its mail is still kept."""

    def suspend() -> str:
        reason = request.form.get("reason", "").strip()
        return _done(
            gateway().backends.tenants.suspend(current_caller(), tenant_id, reason), "client_suspended"
        )

    return submitted(suspend, lambda problems: _client_page(tenant_id, problems, "state"))


@clients.post("/console/admin/clients/<tenant_id>/activate")
@administrators_only
def activate_client(tenant_id: str) -> Any:
    """Undoes a suspension."""

    def activate() -> str:
        return _done(gateway().backends.tenants.activate(current_caller(), tenant_id), "client_activated")

    return submitted(activate, lambda problems: _client_page(tenant_id, problems, "state"))


def _done(tenant: tenant_pb2.Tenant, word: str) -> str:
    gateway().directory.forget_tenant(tenant.tenant_id, tenant.slug)
    return address(f"{_HOME}/{tenant.tenant_id}", word)


def _new_page(problems: Problems) -> str:
    return admin_page(
        "client_new.html",
        "clients",
        values=request.form,
        problems=problems,
        once_key=next_key(problems),
        zones=zones(),
    )


def _client_page(tenant_id: str, problems: Problems | None = None, part: str = "") -> str:
    """`part`: the form that was sent, whose words are kept."""
    caller, backend = current_caller(), gateway().backends.tenants
    problems = problems or {}
    tenant, brand = backend.get(caller, tenant_id), backend.get_brand(caller, tenant_id)
    details: Mapping[str, str] = (
        request.form
        if part == "details"
        else {name: getattr(tenant, name) for name in _DETAILS} | _policy(tenant)
    )
    wished: Mapping[str, str] = (
        request.form if part == "brand" else {name: getattr(brand, name) for name in _BRAND}
    )
    own = details.get("time_zone", "")
    return admin_page(
        "client.html",
        "clients",
        tenant=tenant,
        details=details,
        policies=_policies(),
        brand=wished,
        preview=brand_preview(wished),
        previewed=bool(request.form.get("preview")),
        domains=_domains(tenant_id),
        problems=problems,
        part=part,
        once_key=next_key(problems),
        zones=zones() if own in zones() else [own, *zones()],
        suspended=tenant.state == tenant_pb2.TENANT_STATE_SUSPENDED,
        typed=request.form if part in ("domains", "state") else {},
    )


def _policies() -> list[tuple[str, str]]:
    return [
        ("create", _("Becomes an incident; the sender becomes a requester")),
        ("hold", _("Waits in quarantine until somebody releases it")),
        ("reject", _("Is put away, and can be looked up in quarantine")),
    ]


def _policy(tenant: tenant_pb2.Tenant) -> dict[str, str]:
    word = word_of(tenant_pb2.NewPersonPolicy.DESCRIPTOR, tenant.new_person_policy)
    return {"new_person_policy": word or "create"}


def _domains(tenant_id: str) -> list[Any] | None:
    try:
        return gateway().backends.tenants.list_mail_domains(current_caller(), tenant_id)
    except FairleadError as error:
        if problems_of(error) and error.status == "UNAVAILABLE":
            return None
        raise


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isdigit() and len(text) < 16 else 0
