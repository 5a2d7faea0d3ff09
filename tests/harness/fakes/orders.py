"""A catalog and what waits for approval, in dicts, beside the fake incidents."""

from typing import Any

import grpc

from chassis.errors import NotFound
from chassis.rpc.status import code_of, trailing_metadata
from fairlead.incidents.v1 import (
    approval_pb2,
    catalog_pb2,
    catalog_service_pb2,
    catalog_service_pb2_grpc,
    incident_pb2,
    order_service_pb2,
    order_service_pb2_grpc,
)


class FakeCatalog(catalog_service_pb2_grpc.CatalogServiceServicer):
    """Offers every item to everybody."""

    def __init__(self) -> None:
        self.items: dict[str, catalog_pb2.CatalogItem] = {}

    def add(self, item_id: str, **contents: Any) -> catalog_pb2.CatalogItem:
        self.items[item_id] = catalog_pb2.CatalogItem(
            item_id=item_id, contents=catalog_pb2.CatalogContents(**contents), version=1, revision=1
        )
        return self.items[item_id]

    def ListCatalogItems(self, request: Any, context: grpc.ServicerContext) -> Any:
        return catalog_service_pb2.ListCatalogItemsResponse(items=self.items.values())

    def GetCatalogItem(self, request: Any, context: grpc.ServicerContext) -> Any:
        if request.item_id not in self.items:
            _refuse(context, "catalog_item_not_found")
        return self.items[request.item_id]


class FakeOrders(order_service_pb2_grpc.OrderServiceServicer):
    """Whoever decides is heard; each decision ends it."""

    def __init__(self, incidents: dict[str, incident_pb2.Incident]) -> None:
        self.incidents = incidents
        self.decisions: list[order_service_pb2.DecideApprovalRequest] = []
        self.delegated: list[order_service_pb2.DelegateApprovalRequest] = []

    def ListApprovals(self, request: Any, context: grpc.ServicerContext) -> Any:
        waiting = approval_pb2.APPROVAL_STATE_WAITING
        found = [one for one in self.incidents.values() if one.order.approval.state == waiting]
        return order_service_pb2.ListApprovalsResponse(
            incidents=[one for one in found if request.tenant_id in ("", one.tenant_id)]
        )

    def DecideApproval(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = self.incidents.get(request.incident_id)
        if found is None:
            _refuse(context, "incident_not_found")
            raise AssertionError
        self.decisions.append(request)
        approved, rejected = approval_pb2.APPROVAL_STATE_APPROVED, approval_pb2.APPROVAL_STATE_REJECTED
        found.order.approval.state = approved if request.approve else rejected
        return found

    def DelegateApproval(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.delegated.append(request)
        return self.incidents[request.incident_id]


def _refuse(context: grpc.ServicerContext, reason: str) -> None:
    error = NotFound(reason)
    context.set_trailing_metadata(trailing_metadata(error))
    context.abort(code_of(error), reason)
