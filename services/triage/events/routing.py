"""Work profiles and what is agreed with clients, as messages."""

from fairlead.triage.v1 import routing_pb2
from services.triage.domain.working import ClientRouting, WorkProfile


def profile(one: WorkProfile, provider_id: str) -> routing_pb2.WorkProfile:
    """Whole."""
    return routing_pb2.WorkProfile(
        person_id=one.person_id,
        provider_id=provider_id,
        name=one.name,
        load_cap=one.load_cap,
        pressing_cap=one.pressing_cap,
        time_zone=one.time_zone,
        absences=[
            routing_pb2.Absence(first_day=each.first_day.isoformat(), last_day=each.last_day.isoformat())
            for each in one.absences
        ],
        revision=one.revision,
    )


def routing(one: ClientRouting, provider_id: str) -> routing_pb2.ClientRouting:
    """Whole."""
    return routing_pb2.ClientRouting(
        tenant_id=one.tenant_id,
        provider_id=provider_id,
        groups=[
            routing_pb2.AgreedGroup(category=each.category, assignment_group_id=each.group_id)
            for each in one.groups
        ],
        preferred_ids=sorted(one.preferred_ids),
        by_history=one.by_history,
        revision=one.revision,
    )
