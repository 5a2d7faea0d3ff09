"""The catalog, and the approvals and tasks of what was ordered from it."""

from __future__ import annotations

import json
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.incidents.v1 import catalog_pb2 as catalog
from fairlead.incidents.v1 import catalog_service_pb2, order_service_pb2
from fairlead.incidents.v1 import incident_pb2 as incident
from fairlead.incidents.v1.catalog_service_pb2_grpc import CatalogServiceStub
from fairlead.incidents.v1.order_service_pb2_grpc import OrderServiceStub
from fairlead.intake.v1 import submission_pb2 as submission
from services.gateway.backends.submissions import Submissions


class Catalog:
    """Client of fairlead.incidents.v1.CatalogService; orders go through the front door."""

    def __init__(self, channel: Any, submissions: Submissions) -> None:
        self._stub = CatalogServiceStub(channel)
        self._submissions = submissions

    def list(self, caller: Caller, tenant_id: str = "") -> list[catalog.CatalogItem]:
        """By name. tenant_id: what this client is offered."""
        request = catalog_service_pb2.ListCatalogItemsRequest(tenant_id=tenant_id)
        return [*call(self._stub.ListCatalogItems, request, caller).items]

    def get(self, caller: Caller, item_id: str, version: int = 0, tenant_id: str = "") -> catalog.CatalogItem:
        request = catalog_service_pb2.GetCatalogItemRequest(
            item_id=item_id, version=version, tenant_id=tenant_id
        )
        return call(self._stub.GetCatalogItem, request, caller)

    def create(self, caller: Caller, contents: catalog.CatalogContents) -> catalog.CatalogItem:
        request = catalog_service_pb2.CreateCatalogItemRequest(contents=contents)
        return call(self._stub.CreateCatalogItem, request, caller)

    def update(
        self, caller: Caller, item_id: str, contents: catalog.CatalogContents, revision: int = 0
    ) -> catalog.CatalogItem:
        request = catalog_service_pb2.UpdateCatalogItemRequest(
            item_id=item_id, contents=contents, revision=revision
        )
        return call(self._stub.UpdateCatalogItem, request, caller)

    def retire(
        self, caller: Caller, item_id: str, retired: bool = True, revision: int = 0
    ) -> catalog.CatalogItem:
        request = catalog_service_pb2.RetireCatalogItemRequest(
            item_id=item_id, retired=retired, revision=revision
        )
        return call(self._stub.RetireCatalogItem, request, caller)

    def order(
        self,
        caller: Caller,
        item: catalog.CatalogItem,
        answers: dict[str, Any],
        locale: str,
        **fields: Any,
    ) -> submission.Submission:
        """Orders it for a client that is offered it, which whoever calls has seen. Fields as of `Submissions.submit`."""
        name = item.contents.name
        return self._submissions.submit(
            caller,
            catalog_item_id=item.item_id,
            subject=name.get(locale) or name["en"],
            kind=incident.INCIDENT_KIND_SERVICE_REQUEST,
            form_id=item.contents.form_id,
            answers=json.dumps(answers, ensure_ascii=False, sort_keys=True) if item.contents.form_id else "",
            locale=locale,
            **fields,
        )


class Orders:
    """Client of fairlead.incidents.v1.OrderService. Commands take `idempotency_key` and `revision` by name."""

    def __init__(self, channel: Any) -> None:
        self._stub = OrderServiceStub(channel)

    def waiting(self, caller: Caller, tenant_id: str = "") -> list[incident.Incident]:
        """What waits for the caller's own decision, newest first."""
        request = order_service_pb2.ListApprovalsRequest(tenant_id=tenant_id)
        return [*call(self._stub.ListApprovals, request, caller).incidents]

    def decide(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: approve, comment."""
        request = order_service_pb2.DecideApprovalRequest(incident_id=incident_id, **fields)
        return call(self._stub.DecideApproval, request, caller)

    def delegate(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: person_id."""
        request = order_service_pb2.DelegateApprovalRequest(incident_id=incident_id, **fields)
        return call(self._stub.DelegateApproval, request, caller)

    def appoint(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: person_id."""
        request = order_service_pb2.AppointApproverRequest(incident_id=incident_id, **fields)
        return call(self._stub.AppointApprover, request, caller)

    def assign_task(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: task_id, assignee_id."""
        request = order_service_pb2.AssignTaskRequest(incident_id=incident_id, **fields)
        return call(self._stub.AssignTask, request, caller)

    def end_task(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: task_id, skipped, reason."""
        request = order_service_pb2.EndTaskRequest(incident_id=incident_id, **fields)
        return call(self._stub.EndTask, request, caller)
