"""The course of a major incident: how it is declared, moves, gets its people, and ends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chassis.errors import InvalidArgument, InvalidState
from services.incidents.domain import texts
from services.incidents.domain.incident import Actor, Incident
from services.incidents.domain.major.raising import standing
from services.incidents.domain.major.record import (
    SHARED_ROLES,
    UNDER_WAY,
    Affected,
    Holder,
    Major,
    MajorChange,
    MajorFact,
    MajorState,
    Role,
    Severity,
    changed,
)
from services.incidents.domain.major.reminding import told_at
from services.incidents.domain.major.review import Facts, Review
from services.incidents.domain.major.settings import MajorSettings

MOST_AFFECTED, MOST_HOLDERS = 200, 50
_MAX_SUMMARY = 10_000

_D, _I, _F, _M = (
    MajorState.DECLARED,
    MajorState.INVESTIGATING,
    MajorState.IDENTIFIED,
    MajorState.MONITORING,
)
_R, _V, _C, _E = (
    MajorState.RESOLVED,
    MajorState.REVIEW,
    MajorState.CLOSED,
    MajorState.DECLARED_IN_ERROR,
)
# Causes are found to be others, remedies fail, and what was solved comes back; only its end is for good.
NEXT: dict[MajorState, tuple[MajorState, ...]] = {
    _D: (_I, _F, _M, _R, _E),
    _I: (_F, _M, _R, _E),
    _F: (_I, _M, _R, _E),
    _M: (_I, _F, _R, _E),
    _R: (_V, _I),
    _V: (_C, _I),
    _C: (),
    _E: (),
}


def declare(
    incident: Incident,
    *,
    major_id: str,
    title: str,
    summary: str,
    severity: Severity | None,
    holders: Sequence[Holder],
    declarer_id: str,
    settings: MajorSettings,
    actor: Actor,
    now: datetime,
) -> MajorChange:
    """From an incident, which is its client's own from now on. Its position is the store's to give.

    Raises InvalidState("incident_in_major", "incident_ended").
    """
    if incident.major_id:
        raise InvalidState("incident_in_major", "It belongs to a major incident already.")
    if incident.merged or incident.state.value in ("canceled", "merged"):
        raise InvalidState("incident_ended", "It was canceled or merged.")
    severity = severity or Severity.SEV1
    due = now + settings.interval(severity)
    own = Affected(
        tenant_id=incident.tenant_id,
        title=incident.title,
        add_time=now,
        incident_id=incident.incident_id,
        number=incident.number,
        before=standing(incident),
    )
    record = Major(
        major_id=major_id,
        provider_id=incident.provider_id,
        position=0,
        title=texts.optional("title", title, texts.MAX_TITLE) or incident.title,
        summary=texts.optional("summary", summary, _MAX_SUMMARY),
        severity=severity,
        declare_time=now,
        update_time=now,
        detect_time=min(incident.create_time, now),
        acknowledge_time=now if any(one.role is Role.COMMANDER for one in holders) else None,
        origin_incident_id=incident.incident_id,
        origin_tenant_id=incident.tenant_id,
        declarer_id=declarer_id,
        holders=tuple(dict.fromkeys(holders)),
        affected=(own,),
        next_update_time=due,
        remind_time=due,
    )
    facts = [
        MajorFact("major_declared", text=record.summary, changes={"severity": severity.value}),
        *(_given(one, own) for one in record.holders),
        _affected(own),
    ]
    return MajorChange(None, record, tuple(facts), actor, now)


def move(
    major: Major, to: MajorState, reason: str, settings: MajorSettings, actor: Actor, now: datetime
) -> MajorChange | None:
    """None where it is there already.

    Raises InvalidState: major_transition_not_allowed, review_unfinished, actions_unfinished.
    """
    if to is major.state:
        return None
    if to not in NEXT[major.state]:
        message = f"From {major.state} it cannot go to {to}."
        raise InvalidState("major_transition_not_allowed", message, state=major.state, to=to)
    reason = texts.optional("reason", reason, texts.MAX_REASON)
    if to is _E and not reason:
        raise InvalidArgument("value_missing", "Say why it was none.", field="reason")
    if to is _C:
        _require_finished(major, settings)
    due = now + settings.interval(major.severity)
    fields: dict[str, object] = {"state": to}
    if to in UNDER_WAY:
        fields["acknowledge_time"] = major.acknowledge_time or now
        if major.state not in UNDER_WAY:  # it came back
            fields |= {"resolve_time": None, "mitigate_time": None}
            fields |= {"next_update_time": due, "remind_time": due}
    else:
        fields |= {"next_update_time": None, "remind_time": None}
        if major.next_update_time and major.next_update_time < now:
            fields["updates_missed"] = major.updates_missed + 1
    if to in (_M, _R) and not major.mitigate_time:
        fields["mitigate_time"] = now
    if to is _R:
        fields |= {"resolve_time": now, "acknowledge_time": major.acknowledge_time or now}
    if to is _V:
        # What was written before it came back is kept, and looked at again.
        written = major.review or Review()
        fields["review"] = replace(
            written, facts=facts_of(major), facts_checked=False, finish_time=None, finished_by=""
        )
    if to is _E:
        spared = [replace(one, remove_time=now) if one.remove_time is None else one for one in major.affected]
        fields["affected"] = tuple(spared)
    if to in (_C, _E):
        fields["close_time"] = now
    moved = MajorFact("major_moved", text=reason, changes={"from": major.state.value, "state": to.value})
    return changed(major, actor, now, moved, **fields)


def _require_finished(major: Major, settings: MajorSettings) -> None:
    review = major.review
    if review is None or review.finish_time is None:
        raise InvalidState("review_unfinished", "Its review is not finished.")
    if settings.actions_before_closing and review.open_actions:
        count = len(review.open_actions)
        raise InvalidState("actions_unfinished", "Action items are open.", count=count)


def facts_of(major: Major) -> Facts:
    """What its timeline says."""
    return Facts(
        detect_time=major.detect_time,
        declare_time=major.declare_time,
        acknowledge_time=major.acknowledge_time,
        mitigate_time=major.mitigate_time,
        resolve_time=major.resolve_time,
        updates_sent=major.updates_sent,
        updates_late=major.updates_late,
        updates_missed=major.updates_missed,
    )


def change(
    major: Major,
    title: str | None,
    summary: str | None,
    severity: Severity | None,
    settings: MajorSettings,
    actor: Actor,
    now: datetime,
) -> MajorChange | None:
    """None where nothing differs. A graver one is spoken of sooner."""
    require_open(major)
    fields: dict[str, object] = {}
    said: dict[str, str] = {}
    if title is not None and title.strip() != major.title:
        fields["title"] = said["title"] = texts.required("title", title, texts.MAX_TITLE)
    if summary is not None and summary.strip() != major.summary:
        fields["summary"] = texts.optional("summary", summary, _MAX_SUMMARY)
        said["summary"] = "changed"
    if severity and severity is not major.severity:
        fields["severity"] = severity
        said["severity"] = severity.value
        due = now + settings.interval(severity)
        if major.next_update_time and due < major.next_update_time:
            fields |= {"next_update_time": due, "remind_time": due}
    if not fields:
        return None
    return changed(major, actor, now, MajorFact("major_changed", changes=said), **fields)


def give_role(
    major: Major, role: Role, holder: Holder | None, told_by: Affected | None, actor: Actor, now: datetime
) -> MajorChange | None:
    """holder None takes it from whoever has it; told_by: the client by way of which they hear of it. None where it stands so."""
    require_open(major)
    kept = [one for one in major.holders if one.role is not role or (role in SHARED_ROLES and holder)]
    if holder and holder not in kept:
        kept.append(holder)
    if tuple(kept) == major.holders:
        return None
    if len(kept) > MOST_HOLDERS:
        raise InvalidState("too_many_holders", f"At most {MOST_HOLDERS} people.", limit=MOST_HOLDERS)
    fact = _given(holder, told_by) if holder else MajorFact("major_role_given", changes={"role": role.value})
    acknowledged = major.acknowledge_time or (now if holder and role is Role.COMMANDER else None)
    return changed(major, actor, now, fact, holders=tuple(kept), acknowledge_time=acknowledged)


def note(major: Major, text: str, actor: Actor, now: datetime) -> MajorChange:
    """A line that somebody writes into its timeline, also after its end."""
    said = texts.required("text", text, _MAX_SUMMARY)
    return changed(major, actor, now, MajorFact("major_noted", text=said))


def require_open(major: Major) -> None:
    """Raises InvalidState("major_ended")."""
    if not NEXT[major.state]:
        raise InvalidState("major_ended", "It has ended.", state=major.state)


def _given(holder: Holder, told_by: Affected | None) -> MajorFact:
    changes = {"role": holder.role.value, "person_id": holder.person_id, "name": holder.name}
    return MajorFact("major_role_given", changes={**changes, **told_at(told_by)})


def _affected(one: Affected) -> MajorFact:
    return MajorFact("major_affected", one.tenant_id, one.title, {"number": one.number} if one.number else {})
