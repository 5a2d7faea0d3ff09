"""The one queue across all the clients a technician is granted."""

from __future__ import annotations

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.triage.v1 import queue_pb2 as queue
from fairlead.triage.v1 import queue_service_pb2 as messages
from fairlead.triage.v1.queue_service_pb2_grpc import QueueServiceStub


class Queue:
    """Client of fairlead.triage.v1.QueueService. Staff only."""

    def __init__(self, channel: Any) -> None:
        self._stub = QueueServiceStub(channel)

    def list(
        self,
        caller: Caller,
        filter: messages.QueueFilter | None = None,
        sort: messages.QueueSort = messages.QUEUE_SORT_UNSPECIFIED,
        page_size: int = 50,
        page_token: str = "",
    ) -> messages.ListQueueResponse:
        request = messages.ListQueueRequest(
            filter=filter, sort=sort, page_size=page_size, page_token=page_token
        )
        return call(self._stub.ListQueue, request, caller)

    def count(
        self, caller: Caller, filter: messages.QueueFilter | None = None
    ) -> messages.CountQueueResponse:
        return call(self._stub.CountQueue, messages.CountQueueRequest(filter=filter), caller)

    def get(self, caller: Caller, incident_id: str) -> queue.QueueEntry:
        request = messages.GetQueueEntryRequest(incident_id=incident_id)
        return call(self._stub.GetQueueEntry, request, caller)
