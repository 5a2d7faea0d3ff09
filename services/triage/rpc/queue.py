"""The queue."""

from datetime import UTC

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import queue_pb2, queue_service_pb2
from fairlead.triage.v1.queue_service_pb2_grpc import QueueServiceServicer
from services.triage.domain.queue import QueueFilter, QueueSort, SlaState
from services.triage.domain.view import View
from services.triage.events import messages
from services.triage.events import views as view_messages
from services.triage.events.counts import open_counts
from services.triage.rpc.entries import Entries
from services.triage.rpc.words import words
from services.triage.use_cases import CountOpen, SeeQueue, may_write

SORTS = {
    queue_service_pb2.QUEUE_SORT_UNSPECIFIED: QueueSort.PRIORITY,
    queue_service_pb2.QUEUE_SORT_PRIORITY: QueueSort.PRIORITY,
    queue_service_pb2.QUEUE_SORT_DUE_TIME: QueueSort.DUE_TIME,
    queue_service_pb2.QUEUE_SORT_UPDATE_TIME: QueueSort.UPDATE_TIME,
    queue_service_pb2.QUEUE_SORT_BREACH_RISK: QueueSort.BREACH_RISK,
}


class QueueServicer(QueueServiceServicer):
    """The queue, for staff."""

    def __init__(self, queue: SeeQueue, open_count: CountOpen) -> None:
        self._queue = queue
        self._open_count = open_count
        self._entries = Entries()

    def ListQueue(
        self, request: queue_service_pb2.ListQueueRequest, context: grpc.ServicerContext
    ) -> queue_service_pb2.ListQueueResponse:
        if request.sort not in SORTS:
            raise InvalidArgument("sort_invalid", "This is not a sort order.", field="sort")
        caller = caller_of(context)
        rows, token = self._queue.page(
            caller,
            filter_of(request.filter),
            SORTS[request.sort],
            request.page_size,
            request.page_token,
        )
        answer = queue_service_pb2.ListQueueResponse(
            entries=[self._entries.of(row) for row in rows], next_page_token=token
        )
        counted = request.counts if request.HasField("counts") else None
        views = self._views_for(caller, request.views or (counted is not None and counted.saved_views))
        if counted is not None:
            answer.counts.CopyFrom(self._counts(caller, counted, views))
        if request.views:
            answer.views.extend(
                view_messages.view(view, caller.provider_id, may_write(caller, view)) for view in views
            )
        return answer

    def CountQueue(
        self, request: queue_service_pb2.CountQueueRequest, context: grpc.ServicerContext
    ) -> queue_service_pb2.CountQueueResponse:
        caller = caller_of(context)
        return self._counts(caller, request, self._views_for(caller, request.saved_views))

    def _views_for(self, caller: Caller, wanted: bool) -> list[View]:
        return self._queue.views_of(caller) if wanted else []

    def _counts(
        self, caller: Caller, request: queue_service_pb2.CountQueueRequest, views: list[View]
    ) -> queue_service_pb2.CountQueueResponse:
        since = request.resolved_since
        return messages.counts(
            self._queue.count(
                caller,
                filter_of(request.filter),
                views if request.saved_views else (),
                since.ToDatetime(tzinfo=UTC) if request.HasField("resolved_since") else None,
            )
        )

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
