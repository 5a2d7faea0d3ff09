"""Changes through the real server: drafted, agreed on, scheduled against what else happens, done, and seen by whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.errors import FairleadError, InvalidArgument, InvalidState, NotFound, PermissionDenied
from chassis.tenancy import Caller, Role
from fairlead.directory.v1 import person_pb2
from fairlead.incidents.v1 import change_pb2 as messages
from fairlead.incidents.v1 import configuration_item_pb2 as items
from tests.harness.incidents import OTHER_PROVIDER, PROVIDER, Incidents

SAFE = {"experience": "often", "testing": "fully", "back_out": "easy", "complexity": "one_person"}
RISKY = {"experience": "never", "testing": "not", "back_out": "impossible", "complexity": "several_teams"}
DRAFT, REQUESTED, APPROVED, REJECTED, SCHEDULED, IN_PROGRESS, DONE = (
    messages.CHANGE_STATE_DRAFT,
    messages.CHANGE_STATE_REQUESTED,
    messages.CHANGE_STATE_APPROVED,
    messages.CHANGE_STATE_REJECTED,
    messages.CHANGE_STATE_SCHEDULED,
    messages.CHANGE_STATE_IN_PROGRESS,
    messages.CHANGE_STATE_DONE,
)


def window(begin: float, hours: float = 2) -> messages.ChangeWindow:
    """Hours from now."""
    made = messages.ChangeWindow(time_zone="Europe/Paris")
    made.start_time.FromDatetime(clock.now() + timedelta(hours=begin))
    made.end_time.FromDatetime(clock.now() + timedelta(hours=begin + hours))
    return made


class Desk:
    """Two clients of the test's own, and who plans and decides for them."""

    def __init__(self, incidents: Incidents) -> None:
        self.incidents = incidents
        self.acme, self.lumen = incidents.new_tenant(), incidents.new_tenant()
        everywhere = person_pb2.Grant(role="GRANT_ROLE_DISPATCHER", all_tenants=True)
        for name in ("per_disp", "per_deputy"):
            incidents.directory.add_person(name, PROVIDER, f"{name}@n.example", name, grants=[everywhere])
        self.boss_id = f"per_boss{self.acme[-8:]}"
        incidents.directory.add_person(
            self.boss_id, PROVIDER, f"{self.boss_id}@a.example", "Boss", tenants=[self.acme], manager=True
        )
        self.tech = incidents.technician(tenants=(self.acme,))
        self.manager = incidents.person("per_disp", Role.DISPATCHER, tenants=None)
        self.deputy = incidents.person("per_deputy", Role.DISPATCHER, tenants=None)
        self.boss = incidents.manager(self.boss_id, tenants=(self.acme,))

    def ask(self, method: str, caller: Caller, change: Any = None, /, **fields: Any) -> Any:
        if change is not None:
            fields["change_id"] = change.change_id
        plain = method in ("RequestChange", "WithdrawChange", "StartChange", "ReviewChange", "CancelChange")
        return self.incidents.call_changes(method, caller, "ChangeCommandRequest" if plain else "", **fields)

    def draft(self, caller: Caller | None = None, /, tenant: str = "", **fields: Any) -> Any:
        wanted: dict[str, Any] = {
            "tenant_id": tenant or self.acme,
            "title": "Replace the switch",
            "plan": "Unplug, plug.",
            "back_out_plan": "Plug the old one.",
            "risk_answers": SAFE,
            "window": window(-1),
        }
        return self.ask("CreateChange", caller or self.tech, change=messages.Change(**wanted | fields))

    def approved(self, **fields: Any) -> Any:
        change = self.draft(**fields)
        self.ask("RequestChange", self.tech, change)
        return self.ask("DecideChange", self.manager, change)

    def scheduled(self, **fields: Any) -> Any:
        return self.ask("ScheduleChange", self.tech, self.approved(**fields))

    def item(self, name: str, tenant: str = "", *needs: str) -> str:
        relations = [items.ItemRelation(kind=items.RELATION_KIND_DEPENDS_ON, item_id=one) for one in needs]
        wanted = items.ConfigurationItem(
            name=name, tenant_id=tenant, shared=not tenant, type="server", relations=relations
        )
        return self.incidents.call_items("CreateItem", self.manager, item=wanted).item_id


@pytest.fixture
def desk(incidents: Incidents) -> Desk:
    return Desk(incidents)


def test_it_is_agreed_on_scheduled_done_and_reviewed(desk: Desk) -> None:
    change = desk.draft()
    assert (change.state, change.risk) == (DRAFT, messages.RISK_LEVEL_LOW)
    assert desk.ask("RequestChange", desk.tech, change).state == REQUESTED
    shown = desk.incidents.call_changes("GetChange", desk.manager, change_id=change.number)
    assert shown.asked and not shown.change.approval.history[-1].comment
    with pytest.raises(PermissionDenied):
        desk.ask("DecideChange", desk.tech, change)
    assert desk.ask("DecideChange", desk.manager, change, comment="Fine").state == APPROVED
    assert desk.ask("ScheduleChange", desk.tech, change).state == SCHEDULED
    assert desk.ask("StartChange", desk.tech, change).state == IN_PROGRESS
    with pytest.raises(InvalidState):
        desk.ask("CancelChange", desk.tech, change, text="Oops")
    assert desk.ask("FinishChange", desk.tech, change, ending=DONE, outcome="Went well").state == DONE
    assert desk.ask("ReviewChange", desk.tech, change, text="Do it again").review == "Do it again"
    facts = [one.fact for one in desk.ask("GetChange", desk.tech, change).entries]
    assert facts == [
        *("change_drafted", "change_requested", "change_asked", "change_decided", "change_approved"),
        *("change_scheduled", "change_started", "change_done", "change_reviewed"),
    ]


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"plan": ""}, "plan_missing"),
        ({"back_out_plan": ""}, "back_out_plan_missing"),
        ({"window": None}, "window_missing"),
        ({"risk_answers": {"testing": "fully"}}, "risk_missing"),
        (
            {
                "kind": messages.CHANGE_KIND_STANDARD,
                "risk_answers": RISKY,
                "risk_impact": messages.RISK_LEVEL_HIGH,
            },
            "high_risk_not_standard",
        ),
    ],
)
def test_what_is_not_ready_is_not_asked_for_and_says_what_is_missing(
    desk: Desk, missing: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidState) as refused:
        desk.ask("RequestChange", desk.tech, desk.draft(**missing))
    assert refused.value.reason == reason


def test_a_standard_change_is_agreed_on_already_and_an_emergency_may_begin_early(desk: Desk) -> None:
    standard = desk.draft(kind=messages.CHANGE_KIND_STANDARD, back_out_plan="")
    assert desk.ask("RequestChange", desk.tech, standard).state == APPROVED
    later = desk.scheduled(window=window(3))
    with pytest.raises(InvalidState, match="agreed"):
        desk.ask("StartChange", desk.tech, later)
    urgent = desk.scheduled(window=window(3), kind=messages.CHANGE_KIND_EMERGENCY)
    assert desk.ask("StartChange", desk.tech, urgent).state == IN_PROGRESS


def test_two_change_managers_agree_where_much_is_at_risk_and_nobody_on_their_own(desk: Desk) -> None:
    risky = desk.draft(desk.manager, risk_answers=RISKY, risk_impact=messages.RISK_LEVEL_HIGH)
    assert risky.risk == messages.RISK_LEVEL_CRITICAL
    desk.ask("RequestChange", desk.manager, risky)
    with pytest.raises(PermissionDenied):
        desk.ask("DecideChange", desk.manager, risky)
    assert desk.ask("DecideChange", desk.deputy, risky).state == REQUESTED
    desk.ask("AppointChangeApprover", desk.manager, risky, person_id="per_tech")
    assert desk.ask("DecideChange", desk.tech, risky).state == APPROVED


def test_the_client_is_asked_after_its_provider_and_sees_what_it_is_asked(desk: Desk) -> None:
    change = desk.draft(client_facing=True)
    for method in ("GetChange", "DecideChange"):
        with pytest.raises(NotFound):
            desk.ask(method, desk.boss, change)
    desk.ask("RequestChange", desk.tech, change)
    assert not desk.ask("GetChange", desk.boss, change).asked
    assert desk.ask("DecideChange", desk.manager, change).state == REQUESTED
    assert desk.ask("GetChange", desk.boss, change).asked
    rejected = desk.ask("DecideChange", desk.boss, change, reject=True, comment="Not in December")
    assert rejected.state == REJECTED
    assert desk.ask("WithdrawChange", desk.tech, change, text="December").state == DRAFT
    internal = desk.approved()
    with pytest.raises(NotFound):
        desk.ask("GetChange", desk.boss, internal)
    assert not desk.ask("ListChanges", desk.boss).changes


def test_others_see_nothing_of_it(desk: Desk) -> None:
    change = desk.approved(client_facing=True)
    outsiders = (
        desk.incidents.technician(tenants=(desk.lumen,)),
        desk.incidents.manager(tenants=(desk.lumen,)),
        desk.incidents.person("per_s", Role.PROVIDER_ADMIN, tenants=None, provider=OTHER_PROVIDER),
    )
    for other in outsiders:
        with pytest.raises(NotFound):
            desk.incidents.call_changes("GetChange", other, change_id=change.change_id)
        assert change.change_id not in str(desk.ask("ListChanges", other, page_size=200))
    with pytest.raises(PermissionDenied):
        desk.ask("ListChanges", desk.incidents.requester(tenants=(desk.acme,)))
    with pytest.raises(PermissionDenied):
        desk.ask("CancelChange", desk.boss, change, text="No")


def test_work_on_the_same_or_on_what_hangs_on_it_is_told_with_what_and_has_to_be_accepted(desk: Desk) -> None:
    host = desk.item(f"host {desk.acme}")
    mail, theirs = desk.item("mail", desk.acme, host), desk.item("mail", desk.lumen, host)
    shared = desk.draft(desk.manager, tenant="", tenant_id="", shared=True, item_ids=[host], window=window(5))
    assert shared.suggested_impact == messages.RISK_LEVEL_HIGH
    desk.ask("RequestChange", desk.manager, shared)
    change = desk.approved(item_ids=[mail], window=window(4))
    found = desk.ask("ListConflicts", desk.tech, change).conflicts
    assert [(one.kind, one.serious, [item.name for item in one.items]) for one in found] == [
        (messages.CONFLICT_KIND_DEPENDENT_ITEM, True, ["mail"])
    ]
    assert found[0].name.startswith(shared.number)
    with pytest.raises(InvalidState) as refused:
        desk.ask("ScheduleChange", desk.tech, change)
    assert refused.value.reason == "conflicts_not_accepted"
    assert not desk.ask("ListConflicts", desk.tech, change, window=window(8)).conflicts
    assert desk.ask("ScheduleChange", desk.tech, change, accept_conflicts=True).state == SCHEDULED
    with pytest.raises(NotFound):
        desk.draft(item_ids=[theirs])


def test_freezes_and_what_other_services_know_speak_against_it_too(desk: Desk) -> None:
    mail = desk.item("mail", desk.acme)
    change = desk.approved(item_ids=[mail], window=window(4))
    freeze = messages.ChangeFreeze(tenant_id=desk.acme, name="Quarter end")
    freeze.start_time.CopyFrom(window(5).start_time)
    freeze.end_time.CopyFrom(window(5).end_time)
    made = desk.ask("CreateFreeze", desk.manager, freeze=freeze)
    busy = {
        "kind": messages.CONFLICT_KIND_MAINTENANCE,
        "name": "Mail window",
        "start_time": change.window.start_time,
        "end_time": change.window.end_time,
        "tenant_id": desk.acme,
    }
    others = [{**busy, "items": ["MAIL"]}, {**busy, "items": ["other"]}, {**busy, "tenant_id": desk.lumen}]
    found = desk.ask("ListConflicts", desk.tech, change, busy=others).conflicts
    assert [(one.name, one.serious) for one in found] == [("Quarter end", True), ("Mail window", False)]
    with pytest.raises(PermissionDenied):
        desk.ask("DeleteFreeze", desk.tech, freeze_id=made.freeze_id)
    desk.ask("DeleteFreeze", desk.manager, freeze_id=made.freeze_id)
    assert desk.ask("ScheduleChange", desk.tech, change).state == SCHEDULED


def test_a_calendar_shows_those_whose_windows_fall_into_it(desk: Desk) -> None:
    soon, later = desk.draft(window=window(30)), desk.draft(window=window(20), title="Earlier")
    desk.draft(window=window(100))
    start = datetime.now(UTC) + timedelta(hours=10)
    end = start + timedelta(hours=40)
    found = desk.ask("ListChanges", desk.tech, tenant_id=desk.acme, start_time=start, end_time=end).changes
    assert [one.number for one in found] == [later.number, soon.number]
    assert [one.number for one in desk.ask("ListChanges", desk.tech, words="earlier").changes] == [
        later.number
    ]


def test_incidents_are_tied_both_ways_and_within_the_client(desk: Desk) -> None:
    change = desk.scheduled(client_facing=False)
    incident, foreign = desk.incidents.open(tenant_id=desk.acme), desk.incidents.open(tenant_id=desk.lumen)
    tie = {"tie": messages.CHANGE_TIE_CAUSED}
    tied = desk.ask("TieIncident", desk.tech, change, incident_id=incident.number, **tie)
    assert [one.number for one in tied.incidents] == [incident.number]
    back = desk.ask("ListChangesOfIncident", desk.tech, incident_id=incident.number).changes
    assert [one.number for one in back] == [change.number]
    asked = {"incident_id": incident.number, "with_incident": True}
    assert desk.incidents.call("ListTimeline", desk.tech, **asked).incident.changes_beside
    assert not desk.incidents.call("ListTimeline", desk.boss, **asked).incident.changes_beside
    assert not desk.ask("ListChangesOfIncident", desk.boss, incident_id=incident.number).changes
    with pytest.raises(NotFound):
        desk.ask("TieIncident", desk.tech, change, incident_id=foreign.incident_id, **tie)
    with pytest.raises(InvalidArgument):
        desk.ask("TieIncident", desk.manager, change, incident_id=foreign.incident_id, **tie)
    untied = desk.ask("TieIncident", desk.tech, change, incident_id=incident.number, untie=True, **tie)
    assert not untied.incidents


def test_sent_twice_it_is_done_once_and_a_revision_guards_it(desk: Desk) -> None:
    wanted = messages.Change(tenant_id=desk.acme, title="Once")
    first = desk.ask("CreateChange", desk.tech, change=wanted, idempotency_key="k1")
    assert desk.ask("CreateChange", desk.tech, change=wanted, idempotency_key="k1").number == first.number
    first.title = "Twice"
    assert desk.ask("UpdateChange", desk.tech, change=first).revision == 2
    with pytest.raises(FairleadError, match="first"):
        desk.ask("UpdateChange", desk.tech, change=first)


def test_an_item_tells_its_changes_to_whoever_sees_both(desk: Desk) -> None:
    host = desk.item(f"vault {desk.acme}")
    mail = desk.item("mail", desk.acme, host)
    change = desk.approved(item_ids=[mail, host], client_facing=True)
    desk.draft()
    for caller, item in ((desk.tech, mail), (desk.tech, host), (desk.boss, mail)):
        found = desk.ask("ListChanges", caller, item_id=item).changes
        assert [one.number for one in found] == [change.number]
    with pytest.raises(NotFound):
        desk.ask("ListChanges", desk.boss, item_id=host)
    with pytest.raises(NotFound):
        desk.ask("ListChanges", desk.incidents.technician(tenants=(desk.lumen,)), item_id=mail)
