"""Stand-ins for what schedules are kept in, and for those who may be on call."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chassis.errors import NotFound, RevisionConflict
from chassis.tenancy import Caller, Scope, TenantScope
from services.triage.domain.oncall.schedule import Schedule


class KeptSchedules:
    """ports.Schedules, in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, Schedule] = {}

    def add(self, scope: TenantScope, schedule: Schedule) -> Schedule:
        return self.replace(scope, schedule, 0)

    def replace(self, scope: TenantScope, schedule: Schedule, revision: int) -> Schedule:
        present = self._kept.get(schedule.schedule_id)
        if present and present.revision != revision:
            raise RevisionConflict("revision_conflict")
        saved = self._kept[schedule.schedule_id] = replace(schedule, revision=revision + 1)
        return saved

    def delete(self, scope: TenantScope, schedule_id: str) -> None:
        del self._kept[schedule_id]

    def get(self, scope: Scope, schedule_id: str) -> Schedule:
        if schedule_id not in self._kept:
            raise NotFound("schedule_not_found")
        return self._kept[schedule_id]

    def all(self, scope: Scope) -> list[Schedule]:
        return sorted(self._kept.values(), key=lambda one: one.name)


class Names:
    """ports.Staff: these people, active, granted every client."""

    def __init__(self, *person_ids: str) -> None:
        self._known = person_ids

    def names(self, caller: Caller, person_ids: Sequence[str]) -> Mapping[str, str]:
        return {one: one.title() for one in person_ids if one in self._known}

    def reach(self, caller: Caller, person_ids: Sequence[str]) -> Mapping[str, frozenset[str] | None]:
        return {one: None for one in person_ids if one in self._known}
