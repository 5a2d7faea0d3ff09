"""Alerts: taken from monitoring systems, their sources, and what became of them."""

from __future__ import annotations

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.intake.v1 import alert_pb2 as alert
from fairlead.intake.v1 import alert_service_pb2 as messages
from fairlead.intake.v1.alert_service_pb2_grpc import AlertServiceStub

# A certificate of Amazon's may have to be fetched.
_RECEIVE_SECONDS = 15.0


class Alerts:
    """Client of fairlead.intake.v1.AlertService."""

    def __init__(self, channel: Any) -> None:
        self._stub = AlertServiceStub(channel)

    def receive(self, caller: Caller, **fields: Any) -> messages.ReceiveAlertResponse:
        """Durable once it returns. Fields: sender, key, body, content_type, headers."""
        request = messages.ReceiveAlertRequest(**fields)
        return call(self._stub.ReceiveAlert, request, caller, timeout=_RECEIVE_SECONDS)

    def create_source(self, caller: Caller, source: alert.AlertSource) -> alert.AlertSource:
        """With its key."""
        return call(self._stub.CreateAlertSource, messages.CreateAlertSourceRequest(source=source), caller)

    def get_source(self, caller: Caller, source_id: str) -> alert.AlertSource:
        return call(self._stub.GetAlertSource, messages.GetAlertSourceRequest(source_id=source_id), caller)

    def sources(self, caller: Caller, tenant_id: str = "") -> list[alert.AlertSource]:
        request = messages.ListAlertSourcesRequest(tenant_id=tenant_id)
        return [*call(self._stub.ListAlertSources, request, caller).sources]

    def update_source(self, caller: Caller, source: alert.AlertSource) -> alert.AlertSource:
        """Name, whether it is enabled, mapping and policy; a secret where one is given."""
        return call(self._stub.UpdateAlertSource, messages.UpdateAlertSourceRequest(source=source), caller)

    def rotate_key(self, caller: Caller, source_id: str) -> alert.AlertSource:
        """With its new key."""
        request = messages.RotateAlertSourceKeyRequest(source_id=source_id)
        return call(self._stub.RotateAlertSourceKey, request, caller)

    def deliveries(self, caller: Caller, source_id: str) -> list[alert.AlertDelivery]:
        """Newest first, those that could not be read included."""
        request = messages.ListAlertDeliveriesRequest(source_id=source_id)
        return [*call(self._stub.ListAlertDeliveries, request, caller).deliveries]

    def preview(self, caller: Caller, **fields: Any) -> list[alert.AlertSignal]:
        """The alerts that a payload would make. Fields: sender, mapping, sample."""
        return [*call(self._stub.PreviewAlerts, messages.PreviewAlertsRequest(**fields), caller).signals]

    def groups(self, caller: Caller, **fields: Any) -> messages.ListAlertGroupsResponse:
        """Latest first. Fields: incident_id, tenant_id, page_size, page_token."""
        return call(self._stub.ListAlertGroups, messages.ListAlertGroupsRequest(**fields), caller)
