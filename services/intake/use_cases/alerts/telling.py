"""Tells the record what has become of alerts: opened, recovered, fires again, flaps. Each is told until it is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.errors import FairleadError, NotFound, RevisionConflict, Unavailable
from chassis.tenancy import TenantScope
from services.intake.domain.alerts.group import (
    Group,
    Told,
    Wish,
    another_incident,
    due,
    ended,
    learned,
    left_to_people,
    wish,
)
from services.intake.domain.alerts.incident import (
    recovery_text,
    submission_id_of,
    submission_of,
    worsening_text,
)
from services.intake.domain.alerts.source import AutoResolve
from services.intake.domain.facts import Received
from services.intake.domain.sight import room_of
from services.intake.domain.submission import State as SubmissionState
from services.intake.domain.submission import Submission
from services.intake.ports import Clock, Fresh, Log, Submissions
from services.intake.ports.alerts import AlertRecord, Groups, Outcome
from services.intake.use_cases.accepting import Accepting

_BATCH = 100
_TRIES = 5
_SOON = timedelta(seconds=1)
_LATER = timedelta(seconds=5)
# An administrator has to look at a submission that the record refused; then it may still be taken.
_MUCH_LATER = timedelta(minutes=5)


@dataclass(frozen=True)
class Telling:
    """Idempotent: told twice, the record gives the same answer."""

    groups: Groups
    submissions: Submissions
    accepting: Accepting
    record: AlertRecord
    clock: Clock
    log: Log

    def tell_due(self) -> int:
        """Tells what is due; how many groups there were."""
        found = self.groups.due(self.clock(), _BATCH)
        self.tell(found)
        return len(found)

    def tell(self, groups: Sequence[Group]) -> None:
        """What the record cannot hear now is due again soon; nothing is raised for a single group."""
        now = self.clock()
        opening = [group for group in groups if wish(group, now) is Wish.OPEN]
        self._open(opening, now)
        for group in groups:
            if group not in opening:
                self._keep(group, self._after(group, now), now)

    def _open(self, groups: Sequence[Group], now: datetime) -> None:
        if not groups:
            return
        fresh = [submission_of(group, now) for group in groups]
        added = self.submissions.add_many([Fresh(one, (Received(one),)) for one in fresh])
        self.accepting.accept(added)
        for group, submission in zip(groups, fresh, strict=True):
            kept = self.submissions.get(room_of(submission), submission_id_of(group))
            self._keep(group, _opened(group, kept, now), now)

    def _after(self, group: Group, now: datetime) -> Group:
        """The group once the record was told the next thing."""
        try:
            return _TELLERS[wish(group, now)](self, group, now)
        except (Unavailable, RevisionConflict):
            return replace(group, due_time=now + _LATER)
        except NotFound:
            return ended(group, now)  # its incident is not there: nothing can be said of it any more
        except FairleadError as error:
            self.log.warning("alert_not_told", group_id=group.group_id, reason=error.reason)
            return replace(group, due_time=now + _MUCH_LATER)

    def _keep(self, before: Group, after: Group, now: datetime) -> None:
        """What the record was told must be known of the group, also when it changed meanwhile."""
        for _ in range(_TRIES):
            try:
                self.groups.save(after, now)
                return
            except RevisionConflict:
                room = TenantScope(before.provider_id, before.tenant_id)
                after = learned(self.groups.get(room, before.group_id), before, after, now)
        self.log.warning("alert_group_moved_on", group_id=before.group_id)

    def _nothing(self, group: Group, now: datetime) -> Group:
        return due(group, now)

    def _resolve(self, group: Group, now: datetime) -> Group:
        hands_off = group.policy.auto_resolve is AutoResolve.UNTOUCHED
        outcome = self.record.resolve(group, recovery_text(group), unless_worked_on=hands_off)
        if outcome is Outcome.LEFT:
            return left_to_people(group, now)
        if outcome is Outcome.OVER:
            return ended(group, now)
        return due(replace(group, told=Told.RESOLVED, flapping=False, flapping_told=False), now)

    def _reopen(self, group: Group, now: datetime) -> Group:
        outcome = self.record.reopen(group, "The alert fires again.")
        if outcome is Outcome.OVER:
            return another_incident(group, now)
        return due(replace(group, told=Told.OPEN), now)

    def _prioritize(self, group: Group, now: datetime) -> Group:
        weight = group.policy.weight_of(group.worst)
        outcome = self.record.worsen(group, weight, worsening_text(group))
        if outcome is Outcome.OVER:
            return ended(group, now)
        return due(replace(group, told_severity=group.worst), now)

    def _say_flapping(self, group: Group, now: datetime) -> Group:
        policy = group.policy
        text = (
            f"Flapping: {len(group.changes)} changes lately. It stays open until it has kept still for"
            f" {policy.flap_minutes} minutes."
        )
        self.record.note(group, text, f"flapping:{group.group_id}:{group.changes[0].timestamp():.0f}")
        return due(replace(group, flapping_told=True), now)


_TELLERS: dict[Wish, Callable[[Telling, Group, datetime], Group]] = {
    Wish.NOTHING: Telling._nothing,
    Wish.RESOLVE: Telling._resolve,
    Wish.REOPEN: Telling._reopen,
    Wish.PRIORITIZE: Telling._prioritize,
    Wish.SAY_FLAPPING: Telling._say_flapping,
}


def _opened(group: Group, submission: Submission, now: datetime) -> Group:
    if submission.state is SubmissionState.ACCEPTED:
        number = submission.incident_number
        known = replace(
            group,
            told=Told.OPEN,
            told_severity=group.worst,
            incident_id=submission.incident_id,
            incident_number=number,
        )
        return due(known, now)
    waits = _SOON if submission.state is SubmissionState.RECEIVED else _MUCH_LATER
    return replace(group, due_time=now + waits)
