"""Who is reminded of what, what a review's times may say, and which promises to the clients were kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import InvalidArgument
from services.incidents.domain.incident import Actor
from services.incidents.domain.major import course, reminding, review
from services.incidents.domain.major.record import Affected, Holder, Major, MajorState, Role, Severity
from services.incidents.domain.major.review import Action, ActionState, Facts, Review
from services.incidents.domain.major.settings import DEFAULTS
from services.incidents.ports import StaffMember
from tests.harness.incident_values import opened

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
WHO = Actor("person:per_lead", "Lea")
LATER = START + timedelta(hours=9)


def declared(*roles: Holder) -> Major:
    made = course.declare(
        opened(),
        major_id="maj_1",
        title="",
        summary="",
        severity=Severity.SEV1,
        holders=roles,
        declarer_id="per_lead",
        settings=DEFAULTS,
        actor=WHO,
        now=START,
    ).after
    other = Affected(tenant_id="ten_lumen", title="Slow", add_time=START, incident_id="inc_2", number="L-1")
    return replace(made, affected=(*made.affected, other))


def staff(person_id: str, *tenants: str) -> StaffMember:
    return StaffMember(person_id, person_id.title(), frozenset(tenants) if tenants else None)


def test_whoever_writes_is_told_by_way_of_a_client_they_are_granted() -> None:
    major = declared(
        Holder(Role.COMMANDER, "per_boss", "Boss"), Holder(Role.COMMUNICATIONS, "per_com", "Com")
    )
    assert reminding.writers(major) == ["per_com", "per_boss", "per_lead"]
    told = reminding.first_reached(major, [staff("per_com", "ten_lumen"), staff("per_boss")])
    assert told is not None and (told.person_id, told.at.tenant_id) == ("per_com", "ten_lumen")
    change = reminding.remind_of_update(major, told, WHO, LATER)
    assert change is not None and change.after.remind_time is None
    assert change.facts[0].changes["at_number"] == "L-1"


def test_where_whoever_writes_is_granted_none_of_the_clients_the_next_one_is_told() -> None:
    told = reminding.first_reached(declared(), [staff("per_com", "ten_else"), staff("per_boss", "ten_acme")])
    assert told is not None and told.person_id == "per_boss"


def test_while_nobody_can_be_told_it_is_tried_again_and_nothing_is_said() -> None:
    change = reminding.remind_of_update(declared(), None, WHO, LATER)
    assert change is not None and not change.facts
    assert change.after.remind_time is not None and change.after.remind_time > LATER


def test_a_promise_that_no_update_followed_counts_as_missed_and_one_followed_late_does_not() -> None:
    for now, missed in ((LATER, 1), (START + timedelta(minutes=1), 0)):
        moved = course.move(declared(), MajorState.RESOLVED, "", DEFAULTS, WHO, now)
        assert moved is not None
        reviewed = course.move(moved.after, MajorState.REVIEW, "", DEFAULTS, WHO, now)
        assert reviewed is not None and reviewed.after.review is not None
        assert reviewed.after.review.facts.updates_missed == missed


@pytest.mark.parametrize(
    ("name", "hour", "reason"),
    [
        ("resolve_time", 8, "facts_out_of_order"),
        ("mitigate_time", 13, "facts_out_of_order"),
        ("acknowledge_time", 13, "facts_out_of_order"),
        ("acknowledge_time", 7, "facts_out_of_order"),
        ("detect_time", 10, "facts_out_of_order"),
        ("resolve_time", 19, "facts_in_future"),
        ("mitigate_time", 10, ""),
        ("resolve_time", 9, ""),
    ],
)
def test_the_times_of_a_review_do_not_contradict_each_other(name: str, hour: int, reason: str) -> None:
    facts = Facts(
        detect_time=START - timedelta(hours=1),
        # The clock knows more of a second than people write.
        declare_time=START + timedelta(milliseconds=900),
        resolve_time=START + timedelta(hours=3),
    )
    wanted = Review(facts=Facts(**{name: START.replace(hour=hour)}))
    if not reason:
        assert review.written(Review(facts=facts), wanted, str, LATER)
        return
    with pytest.raises(InvalidArgument, match=reason) as refused:
        review.written(Review(facts=facts), wanted, str, LATER)
    assert refused.value.values["field"] == f"facts.{name}"


def test_an_action_item_is_recalled_once_on_its_day_and_anew_once_its_day_is_another() -> None:
    action = Action("act_1", "Watch the disk", "per_a", "Ada", "2026-03-02")
    major = replace(declared(), remind_time=None, review=Review(actions=(action,)))
    due = reminding.due_actions(major, LATER)
    assert due == [action] and not reminding.due_actions(major, START - timedelta(hours=9))
    assert major.work_time(timedelta()) == action.remind_time
    told = reminding.first_reached(major, [staff("per_a", "ten_lumen")])
    change = reminding.remind_of_action(major, action, told, WHO, LATER)
    assert change is not None and change.facts[0].changes["person_id"] == "per_a"
    after = change.after
    assert after.review is not None and not reminding.due_actions(after, LATER)
    same = review.written(after.review, Review(actions=(replace(action, text="Watch disks"),)), str, LATER)
    assert not same.unreminded
    moved = review.with_action(after.review, replace(action, due_date="2026-03-03"))
    assert [one.due_date for one in moved.unreminded] == ["2026-03-03"]
    assert not review.with_action(moved, replace(action, state=ActionState.DONE)).unreminded
