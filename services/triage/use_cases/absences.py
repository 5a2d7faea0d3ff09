"""When people cannot be on call: said by themselves or by planners, and seen by every schedule that names them."""

from dataclasses import dataclass, replace
from datetime import timedelta

from chassis.errors import InvalidArgument
from chassis.tenancy import Caller, Scope, TenantScope
from services.triage import ports
from services.triage.domain.oncall.absence import MOST_ABSENCES, Unavailable, by_profile
from services.triage.domain.oncall.schedule import Schedule
from services.triage.use_cases.on_call import named, require_own
from services.triage.use_cases.rooms import read_room

# What has been is shown as it was for as long as overrides are.
_KEPT = timedelta(days=400)


@dataclass(frozen=True)
class SchedulesAsTheyAre:
    """ports.Schedules: those that are kept, with who is unavailable when. A read costs two small queries more."""

    kept: ports.Schedules
    absences: ports.Absences
    profiles: ports.Profiles
    now: ports.Clock

    def add(self, scope: TenantScope, schedule: Schedule) -> Schedule:
        return self._as_they_are(scope, [self.kept.add(scope, schedule)])[0]

    def replace(self, scope: TenantScope, schedule: Schedule, revision: int) -> Schedule:
        return self._as_they_are(scope, [self.kept.replace(scope, schedule, revision)])[0]

    def delete(self, scope: TenantScope, schedule_id: str) -> None:
        self.kept.delete(scope, schedule_id)

    def get(self, scope: Scope, schedule_id: str) -> Schedule:
        return self._as_they_are(scope, [self.kept.get(scope, schedule_id)])[0]

    def all(self, scope: Scope) -> list[Schedule]:
        """By name."""
        return self._as_they_are(scope, self.kept.all(scope))

    def _as_they_are(self, scope: Scope, schedules: list[Schedule]) -> list[Schedule]:
        if not schedules:
            return []
        away = self.absences.all(scope, self.now() - _KEPT)
        away += [one for profile in self.profiles.all(scope) for one in by_profile(profile)]
        return [
            replace(each, away=tuple(one for one in away if one.watcher.person_id in each.person_ids))
            for each in schedules
        ]


@dataclass(frozen=True)
class KeepAbsences:
    """Raises PermissionDenied("role_required") for whoever is not staff, or speaks for somebody else and plans nothing."""

    absences: ports.Absences
    staff: ports.Staff
    now: ports.Clock
    new_id: ports.NewId

    def add(self, caller: Caller, wanted: Unavailable) -> Unavailable:
        """Raises InvalidArgument."""
        room = read_room(caller)
        require_own(wanted.watcher.person_id == caller.person_id, caller)
        wanted.check(self.now())
        if len(self.absences.all(room, self.now())) >= MOST_ABSENCES:
            raise InvalidArgument(
                "too_many_absences", f"At most {MOST_ABSENCES} at a time.", field="end_time"
            )
        names = self.staff.names(caller, [wanted.watcher.person_id])
        made = replace(
            wanted,
            absence_id=self.new_id("abs"),
            watcher=named([wanted.watcher], names)[0],
            reason=" ".join(wanted.reason.split())[:200],
            made_by=caller.person_id,
        )
        self.absences.add(caller.provider_scope(), made)
        return made

    def all(self, caller: Caller) -> list[Unavailable]:
        """Those that are not over, the earliest first."""
        return self.absences.all(read_room(caller), self.now())

    def remove(self, caller: Caller, absence_id: str) -> None:
        """Whose it is may, who made it, and planners; one that has begun ends now. Raises NotFound("absence_not_found")."""
        room, now = read_room(caller), self.now()
        found = self.absences.get(room, absence_id)
        require_own(caller.person_id in (found.watcher.person_id, found.made_by), caller)
        if found.end_time > now:
            self.absences.end(caller.provider_scope(), absence_id, now if found.start_time < now else None)
