"""Reminding of what is due: promised updates, and action items on their last day."""

from chassis.tenancy import Caller
from services.incidents.domain.major import reminding
from services.incidents.domain.major.record import Major
from services.incidents.domain.major.reminding import Told
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import Clock, Staff
from services.incidents.ports.majors import Clients, Majors


class Reminding:
    """Each once, to somebody who may see it; raises Unavailable while nobody knows who that is, RevisionConflict."""

    def __init__(self, majors: Majors, staff: Staff, clients: Clients, clock: Clock) -> None:
        self._majors = majors
        self._staff = staff
        self._clients = clients
        self._clock = clock

    def remind(self, major: Major, caller: Caller) -> int:
        """How often somebody was."""
        now, count = self._clock(), 0
        actor = actor_of(caller)
        if reminding.update_is_due(major, now):
            told = self._reached(major, reminding.writers(major))
            change = reminding.remind_of_update(major, told, actor, now)
            if change:
                self._majors.save(change, caller)
                major, count = change.after, count + bool(change.facts)
        for action in reminding.due_actions(major, now):
            told = self._reached(major, [action.owner_id, *reminding.writers(major)])
            change = reminding.remind_of_action(major, action, told, actor, now)
            if change:
                self._majors.save(change, caller)
                major, count = change.after, count + 1
        return count

    def _reached(self, major: Major, person_ids: list[str]) -> Told | None:
        """The first of them who can be told; else one of the administrators, who see every client."""
        known = self._staff.members(major.provider_id, person_ids)
        found = reminding.first_reached(major, [known[one] for one in person_ids if one in known])
        if found:
            return found
        administrators = self._clients.administrators(major.provider_id)
        known = self._staff.members(major.provider_id, administrators)
        return reminding.first_reached(major, [known[one] for one in administrators if one in known])
