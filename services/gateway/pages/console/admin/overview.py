"""What needs somebody's attention, and what there is."""

from typing import Any

from flask import Blueprint

from chassis.errors import FairleadError
from chassis.tenancy import Caller
from fairlead.directory.v1 import tenant_pb2
from fairlead.intake.v1 import submission_pb2
from fairlead.notify.v1 import delivery_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.dead_letters import HEARING
from services.gateway.pages.console.admin.frame import PAGE, admin_page, if_there, is_administrator
from services.gateway.pages.console.frame import overseers_only

overview = Blueprint("admin_overview", __name__)
# How many of each are counted; beyond that it says "more than".
_COUNTED = PAGE


@overview.get("/console/admin")
@overseers_only
def show_overview() -> str:
    """Each count by itself: one that cannot be read says so, and the others stand."""
    caller = current_caller()
    return admin_page(
        "overview.html",
        "",
        counted=_COUNTED,
        quarantined=if_there(lambda: _quarantined(caller)),
        undelivered=if_there(lambda: _deliveries(caller, delivery_pb2.DELIVERY_STATE_DEAD)),
        retrying=if_there(lambda: _deliveries(caller, delivery_pb2.DELIVERY_STATE_RETRYING)),
        dead_letters=_dead_letters(caller) if is_administrator(caller) else None,
        suspended=if_there(lambda: _clients(caller, tenant_pb2.TENANT_STATE_SUSPENDED)),
        active_clients=if_there(lambda: _clients(caller, tenant_pb2.TENANT_STATE_ACTIVE)),
    )


def _quarantined(caller: Caller) -> int:
    state = submission_pb2.SUBMISSION_STATE_QUARANTINED
    return len(gateway().backends.submissions.list(caller, state=state, page_size=_COUNTED + 1).submissions)


def _deliveries(caller: Caller, state: int) -> int:
    return len(gateway().backends.deliveries.list(caller, state=state, page_size=_COUNTED + 1).deliveries)


def _clients(caller: Caller, state: int) -> int:
    return len(gateway().backends.tenants.list(caller, page_size=_COUNTED + 1, state=state).tenants)


def _dead_letters(caller: Caller) -> dict[str, Any]:
    """How many there are, and the services that could not be asked."""
    count, silent = 0, []
    for service in HEARING:
        try:
            found = gateway().backends.dead_letters.list(caller, service, page_size=_COUNTED + 1)
            count += len(found.dead_letters)
        except FairleadError:
            silent.append(service)
    return {"count": count, "silent": silent}
