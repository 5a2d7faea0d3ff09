"""The catalog, approvals and tasks."""

from typing import Any

from tests.matrix import order_records as a
from tests.matrix import records
from tests.matrix.probes import Probe
from tests.matrix.rest.asking import ask

_ITEM = "/catalog-items/{item_id}"
_NEW = {"name": {"en": "zephyrine"}}
_TENANT = {"tenant_id": "{tenant_id}"}


def _item(surface: str, **more: Any) -> Probe:
    return ask(surface, **{"record": a.catalog_item, "shows": "cat_", **more})


def _act(path: str, json: dict[str, Any], record: Any = a.waiting_request, **more: Any) -> Probe:
    surface = f"POST /incidents/{{incident_id}}/{path}"
    return ask(surface, json=json, record=record, fresh=True, **{"owner": "technician", **more})


PROBES = [
    _item("GET /catalog-items", owner="requester", listing=True),
    ask(
        "GET /catalog-items",
        query=_TENANT,
        record=records.tenant,
        listing=True,
        by="tenant",
        shows="items",
    ),
    ask("POST /catalog-items", json={**_NEW, "tenant_ids": ["{tenant_id}"]}, record=records.tenant),
    _item(f"GET {_ITEM}", owner="requester"),
    _item(f"PUT {_ITEM}", json={**_NEW, "tenant_ids": ["{own_tenant_id}"]}, fresh=True),
    _item(f"POST {_ITEM}/retire", fresh=True),
    _item(f"POST {_ITEM}/offer", fresh=True),
    _item(f"POST {_ITEM}/orders", json={"tenant_id": "{own_tenant_id}"}, owner="requester", shows="inc_"),
    ask(
        "GET /approvals",
        owner="client_manager",
        record=a.waiting_request,
        listing=True,
    ),
    _act("approval", {"approve": True}, owner="client_manager"),
    _act(
        "approval/delegate",
        {"person_id": "{member_id}"},
        a.waiting_request_and_member,
        owner="client_manager",
    ),
    _act("approval/approvers", {"person_id": "{member_id}"}, a.waiting_request_and_member),
    _act("tasks/{task_id}/assign", {}, a.approved_request),
    _act("tasks/{task_id}/end", {}, a.approved_request),
]
