"""What is open, as messages."""

from collections.abc import Mapping

from fairlead.triage.v1 import queue_pb2, queue_service_pb2
from services.triage.domain.open_count import OpenCount


def open_counts(total: OpenCount, tenants: Mapping[str, OpenCount]) -> queue_service_pb2.CountOpenResponse:
    """All of them, in a stable order."""
    return queue_service_pb2.CountOpenResponse(
        total=_count(total),
        tenants=[
            queue_service_pb2.TenantOpenCount(tenant_id=tenant_id, count=_count(count))
            for tenant_id, count in tenants.items()
        ],
    )


def _count(found: OpenCount) -> queue_service_pb2.OpenCount:
    states = {
        queue_pb2.SlaState.Value(f"SLA_STATE_{state.name}"): n for state, n in found.by_sla_state.items()
    }
    return queue_service_pb2.OpenCount(
        total=found.total,
        by_priority=[
            queue_service_pb2.PriorityCount(priority=priority, count=count)
            for priority, count in sorted(found.by_priority.items())
        ],
        by_sla_state=[
            queue_service_pb2.SlaStateCount(sla_state=state, count=count)
            for state, count in sorted(states.items())
        ],
    )
