"""Who may arrange who is on call, and what stays when it is arranged anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import InvalidArgument, NotFound, PermissionDenied, RevisionConflict
from chassis.tenancy import Caller, Role
from services.triage.domain.oncall.layer import Layer
from services.triage.domain.oncall.piece import Watcher
from services.triage.domain.oncall.schedule import Override, Schedule
from services.triage.use_cases.on_call import KeepSchedules
from tests.unit.triage.schedules import KeptSchedules, Names

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANA, BEN = Watcher("per_ana"), Watcher("per_ben")
WEEKLY = Schedule("", "Desk", "Europe/Paris", (Layer("Primary", (ANA, BEN), datetime(2026, 1, 5, 9)),))


def caller(role: Role, person: str = "per_ana") -> Caller:
    return Caller(f"person:{person}", "prv_1", None, frozenset({role}))


@pytest.fixture
def keep() -> KeepSchedules:
    ids = iter(f"id_{number}" for number in range(99))
    return KeepSchedules(KeptSchedules(), Names("per_ana", "per_ben"), lambda: NOW, lambda prefix: next(ids))


def an_hour(watcher: Watcher, start: datetime = NOW + timedelta(hours=1)) -> Override:
    return Override("", watcher, start, start + timedelta(hours=1), " dentist ")


def test_who_is_on_call_works_for_the_provider_and_is_known_by_name(keep: KeepSchedules):
    made = keep.create(caller(Role.DISPATCHER), WEEKLY)
    assert [one.name for one in made.layers[0].people] == ["Per_Ana", "Per_Ben"]
    stranger = replace(WEEKLY.layers[0], people=(Watcher("per_else"),))
    with pytest.raises(InvalidArgument):
        keep.create(caller(Role.DISPATCHER), replace(WEEKLY, layers=(stranger,)))


def test_a_technician_takes_a_shift_over_but_puts_nobody_else_on_call(keep: KeepSchedules):
    schedule_id = keep.create(caller(Role.DISPATCHER), WEEKLY).schedule_id
    technician = caller(Role.TECHNICIAN)
    with pytest.raises(PermissionDenied):
        keep.create(technician, WEEKLY)
    with pytest.raises(PermissionDenied):
        keep.add_override(technician, schedule_id, an_hour(BEN))
    changed = keep.add_override(technician, schedule_id, an_hour(ANA))
    assert [(one.reason, one.made_by) for one in changed.overrides] == [("dentist", "per_ana")]
    assert keep.remove_override(technician, schedule_id, changed.overrides[0].override_id).overrides == ()


def test_nobody_quits_what_a_dispatcher_arranged(keep: KeepSchedules):
    schedule_id = keep.create(caller(Role.DISPATCHER), WEEKLY).schedule_id
    changed = keep.add_override(caller(Role.DISPATCHER, "per_ben"), schedule_id, an_hour(ANA))
    with pytest.raises(PermissionDenied):
        keep.remove_override(caller(Role.TECHNICIAN), schedule_id, changed.overrides[0].override_id)


def test_overrides_stay_when_rotations_are_edited_and_the_slower_editor_is_told(keep: KeepSchedules):
    planner = caller(Role.DISPATCHER)
    made = keep.create(planner, WEEKLY)
    changed = keep.add_override(planner, made.schedule_id, an_hour(BEN))
    edited = keep.update(planner, replace(made, name="Nights", overrides=()), changed.revision)
    assert (edited.name, edited.overrides) == ("Nights", changed.overrides)
    with pytest.raises(RevisionConflict):
        keep.update(planner, made, changed.revision)


def test_now_tells_who_until_when_and_the_next_gap(keep: KeepSchedules):
    planner = caller(Role.DISPATCHER)
    until = datetime(2026, 6, 3, 9)
    keep.create(planner, replace(WEEKLY, layers=(replace(WEEKLY.layers[0], until=until),)))
    found = keep.on_call(caller(Role.TECHNICIAN), None)[0]
    assert (found.now.watcher, found.now.until, found.now.next) == (
        Watcher("per_ben", "Per_Ben"),
        datetime(2026, 6, 3, 7, tzinfo=UTC),
        None,
    )
    assert found.gap
    assert found.gap.start_time == found.now.until


def test_what_is_not_there_is_not_found(keep: KeepSchedules):
    with pytest.raises(NotFound):
        keep.get(caller(Role.TECHNICIAN), "ocs_else")
