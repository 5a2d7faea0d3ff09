"""Notifications that were given up, and those that wait for another attempt."""

from typing import Any

from flask import Blueprint, request

from fairlead.notify.v1 import delivery_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.doing import Problems, address, next_key, submitted
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
from services.gateway.pages.console.signals import delivery_reason, delivery_sign, notification_label

undelivered = Blueprint("admin_undelivered", __name__)
_HOME = f"{ROOT}/undelivered"


@undelivered.get("/console/admin/undelivered")
@overseers_only
def list_deliveries() -> str:
    """Newest first, in pages; `state=retrying` shows those that will be tried again."""
    return _page({})


@undelivered.post("/console/admin/deliveries/<delivery_id>/redeliver")
@overseers_only
def redeliver(delivery_id: str) -> Any:
    """Tries a notification again."""

    def act() -> str:
        gateway().backends.deliveries.redeliver(current_caller(), delivery_id)
        return address(_HOME, "redelivered")

    return submitted(act, _page)


def _page(problems: Problems) -> str:
    caller = current_caller()
    retrying = request.args.get("state") == "retrying"
    state = delivery_pb2.DELIVERY_STATE_RETRYING if retrying else delivery_pb2.DELIVERY_STATE_DEAD
    found = if_there(
        lambda: gateway().backends.deliveries.list(
            caller, state=state, page_size=PAGE, page_token=page_token()
        )
    )
    shown = list(found.deliveries) if found else []
    return admin_page(
        "undelivered.html",
        "undelivered",
        deliveries=None if found is None else shown,
        retrying=retrying,
        clients=names.tenant_names(caller, [one.tenant_id for one in shown]),
        delivery_sign=delivery_sign,
        delivery_reason=delivery_reason,
        notification_label=notification_label,
        next=next_address(found.next_page_token) if found else "",
        first=first_address(),
        problems=problems,
        once_key=next_key(problems),
    )
