"""A service request waits for its approvers, then for its tasks, and tells why it goes on or ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.errors import InvalidState, NotFound, PermissionDenied
from services.incidents.domain import conversation, decisions, ending, merging, ordering, work
from services.incidents.domain.approval import Approver, Roster, Rule, Step, Verdict
from services.incidents.domain.approval import State as ApprovalState
from services.incidents.domain.catalog import CLIENT_MANAGER, CatalogItem, Contents, TaskTemplate
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Actor, AwaitedParty, Decision, Incident, Kind, Priority, State
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.opening import open_incident
from services.incidents.domain.order import TaskState
from services.incidents.events.messages import incident_message
from tests.harness.incident_values import NOON, REQUESTER, TECH, TRIAGE, after, opened, submission

BOSS, DEPUTY = Approver("per_boss", "Boss"), Approver("per_deputy", "Deputy")
BOSS_ACTOR = Actor("person:per_boss", "Boss")
ROSTER = Roster({CLIENT_MANAGER: (BOSS,)})
STEP = Step(name="Manager", roles=(CLIENT_MANAGER,))
TASKS = (
    TaskTemplate(name="Order the laptop", group_id="grp_1", due_share=50),
    TaskTemplate(name="Make the account"),
    TaskTemplate(name="Hand it over", stage=2, due_share=100),
)


def _item(*steps: Step, tasks: tuple[TaskTemplate, ...] = TASKS) -> CatalogItem:
    contents = Contents(
        name={"en": "Laptop", "fr": "Ordinateur"},
        summary={"en": ""},
        category="hardware",
        priority=Priority.P4,
        delivery_hours=48,
        steps=steps,
        tasks=tasks,
    )
    return CatalogItem(
        item_id="cat_1",
        provider_id="prv_north",
        contents=contents.checked(),
        version=3,
        create_time=NOON,
        update_time=NOON,
    )


def _ordered(*steps: Step, roster: Roster = ROSTER) -> Change:
    opening = open_incident(
        submission(),
        provider_id="prv_north",
        incident_id="inc_01m8490y6g7z9ycjtqqcamtm01",
        number="ACME-1",
        actor=REQUESTER,
        now=NOON,
    )
    return ordering.ordered(opening, _item(*steps), roster, NOON)


def _approved() -> Incident:
    change = ordering.decide(_ordered(STEP).after, Verdict.APPROVE, BOSS, "", ROSTER, BOSS_ACTOR, after(60))
    assert change is not None
    return change.after


def _names(change: Change | None) -> list[str]:
    assert change is not None
    return [fact.name for fact in change.facts]


def _tasks(incident: Incident) -> dict[str, TaskState]:
    assert incident.order is not None
    return {task.task_id: task.state for task in incident.order.tasks}


def test_it_waits_for_its_approvers_and_says_so() -> None:
    change = _ordered(STEP)
    request = change.after
    assert _names(change) == ["incident_opened", "approval_asked", "held"]
    assert (request.kind, request.state, request.priority) == (
        Kind.SERVICE_REQUEST,
        State.ON_HOLD,
        Priority.P4,
    )
    assert request.hold is not None and request.hold.reason == "Approval: Manager"
    assert set(_tasks(request).values()) == {TaskState.PLANNED}
    with pytest.raises(InvalidState, match="awaits_approval"):
        work.resume(request, "", TECH, Side.STAFF, after(1))
    with pytest.raises(InvalidState, match="awaits_approval"):
        work.resolve(request, "fixed", "Done.", after(9), TECH, Side.STAFF, after(1))
    with pytest.raises(InvalidState, match="transition_not_allowed"):
        ordering.end_task(request, "t1", False, "", TECH, Side.STAFF, after(1))
    said = conversation.reply(request, "When?", REQUESTER, Side.CLIENT, after(1))
    assert (said.after.state, said.after.hold) == (State.ON_HOLD, request.hold)


def test_consent_lets_its_tasks_begin_and_due_times_count_from_there() -> None:
    request = _approved()
    assert (request.state, request.hold, request.held_seconds) == (State.NEW, None, 3600)
    assert list(_tasks(request).values()) == [TaskState.OPEN, TaskState.OPEN, TaskState.PLANNED]
    assert request.order is not None
    assert request.order.tasks[0].due_time == after(60) + timedelta(hours=24)
    assert request.order.tasks[1].due_time is None


def test_a_rejection_cancels_it_and_the_requester_is_told_why() -> None:
    change = ordering.decide(
        _ordered(STEP).after, Verdict.REJECT, BOSS, "Too dear.", ROSTER, BOSS_ACTOR, after(1)
    )
    assert _names(change) == ["approval_decided", "resumed", "canceled"]
    assert change is not None and change.after.state is State.CANCELED
    assert change.facts[-1].reason == "Too dear."  # type: ignore[union-attr] # a cancellation has one
    with pytest.raises(InvalidState, match="approval_ended"):
        ordering.decide(change.after, Verdict.APPROVE, BOSS, "", ROSTER, BOSS_ACTOR, after(2))


def test_the_requester_does_not_approve_and_may_withdraw() -> None:
    request, jane = _ordered(STEP).after, Approver("per_jane", "Jane")
    managers = Roster({CLIENT_MANAGER: (BOSS, jane)})
    with pytest.raises(PermissionDenied, match="own_request"):
        ordering.decide(request, Verdict.APPROVE, jane, "", managers, REQUESTER, after(1))
    change = ending.cancel(request, "Found one.", REQUESTER, Side.CLIENT, after(1))
    assert _names(change) == ["approval_decided", "canceled"]
    assert change.after.order is not None and change.after.order.approval is not None
    assert change.after.order.approval.state is ApprovalState.WITHDRAWN


def test_each_step_is_asked_and_a_named_deputy_too() -> None:
    both = (STEP, Step(name="Both", rule=Rule.ALL, roles=(CLIENT_MANAGER,)))
    first = _ordered(*both).after
    second = ordering.decide(first, Verdict.APPROVE, BOSS, "", ROSTER, BOSS_ACTOR, after(1))
    assert _names(second) == ["approval_decided", "approval_asked"]
    assert second is not None
    given = ordering.delegate(second.after, BOSS, DEPUTY, ROSTER, BOSS_ACTOR, after(2))
    assert _names(given) == ["approval_decided", "approval_asked"]
    assert given is not None
    ended = ordering.decide(given.after, Verdict.APPROVE, DEPUTY, "", ROSTER, BOSS_ACTOR, after(3))
    assert _names(ended) == ["approval_decided", "resumed", "fulfillment_started"]


def test_staff_help_one_that_nobody_can_approve_and_never_by_themselves() -> None:
    request, tess = _ordered(STEP, roster=Roster()).after, Approver("per_tech", "Tess")
    assert request.order is not None and request.order.approval is not None
    assert request.order.approval.is_stuck
    with pytest.raises(InvalidState, match="appoints_themselves"):
        ordering.appoint(request, tess, tess, Roster(), TECH, Side.STAFF, after(1))
    with pytest.raises(PermissionDenied, match="role_required"):
        ordering.appoint(request, BOSS, DEPUTY, Roster(), BOSS_ACTOR, Side.CLIENT, after(1))
    helped = ordering.appoint(request, tess, BOSS, Roster(), TECH, Side.STAFF, after(1))
    assert helped is not None
    assert ordering.decide(helped.after, Verdict.APPROVE, BOSS, "", Roster(), BOSS_ACTOR, after(2))


def test_time_reminds_and_then_cancels() -> None:
    step = replace(STEP, remind_after=timedelta(minutes=5), expire_after=timedelta(minutes=30))
    request = _ordered(step).after
    reminded = ordering.tick(request, TRIAGE, after(6))
    assert _names(reminded) == ["approval_asked"]
    assert reminded is not None and reminded.facts[0].reminder  # type: ignore[union-attr] # it is asked again
    assert _names(ordering.tick(reminded.after, TRIAGE, after(31))) == [
        *("approval_decided", "resumed", "canceled")
    ]
    assert ordering.tick(request, TRIAGE, after(1)) is None


def test_tasks_are_done_stage_by_stage_before_it_is_resolved() -> None:
    request = _approved()
    with pytest.raises(InvalidState, match="task_planned"):
        ordering.end_task(request, "t3", False, "", TECH, Side.STAFF, after(61))
    given = ordering.assign_task(request, "t1", Approver("per_tech", "Tess"), TECH, Side.STAFF, after(61))
    assert given is not None
    request = ordering.end_task(given.after, "t1", False, "", TECH, Side.STAFF, after(62)).after
    with pytest.raises(InvalidState, match="tasks_open") as refused:
        work.resolve(request, "request_fulfilled", "Here.", after(99), TECH, Side.STAFF, after(63))
    assert refused.value.values["tasks"] == "Make the account, Hand it over"
    request = ordering.end_task(request, "t2", True, "has one", TECH, Side.STAFF, after(64)).after
    assert _tasks(request)["t3"] is TaskState.OPEN
    request = ordering.end_task(request, "t3", False, "", TECH, Side.STAFF, after(65)).after
    with pytest.raises(InvalidState, match="task_over"):
        ordering.end_task(request, "t3", False, "", TECH, Side.STAFF, after(66))
    assert (
        work.resolve(
            request, "request_fulfilled", "Here.", after(99), TECH, Side.STAFF, after(66)
        ).after.state
        is State.RESOLVED
    )


def test_tasks_are_for_staff_and_only_where_there_are_any() -> None:
    with pytest.raises(PermissionDenied, match="role_required"):
        ordering.end_task(_approved(), "t1", False, "", REQUESTER, Side.CLIENT, after(61))
    with pytest.raises(NotFound, match="task_not_found"):
        ordering.end_task(opened(), "t1", False, "", TECH, Side.STAFF, after(1))
    with pytest.raises(NotFound, match="approval_not_found"):
        ordering.decide(opened(), Verdict.APPROVE, BOSS, "", ROSTER, BOSS_ACTOR, after(1))


def test_without_approval_its_tasks_begin_at_once() -> None:
    change = _ordered()
    assert (_names(change), change.after.state) == (["incident_opened"], State.NEW)
    assert _tasks(change.after)["t1"] is TaskState.OPEN


def test_what_the_catalog_says_is_not_decided_again_by_machines() -> None:
    request = _ordered().after
    guess = decisions.TriageDecision(
        incident_id=request.incident_id,
        event_id="e",
        category="network",
        classification=Decision("model", "", 0.9),
        priority=Priority.P1,
        prioritization=Decision("rule"),
    )
    assert decisions.apply_triage(request, guess, TRIAGE, after(1)) is None


def test_it_goes_into_no_other_one() -> None:
    into = replace(opened(), incident_id="inc_02m8490y6g7z9ycjtqqcamtm02")
    with pytest.raises(InvalidState, match="ordered"):
        merging.merge(_ordered(STEP).after, into, None, "", TECH, Side.STAFF, after(1))


def test_whoever_hears_of_the_hold_knows_that_approvers_end_it() -> None:
    waiting = _ordered(STEP).after
    assert incident_message(waiting).hold.approval
    held = work.hold(opened(), AwaitedParty.CLIENT, "badge", TECH, Side.STAFF, after(1)).after
    assert not incident_message(held).hold.approval
