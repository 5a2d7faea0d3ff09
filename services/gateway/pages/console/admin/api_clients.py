"""API clients: programs that authenticate by OAuth."""

import json
from typing import Any

from flask import Blueprint, request

from chassis.errors import FairleadError, NotFound, PermissionDenied
from chassis.tenancy import Role
from services.gateway.auth.access import current_caller
from services.gateway.auth.clients import CLIENT_ROLES, OAuthClient
from services.gateway.auth.context import gateway
from services.gateway.auth.registering import own_or_all, register
from services.gateway.auth.scopes import SCOPES
from services.gateway.pages.console.admin.choices import tenant_choices
from services.gateway.pages.console.admin.doing import (
    Problems,
    Refused,
    address,
    next_key,
    once,
    problems_of,
    submitted,
)
from services.gateway.pages.console.admin.forms import lines_of
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only
from services.gateway.pages.language import gettext as _

api_clients = Blueprint("admin_api_clients", __name__)
_HOME = f"{ROOT}/api-clients"


@api_clients.get("/console/admin/api-clients")
@administrators_only
def list_clients() -> str:
    """Oldest first, what each may do in words."""
    return _list_page({})


@api_clients.get("/console/admin/api-clients/new")
@administrators_only
def new_client() -> str:
    """An empty form."""
    return _new_page({})


@api_clients.post("/console/admin/api-clients")
@administrators_only
def create_client() -> Any:
    """Registers a program and shows its secret, once."""
    try:
        kept = json.loads(once(_registered))
    except Refused as refused:
        return _new_page(refused.problems), 422
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        return _new_page(problems_of(error)), 422
    return _secret_page(**kept)


@api_clients.post("/console/admin/api-clients/<client_id>/rotate")
@administrators_only
def rotate_secret(client_id: str) -> Any:
    """A new secret, shown once; the old one ends."""

    def rotate() -> str:
        caller = current_caller()
        client, secret = gateway().auth.clients.rotate_secret(own_or_all(caller), client_id)
        return json.dumps({"name": client.name, "client_id": client_id, "secret": secret})

    try:
        kept = json.loads(once(rotate))
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        return _list_page(problems_of(error)), 422
    return _secret_page(**kept)


@api_clients.post("/console/admin/api-clients/<client_id>/remove")
@administrators_only
def remove_client(client_id: str) -> Any:
    """Its tokens end within half a minute."""

    def remove() -> str:
        gateway().auth.clients.delete(own_or_all(current_caller()), client_id)
        return address(_HOME, "api_client_removed")

    return submitted(remove, _list_page)


def _registered() -> str:
    caller, form = current_caller(), request.form
    name, scopes = form.get("name", "").strip(), form.getlist("scopes")
    signs_people_in = form.get("purpose") == "people"
    if not name or len(name) > 200:
        raise Refused(name=_("Between 1 and 200 characters."))
    if not scopes:
        raise Refused(scopes=_("Choose at least one."))
    whole, chosen = form.get("all_tenants") == "1", form.getlist("tenants")
    if not whole and not chosen:
        raise Refused(tenants=_("Choose all clients, or some of them."))
    client = OAuthClient(
        client_id="",
        provider_id=caller.provider_id,
        tenant_ids=None if whole else frozenset(chosen),
        name=name,
        auth_method="client_secret",
        grant_types=("authorization_code", "refresh_token") if signs_people_in else ("client_credentials",),
        scopes=tuple(dict.fromkeys(scopes)),
        roles=frozenset({Role(form["role"])}) if form.get("role") in _roles() else frozenset(),
        redirect_uris=tuple(lines_of(form.get("redirect_uris", ""))) if signs_people_in else (),
    )
    made, secret = register(caller, client)
    return json.dumps({"name": made.name, "client_id": made.client_id, "secret": secret})


def _roles() -> dict[str, str]:
    labels = {
        Role.TECHNICIAN: _("Technician"),
        Role.DISPATCHER: _("Dispatcher"),
        Role.PROVIDER_ADMIN: _("Administrator"),
        Role.CLIENT_MANAGER: _("Client manager"),
    }
    return {role.value: labels[role] for role in CLIENT_ROLES}


def _list_page(problems: Problems) -> str:
    caller = current_caller()
    return admin_page(
        "api_clients.html",
        "api-clients",
        api_clients=gateway().auth.clients.list(own_or_all(caller)),
        clients=dict(tenant_choices(caller)),
        roles=_roles(),
        problems=problems,
        once_key=next_key(problems),
    )


def _new_page(problems: Problems) -> str:
    return admin_page(
        "api_client_new.html",
        "api-clients",
        values=request.form,
        scopes=list(SCOPES),
        chosen_scopes=request.form.getlist("scopes"),
        chosen=request.form.getlist("tenants"),
        clients=tenant_choices(current_caller()),
        roles=[("", _("None: a plain program")), *_roles().items()],
        problems=problems,
        once_key=next_key(problems),
    )


def _secret_page(name: str, client_id: str, secret: str) -> str:
    return admin_page("secret.html", "api-clients", name=name, named_id=client_id, secret=secret, back=_HOME)
