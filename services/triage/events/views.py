"""Saved views, and the filters in them, as protobuf messages."""

from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import queue_pb2, queue_service_pb2, view_pb2
from services.triage.domain.queue import QueueFilter
from services.triage.domain.view import View
from services.triage.events.messages import timestamp


def view(record: View, provider_id: str, editable: bool) -> view_pb2.View:
    """A saved view, whole."""
    return view_pb2.View(
        view_id=record.view_id,
        provider_id=provider_id,
        name=record.name,
        shared=record.shared,
        filter=queue_filter(record.filter),
        sort=queue_service_pb2.QueueSort.Value(f"QUEUE_SORT_{record.sort.value.upper()}"),
        revision=record.revision,
        update_time=timestamp(record.update_time),
        editable=editable,
    )


def queue_filter(wanted: QueueFilter) -> queue_service_pb2.QueueFilter:
    """A filter, in an order that is always the same."""
    return queue_service_pb2.QueueFilter(
        tenant_ids=sorted(wanted.tenant_ids),
        states=_numbers(incident_pb2.IncidentState, "INCIDENT_STATE", wanted.states),
        priorities=[incident_pb2.Priority.Name(number) for number in sorted(wanted.priorities)],
        assignee_id=wanted.assignee_id,
        unassigned=wanted.unassigned,
        assignment_group_id=wanted.assignment_group_id,
        sla_states=_numbers(queue_pb2.SlaState, "SLA_STATE", wanted.sla_states),
        category=wanted.category,
        query=wanted.query,
        needs_dispatcher=wanted.needs_dispatcher,
        kinds=_numbers(incident_pb2.IncidentKind, "INCIDENT_KIND", wanted.kinds),
        channels=sorted(wanted.channels),
        assigned_to_me=wanted.assigned_to_me,
    )


def _numbers(enum, prefix: str, words) -> list:
    return sorted(enum.Value(f"{prefix}_{word.upper()}") for word in words)
