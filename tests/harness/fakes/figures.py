"""Figures of two clients, as the services would count them: the same every time, with a quiet Sunday and a bad day."""

from collections import Counter
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chassis.clock import now
from chassis.errors import NotFound
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_service_pb2
from fairlead.sla.v1 import clock_service_pb2
from fairlead.triage.v1 import queue_pb2, queue_service_pb2
from tests.harness.fakes.workshop import FakeWorkshop

# contract → kind → met, breached, running
KEPT = {
    "ten_acme": ("Acme Gold", {"FIRST_RESPONSE": (214, 3, 5), "RESOLUTION": (197, 11, 14)}),
    "ten_lumen": ("Northstar standard", {"FIRST_RESPONSE": (88, 0, 2), "RESOLUTION": (0, 0, 6)}),
}


def count_open(workshop: FakeWorkshop) -> Any:
    """Answers `CountOpen` from the workshop's rows."""

    def answer(request: Any, caller: Caller) -> queue_service_pb2.CountOpenResponse:
        seen(caller, request.tenant_ids)
        wanted = queue_service_pb2.QueueFilter(tenant_ids=request.tenant_ids)
        entries = workshop.list_queue(
            queue_service_pb2.ListQueueRequest(filter=wanted, page_size=10_000), caller
        ).entries
        tenants = sorted({entry.tenant_id for entry in entries})
        return queue_service_pb2.CountOpenResponse(
            total=_count(entries),
            tenants=[
                queue_service_pb2.TenantOpenCount(
                    tenant_id=tenant, count=_count([each for each in entries if each.tenant_id == tenant])
                )
                for tenant in tenants
            ],
        )

    return answer


def count_flow(request: Any, caller: Caller) -> incident_service_pb2.CountFlowResponse:
    """Answers `CountFlow`."""
    seen(caller, request.tenant_ids)
    zone = ZoneInfo(request.time_zone or "UTC")
    today, answer = now().astimezone(zone).date(), incident_service_pb2.CountFlowResponse(time_zone=zone.key)
    for ago in reversed(range(request.days)):
        day = today - timedelta(days=ago)
        quiet = day.weekday() >= 5
        arrived = (2 if quiet else 14) + (ago * 7) % 5 + (19 if ago == 12 else 0)
        resolved = (1 if quiet else 13) + (ago * 5) % 6 + (9 if ago in (10, 11) else 0)
        answer.days.add(date=day.isoformat(), arrived=arrived, resolved=resolved)
    return answer


def count_kpis(request: Any, caller: Caller) -> incident_service_pb2.CountKpisResponse:
    """Answers `CountKpis`: two clients, one of them without any resolution yet, and what is in no group."""
    seen(caller, request.tenant_ids)
    kpis = incident_service_pb2.Kpis
    busy = kpis(
        arrived=231,
        acknowledged=220,
        mean_acknowledge_seconds=840,
        resolved=208,
        mean_resolve_seconds=19_800,
        mean_work_seconds=12_240,
        reported=190,
        first_contact=118,
        first_contact_percent=62.1,
        reopened=0,
        reopen_percent=0,
        rated=96,
        mean_score=4.41,
        satisfied=84,
        satisfied_percent=87.5,
        backlog=31,
        mean_backlog_seconds=190_080,
        backlog_day=12,
        backlog_week=15,
        backlog_month=3,
        backlog_older=1,
    )
    fresh = kpis(arrived=4, backlog=4, mean_backlog_seconds=8640, backlog_day=4)
    owned = {"ten_acme": busy, "ten_lumen": fresh}
    mine = {
        tenant: each
        for tenant, each in owned.items()
        if _is_for(caller, tenant) and (not request.tenant_ids or tenant in request.tenant_ids)
    }
    answer = incident_service_pb2.CountKpisResponse(time_zone=request.time_zone or "UTC", total=busy)
    for tenant, each in mine.items():
        answer.tenants.add(tenant_id=tenant, kpis=each)
    answer.groups.add(assignment_group_id="grp_net", name="Network", kpis=busy)
    answer.groups.add(kpis=fresh)
    return answer


def count_attainment(request: Any, caller: Caller) -> clock_service_pb2.CountAttainmentResponse:
    """Answers `CountAttainment` from KEPT."""
    seen(caller, request.tenant_ids)
    answer, sums = clock_service_pb2.CountAttainmentResponse(), Counter[tuple[str, int]]()
    for tenant, (contract, kinds) in KEPT.items():
        if not _is_for(caller, tenant) or (request.tenant_ids and tenant not in request.tenant_ids):
            continue
        for kind, counts in kinds.items():
            answer.groups.append(_attainment(kind, counts))
            answer.groups[-1].assignment_group_id = "grp_net" if tenant == "ten_acme" else ""
            answer.attainments.append(_attainment(kind, counts, tenant, f"ctr_{tenant}", contract))
            for place, count in enumerate(counts):
                sums[kind, place] += count
    for kind in sorted({kind for kind, _ in sums}):
        answer.totals.append(_attainment(kind, tuple(sums[kind, place] for place in range(3))))
    return answer


def seen(caller: Caller, tenant_ids: Any) -> None:
    """Raises NotFound for a tenant outside the grant, as the services do."""
    for tenant in tenant_ids:
        if not _is_for(caller, tenant):
            raise NotFound("tenant_not_found", "There is no such tenant.")


def _is_for(caller: Caller, tenant: str) -> bool:
    return caller.provider_id == "prv_north" and (caller.tenant_ids is None or tenant in caller.tenant_ids)


def _count(entries: Any) -> queue_service_pb2.OpenCount:
    answer = queue_service_pb2.OpenCount(total=len(entries))
    for priority, count in sorted(Counter(each.priority for each in entries).items()):
        answer.by_priority.add(priority=priority, count=count)
    for state, count in sorted(Counter(each.sla_state for each in entries).items()):
        answer.by_sla_state.add(sla_state=state or queue_pb2.SLA_STATE_PENDING, count=count)
    return answer


def _attainment(
    kind: str, counts: tuple[int, ...], tenant: str = "", contract: str = "", name: str = ""
) -> clock_service_pb2.Attainment:
    met, breached, running = counts
    made = clock_service_pb2.Attainment(
        tenant_id=tenant, contract_id=contract, contract_name=name, kind=f"TARGET_KIND_{kind}",
        met=met, breached=breached, running=running,
    )  # fmt: skip
    if met + breached:
        made.attainment_percent = met * 1000 // (met + breached) / 10
    return made
