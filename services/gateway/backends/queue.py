"""The one queue across all the clients a technician is granted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.triage.v1 import queue_pb2 as queue
from fairlead.triage.v1 import queue_service_pb2 as messages
from fairlead.triage.v1 import view_pb2, view_service_pb2
from fairlead.triage.v1.queue_service_pb2_grpc import QueueServiceStub
from fairlead.triage.v1.view_service_pb2_grpc import ViewServiceStub


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
        counts: messages.CountQueueRequest | None = None,
        views: bool = False,
    ) -> messages.ListQueueResponse:
        """Rows; in the same call what `counts` asks for (see `counted`), and the saved views if asked for."""
        request = messages.ListQueueRequest(
            filter=filter, sort=sort, page_size=page_size, page_token=page_token, counts=counts, views=views
        )
        return call(self._stub.ListQueue, request, caller)

    def count(
        self,
        caller: Caller,
        filter: messages.QueueFilter | None = None,
        saved_views: bool = False,
        resolved_since: datetime | None = None,
    ) -> messages.CountQueueResponse:
        """Everything that tabs show, in one call; saved views and what was resolved since then if asked for."""
        return call(self._stub.CountQueue, counted(filter, saved_views, resolved_since), caller)

    def get(self, caller: Caller, incident_id: str) -> queue.QueueEntry:
        request = messages.GetQueueEntryRequest(incident_id=incident_id)
        return call(self._stub.GetQueueEntry, request, caller)


def counted(
    filter: messages.QueueFilter | None = None,
    saved_views: bool = False,
    resolved_since: datetime | None = None,
) -> messages.CountQueueRequest:
    """What to count."""
    request = messages.CountQueueRequest(filter=filter, saved_views=saved_views)
    if resolved_since is not None:
        request.resolved_since.FromDatetime(resolved_since)
    return request


class Views:
    """Client of fairlead.triage.v1.ViewService: saved views of the queue. Staff only."""

    def __init__(self, channel: Any) -> None:
        self._stub = ViewServiceStub(channel)

    def list(self, caller: Caller) -> list[view_pb2.View]:
        """Shared ones first, each kind by name."""
        return [*call(self._stub.ListViews, view_service_pb2.ListViewsRequest(), caller).views]

    def get(self, caller: Caller, view_id: str) -> view_pb2.View:
        return call(self._stub.GetView, view_service_pb2.GetViewRequest(view_id=view_id), caller)

    def create(self, caller: Caller, view: view_pb2.View) -> view_pb2.View:
        return call(self._stub.CreateView, view_service_pb2.CreateViewRequest(view=view), caller)

    def update(self, caller: Caller, view: view_pb2.View) -> view_pb2.View:
        return call(self._stub.UpdateView, view_service_pb2.UpdateViewRequest(view=view), caller)

    def delete(self, caller: Caller, view_id: str) -> None:
        call(self._stub.DeleteView, view_service_pb2.DeleteViewRequest(view_id=view_id), caller)
