"""The review after a major incident, and its action items across all of them."""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidArgument, InvalidState
from chassis.tenancy import Caller
from services.incidents.domain.major import review as rules
from services.incidents.domain.major.course import require_open
from services.incidents.domain.major.record import Major, MajorChange, MajorFact, changed
from services.incidents.domain.major.review import Action, Review
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import Clock, NewId, Staff
from services.incidents.use_cases.majors.changing import Changing, room_of
from services.incidents.use_cases.targets import CommandTarget

_MOST_MAJORS = 500


@dataclass(frozen=True, slots=True)
class ActionOfMajor:
    """An action item and where it comes from."""

    action: Action
    major: Major
    overdue: bool


class Reviewing:
    """Staff alone. Raises InvalidState("review_not_begun") before its review, as `domain.major.review`."""

    def __init__(self, changing: Changing, staff: Staff, new_id: NewId, clock: Clock) -> None:
        self._changing = changing
        self._staff = staff
        self._new_id = new_id
        self._clock = clock

    def save(self, caller: Caller, target: CommandTarget, wanted: Review) -> Major:
        present = _begun(self._changing.seen(caller, target.incident_id))
        named = {one.action_id: one.owner_name for one in present.actions}
        wanted = replace(
            wanted, actions=tuple(self._named(caller, one, named, present) for one in wanted.actions)
        )

        def decide(now: datetime, major: Major) -> MajorChange | None:
            require_open(major)
            made = rules.written(_begun(major), wanted, self._new_id, now)
            if made == major.review:
                return None
            return changed(major, actor_of(caller), now, MajorFact("major_reviewed"), review=made)

        return self._changing.run(caller, target, "review", decide)

    def finish(self, caller: Caller, target: CommandTarget) -> Major:
        """For all clients that it touched. Raises PermissionDenied("grant_missing")."""
        actor = actor_of(caller)

        def decide(now: datetime, major: Major) -> MajorChange:
            require_open(major)
            self._changing.require_whole(caller, major)
            made = rules.finished(_begun(major), actor.name or actor.subject, now)
            return changed(major, actor, now, MajorFact("major_review_finished"), review=made)

        return self._changing.run(caller, target, "finish review", decide)

    def act(self, caller: Caller, target: CommandTarget, action: Action) -> Major:
        """One action item as it stands now, also after the end."""
        present = _begun(self._changing.seen(caller, target.incident_id))
        known = {one.action_id: one.owner_name for one in present.actions}
        wanted = self._named(caller, action, known, present)

        def decide(now: datetime, major: Major) -> MajorChange | None:
            made = rules.with_action(_begun(major), wanted)
            if made == major.review:
                return None
            said = {"state": wanted.state.value, "owner": wanted.owner_name}
            fact = MajorFact("major_reviewed", text=wanted.text, changes=said)
            return changed(major, actor_of(caller), now, fact, review=made)

        return self._changing.run(caller, target, f"act {action.action_id}", decide)

    def actions(self, caller: Caller, with_finished: bool) -> list[ActionOfMajor]:
        """Of all major incidents that the caller sees, by due date; those without one last."""
        seen_by = None if caller.tenant_ids is None else (caller.tenant_ids, caller.person_id)
        found, _ = self._changing.majors.page(room_of(caller), seen_by, frozenset(), _MOST_MAJORS, "")
        today = self._clock().date()
        listed = [
            ActionOfMajor(one, major, one.is_overdue(today))
            for major in found
            if major.review
            for one in (major.review.actions if with_finished else major.review.open_actions)
        ]
        return sorted(listed, key=lambda one: (one.action.due_date or "9999", one.action.action_id))

    def _named(self, caller: Caller, one: Action, known: dict[str, str], present: Review) -> Action:
        """With its owner's name; whoever owned it before may have left meanwhile."""
        if not one.owner_id:
            return replace(one, owner_name="")
        member = self._staff.members(caller.provider_id, [one.owner_id]).get(one.owner_id)
        if member:
            return replace(one, owner_name=member.name)
        before = next((each for each in present.actions if each.action_id == one.action_id), None)
        if before and before.owner_id == one.owner_id:
            return replace(one, owner_name=known[one.action_id])
        raise InvalidArgument("assignee_not_granted", "Only active staff own one.", field="owner_id")


def _begun(major: Major) -> Review:
    if major.review is None:
        raise InvalidState("review_not_begun", "Its review has not begun.", state=major.state)
    return major.review
