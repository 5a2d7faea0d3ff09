"""Maintenance windows."""

from datetime import UTC
from typing import Any

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.triage.v1 import window_pb2, window_service_pb2
from fairlead.triage.v1.window_service_pb2_grpc import WindowServiceServicer
from services.triage.domain.window import Window
from services.triage.use_cases.windows import KeepWindows


class WindowServicer(WindowServiceServicer):
    """Maintenance windows of clients, for staff."""

    def __init__(self, windows: KeepWindows) -> None:
        self._windows = windows

    def CreateWindow(self, request: Any, context: grpc.ServicerContext) -> window_pb2.MaintenanceWindow:
        return _message(self._windows.create(caller_of(context), _window(request.window)))

    def ListWindows(
        self, request: Any, context: grpc.ServicerContext
    ) -> window_service_pb2.ListWindowsResponse:
        found = self._windows.all(caller_of(context), request.tenant_id)
        return window_service_pb2.ListWindowsResponse(windows=[_message(one) for one in found])

    def EndWindow(self, request: Any, context: grpc.ServicerContext) -> window_pb2.MaintenanceWindow:
        return _message(self._windows.end(caller_of(context), request.window_id))


def _window(message: window_pb2.MaintenanceWindow) -> Window:
    for field in ("start_time", "end_time"):
        if not message.HasField(field):
            raise InvalidArgument("value_missing", f"{field} is needed.", field=field)
    return Window(
        window_id="",
        provider_id="",
        tenant_id=message.tenant_id,
        name=message.name,
        start_time=message.start_time.ToDatetime(tzinfo=UTC),
        end_time=message.end_time.ToDatetime(tzinfo=UTC),
        configuration_items=frozenset(message.configuration_items),
    )


def _message(window: Window) -> window_pb2.MaintenanceWindow:
    message = window_pb2.MaintenanceWindow(
        window_id=window.window_id,
        tenant_id=window.tenant_id,
        name=window.name,
        configuration_items=sorted(window.configuration_items),
    )
    message.start_time.FromDatetime(window.start_time)
    message.end_time.FromDatetime(window.end_time)
    return message
