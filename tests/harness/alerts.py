"""Alert sources of a running intake, and what monitoring systems say to them."""

import json
from dataclasses import dataclass
from typing import Any

from chassis.clock import now
from chassis.rpc import call, channel
from fairlead.intake.v1 import alert_pb2, alert_service_pb2, alert_service_pb2_grpc
from tests.harness.intake import ACME, Bench
from tests.harness.waiting import wait_until


@dataclass
class Monitor:
    """One source and its key."""

    bench: Bench
    source: alert_pb2.AlertSource
    key: str

    def send(
        self, payload: Any, content_type: str = "application/json", **headers: str
    ) -> alert_service_pb2.ReceiveAlertResponse:
        """One payload, as the gateway would hand it over."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        request = alert_service_pb2.ReceiveAlertRequest(
            sender=self.source.sender,
            key=self.key,
            body=body,
            content_type=content_type,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        caller = self.bench.gateway.service_caller(now(), "")
        return call(stub(self.bench).ReceiveAlert, request, caller, timeout=20)

    def say(self, status: str, *keys: str, **fields: Any) -> None:
        """By the generic form: each key is an alert that is firing, or resolved."""
        alerts = [{"title": f"{key} is bad", "dedup_key": key, "status": status, **fields} for key in keys]
        self.send(alerts)

    def groups(self, incident_id: str = "") -> list[alert_pb2.AlertGroup]:
        """What staff see."""
        request = alert_service_pb2.ListAlertGroupsRequest(incident_id=incident_id, page_size=200)
        return list(call(stub(self.bench).ListAlertGroups, request, self.bench.admin()).groups)

    def deliveries(self) -> list[alert_pb2.AlertDelivery]:
        request = alert_service_pb2.ListAlertDeliveriesRequest(source_id=self.source.source_id)
        return list(call(stub(self.bench).ListAlertDeliveries, request, self.bench.admin()).deliveries)

    def settled(self) -> None:
        """Once everything that was sent has been handled."""
        wait_until(
            lambda: all(one.state != "received" for one in self.deliveries()),
            20,
            what="handled deliveries",
        )

    def opened(self, count: int = 1) -> list[alert_pb2.AlertGroup]:
        """The groups, once so many have their incident."""
        return wait_until(
            lambda: (
                found if len(found := [one for one in self.groups() if one.incident_id]) >= count else None
            ),
            20,
            what=f"{count} incidents of alerts",
        )


def stub(bench: Bench) -> alert_service_pb2_grpc.AlertServiceStub:
    return alert_service_pb2_grpc.AlertServiceStub(channel(bench.settings, "intake"))


def monitor(bench: Bench, sender: str = "generic", tenant_id: str = ACME, **fields: Any) -> Monitor:
    """A new source."""
    wanted = alert_pb2.AlertSource(tenant_id=tenant_id, name="Probe", sender=sender, **fields)
    request = alert_service_pb2.CreateAlertSourceRequest(source=wanted)
    made = call(stub(bench).CreateAlertSource, request, bench.admin())
    return Monitor(bench, made, made.key)


def policy(**fields: Any) -> alert_pb2.AlertPolicy:
    return alert_pb2.AlertPolicy(
        **{"correlation": "none", "reopen_minutes": 60, "flap_changes": 6, "flap_minutes": 15} | fields
    )
