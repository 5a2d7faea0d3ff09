"""Saved views."""

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from chassis.tenancy import Caller
from fairlead.triage.v1 import view_pb2, view_service_pb2
from fairlead.triage.v1.view_service_pb2_grpc import ViewServiceServicer
from services.triage.domain.view import View
from services.triage.events import views as messages
from services.triage.rpc.queue import SORTS, filter_of
from services.triage.use_cases import KeepViews, may_write

_OWN = "own"


class ViewServicer(ViewServiceServicer):
    """Saved views of the queue, for staff."""

    def __init__(self, views: KeepViews) -> None:
        self._views = views

    def CreateView(
        self, request: view_service_pb2.CreateViewRequest, context: grpc.ServicerContext
    ) -> view_pb2.View:
        caller = caller_of(context)
        return _message(caller, self._views.create(caller, _view(request.view)))

    def UpdateView(
        self, request: view_service_pb2.UpdateViewRequest, context: grpc.ServicerContext
    ) -> view_pb2.View:
        caller = caller_of(context)
        return _message(caller, self._views.update(caller, _view(request.view), request.view.revision))

    def DeleteView(
        self, request: view_service_pb2.DeleteViewRequest, context: grpc.ServicerContext
    ) -> view_service_pb2.DeleteViewResponse:
        self._views.delete(caller_of(context), request.view_id)
        return view_service_pb2.DeleteViewResponse()

    def GetView(
        self, request: view_service_pb2.GetViewRequest, context: grpc.ServicerContext
    ) -> view_pb2.View:
        caller = caller_of(context)
        return _message(caller, self._views.get(caller, request.view_id))

    def ListViews(
        self, request: view_service_pb2.ListViewsRequest, context: grpc.ServicerContext
    ) -> view_service_pb2.ListViewsResponse:
        caller = caller_of(context)
        return view_service_pb2.ListViewsResponse(
            views=[_message(caller, view) for view in self._views.all(caller)]
        )


def _message(caller: Caller, view: View) -> view_pb2.View:
    return messages.view(view, caller.provider_id, may_write(caller, view))


def _view(message: view_pb2.View) -> View:
    if message.sort not in SORTS:
        raise InvalidArgument("sort_invalid", "This is not a sort order.", field="sort")
    return View(
        view_id=message.view_id,
        name=message.name,
        filter=filter_of(message.filter),
        sort=SORTS[message.sort],
        owner="" if message.shared else _OWN,
    )
