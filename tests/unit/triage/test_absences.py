"""Whoever is unavailable is not on call, by any schedule, and where nobody else is that is a gap."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.errors import InvalidArgument, NotFound, PermissionDenied
from chassis.tenancy import Caller, Role, Scope, TenantScope
from services.triage.domain.oncall.absence import Unavailable
from services.triage.domain.oncall.layer import Layer
from services.triage.domain.oncall.piece import Piece, Watcher
from services.triage.domain.oncall.schedule import Override, Schedule
from services.triage.domain.working import Absence, WorkProfile
from services.triage.use_cases.absences import KeepAbsences, SchedulesAsTheyAre
from services.triage.use_cases.on_call import KeepSchedules
from tests.unit.triage.schedules import KeptSchedules, Names

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANA, BEN = Watcher("per_ana"), Watcher("per_ben")
ALWAYS_ANA = Layer("Primary", (ANA,), datetime(2026, 1, 5, 9))
BEN_BEHIND = Layer("Backup", (BEN,), datetime(2026, 1, 5, 9))


class KeptAbsences:
    """ports.Absences, in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, Unavailable] = {}

    def add(self, scope: TenantScope, absence: Unavailable) -> None:
        self._kept[absence.absence_id] = absence

    def all(self, scope: Scope, since: datetime) -> list[Unavailable]:
        found = [one for one in self._kept.values() if one.end_time > since]
        return sorted(found, key=lambda one: one.start_time)

    def get(self, scope: Scope, absence_id: str) -> Unavailable:
        if absence_id not in self._kept:
            raise NotFound("absence_not_found")
        return self._kept[absence_id]

    def end(self, scope: TenantScope, absence_id: str, end_time: datetime | None) -> None:
        found = self._kept.pop(absence_id)
        if end_time:
            self._kept[absence_id] = replace(found, end_time=end_time)


class KeptProfiles:
    """ports.Profiles, in memory."""

    def __init__(self, *kept: WorkProfile) -> None:
        self._kept = kept

    def put(self, scope: TenantScope, profile: WorkProfile, revision: int) -> WorkProfile:
        return profile

    def get(self, scope: Scope, person_id: str) -> WorkProfile | None:
        return None

    def all(self, scope: Scope) -> list[WorkProfile]:
        return list(self._kept)


def away(watcher: Watcher, first_hour: float, last_hour: float) -> Unavailable:
    return Unavailable("", watcher, NOW + timedelta(hours=first_hour), NOW + timedelta(hours=last_hour))


def day_of(schedule: Schedule) -> list[tuple[str, float]]:
    """Who has the next 24 hours, and until which of them."""

    def hours(piece: Piece) -> float:
        return (piece.end_time - NOW).total_seconds() / 3600

    return [
        (one.watcher.person_id if one.watcher else "", hours(one))
        for one in schedule.shifts(NOW, NOW + timedelta(days=1))
    ]


def caller(person: str, role: Role = Role.TECHNICIAN) -> Caller:
    return Caller(f"person:{person}", "prv_1", None, frozenset({role}))


@pytest.mark.parametrize(
    ("layers", "entries", "expected"),
    [
        ((ALWAYS_ANA,), [away(ANA, 2, 5)], [("per_ana", 2), ("", 5), ("per_ana", 24)]),
        ((BEN_BEHIND, ALWAYS_ANA), [away(ANA, 2, 5)], [("per_ana", 2), ("per_ben", 5), ("per_ana", 24)]),
        ((ALWAYS_ANA,), [away(ANA, 4, 8), away(ANA, -3, 5), away(ANA, 8, 9)], [("", 9), ("per_ana", 24)]),
        ((ALWAYS_ANA,), [away(ANA, -3, 99)], [("", 24)]),
        ((BEN_BEHIND, ALWAYS_ANA), [away(ANA, -3, 99), away(BEN, 1, 2)], [("per_ben", 1), ("", 2), ("per_ben", 24)]),
        ((ALWAYS_ANA,), [away(BEN, -3, 99), away(ANA, 24, 30)], [("per_ana", 24)]),
    ],
)  # fmt: skip
def test_who_is_unavailable_is_not_on_call_and_the_layer_below_shows(
    layers: tuple[Layer, ...], entries: Iterable[Unavailable], expected: list[tuple[str, float]]
) -> None:
    schedule = Schedule("ocs_1", "Desk", "UTC", layers, away=tuple(entries))
    assert day_of(schedule) == expected
    gaps = schedule.gaps(NOW, NOW + timedelta(days=1))
    assert len(gaps) == sum(not who for who, _ in expected)
    assert schedule.on_call(NOW).watcher == (Watcher(expected[0][0]) if expected[0][0] else None)


def test_an_override_counts_while_its_person_is_there_and_is_refused_where_they_never_are() -> None:
    schedule = Schedule("ocs_1", "Desk", "UTC", (ALWAYS_ANA,), away=(away(BEN, 2, 3),))
    taken = Override("o", BEN, NOW + timedelta(hours=1), NOW + timedelta(hours=4))
    changed = schedule.with_override(taken, NOW)
    assert day_of(changed) == [
        ("per_ana", 1),
        ("per_ben", 2),
        ("per_ana", 3),
        ("per_ben", 4),
        ("per_ana", 24),
    ]
    with pytest.raises(InvalidArgument, match="person_unavailable"):
        schedule.with_override(
            replace(taken, start_time=NOW + timedelta(hours=2), end_time=NOW + timedelta(hours=3)), NOW
        )


def test_every_schedule_knows_what_people_and_their_work_profiles_say() -> None:
    absences = KeptAbsences()
    days = (Absence(date(2026, 6, 2), date(2026, 6, 2)),)
    profiles = KeptProfiles(WorkProfile("per_ana", "Ana", time_zone="Europe/Paris", absences=days))
    schedules = SchedulesAsTheyAre(KeptSchedules(), absences, profiles, lambda: NOW)
    names = Names("per_ana", "per_ben")
    ids = iter(f"id_{number}" for number in range(9))
    keep = KeepAbsences(absences, names, lambda: NOW, lambda prefix: next(ids))
    plan = KeepSchedules(schedules, names, lambda: NOW, lambda prefix: next(ids))
    planner = caller("per_chief", Role.DISPATCHER)
    made = plan.create(planner, Schedule("", "Desk", "UTC", (ALWAYS_ANA,)))
    assert day_of(made) == [("per_ana", 10), ("", 24)]
    said = keep.add(caller("per_ana"), replace(away(ANA, -1, 2), reason=" At the  dentist "))
    assert (said.reason, said.watcher.name) == ("At the dentist", "Per_Ana")
    assert day_of(plan.get(caller("per_ben"), made.schedule_id)) == [("", 2), ("per_ana", 10), ("", 24)]
    plan.add_override(planner, made.schedule_id, Override("", BEN, NOW, NOW + timedelta(hours=1)))
    changed = plan.update(planner, replace(made, name="Night desk"), 0)
    assert day_of(changed)[0] == ("per_ben", 1) and len(changed.away) == 2
    keep.remove(caller("per_ana"), said.absence_id)
    assert absences.get(planner.provider_scope(), said.absence_id).end_time == NOW


def test_people_speak_for_themselves_and_planners_for_anybody() -> None:
    keep = KeepAbsences(
        KeptAbsences(), Names("per_ana", "per_ben"), lambda: NOW, lambda prefix: f"{prefix}_1"
    )
    with pytest.raises(PermissionDenied):
        keep.add(caller("per_ben"), away(ANA, 1, 2))
    with pytest.raises(PermissionDenied):
        keep.all(caller("per_jane", Role.REQUESTER))
    made = keep.add(caller("per_chief", Role.DISPATCHER), away(ANA, 1, 2))
    with pytest.raises(PermissionDenied):
        keep.remove(caller("per_ben"), made.absence_id)
    keep.remove(caller("per_ana"), made.absence_id)
    assert keep.all(caller("per_ana")) == []
    for wrong in (away(ANA, -2, -1), away(ANA, 2, 1), away(ANA, 1, 24 * 400)):
        with pytest.raises(InvalidArgument):
            keep.add(caller("per_ana"), wrong)
