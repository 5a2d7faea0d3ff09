"""ContractService over the wire: what is asked for, refused and seen by whom."""

import pytest

from chassis import clock, errors
from chassis.rpc import call
from chassis.tenancy import Caller, Role
from fairlead.sla.v1 import calendar_pb2, contract_pb2
from fairlead.sla.v1 import contract_service_pb2 as pb
from tests.harness.sla import ACME, LUMEN, PROVIDER
from tests.harness.waiting import wait_until

NINE_TO_FIVE = [calendar_pb2.DayHours(weekday=1, windows=[calendar_pb2.Window(start="09:00", end="17:00")])]


@pytest.fixture
def manager(running):
    return running.person(Role.CLIENT_MANAGER, person_id="per_boss", tenants=frozenset({ACME}))


@pytest.fixture
def stranger(running):
    caller = Caller("person:per_x", "prv_other", None, frozenset({Role.PROVIDER_ADMIN}))
    return running.signer.mint(caller, clock.now())


def test_a_calendar_comes_back_as_it_was_given(running):
    made = running.make_calendar(
        "Montréal",
        time_zone="America/Toronto",
        country="CA",
        subdivision="QC",
        hours=[
            calendar_pb2.DayHours(
                weekday=5,
                windows=[
                    calendar_pb2.Window(start="09:00", end="12:00"),
                    calendar_pb2.Window(start="22:00", end="06:00"),
                ],
            )
        ],
        overrides=[calendar_pb2.DayOverride(date="2026-12-24", name="Half day")],
    )
    assert (made.version, made.revision, made.provider_id) == (1, 1, PROVIDER)
    read = call(
        running.contracts.GetCalendar, pb.GetCalendarRequest(calendar_id=made.calendar_id), running.admin
    )
    assert read == made
    assert [(w.start, w.end) for w in read.hours[0].windows] == [("09:00", "12:00"), ("22:00", "06:00")]


def test_a_change_makes_the_next_version_and_keeps_the_first(running):
    first = running.make_calendar("Desk", hours=NINE_TO_FIVE)
    changed = calendar_pb2.Calendar()
    changed.CopyFrom(first)
    changed.always_open = True
    second = call(running.contracts.UpdateCalendar, pb.UpdateCalendarRequest(calendar=changed), running.admin)
    assert (second.version, second.revision) == (2, 2)
    with pytest.raises(errors.RevisionConflict):
        call(running.contracts.UpdateCalendar, pb.UpdateCalendarRequest(calendar=changed), running.admin)
    request = pb.GetCalendarRequest(calendar_id=first.calendar_id, version=1)
    assert not call(running.contracts.GetCalendar, request, running.admin).always_open


def test_two_calendars_of_one_name_are_refused(running):
    running.make_calendar("Desk")
    with pytest.raises(errors.AlreadyExists) as refused:
        running.make_calendar("Desk")
    assert refused.value.reason == "calendar_name_taken"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("time_zone", {"time_zone": "Europe/Atlantis"}),
        ("name", {"name": " "}),
        ("country", {"country": "XX"}),
        ("subdivision", {"country": "FR", "subdivision": "ZZ"}),
        ("hours", {"hours": []}),
        ("hours.weekday", {"hours": [calendar_pb2.DayHours(weekday=8, windows=NINE_TO_FIVE[0].windows)]}),
        ("hours[1].weekday", {"hours": NINE_TO_FIVE * 2}),
        (
            "hours[0].windows[0].start",
            {
                "hours": [
                    calendar_pb2.DayHours(weekday=1, windows=[calendar_pb2.Window(start="9", end="17:00")])
                ]
            },
        ),
        (
            "hours[0].windows[0]",
            {
                "hours": [
                    calendar_pb2.DayHours(
                        weekday=1, windows=[calendar_pb2.Window(start="09:00", end="09:00")]
                    )
                ]
            },
        ),
        ("overrides[0].date", {"overrides": [calendar_pb2.DayOverride(date="24.12.2026")]}),
    ],
)
def test_what_is_wrong_with_a_calendar_is_named(running, field, changes):
    with pytest.raises(errors.InvalidArgument) as refused:
        running.make_calendar("Desk", **({"hours": NINE_TO_FIVE} | changes))
    assert refused.value.values["field"] == field


def good_contract(calendar_id: str) -> contract_pb2.Contract:
    return contract_pb2.Contract(
        tenant_id=ACME,
        name="Gold",
        targets=[
            contract_pb2.ServiceLevelTarget(
                kind="TARGET_KIND_RESOLUTION",
                priority=priority,
                goal_seconds=3600,
                calendar_id=calendar_id,
                warning_percent=75,
                pausing_parties=["AWAITED_PARTY_REQUESTER", "AWAITED_PARTY_VENDOR"],
            )
            for priority in ("PRIORITY_P1", "PRIORITY_P2")
        ],
        reopen_rule="REOPEN_RULE_NEW_CYCLE",
        close_after_seconds=432000,
        reopen_within_seconds=864000,
    )


def test_a_contract_comes_back_as_it_was_given_in_its_tenants_zone(running):
    asked = good_contract(running.make_calendar().calendar_id)
    made = call(running.contracts.CreateContract, pb.CreateContractRequest(contract=asked), running.admin)
    assert made.time_zone == "Europe/London"
    assert made.HasField("effective_time")
    assert list(made.targets) == list(asked.targets)
    request = pb.GetContractRequest(contract_id=made.contract_id)
    assert call(running.contracts.GetContract, request, running.admin) == made
    with pytest.raises(errors.AlreadyExists):
        call(running.contracts.CreateContract, pb.CreateContractRequest(contract=asked), running.admin)


def test_a_contract_and_its_versions_are_announced_to_who_closes_incidents(running):
    asked = good_contract(running.make_calendar().calendar_id)
    made = call(running.contracts.CreateContract, pb.CreateContractRequest(contract=asked), running.admin)
    call(running.contracts.UpdateContract, pb.UpdateContractRequest(contract=made), running.admin)

    def told():
        return [(m.contract, p) for fact, m, p in running.told() if fact == "contract_changed"]

    first, second = wait_until(lambda: len(told()) == 2 and told())
    assert first[0] == made
    assert second[0].version == 2
    assert second[0].close_after_seconds == 432000
    assert first[1].subject.split(".")[3:5] == [ACME, made.contract_id]


def wrong(**changes):
    def change(contract: contract_pb2.Contract) -> None:
        for name, value in changes.items():
            setattr(contract.targets[1], name, value)

    return change


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("targets[1].goal_seconds", wrong(goal_seconds=0)),
        ("targets[1].goal_seconds", wrong(goal_seconds=-5)),
        ("targets[1].calendar_id", wrong(calendar_id="cal_none")),
        ("targets[1].priority", wrong(priority=1)),
        ("targets[1].priority", wrong(priority=6)),
        ("targets[1].kind", wrong(kind=0)),
        ("targets[1].warning_percent", wrong(warning_percent=100)),
        ("targets", lambda contract: contract.ClearField("targets")),
        ("name", lambda contract: contract.ClearField("name")),
        ("time_zone", lambda contract: setattr(contract, "time_zone", "CET/Nowhere")),
        ("close_after_seconds", lambda contract: setattr(contract, "close_after_seconds", -1)),
    ],
)
def test_what_is_wrong_with_a_contract_is_named(running, field, change):
    asked = good_contract(running.make_calendar().calendar_id)
    change(asked)
    with pytest.raises(errors.InvalidArgument) as refused:
        call(running.contracts.CreateContract, pb.CreateContractRequest(contract=asked), running.admin)
    assert refused.value.values["field"] == field


def test_a_version_does_not_take_effect_before_the_one_it_follows(running):
    asked = good_contract(running.make_calendar().calendar_id)
    made = call(running.contracts.CreateContract, pb.CreateContractRequest(contract=asked), running.admin)
    made.effective_time.seconds -= 60
    with pytest.raises(errors.InvalidArgument) as refused:
        call(running.contracts.UpdateContract, pb.UpdateContractRequest(contract=made), running.admin)
    assert refused.value.values["field"] == "effective_time"


def test_a_client_manager_reads_the_own_contract_and_its_calendar_and_changes_nothing(running, manager):
    used, unused = running.make_calendar("Used"), running.make_calendar("Unused")
    mine = running.make_contract(used.calendar_id, ACME, goals={1: 60})
    running.make_contract(used.calendar_id, LUMEN, goals={1: 60})
    running.make_contract(used.calendar_id, "", goals={1: 60})
    listed = call(running.contracts.ListContracts, pb.ListContractsRequest(), manager).contracts
    assert [c.contract_id for c in listed] == [mine.contract_id]
    calendars = call(running.contracts.ListCalendars, pb.ListCalendarsRequest(), manager).calendars
    assert [c.calendar_id for c in calendars] == [used.calendar_id]
    with pytest.raises(errors.NotFound):
        call(running.contracts.GetCalendar, pb.GetCalendarRequest(calendar_id=unused.calendar_id), manager)
    for method, request in (
        (running.contracts.UpdateContract, pb.UpdateContractRequest(contract=mine)),
        (running.contracts.UpdateCalendar, pb.UpdateCalendarRequest(calendar=used)),
        (running.contracts.CreateCalendar, pb.CreateCalendarRequest(calendar=used)),
        (running.contracts.CreateContract, pb.CreateContractRequest(contract=mine)),
    ):
        with pytest.raises(errors.PermissionDenied):
            call(method, request, manager)


def test_a_tenant_without_a_contract_of_its_own_is_shown_the_default(running, manager):
    default = running.make_contract(running.make_calendar().calendar_id, "", goals={1: 60})
    for caller in (running.admin, manager):
        request = pb.ListContractsRequest(tenant_id=ACME)
        [listed] = call(running.contracts.ListContracts, request, caller).contracts
        assert (listed.contract_id, listed.tenant_id) == (default.contract_id, "")
        read = call(
            running.contracts.GetContract, pb.GetContractRequest(contract_id=listed.contract_id), caller
        )
        assert read == default


def test_what_belongs_to_others_is_not_found(running, stranger):
    calendar = running.make_calendar()
    contract = running.make_contract(calendar.calendar_id, ACME, goals={1: 60})
    lumen = running.person(Role.CLIENT_MANAGER, person_id="per_y", tenants=frozenset({LUMEN}))
    technician = running.person(Role.TECHNICIAN, person_id="per_z", tenants=frozenset({LUMEN}))
    for caller in (stranger, lumen, technician):
        for method, request in (
            (running.contracts.GetContract, pb.GetContractRequest(contract_id=contract.contract_id)),
            (running.contracts.UpdateContract, pb.UpdateContractRequest(contract=contract)),
            (running.contracts.CreateContract, pb.CreateContractRequest(contract=contract)),
        ):
            with pytest.raises(errors.NotFound):
                call(method, request, caller)
    for method, request in (
        (running.contracts.GetCalendar, pb.GetCalendarRequest(calendar_id=calendar.calendar_id)),
        (running.contracts.UpdateCalendar, pb.UpdateCalendarRequest(calendar=calendar)),
    ):
        with pytest.raises(errors.NotFound):
            call(method, request, stranger)
    assert not call(running.contracts.ListContracts, pb.ListContractsRequest(), stranger).contracts
    assert not call(running.contracts.ListCalendars, pb.ListCalendarsRequest(), stranger).calendars


def test_whoever_may_not_read_a_calendar_cannot_tell_it_by_changing_it(running):
    calendar_id = running.make_calendar("Kept to ourselves", hours=NINE_TO_FIVE).calendar_id
    outsider = running.person(Role.REQUESTER, person_id="per_req", tenants=frozenset({LUMEN}))
    for named in (calendar_id, "cal_missing"):
        request = pb.UpdateCalendarRequest(calendar=calendar_pb2.Calendar(calendar_id=named))
        with pytest.raises(errors.NotFound):
            call(running.contracts.UpdateCalendar, request, outsider)


def test_a_contract_for_a_tenant_that_is_not_there_is_refused(running):
    asked = good_contract(running.make_calendar().calendar_id)
    asked.tenant_id = "ten_other"
    with pytest.raises(errors.NotFound):
        call(running.contracts.CreateContract, pb.CreateContractRequest(contract=asked), running.admin)


def test_a_preview_says_when_a_promise_would_be_due_and_saves_nothing(running, stranger):
    desk = running.make_calendar("Desk", hours=NINE_TO_FIVE)
    wanted = contract_pb2.Contract(
        name="Draft",
        targets=[
            contract_pb2.ServiceLevelTarget(
                kind="TARGET_KIND_RESOLUTION",
                priority="PRIORITY_P1",
                goal_seconds=9 * 3600,
                calendar_id=desk.calendar_id,
            )
        ],
    )
    request = pb.PreviewContractRequest(contract=wanted)
    request.open_time.FromJsonString(
        "2026-03-02T16:00:00Z"
    )  # a Monday, after 17:00 where the calendar is; eight hours a week are open
    before = call(running.contracts.ListContracts, pb.ListContractsRequest(), running.admin)
    shown = call(running.contracts.PreviewContract, request, running.admin)
    assert [one.due_time.ToJsonString() for one in shown.targets] == ["2026-03-16T09:00:00Z"]
    assert call(running.contracts.ListContracts, pb.ListContractsRequest(), running.admin) == before
    with pytest.raises(errors.InvalidArgument) as unknown:
        call(running.contracts.PreviewContract, request, stranger)
    assert unknown.value.reason == "calendar_unknown"


def test_a_calendar_preview_has_every_date_and_is_for_staff(running, manager):
    draft = calendar_pb2.Calendar(name="Draft", time_zone="Europe/London", hours=NINE_TO_FIVE)
    request = pb.PreviewCalendarRequest(calendar=draft, year=2026)
    shown = call(running.contracts.PreviewCalendar, request, running.admin)
    assert (shown.year, len(shown.days)) == (2026, 365)
    assert {day.date: day.clock_change_seconds for day in shown.days if day.clock_change_seconds} == {
        "2026-03-29": -3600,
        "2026-10-25": 3600,
    }
    with pytest.raises(errors.PermissionDenied):
        call(running.contracts.PreviewCalendar, request, manager)
    draft.time_zone = "Europe/Atlantis"
    with pytest.raises(errors.InvalidArgument) as refused:
        call(running.contracts.PreviewCalendar, pb.PreviewCalendarRequest(calendar=draft), running.admin)
    assert refused.value.values["field"] == "time_zone"
