"""The queue."""

from datetime import UTC

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import queue_pb2, queue_service_pb2
from fairlead.triage.v1.queue_service_pb2_grpc import QueueServiceServicer
from services.triage.domain.queue import QueueFilter, QueueSort, SlaState
from services.triage.events import messages
from services.triage.events.counts import open_counts
from services.triage.rpc.words import words
from services.triage.use_cases import CountOpen, SeeQueue

SORTS = {
    queue_service_pb2.QUEUE_SORT_UNSPECIFIED: QueueSort.PRIORITY,
    queue_service_pb2.QUEUE_SORT_PRIORITY: QueueSort.PRIORITY,
    queue_service_pb2.QUEUE_SORT_DUE_TIME: QueueSort.DUE_TIME,
    queue_service_pb2.QUEUE_SORT_UPDATE_TIME: QueueSort.UPDATE_TIME,
}


class QueueServicer(QueueServiceServicer):
    """The queue, for staff."""

    def __init__(self, queue: SeeQueue, open_count: CountOpen) -> None:
        self._queue = queue
        self._open_count = open_count

    def ListQueue(
        self, request: queue_service_pb2.ListQueueRequest, context: grpc.ServicerContext
    ) -> queue_service_pb2.ListQueueResponse:
        if request.sort not in SORTS:
            raise InvalidArgument("sort_invalid", "This is not a sort order.", field="sort")
        rows, token = self._queue.page(
            caller_of(context),
            filter_of(request.filter),
            SORTS[request.sort],
            request.page_size,
            request.page_token,
        )
        return queue_service_pb2.ListQueueResponse(
            entries=[messages.entry(row) for row in rows], next_page_token=token
        )

    def CountQueue(
        self, request: queue_service_pb2.CountQueueRequest, context: grpc.ServicerContext
    ) -> queue_service_pb2.CountQueueResponse:
        since = request.resolved_since
        counted = self._queue.count(
            caller_of(context),
            filter_of(request.filter),
            request.saved_views,
            since.ToDatetime(tzinfo=UTC) if request.HasField("resolved_since") else None,
        )
        return messages.counts(counted)

    def GetQueueEntry(
        self, request: queue_service_pb2.GetQueueEntryRequest, context: grpc.ServicerContext
    ) -> queue_pb2.QueueEntry:
        return messages.entry(self._queue.get(caller_of(context), request.incident_id))

    def CountOpen(
        self, request: queue_service_pb2.CountOpenRequest, context: grpc.ServicerContext
    ) -> queue_service_pb2.CountOpenResponse:
        return open_counts(*self._open_count.count(caller_of(context), request.tenant_ids))


def filter_of(wanted: queue_service_pb2.QueueFilter) -> QueueFilter:
    """What a request asks for. Raises InvalidArgument for values that are not known."""
    return QueueFilter(
        tenant_ids=frozenset(wanted.tenant_ids),
        states=frozenset(words(incident_pb2.IncidentState, "INCIDENT_STATE", wanted.states, "states")),
        priorities=frozenset(wanted.priorities),
        assignee_id=wanted.assignee_id,
        unassigned=wanted.unassigned,
        assignment_group_id=wanted.assignment_group_id,
        sla_states=frozenset(
            SlaState(word) for word in words(queue_pb2.SlaState, "SLA_STATE", wanted.sla_states, "sla_states")
        ),
        category=wanted.category,
        query=wanted.query[:200],
        needs_dispatcher=wanted.needs_dispatcher,
        kinds=frozenset(words(incident_pb2.IncidentKind, "INCIDENT_KIND", wanted.kinds, "kinds")),
        channels=frozenset(wanted.channels),
        assigned_to_me=wanted.assigned_to_me,
    )
