"""On-call schedules: made by dispatchers and administrators, seen by staff, who may take a shift over themselves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.errors import InvalidArgument, PermissionDenied, RevisionConflict
from chassis.tenancy import Caller, Role
from services.triage import ports
from services.triage.domain.oncall.piece import Piece, Watcher
from services.triage.domain.oncall.schedule import OnCall, Override, Schedule
from services.triage.use_cases.rooms import read_room

_PLANNERS = (Role.PROVIDER_ADMIN, Role.DISPATCHER, Role.OPERATOR)
_GAPS_WITHIN = timedelta(days=14)
_SAVE_ATTEMPTS = 5


@dataclass(frozen=True)
class OnCallNow:
    """One schedule at a moment, with the next time at which nobody is on call."""

    schedule: Schedule
    now: OnCall
    gap: Piece | None


@dataclass(frozen=True)
class KeepSchedules:
    """Raises PermissionDenied("role_required") for whoever may not, NotFound("schedule_not_found")."""

    schedules: ports.Schedules
    staff: ports.Staff
    now: ports.Clock
    new_id: ports.NewId

    def create(self, caller: Caller, wanted: Schedule) -> Schedule:
        caller.require(*_PLANNERS)
        made = replace(wanted, schedule_id=self.new_id("ocs"), overrides=(), revision=0)
        return self.schedules.add(caller.provider_scope(), self._checked(caller, made))

    def update(self, caller: Caller, wanted: Schedule, revision: int) -> Schedule:
        """Overrides stay. Raises RevisionConflict."""
        caller.require(*_PLANNERS)
        present = self.schedules.get(caller.provider_scope(), wanted.schedule_id)
        changed = self._checked(caller, replace(wanted, overrides=present.overrides))
        if revision not in (0, present.revision):
            raise RevisionConflict("revision_conflict", "Somebody else saved first.")
        return self.schedules.replace(caller.provider_scope(), changed, present.revision)

    def delete(self, caller: Caller, schedule_id: str) -> None:
        caller.require(*_PLANNERS)
        self.schedules.delete(caller.provider_scope(), schedule_id)

    def get(self, caller: Caller, schedule_id: str) -> Schedule:
        return self.schedules.get(read_room(caller), schedule_id)

    def all(self, caller: Caller) -> list[Schedule]:
        """By name."""
        return self.schedules.all(read_room(caller))

    def shifts(self, caller: Caller, schedule_id: str, start: datetime, end: datetime) -> list[Piece]:
        return self.get(caller, schedule_id).shifts(start, end)

    def on_call(self, caller: Caller, moment: datetime | None) -> list[OnCallNow]:
        """Of every schedule."""
        when = moment or self.now()
        return [_at(schedule, when) for schedule in self.all(caller)]

    def add_override(self, caller: Caller, schedule_id: str, wanted: Override) -> Schedule:
        """Whoever is staff may be on call in another's place; to put somebody else there is a planner's."""
        read_room(caller)
        require_own(wanted.watcher.person_id == caller.person_id, caller)
        names = self.staff.names(caller, [wanted.watcher.person_id])
        made = replace(
            wanted,
            override_id=self.new_id("ovr"),
            watcher=named([wanted.watcher], names)[0],
            reason=" ".join(wanted.reason.split())[:200],
            made_by=caller.person_id,
        )
        return self._changed(caller, schedule_id, lambda kept: kept.with_override(made, self.now()))

    def remove_override(self, caller: Caller, schedule_id: str, override_id: str) -> Schedule:
        """Whoever made it may, and planners. Raises NotFound("override_not_found")."""
        read_room(caller)

        def without(kept: Schedule) -> Schedule:
            require_own(kept.override(override_id).made_by == caller.person_id, caller)
            return kept.without_override(override_id, self.now())

        return self._changed(caller, schedule_id, without)

    def _changed(self, caller: Caller, schedule_id: str, change: Callable[[Schedule], Schedule]) -> Schedule:
        room = caller.provider_scope()
        for attempt in range(_SAVE_ATTEMPTS):
            kept = self.schedules.get(room, schedule_id)
            try:
                return self.schedules.replace(room, change(kept), kept.revision)
            except RevisionConflict:
                if attempt == _SAVE_ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _checked(self, caller: Caller, schedule: Schedule) -> Schedule:
        schedule.check()
        names = self.staff.names(
            caller, sorted({one.person_id for layer in schedule.layers for one in layer.people})
        )
        layers = tuple(replace(one, people=named(one.people, names)) for one in schedule.layers)
        return replace(schedule, layers=layers)


def require_own(own: bool, caller: Caller) -> None:
    """What is somebody else's is arranged by planners. Raises PermissionDenied("role_required")."""
    if not own and not caller.roles.intersection(_PLANNERS):
        raise PermissionDenied("role_required", "Only a dispatcher arranges it for somebody else.")


def named(people: Iterable[Watcher], names: Mapping[str, str]) -> tuple[Watcher, ...]:
    """With their names. Raises InvalidArgument("member_unknown")."""
    known: Sequence[Watcher] = list(people)
    unknown = [one.person_id for one in known if one.person_id not in names]
    if unknown:
        raise InvalidArgument(
            "member_unknown", "Who is on call works for the provider.", field="people", person_id=unknown[0]
        )
    return tuple(replace(one, name=names[one.person_id]) for one in known)


def _at(schedule: Schedule, moment: datetime) -> OnCallNow:
    gaps = schedule.gaps(moment, moment + _GAPS_WITHIN)
    return OnCallNow(schedule, schedule.on_call(moment), gaps[0] if gaps else None)
