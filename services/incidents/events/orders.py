"""Approvals, orders and catalog items as messages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from fairlead.incidents.v1 import approval_pb2, catalog_pb2, order_events_pb2, order_pb2
from services.incidents.domain import facts
from services.incidents.domain.approval import Approval, Approver, Entry, Step
from services.incidents.domain.catalog import CatalogItem
from services.incidents.domain.order import Order, Task

OrderFact = facts.ApprovalAsked | facts.ApprovalDecided | facts.FulfillmentStarted | facts.TaskChanged


def order_fact(fact: OrderFact, after: dict[str, Any]) -> Message:
    """What is announced of an order. after: incident and actor."""
    match fact:
        case facts.ApprovalAsked():
            return order_events_pb2.ApprovalAsked(
                **after,
                step=fact.step,
                step_name=fact.step_name,
                approvers=approver_messages(fact.approvers),
                reminder=fact.reminder,
            )
        case facts.ApprovalDecided():
            return order_events_pb2.ApprovalDecided(
                **after,
                step=fact.step,
                step_name=fact.step_name,
                outcome=fact.outcome,
                comment=fact.comment,
                person=_approver(fact.person),
                over=fact.over,
            )
        case facts.FulfillmentStarted():
            return order_events_pb2.FulfillmentStarted(**after)
        case facts.TaskChanged():
            return order_events_pb2.TaskChanged(**after, task=_task(fact.task))


def order_message(order: Order | None, whole: bool) -> order_pb2.Order | None:
    """whole: with tasks, and the history of the approval."""
    if order is None:
        return None
    return order_pb2.Order(
        item_id=order.item_id,
        item_version=order.item_version,
        name=order.name,
        approval=approval_message(order.approval, whole) if order.approval else None,
        # Clients see how many there are, and none of their names.
        tasks=[_task(task) for task in order.tasks if task.name] if whole else [],
        tasks_over=sum(task.is_over for task in order.tasks),
        tasks_all=len(order.tasks),
    )


def approval_message(approval: Approval, whole: bool = True) -> approval_pb2.Approval:
    """An approval as others see it."""
    return approval_pb2.Approval(
        state=f"APPROVAL_STATE_{approval.state.upper()}",
        steps=[step_message(step) for step in approval.steps],
        step=approval.step,
        step_time=_time(approval.step_time),
        still_asked=approver_messages(approval.still_asked),
        still_needed=approval.still_needed,
        stuck=approval.is_stuck,
        next_due_time=_time(approval.next_due_time),
        history=[_entry(entry) for entry in approval.history] if whole else [],
    )


def step_message(step: Step) -> approval_pb2.ApprovalStep:
    """A step as its template says it."""
    return approval_pb2.ApprovalStep(
        name=step.name,
        rule=f"APPROVAL_RULE_{step.rule.upper()}",
        count=step.count,
        roles=step.roles,
        people=approver_messages(step.people),
        groups=step.groups,
        own_allowed=step.own_allowed,
        remind_after_seconds=int(step.remind_after.total_seconds()) if step.remind_after else 0,
        expire_after_seconds=int(step.expire_after.total_seconds()) if step.expire_after else 0,
    )


def item_message(item: CatalogItem) -> catalog_pb2.CatalogItem:
    """An item as others see it."""
    wanted = item.contents
    contents = catalog_pb2.CatalogContents(
        name=wanted.name,
        summary=wanted.summary,
        tenant_ids=sorted(wanted.tenant_ids),
        form_id=wanted.form_id,
        category=wanted.category,
        priority=f"PRIORITY_{wanted.priority.upper()}" if wanted.priority else None,
        delivery_hours=wanted.delivery_hours,
        steps=[step_message(step) for step in wanted.steps],
        tasks=[
            catalog_pb2.TaskTemplate(
                name=task.name,
                stage=task.stage,
                assignment_group_id=task.group_id,
                assignment_group_name=task.group_name,
                due_share=task.due_share,
            )
            for task in wanted.tasks
        ],
    )
    return catalog_pb2.CatalogItem(
        item_id=item.item_id,
        provider_id=item.provider_id,
        contents=contents,
        version=item.version,
        retired=item.retired,
        revision=item.revision,
        create_time=_time(item.create_time),
        update_time=_time(item.update_time),
    )


def _task(task: Task) -> order_pb2.Task:
    return order_pb2.Task(
        task_id=task.task_id,
        name=task.name,
        stage=task.stage,
        state=f"TASK_STATE_{task.state.upper()}",
        assignment_group_id=task.group_id,
        assignment_group_name=task.group_name,
        assignee_id=task.assignee_id,
        assignee_name=task.assignee_name,
        due_time=_time(task.due_time),
        end_time=_time(task.end_time),
        reason=task.reason,
    )


def _entry(entry: Entry) -> approval_pb2.ApprovalEntry:
    return approval_pb2.ApprovalEntry(
        what=entry.what.value,
        step=entry.step,
        time=_time(entry.time),
        by=_approver(entry.by),
        comment=entry.comment,
        person=_approver(entry.person),
    )


def approver_messages(people: Iterable[Approver]) -> list[approval_pb2.Approver]:
    """Each under the name they have."""
    return [approval_pb2.Approver(person_id=one.person_id, name=one.name) for one in people]


def _approver(person: Approver | None) -> approval_pb2.Approver | None:
    return approver_messages([person])[0] if person else None


def _time(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
