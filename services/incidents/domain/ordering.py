"""What happens to a service request that was ordered: its approval, then its tasks.

While approvers are asked it is on hold for the client, by the same hold as any other wait, so clocks pause as the
contract says. Consent ends the hold and lets the tasks begin; a rejection, or time, cancels it, and the requester is told why.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chassis.errors import InvalidState, NotFound, PermissionDenied
from services.incidents.domain import approval as approvals
from services.incidents.domain import texts
from services.incidents.domain.approval import Approval, Approver, Entry, Roster, Verdict, What
from services.incidents.domain.catalog import CatalogItem
from services.incidents.domain.facts import (
    ApprovalAsked,
    ApprovalDecided,
    Canceled,
    Change,
    Fact,
    FulfillmentStarted,
    Held,
    Resumed,
    TaskChanged,
    changed,
)
from services.incidents.domain.incident import (
    OPEN_STATES,
    Actor,
    AwaitedParty,
    Decision,
    Hold,
    Incident,
    Kind,
    State,
)
from services.incidents.domain.lifecycle import Command, Side, next_state
from services.incidents.domain.order import Order, Task, TaskState

_SOURCE = "catalog"


def ordered(
    opening: Change, item: CatalogItem, roster: Roster, now: datetime, ordered_by: str = ""
) -> Change:
    """The opening of a request for this item: it waits for its approvers at once, or its tasks begin.

    ordered_by: the person who ordered it for the requester; they do not approve it either.
    """
    fresh, wanted = opening.after, item.contents
    fields: dict[str, Any] = {"kind": Kind.SERVICE_REQUEST}
    decided = Decision(_SOURCE, f"{wanted.name['en']} (version {item.version})")
    if wanted.category:
        fields |= {"category": wanted.category, "classification_decision": decided}
    if wanted.priority:
        fields |= {"priority": wanted.priority, "priority_decision": decided}
    order, facts = item.ordered(), opening.facts
    if wanted.steps:
        also_own = (ordered_by,) if ordered_by else ()
        begun = approvals.begin(wanted.steps, fresh.requester.person_id, roster, now, also_own)
        reason = f"Approval: {wanted.steps[0].name}"
        fields |= {"state": State.ON_HOLD, "hold": Hold(AwaitedParty.CLIENT, reason, now)}
        order = replace(order, approval=begun)
        facts = (*facts, *_asked(begun), Held())
    else:
        order = _started(order, now)
    return replace(opening, after=replace(fresh, order=order, **fields), facts=facts)


def decide(
    incident: Incident,
    verdict: Verdict,
    by: Approver,
    comment: str,
    roster: Roster,
    actor: Actor,
    now: datetime,
) -> Change | None:
    """An approver's word; None where they had said the same. Raises as `approval.decide`, NotFound without one."""
    return _moved(incident, lambda it: approvals.decide(it, verdict, by, comment, roster, now), actor, now)


def delegate(
    incident: Incident, by: Approver, to: Approver, roster: Roster, actor: Actor, now: datetime
) -> Change | None:
    """An approver gives their place to somebody. Raises as `approval.delegate`."""
    return _moved(incident, lambda it: approvals.delegate(it, by, to, roster, now), actor, now)


def appoint(
    incident: Incident, by: Approver, who: Approver, roster: Roster, actor: Actor, side: Side, now: datetime
) -> Change | None:
    """Staff name one more who decides, for one whose approvers are away or none. Raises as `approval.appoint`."""
    if side is not Side.STAFF:
        raise PermissionDenied("role_required", "Only staff name who else may decide.")
    if who.person_id == by.person_id:
        raise InvalidState("appoints_themselves", "Nobody names themselves.")
    return _moved(incident, lambda it: approvals.appoint(it, by, who, roster, now), actor, now)


def tick(incident: Incident, actor: Actor, now: datetime) -> Change | None:
    """What time has done to its approval; None for nothing."""
    if not incident.awaits_approval:
        return None
    return _moved(incident, lambda it: approvals.tick(it, now), actor, now)


def withdrawn(
    order: Order | None, actor: Actor, reason: str, now: datetime
) -> tuple[tuple[Fact, ...], Order | None]:
    """What becomes of the order of a request that is canceled, and the facts of it."""
    if order is None or order.approval is None or not order.approval.is_waiting:
        return (), order
    by = Approver(actor.subject.partition(":")[2], actor.name)
    ended = approvals.withdraw(order.approval, by, reason, now)
    return _said(order.approval, ended), replace(order, approval=ended)


def assign_task(
    incident: Incident, task_id: str, assignee: Approver | None, actor: Actor, side: Side, now: datetime
) -> Change | None:
    """Somebody of staff has it, or nobody. Raises NotFound("task_not_found"), InvalidState("task_over")."""
    order, task = _task(incident, task_id, side)
    after = replace(
        task,
        assignee_id=assignee.person_id if assignee else "",
        assignee_name=texts.shortened(assignee.name, texts.MAX_NAME) if assignee else "",
    )
    return _with_task(incident, order, after, actor, now) if after != task else None


def end_task(
    incident: Incident, task_id: str, skipped: bool, reason: str, actor: Actor, side: Side, now: datetime
) -> Change:
    """It is done, or skipped for a reason; the last of a stage opens the next.

    Raises NotFound("task_not_found"), InvalidState: task_over, task_planned (an earlier stage comes first).
    """
    order, task = _task(incident, task_id, side)
    if task.state is TaskState.PLANNED and not skipped:
        raise InvalidState("task_planned", "Tasks of an earlier stage come first.", task=task.name)
    reason = (texts.required if skipped else texts.optional)("reason", reason, texts.MAX_REASON)
    state = TaskState.SKIPPED if skipped else TaskState.DONE
    over = replace(task, state=state, end_time=now, reason=reason)
    return _with_task(incident, order, over, actor, now)


def _moved(
    incident: Incident, step: Callable[[Approval], Approval], actor: Actor, now: datetime
) -> Change | None:
    order = incident.order
    if order is None or order.approval is None:
        raise NotFound("approval_not_found", "Nobody has to approve this.")
    before = order.approval
    after = step(before)
    if len(after.history) == len(before.history):
        return None
    facts, order = _said(before, after), replace(order, approval=after)
    if after.is_waiting:
        return changed(incident, actor, now, facts, order=order)
    return _ended(incident, order, after, facts, actor, now)


def _ended(
    incident: Incident, order: Order, ended: Approval, facts: tuple[Fact, ...], actor: Actor, now: datetime
) -> Change:
    resumed = (Resumed(incident.hold.awaiting, ended.state.value),) if incident.hold else ()
    if ended.state is approvals.State.APPROVED:
        state = next_state(incident.state, Command.APPROVE, Side.STAFF, incident.is_assigned)
        started = (*facts, *resumed, FulfillmentStarted())
        return changed(incident, actor, now, started, state=state, hold=None, order=_started(order, now))
    state = next_state(incident.state, Command.CANCEL, Side.STAFF, incident.is_assigned)
    last = ended.history[-1]
    reason = last.comment if ended.state is approvals.State.REJECTED else ""
    reason = reason or f"Approval {ended.state}."
    return changed(
        incident, actor, now, (*facts, *resumed, Canceled(reason)), state=state, hold=None, order=order
    )


def _said(before: Approval, after: Approval) -> tuple[Fact, ...]:
    """The new entries of its history as facts; a step that begins is asked."""
    facts: list[Fact] = []
    for entry in after.history[len(before.history) :]:
        if entry.what in (What.ASKED, What.REMINDED):
            facts += _asked(after, reminder=entry.what is What.REMINDED)
        else:
            over = not after.is_waiting and entry is after.history[-1]
            facts.append(_decided(after, entry, over))
        if entry.what in (What.DELEGATED, What.APPOINTED) and entry.person is not None:
            name = after.steps[entry.step].name
            facts.append(ApprovalAsked(entry.step, name, (entry.person,)))
    return tuple(facts)


def _asked(approval: Approval, reminder: bool = False) -> tuple[ApprovalAsked, ...]:
    present = approval.present
    if present is None:
        return ()
    return (ApprovalAsked(approval.step, present.name, approval.still_asked, reminder),)


def _decided(approval: Approval, entry: Entry, over: bool) -> ApprovalDecided:
    name = approval.steps[entry.step].name
    return ApprovalDecided(entry.step, name, entry.what.value, entry.comment, entry.person, over)


def _started(order: Order, now: datetime) -> Order:
    """Due times count from here: whoever waited for consent was not waited for."""
    whole = timedelta(hours=order.delivery_hours)
    tasks = tuple(
        replace(task, due_time=now + whole * task.due_share / 100)
        if task.due_share and order.delivery_hours
        else task
        for task in order.tasks
    )
    return _opened(replace(order, tasks=tasks))


def _opened(order: Order) -> Order:
    stage = min((task.stage for task in order.open_tasks), default=0)
    tasks = tuple(
        replace(task, state=TaskState.OPEN)
        if task.stage == stage and task.state is TaskState.PLANNED
        else task
        for task in order.tasks
    )
    return replace(order, tasks=tasks)


def _task(incident: Incident, task_id: str, side: Side) -> tuple[Order, Task]:
    if side is not Side.STAFF:
        raise PermissionDenied("role_required", "Tasks are for staff.")
    order = incident.order
    task = next((one for one in order.tasks if one.task_id == task_id), None) if order else None
    if order is None or task is None:
        raise NotFound("task_not_found", "There is no such task.")
    if incident.awaits_approval or incident.state not in OPEN_STATES:
        message = "Its tasks are not to be worked on now."
        raise InvalidState("transition_not_allowed", message, state=incident.state, command="task")
    if task.is_over:
        raise InvalidState("task_over", "This task is over.", task=task.name, state=task.state)
    return order, task


def _with_task(incident: Incident, order: Order, task: Task, actor: Actor, now: datetime) -> Change:
    tasks = tuple(task if one.task_id == task.task_id else one for one in order.tasks)
    order = _opened(replace(order, tasks=tasks))
    return changed(incident, actor, now, (TaskChanged(task),), order=order)
