"""What people do with an alert's incident, heard from the record."""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import RevisionConflict
from chassis.tenancy import TenantScope
from services.intake.domain.alerts.group import (
    Group,
    State,
    Told,
    due,
    ended,
    left_to_people,
    settled_by_people,
)
from services.intake.ports import Clock
from services.intake.ports.alerts import Groups

_TRIES = 5


@dataclass(frozen=True)
class Hearing:
    """Idempotent: heard twice, a fact finds the group as it should be."""

    groups: Groups
    clock: Clock

    def hear(self, scope: TenantScope, incident_id: str, fact: str, by_person: bool) -> None:
        """fact: resolved, reopened, closed, canceled. Raises RevisionConflict when the group keeps changing."""
        for attempt in range(_TRIES):
            try:
                for group in self.groups.of_incident(scope, incident_id):
                    changed = _after(group, fact, by_person, self.clock())
                    if changed is not group:
                        self.groups.save(changed, self.clock())
                return
            except RevisionConflict:
                if attempt == _TRIES - 1:
                    raise


def _after(group: Group, fact: str, by_person: bool, now: datetime) -> Group:
    if group.state is State.ENDED:
        return group
    if fact in ("closed", "canceled"):
        return ended(group, now)
    if not by_person:
        # We did it ourselves; after a crash in between we learn of it here.
        forgotten = fact == "resolved" and group.told is Told.OPEN
        return due(replace(group, told=Told.RESOLVED), now) if forgotten else group
    if fact == "resolved" and group.told is not Told.RESOLVED:
        return settled_by_people(group, now)
    if fact == "reopened" and group.told is Told.RESOLVED:
        return left_to_people(group, now)
    return group
