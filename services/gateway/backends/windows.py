"""Maintenance windows."""

from __future__ import annotations

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.triage.v1 import window_pb2 as window
from fairlead.triage.v1 import window_service_pb2 as messages
from fairlead.triage.v1.window_service_pb2_grpc import WindowServiceStub


class Windows:
    """Client of fairlead.triage.v1.WindowService."""

    def __init__(self, channel: Any) -> None:
        self._stub = WindowServiceStub(channel)

    def create(self, caller: Caller, new: window.MaintenanceWindow) -> window.MaintenanceWindow:
        return call(self._stub.CreateWindow, messages.CreateWindowRequest(window=new), caller)

    def all(self, caller: Caller, tenant_id: str = "") -> list[window.MaintenanceWindow]:
        """Those that are not over."""
        request = messages.ListWindowsRequest(tenant_id=tenant_id)
        return [*call(self._stub.ListWindows, request, caller).windows]

    def end(self, caller: Caller, window_id: str) -> window.MaintenanceWindow:
        return call(self._stub.EndWindow, messages.EndWindowRequest(window_id=window_id), caller)
