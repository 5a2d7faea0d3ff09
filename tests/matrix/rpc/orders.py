"""The catalog, approvals and tasks."""

from typing import Any

from tests.matrix import order_records as a
from tests.matrix.probes import Probe

_ITEM = {"item_id": "{item_id}"}
_REQUEST = {"incident_id": "{incident_id}"}
_CONTENTS = {"name": {"en": "{fresh}"}}


def _catalog(method: str, request: dict[str, Any], **more: Any) -> Probe:
    surface = f"incidents CatalogService.{method}"
    return Probe(surface, request, **{"record": a.catalog_item, "shows": "cat_", **more})


def _order(method: str, request: dict[str, Any], record: Any = a.waiting_request, **more: Any) -> Probe:
    surface = f"incidents OrderService.{method}"
    return Probe(surface, {**_REQUEST, **request}, record, fresh=True, **{"owner": "technician", **more})


PROBES = [
    _catalog(
        "CreateCatalogItem",
        {"contents": {**_CONTENTS, "tenant_ids": ["{own_tenant_id}"]}},
        record=None,
        ownerless="it is made in the asker's own provider's room; another provider's client is refused by name",
    ),
    _catalog("GetCatalogItem", _ITEM, owner="requester"),
    _catalog("ListCatalogItems", {}, listing=True, owner="requester"),
    _catalog(
        "UpdateCatalogItem",
        {**_ITEM, "contents": {**_CONTENTS, "tenant_ids": ["{own_tenant_id}"]}},
        fresh=True,
    ),
    _catalog("RetireCatalogItem", {**_ITEM, "retired": True}, fresh=True),
    Probe(
        "incidents OrderService.ListApprovals",
        {},
        a.waiting_request,
        owner="client_manager",
        listing=True,
    ),
    _order("DecideApproval", {"approve": True}, owner="client_manager"),
    _order(
        "DelegateApproval", {"person_id": "{member_id}"}, a.waiting_request_and_member, owner="client_manager"
    ),
    _order("AppointApprover", {"person_id": "{member_id}"}, a.waiting_request_and_member),
    _order("AssignTask", {"task_id": "t1"}, a.approved_request),
    _order("EndTask", {"task_id": "t1"}, a.approved_request),
]
