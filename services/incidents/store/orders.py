"""Approval and order ↔ the document's fields."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from services.incidents.domain.approval import Approval, Approver, Entry, Rule, State, Step, What
from services.incidents.domain.order import Order, Task, TaskState


def step_state(step: Step) -> dict[str, Any]:
    """A step as it is kept."""
    kept = asdict(step)
    return {
        **kept,
        "rule": step.rule.value,
        "remind_after": _seconds(step.remind_after),
        "expire_after": _seconds(step.expire_after),
    }


def to_step(kept: Mapping[str, Any]) -> Step:
    """What `step_state` made."""
    return Step(
        **{
            **kept,
            "rule": Rule(kept["rule"]),
            "roles": tuple(kept["roles"]),
            "groups": tuple(kept["groups"]),
            "people": tuple(Approver(**one) for one in kept["people"]),
            "remind_after": _span(kept["remind_after"]),
            "expire_after": _span(kept["expire_after"]),
        }
    )


def approval_state(approval: Approval) -> dict[str, Any]:
    """An approval as it is kept."""
    return {
        "steps": [step_state(step) for step in approval.steps],
        "requester_id": approval.requester_id,
        "also_own": list(approval.also_own),
        "state": approval.state.value,
        "step": approval.step,
        "step_time": approval.step_time,
        "asked": [asdict(one) for one in approval.asked],
        "history": [{**asdict(entry), "what": entry.what.value} for entry in approval.history],
    }


def to_approval(kept: Mapping[str, Any]) -> Approval:
    """What `approval_state` made."""
    return Approval(
        **{
            **kept,
            "steps": tuple(to_step(step) for step in kept["steps"]),
            "also_own": tuple(kept.get("also_own", ())),
            "state": State(kept["state"]),
            "asked": tuple(Approver(**one) for one in kept["asked"]),
            "history": tuple(_entry(one) for one in kept["history"]),
        }
    )


def order_state(order: Order | None) -> dict[str, Any] | None:
    """An order as it is kept."""
    if order is None:
        return None
    return {
        "item_id": order.item_id,
        "item_version": order.item_version,
        "name": dict(order.name),
        "approval": approval_state(order.approval) if order.approval else None,
        "tasks": [{**asdict(task), "state": task.state.value} for task in order.tasks],
        "delivery_hours": order.delivery_hours,
    }


def to_order(kept: Mapping[str, Any] | None) -> Order | None:
    """What `order_state` made."""
    if not kept:
        return None
    return Order(
        **{
            **kept,
            "approval": to_approval(kept["approval"]) if kept["approval"] else None,
            "tasks": tuple(Task(**{**task, "state": TaskState(task["state"])}) for task in kept["tasks"]),
        }
    )


def _entry(kept: Mapping[str, Any]) -> Entry:
    by, person = kept["by"], kept["person"]
    return Entry(
        **{
            **kept,
            "what": What(kept["what"]),
            "by": Approver(**by) if by else None,
            "person": Approver(**person) if person else None,
        }
    )


def _seconds(span: timedelta | None) -> int | None:
    return int(span.total_seconds()) if span else None


def _span(seconds: int | None) -> timedelta | None:
    return timedelta(seconds=seconds) if seconds else None
