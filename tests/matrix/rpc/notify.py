"""Deliveries, suppressed addresses and webhooks."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.probes import Probe

_TENANT = {"tenant_id": "{tenant_id}"}
_INCIDENT = {"incident_id": "{incident_id}"}


def _notify(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"notify NotifyService.{method}", request, **more)


PROBES = [
    _notify("ListDeliveries", {"page_size": 200}, owner="technician", listing=True, shows="dlv_"),
    _notify(
        "ListDeliveries", _INCIDENT, record=a.known_incident, owner="technician", listing=True, by="incident"
    ),
    _notify("ListDeliveries", _TENANT, record=a.tenant, owner="technician", listing=True, by="tenant"),
    _notify("GetDelivery", {"delivery_id": "{delivery_id}"}, record=a.delivery, owner="technician"),
    _notify("Redeliver", {"delivery_id": "{delivery_id}"}, record=a.dead_delivery, fresh=True),
    _notify("CreateWebhook", {"webhook": {**_TENANT, "url": "http://127.0.0.1:9/new"}}, record=a.tenant),
    _notify("GetWebhook", {"webhook_id": "{webhook_id}"}, record=a.webhook),
    _notify("ListWebhooks", {}, listing=True, shows="zephyrine"),
    _notify("ListWebhooks", _TENANT, record=a.tenant, listing=True, by="tenant"),
    _notify(
        "UpdateWebhook",
        {"webhook": {"webhook_id": "{webhook_id}", "url": "http://127.0.0.1:9/moved", "enabled": True}},
        record=a.webhook,
    ),
    _notify("RotateWebhookSecret", {"webhook_id": "{webhook_id}"}, record=a.webhook),
    _notify("TestWebhook", {"webhook_id": "{webhook_id}"}, record=a.webhook),
    _notify(
        "ListDeliveries", {"webhook_id": "{webhook_id}"}, record=a.tried_webhook, listing=True, by="webhook"
    ),
    _notify("ListSuppressions", {"page_size": 200}, record=a.suppression, listing=True, shows="spr_"),
    _notify("ListSuppressions", _TENANT, record=a.tenant, listing=True, by="tenant"),
    _notify("SuppressAddress", {**_TENANT, "address": "x@y.example"}, record=a.tenant),
    _notify("LiftSuppression", {"suppression_id": "{suppression_id}"}, record=a.suppression, fresh=True),
    _notify("DeleteWebhook", {"webhook_id": "{webhook_id}"}, record=a.webhook, fresh=True),
]
