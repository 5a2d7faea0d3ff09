"""Whom an escalation calls, one after the other; what ends it; and that nothing is told twice."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import Caller, Role, Scope, TenantScope
from fairlead.incidents.v1 import events_pb2 as incident_events
from fairlead.incidents.v1 import incident_pb2
from services.triage.consumers.escalations import occasion_of
from services.triage.domain.escalation.policy import (
    Policy,
    Step,
    Subject,
    Target,
    TargetKind,
    Trigger,
    policy_for,
)
from services.triage.domain.escalation.run import (
    Acknowledged,
    Concern,
    Escalation,
    Fact,
    Paged,
    State,
    started,
)
from services.triage.domain.link import Links
from services.triage.domain.oncall.layer import Layer
from services.triage.domain.oncall.piece import Watcher
from services.triage.domain.oncall.schedule import Schedule
from services.triage.domain.report import Report
from services.triage.domain.routing import AssignmentGroup, Member
from services.triage.domain.rule import Actions, Condition, Field, Operator, Rule
from services.triage.domain.window import Window
from services.triage.use_cases.escalating import Ending, Escalate, Occasion
from services.triage.use_cases.escalations import SeeEscalations
from tests.unit.triage.schedules import KeptSchedules, Names

NOW = datetime(2026, 6, 1, 2, 14, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANA, BEN, EVE = Watcher("per_ana", "Ana"), Watcher("per_ben", "Ben"), Watcher("per_eve", "Eve")
PEOPLE = {"per_ana": ANA, "per_ben": BEN, "per_eve": EVE}
CONCERN = Concern("inc_1", "prv_1", "ten_1", "ACME-1", "Disk full", 1, "alert", "db-1")
OCCASION = Occasion(CONCERN, Trigger.OPENED, "0", "new")


def person(watcher: Watcher) -> Target:
    return Target(TargetKind.PERSON, watcher.person_id, watcher.name)


def policy(*steps: Step, **fields: Any) -> Policy:
    return Policy("epo_1", "Nights", steps or (Step((person(ANA),), 10), Step((person(BEN),), 5)), **fields)


def there(target: Target) -> list[Watcher]:
    return [PEOPLE[target.target_id]]


def called(escalation: Escalation) -> list[tuple[str, int, int]]:
    return [(page.watcher.name, page.round, page.step) for page in escalation.pages]


def run_to_its_end(escalation: Escalation) -> tuple[Escalation, list[datetime]]:
    times = []
    while escalation.next_time:
        times.append(escalation.next_time)
        escalation = escalation.advanced(escalation.next_time, there).escalation
    return escalation, times


def test_steps_are_called_one_after_the_other_as_often_as_the_policy_says():
    begun = started(policy(rounds=2), CONCERN, Trigger.OPENED, "0", NOW)
    over, times = run_to_its_end(begun)
    assert called(over) == [("Ana", 0, 0), ("Ben", 0, 1), ("Ana", 1, 0), ("Ben", 1, 1)]
    assert [(time - NOW) // MINUTE for time in times] == [0, 10, 15, 25, 30]
    assert (over.state, over.reason) == (State.EXHAUSTED, "nobody_answered")
    assert len({page.page_id for page in over.pages}) == 4


def test_a_step_at_which_nobody_is_there_is_passed_over_at_once():
    begun = started(policy(), CONCERN, Trigger.OPENED, "0", NOW)
    advance = begun.advanced(NOW, lambda target: there(target) if target.target_id == "per_ben" else [])
    assert called(advance.escalation) == [("Ben", 0, 1)]
    assert advance.escalation.unmanned == ((0, 0),)
    nobody = begun.advanced(NOW, lambda target: [])
    assert (nobody.escalation.state, nobody.escalation.reason) == (State.EXHAUSTED, "nobody_to_call")


def test_who_is_named_twice_in_a_step_is_called_once():
    begun = started(policy(Step((person(ANA), person(ANA)))), CONCERN, Trigger.OPENED, "0", NOW)
    assert called(begun.advanced(NOW, there).escalation) == [("Ana", 0, 0)]


def test_what_is_over_stays_as_it_ended():
    begun = started(policy(), CONCERN, Trigger.OPENED, "0", NOW)
    answered = begun.ended(State.ACKNOWLEDGED, NOW, ANA, "link")
    assert answered.ended(State.STOPPED, NOW + MINUTE, None, "resolved") is answered
    assert answered.advanced(NOW, there).paged == ()


@pytest.mark.parametrize(
    ("changed", "subject", "concerned"),
    [
        ({}, Subject("ten_1", "alert", 4), True),
        ({}, Subject("ten_1", "email", 1), True),
        ({}, Subject("ten_1", "email", 2), False),
        ({"alerts": False}, Subject("ten_1", "alert", 4), False),
        ({"tenant_ids": frozenset({"ten_2"})}, Subject("ten_1", "alert", 1), False),
        ({"enabled": False}, Subject("ten_1", "alert", 1), False),
        ({"trigger": Trigger.BREACHED}, Subject("ten_1", "alert", 1), False),
    ],
)
def test_alerts_and_the_most_pressing_call_somebody_unless_the_policy_says_otherwise(
    changed: dict[str, Any], subject: Subject, concerned: bool
):
    assert policy(**changed).concerns(subject, Trigger.OPENED) is concerned


def test_the_first_policy_in_order_counts():
    later, first = replace(policy(), position=20), replace(policy(), policy_id="epo_2", position=10)
    assert policy_for([later, first], Subject("ten_1", "alert", 1), Trigger.OPENED) is first


@pytest.mark.parametrize(
    "changed",
    [
        {"name": " "},
        {"steps": ()},
        {"steps": (Step((), 5),)},
        {"steps": (Step((person(ANA),), 0),)},
        {"rounds": 0},
        {"alerts": False, "priorities": frozenset()},
        {"priorities": frozenset({6})},
    ],
)
def test_what_is_no_policy_is_refused(changed: dict[str, Any]):
    with pytest.raises(InvalidArgument):
        replace(policy(), **changed).checked()


def test_a_tag_names_its_page_and_nobody_else_can_write_one():
    links = Links(b"s" * 32, "p", "pag")
    page_id = "pag_" + "0f" * 13
    tag = links.tag(page_id)
    assert links.read(tag.upper()) == page_id
    assert len(f"support+{tag}") <= 64
    forged = tag[:-2] + ("a" if tag[-2] != "a" else "b") + tag[-1]
    assert [links.read(bad) for bad in (forged, "p-", "", Links(b"t" * 32, "p", "pag").tag(page_id))] == [
        ""
    ] * 4


class Kept:
    """ports.Escalations in memory; `told` is every fact that was announced."""

    def __init__(self) -> None:
        self.kept: dict[str, Escalation] = {}
        self.told: list[Fact] = []

    def add(self, begun: Sequence[Escalation], now: datetime, caller: Caller) -> None:
        for one in begun:
            self.kept.setdefault(one.escalation_id, replace(one, revision=1))

    def save(
        self, changes: Sequence[tuple[Escalation, Sequence[Fact]]], now: datetime, caller: Caller
    ) -> int:
        saved = 0
        for one, facts in changes:
            if self.kept[one.escalation_id].revision == one.revision:
                self.kept[one.escalation_id] = replace(one, revision=one.revision + 1)
                self.told += facts
                saved += 1
        return saved

    def get(self, scope: Scope, escalation_id: str) -> Escalation:
        return self.kept[escalation_id]

    def of_incident(self, scope: Scope, incident_id: str) -> list[Escalation]:
        return [one for one in self.kept.values() if one.concern.incident_id == incident_id]

    def running(self, scope: Scope, incident_ids: Collection[str]) -> list[Escalation]:
        return [one for one in self.kept.values() if one.is_running]

    def due(self, now: datetime, limit: int) -> list[Escalation]:
        return [one for one in self.kept.values() if one.next_time and one.next_time <= now]

    def next_due_time(self) -> datetime | None:
        return min((one.next_time for one in self.kept.values() if one.next_time), default=None)

    def by_page(self, page_id: str) -> Escalation | None:
        return next((one for one in self.kept.values() if one.page(page_id)), None)


class House:
    """The use case over stand-ins, with a clock that goes when it is told."""

    def __init__(self, *policies: Policy) -> None:
        self.now, self.kept, self.schedules = NOW, Kept(), KeptSchedules()
        self.windows: list[Window] = []
        self.groups: list[AssignmentGroup] = []
        self.rows: dict[str, Any] = {}
        caller = Caller("service:triage", "prv_1", None, frozenset({Role.SERVICE}))
        self.staff = Names("per_ana", "per_ben")
        self.callers = SimpleNamespace(of=lambda provider_id: caller)
        self.escalate = Escalate(
            SimpleNamespace(all=lambda room: list(policies)),
            self.kept,
            self.schedules,
            SimpleNamespace(all=lambda room: self.groups),
            SimpleNamespace(load_many=lambda scope, ids: self.rows),
            SimpleNamespace(open_at=lambda scope, now: [w for w in self.windows if w.end_time > now]),
            self.staff,
            self.callers,
            lambda: self.now,
        )

    def later(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self.escalate.fire()

    @property
    def paged(self) -> list[str]:
        return [fact.page.watcher.person_id for fact in self.kept.told if isinstance(fact, Paged)]


def test_an_incident_begins_one_escalation_however_often_it_is_heard_of():
    house = House(policy())
    house.escalate.begin([OCCASION, OCCASION])
    house.later(0)
    house.escalate.begin([OCCASION])
    house.later(1)
    assert house.paged == ["per_ana"]
    house.later(9)
    assert house.paged == ["per_ana", "per_ben"]


def test_where_a_rule_says_so_opening_calls_nobody_but_a_person_who_raises_the_priority_does():
    house = House(policy())
    noise = Condition(Field.SUBJECT, Operator.CONTAINS_ANY, ("test",))
    rule = Rule("rul_1", "Tests", 1, (noise,), Actions(no_page=True))
    quiet: set[str] = {"inc_1"}
    house.escalate = replace(
        house.escalate,
        rules=SimpleNamespace(deciding=lambda room: [rule]),
        runs=SimpleNamespace(quiet=lambda scope, ids: quiet & ids),
    )
    report = Report("inc_1", "ten_1", "A test of the alarm", "", "alert", "")
    house.escalate.begin([replace(OCCASION, heeds_rules=True, report=report)])
    house.escalate.begin([replace(OCCASION, heeds_rules=True)])
    assert not house.kept.kept
    house.escalate.begin([replace(OCCASION, heeds_rules=True, report=replace(report, subject="Fire"))])
    assert len(house.kept.kept) == 1
    by_person = House(policy())
    by_person.escalate = replace(house.escalate, escalations=by_person.kept)
    by_person.escalate.begin([OCCASION])
    assert len(by_person.kept.kept) == 1


def test_who_saves_second_tells_nothing():
    house = House(policy())
    house.escalate.begin([OCCASION])
    seen = house.kept.due(NOW, 9)
    house.later(0)
    house.kept.due = lambda now, limit: seen  # type: ignore[method-assign]  # a second process that looked before
    house.later(0)
    assert house.paged == ["per_ana"]


@pytest.mark.parametrize("state", ["in_progress", "on_hold", "resolved", "closed", "canceled"])
def test_nobody_is_called_about_what_somebody_works_on_or_nobody_need(state: str):
    house = House(policy())
    house.escalate.begin([replace(OCCASION, state=state)])
    house.later(0)
    assert house.paged == []


def test_a_person_who_takes_it_on_stops_the_calls_but_not_those_about_a_promise_at_risk():
    warned = replace(policy(), policy_id="epo_2", trigger=Trigger.WARNED)
    house = House(policy(), warned)
    at_risk = Occasion(CONCERN, Trigger.WARNED, "2::1", "in_progress")
    house.escalate.begin([OCCASION, at_risk])
    house.escalate.end([Ending("prv_1", "ten_1", "inc_1", "assigned", BEN, opened_alone=True)])
    states = {one.trigger: one.state for one in house.kept.kept.values()}
    assert states == {Trigger.OPENED: State.STOPPED, Trigger.WARNED: State.RUNNING}
    house.escalate.end([Ending("prv_1", "ten_1", "inc_1", "resolved")])
    assert {one.state for one in house.kept.kept.values()} == {State.STOPPED}


def test_a_maintenance_window_holds_the_calls_until_it_is_over():
    house = House(policy())
    house.windows = [Window("mwn_1", "prv_1", "ten_1", "Patching", NOW, NOW + 30 * MINUTE)]
    house.escalate.begin([OCCASION])
    house.later(0)
    assert (house.paged, house.kept.next_due_time()) == ([], NOW + 30 * MINUTE)
    house.later(30)
    assert house.paged == ["per_ana"]


def test_schedules_and_groups_stand_for_who_is_on_call_and_not_away_at_that_moment():
    desk = Schedule("", "Desk", "UTC", (Layer("Primary", (BEN,), datetime(2026, 1, 1)),))
    house = House()
    made = house.schedules.add(TenantScope("prv_1", "prv_1"), replace(desk, schedule_id="ocs_1"))
    house.groups = [
        AssignmentGroup(
            "grp_1",
            "Net",
            (Member("per_ana", "Ana"), Member("per_eve", "Eve"), Member("per_ben", "B", away=True)),
        )
    ]
    steps = (
        Step((Target(TargetKind.GROUP, "grp_1", "Net"),)),
        Step((Target(TargetKind.SCHEDULE, made.schedule_id, "Desk"),)),
    )
    house.escalate = replace(house.escalate, policies=SimpleNamespace(all=lambda room: [policy(*steps)]))
    house.escalate.begin([OCCASION])
    house.later(0)
    house.later(10)
    # Eve has left the provider; Ben is away as a member, and on call.
    assert house.paged == ["per_ana", "per_ben"]


def seen(house: House) -> SeeEscalations:
    return SeeEscalations(
        house.kept, house.escalate, house.staff, house.callers, Links(b"s" * 32, "p", "pag")
    )


def test_a_link_answers_once_for_whom_it_called_and_looking_changes_nothing():
    house = House(policy())
    house.escalate.begin([OCCASION])
    house.later(0)
    use, gateway = seen(house), house.callers.of("prv_1")
    tag = use.links.tag(next(iter(house.kept.kept.values())).pages[0].page_id)
    assert use.read_link(gateway, tag)[0].state is State.RUNNING
    answered, page = use.use_link(gateway, tag)
    assert (answered.state, answered.ended_by, page.watcher.person_id) == (
        State.ACKNOWLEDGED,
        page.watcher,
        "per_ana",
    )
    use.use_link(gateway, tag)
    assert house.kept.told.count(Acknowledged()) == 1
    house.later(60)
    assert house.paged == ["per_ana"]
    with pytest.raises(NotFound):
        use.read_link(gateway, "p-" + "a" * 37)


def test_who_has_left_cannot_answer_by_an_old_link():
    house = House(policy())
    house.escalate.begin([OCCASION])
    house.later(0)
    use = replace(seen(house), staff=Names("per_ben"))
    tag = use.links.tag(next(iter(house.kept.kept.values())).pages[0].page_id)
    with pytest.raises(NotFound):
        use.use_link(house.callers.of("prv_1"), tag)


def test_staff_answer_on_the_page_for_all_that_is_under_way():
    house = House(policy())
    house.escalate.begin([OCCASION])
    house.later(0)
    technician = Caller("person:per_ben", "prv_1", None, frozenset({Role.TECHNICIAN}), name="Ben")
    found = seen(house).acknowledge(technician, "inc_1")
    assert [(one.state, one.ended_by) for one in found] == [(State.ACKNOWLEDGED, BEN)]
    with pytest.raises(NotFound):
        seen(house).acknowledge(technician, "inc_2")


def test_a_reply_answers_as_well_but_not_one_that_another_provider_got():
    house = House(policy())
    house.escalate.begin([OCCASION])
    house.later(0)
    use = seen(house)
    tag = use.links.tag(next(iter(house.kept.kept.values())).pages[0].page_id)
    other = Caller("service:triage", "prv_2", None, frozenset({Role.SERVICE}))
    with pytest.raises(NotFound):
        replace(use, callers=SimpleNamespace(of=lambda provider_id: other)).answered_by_mail("prv_2", tag)
    use.answered_by_mail("prv_1", tag)
    [answered] = house.kept.kept.values()
    assert (answered.state, answered.reason) == (State.ACKNOWLEDGED, "acknowledged_by_reply")


def test_a_clients_part_of_a_major_incident_calls_nobody_by_itself() -> None:
    opened = incident_pb2.Incident(incident_id="inc_1", tenant_id="ten_acme", number="ACME-1", priority=1)
    event: Any = SimpleNamespace(fact="incident_opened")
    message = incident_events.IncidentOpened(
        incident=opened, actor=incident_pb2.Actor(subject="person:per_1")
    )
    assert occasion_of(event, message) is not None
    message.incident.major_id = "maj_1"
    assert occasion_of(event, message) is None
