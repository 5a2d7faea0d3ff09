"""`fairlead.incidents.v1.CatalogService` and `OrderService`."""

from datetime import timedelta
from typing import Any

import grpc

from chassis.rpc import caller_of
from fairlead.incidents.v1 import (
    approval_pb2,
    catalog_service_pb2,
    catalog_service_pb2_grpc,
    order_service_pb2,
    order_service_pb2_grpc,
)
from services.incidents.domain.approval import Approver, Rule, Step, Verdict
from services.incidents.domain.catalog import Contents, TaskTemplate
from services.incidents.events import incident_message, item_message
from services.incidents.rpc import requests
from services.incidents.use_cases import Cataloging, Orders

_RULES = {approval_pb2.ApprovalRule.Value(f"APPROVAL_RULE_{rule.name}"): rule for rule in Rule}


class CatalogServicer(catalog_service_pb2_grpc.CatalogServiceServicer):
    """Translates; the rules live in the use cases."""

    def __init__(self, cataloging: Cataloging) -> None:
        self._cataloging = cataloging

    def CreateCatalogItem(self, request: Any, context: grpc.ServicerContext) -> Any:
        return item_message(self._cataloging.create(caller_of(context), _contents(request.contents)))

    def GetCatalogItem(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller = caller_of(context)
        return item_message(self._cataloging.get(caller, request.item_id, request.version, request.tenant_id))

    def ListCatalogItems(self, request: Any, context: grpc.ServicerContext) -> Any:
        items = self._cataloging.list(caller_of(context), request.tenant_id)
        return catalog_service_pb2.ListCatalogItemsResponse(items=[item_message(item) for item in items])

    def UpdateCatalogItem(self, request: Any, context: grpc.ServicerContext) -> Any:
        contents = _contents(request.contents)
        return item_message(
            self._cataloging.update(caller_of(context), request.item_id, contents, request.revision)
        )

    def RetireCatalogItem(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller = caller_of(context)
        return item_message(
            self._cataloging.retire(caller, request.item_id, request.retired, request.revision)
        )


class OrderServicer(order_service_pb2_grpc.OrderServiceServicer):
    """Translates; the rules live in the use cases."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    def ListApprovals(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = self._orders.waiting_for(caller_of(context), request.tenant_id)
        return order_service_pb2.ListApprovalsResponse(
            incidents=[incident_message(incident, with_description=False) for incident in found]
        )

    def DecideApproval(self, request: Any, context: grpc.ServicerContext) -> Any:
        verdict = Verdict.APPROVE if request.approve else Verdict.REJECT
        caller, target = caller_of(context), requests.target(request)
        return incident_message(self._orders.decide(caller, target, verdict, request.comment))

    def DelegateApproval(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller, target = caller_of(context), requests.target(request)
        return incident_message(self._orders.delegate(caller, target, request.person_id))

    def AppointApprover(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller, target = caller_of(context), requests.target(request)
        return incident_message(self._orders.appoint(caller, target, request.person_id))

    def AssignTask(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller, target = caller_of(context), requests.target(request)
        return incident_message(
            self._orders.assign_task(caller, target, request.task_id, request.assignee_id)
        )

    def EndTask(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller, target = caller_of(context), requests.target(request)
        return incident_message(
            self._orders.end_task(caller, target, request.task_id, request.skipped, request.reason)
        )


def _contents(message: Any) -> Contents:
    return Contents(
        name=dict(message.name),
        summary=dict(message.summary),
        tenant_ids=frozenset(message.tenant_ids),
        form_id=message.form_id,
        category=message.category,
        priority=requests.PRIORITIES.get(message.priority),
        delivery_hours=message.delivery_hours,
        steps=tuple(_step(step) for step in message.steps),
        tasks=tuple(
            TaskTemplate(
                name=task.name,
                stage=task.stage or 1,
                group_id=task.assignment_group_id,
                group_name=task.assignment_group_name,
                due_share=task.due_share,
            )
            for task in message.tasks
        ),
    )


def _step(message: approval_pb2.ApprovalStep) -> Step:
    return Step(
        name=message.name,
        rule=_RULES.get(message.rule, Rule.ANY),
        count=message.count,
        roles=tuple(message.roles),
        people=tuple(Approver(one.person_id, one.name) for one in message.people),
        groups=tuple(message.groups),
        own_allowed=message.own_allowed,
        remind_after=_span(message.remind_after_seconds),
        expire_after=_span(message.expire_after_seconds),
    )


def _span(seconds: int) -> timedelta | None:
    # Bounded first: what no clock can hold is refused by the rules, with its place.
    return timedelta(seconds=max(-1, min(seconds, 10**9))) if seconds else None
