"""How major incidents are handled: intervals, words for updates, and the secret addresses of status pages."""

from typing import Any

from flask import Blueprint, request

from fairlead.incidents.v1 import major_incident_pb2 as pb
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.admin.doing import Problems, Refused, address
from services.gateway.pages.console.admin.forms import number_problem, whole
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.console.majors import typed
from services.gateway.pages.console.majors.doing import done_once
from services.gateway.pages.console.majors.paging import HOME, major_page

major_settings = Blueprint("console_major_settings", __name__)
_HERE = f"{HOME}/settings"
_MINUTES = ("sev1_minutes", "sev2_minutes", "sev3_minutes")


@major_settings.get(_HERE)
@overseers_only
def show_settings() -> str:
    """`tenant` chooses whose status page's address is shown, `template` which words are to be changed."""
    return _page({})


@major_settings.post(_HERE)
@overseers_only
def save_settings() -> Any:
    """Intervals, and whether action items come before the end."""

    def save() -> str:
        found = {name: whole(request.form.get(name, ""), least=1, most=10_080) for name in _MINUTES}
        wrong = {name: number_problem() for name, value in found.items() if value is None}
        if wrong:
            raise Refused(**wrong)
        wanted = pb.MajorSettings(
            actions_before_closing=request.form.get("actions_before_closing") == "1",
            revision=whole(request.form.get("revision", "")) or 0,
            **{name: value for name, value in found.items() if value},
        )
        gateway().backends.majors.set_settings(current_caller(), wanted)
        return address(_HERE, "settings")

    return done_once(save, _page)


@major_settings.post(f"{_HERE}/templates")
@overseers_only
def save_template() -> Any:
    """A new one without an id."""

    def save() -> str:
        form = request.form
        revision = whole(form.get("revision", "")) or 0
        gateway().backends.majors.save_template(
            current_caller(), form.get("template_id", ""), form.get("name", ""), typed.texts(), revision
        )
        return address(_HERE, "template")

    return done_once(save, _page)


@major_settings.post(f"{_HERE}/templates/<template_id>/remove")
@overseers_only
def remove_template(template_id: str) -> Any:
    """For good."""

    def remove() -> str:
        gateway().backends.majors.delete_template(current_caller(), template_id)
        return address(_HERE, "template_removed")

    return done_once(remove, _page)


@major_settings.post(f"{_HERE}/status-address")
@overseers_only
def change_address() -> Any:
    """Gives a client's status page a secret address, or revokes it."""

    def change() -> str:
        tenant_id, backend = request.form.get("tenant", ""), gateway().backends.status_pages
        revoked = request.form.get("step") == "revoke"
        (backend.revoke_address if revoked else backend.create_address)(current_caller(), tenant_id)
        return address(_HERE, "address_revoked" if revoked else "address", tenant=tenant_id)

    return done_once(change, _page)


def _page(problems: Problems) -> str:
    caller, backend = current_caller(), gateway().backends
    chosen, tenant_id = request.values.get("template", ""), request.values.get("tenant", "")
    templates = backend.majors.templates(caller)
    found = backend.status_pages.address(caller, tenant_id) if tenant_id else None
    return major_page(
        "settings.html",
        problems,
        settings=backend.majors.settings(caller),
        templates=templates,
        changing=next((one for one in templates if one.template_id == chosen), None),
        tenant_id=tenant_id,
        status=found,
        status_url=f"{gateway().settings.origin}/status/{found.token}" if found and found.token else "",
    )
