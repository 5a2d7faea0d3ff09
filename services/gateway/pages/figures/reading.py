"""Asks the services for their figures; one that is away leaves its part out, and the rest is still shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from chassis.errors import FairleadError, NotFound, PermissionDenied
from chassis.tenancy import Caller
from fairlead.incidents.v1.incident_service_pb2 import CountFlowResponse, CountKpisResponse
from fairlead.knowledge.v1.article_service_pb2 import CountDeflectionsResponse
from fairlead.sla.v1.clock_service_pb2 import CountAttainmentResponse
from fairlead.triage.v1.queue_service_pb2 import CountOpenResponse
from services.gateway.auth.context import gateway
from services.gateway.backends.figures import period_start

Part = TypeVar("Part")
PERIODS = (7, 30, 90)


@dataclass(frozen=True)
class Wanted:
    """So many days of a zone, today included; of one tenant, or "" for every one of the caller's."""

    days: int = 30
    zone: str = "UTC"
    tenant_id: str = ""


@dataclass(frozen=True)
class Figures:
    """What was counted; None for what cannot be read just now. tenants: id → name of those that are shown."""

    wanted: Wanted
    tenants: Mapping[str, str]
    open: CountOpenResponse | None
    flow: CountFlowResponse | None
    attainment: CountAttainmentResponse | None
    kpis: CountKpisResponse | None
    deflections: CountDeflectionsResponse | None


def read_figures(caller: Caller, wanted: Wanted, tenants: Mapping[str, str]) -> Figures:
    """All of them. Raises NotFound for a tenant outside the caller's grant, PermissionDenied for requesters."""
    backend = gateway().backends.figures
    only = [wanted.tenant_id] if wanted.tenant_id else []
    start = period_start(gateway().clock(), wanted.days, wanted.zone)
    return Figures(
        wanted,
        {key: name for key, name in tenants.items() if not only or key in only},
        _if_there(lambda: backend.open(caller, only)),
        _if_there(lambda: backend.flow(caller, wanted.days, wanted.zone, only)),
        _if_there(lambda: backend.attainment(caller, start, only)),
        _if_there(lambda: backend.kpis(caller, wanted.days, wanted.zone, only)),
        _if_there(lambda: backend.deflections(caller, start, gateway().clock(), only)),
    )


def _if_there(ask: Callable[[], Part]) -> Part | None:
    try:
        return ask()
    except (NotFound, PermissionDenied):
        raise
    except FairleadError:
        return None
