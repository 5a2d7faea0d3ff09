"""Addresses that no mail is sent to: why, and lifted when they are right again."""

from typing import Any

from flask import Blueprint, request

from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.choices import tenant_choices
from services.gateway.pages.console.admin.doing import Problems, Refused, address, next_key, submitted
from services.gateway.pages.console.admin.frame import (
    PAGE,
    ROOT,
    admin_page,
    first_address,
    if_there,
    next_address,
    page_token,
)
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.console.signals import suppression_label
from services.gateway.pages.language import gettext as _

suppressions = Blueprint("admin_suppressions", __name__)
_HOME = f"{ROOT}/suppressions"


@suppressions.get("/console/admin/suppressions")
@overseers_only
def list_suppressions() -> str:
    """The latest first, in pages."""
    return _page({})


@suppressions.post("/console/admin/suppressions")
@overseers_only
def suppress_address() -> Any:
    """No more mail to this address."""

    def add() -> str:
        tenant_id = request.form.get("tenant_id", "")
        if not tenant_id:
            raise Refused(tenant_id=_("Choose a client."))
        gateway().backends.suppressions.add(current_caller(), tenant_id, request.form.get("address", ""))
        return address(_HOME, "address_suppressed")

    return submitted(add, _page)


@suppressions.post("/console/admin/suppressions/<suppression_id>/lift")
@overseers_only
def lift_suppression(suppression_id: str) -> Any:
    """Mail is sent there again."""

    def lift() -> str:
        gateway().backends.suppressions.lift(current_caller(), suppression_id)
        return address(_HOME, "suppression_lifted")

    return submitted(lift, _page)


def _page(problems: Problems) -> str:
    caller = current_caller()
    found = if_there(
        lambda: gateway().backends.suppressions.list(caller, page_size=PAGE, page_token=page_token())
    )
    shown = list(found.suppressions) if found else []
    return admin_page(
        "suppressions.html",
        "suppressions",
        suppressions=None if found is None else shown,
        clients=names.tenant_names(caller, [one.tenant_id for one in shown]),
        choices=tenant_choices(caller),
        suppression_label=suppression_label,
        values=request.form,
        next=next_address(found.next_page_token) if found else "",
        first=first_address(),
        problems=problems,
        once_key=next_key(problems),
    )
