"""Which clients a major incident touches: each once, with an incident of its own."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidArgument, InvalidState, NotFound
from services.incidents.domain import texts
from services.incidents.domain.facts import Change, JoinedMajor, LeftMajor, chained
from services.incidents.domain.facts import changed as incident_changed
from services.incidents.domain.incident import Actor, Incident
from services.incidents.domain.major import raising
from services.incidents.domain.major.course import MOST_AFFECTED, require_open
from services.incidents.domain.major.raising import standing
from services.incidents.domain.major.record import (
    Affected,
    Major,
    MajorChange,
    MajorFact,
    Standing,
    changed,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A client to add; adopted: the incident that becomes its own."""

    tenant_id: str
    title: str = ""
    description: str = ""
    adopted: Incident | None = None


def submission_id(major_id: str, tenant_id: str, add_time: datetime) -> str:
    """Under which its incident is opened: the same however often it is tried. The client sees it, and learns nothing."""
    whole = f"major\n{major_id}\n{tenant_id}\n{add_time.isoformat()}"
    return f"sub_{hashlib.sha256(whole.encode()).hexdigest()[:26]}"


def add(major: Major, wanted: Sequence[Wanted], actor: Actor, now: datetime) -> MajorChange | None:
    """Clients that it touches already are left as they are; None where nobody is new.

    Raises InvalidState: incident_in_major, incident_ended, too_many_affected; InvalidArgument.
    """
    require_open(major)
    added: dict[str, Affected] = {}
    for one in wanted:
        if major.affected_of(one.tenant_id) or one.tenant_id in added:
            continue
        added[one.tenant_id] = _new(major, one, now)
    if not added:
        return None
    if len(major.affected) + len(added) > MOST_AFFECTED:
        message = f"At most {MOST_AFFECTED} clients."
        raise InvalidState("too_many_affected", message, limit=MOST_AFFECTED)
    facts = [MajorFact("major_affected", one.tenant_id, one.title) for one in added.values()]
    return changed(major, actor, now, *facts, affected=(*major.affected, *added.values()))


def _new(major: Major, wanted: Wanted, now: datetime) -> Affected:
    adopted = wanted.adopted
    if adopted:
        if adopted.major_id not in ("", major.major_id):
            raise InvalidState("incident_in_major", "It belongs to a major incident already.")
        if adopted.merged or adopted.state.value in ("canceled", "merged"):
            raise InvalidState("incident_ended", "It was canceled or merged.")
    title = wanted.title.strip() or (adopted.title if adopted else "")
    return Affected(
        tenant_id=wanted.tenant_id,
        title=texts.required("title", title, texts.MAX_TITLE),
        description=texts.optional("description", wanted.description, 10_000),
        incident_id=adopted.incident_id if adopted else "",
        number=adopted.number if adopted else "",
        add_time=now,
        before=standing(adopted) if adopted else None,
    )


def rename(major: Major, tenant_id: str, title: str, actor: Actor, now: datetime) -> MajorChange | None:
    """Raises NotFound("affected_not_found")."""
    require_open(major)
    present = _touched(major, tenant_id)
    title = texts.required("title", title, texts.MAX_TITLE)
    if title == present.title:
        return None
    return _with(
        major, replace(present, title=title), actor, now, MajorFact("major_renamed", tenant_id, title)
    )


def spare(major: Major, tenant_id: str, reason: str, actor: Actor, now: datetime) -> MajorChange:
    """It was not touched after all. Raises NotFound("affected_not_found"), InvalidArgument("last_affected")."""
    require_open(major)
    present = _touched(major, tenant_id)
    if len(major.touched) == 1:
        raise InvalidArgument(
            "last_affected",
            "One client at least; what touches none was declared in error.",
            field="tenant_id",
        )
    fact = MajorFact("major_spared", tenant_id, texts.optional("reason", reason, texts.MAX_REASON))
    return _with(major, replace(present, remove_time=now), actor, now, fact)


def carried_out(major: Major, done: Affected, actor: Actor, now: datetime) -> MajorChange | None:
    """What was decided about a client is so now; None where that decision is no more."""
    for one in major.affected:
        if one.tenant_id == done.tenant_id and one.add_time == done.add_time:
            made = replace(
                one,
                incident_id=done.incident_id,
                number=done.number,
                joined=done.joined or one.joined,
                left=done.left or one.left,
            )
            return _with(major, made, actor, now) if made != one else None
    return None


def joins(incident: Incident, major: Major, actor: Actor, now: datetime) -> Change | None:
    """The client's incident knows where it belongs, and is as urgent; None where it does. In whatever state: it is a mark."""
    if incident.major_id == major.major_id:
        return None
    fact = JoinedMajor(major.major_id, major.number)
    joined = incident_changed(
        incident, actor, now, (fact,), major_id=major.major_id, major_number=major.number
    )
    raised = raising.raised(joined.after, major.severity, actor, now)
    return chained(joined, raised) if raised else joined


def leaves(
    incident: Incident, major: Major, before: Standing | None, actor: Actor, now: datetime
) -> Change | None:
    """It goes on by itself, and as it stood before; None where it does."""
    if incident.major_id != major.major_id:
        return None
    fact = LeftMajor(major.major_id, major.number)
    left = incident_changed(incident, actor, now, (fact,), major_id="", major_number="")
    back = raising.put_back(left.after, before, actor, now)
    return chained(left, back) if back else left


def _touched(major: Major, tenant_id: str) -> Affected:
    if found := major.affected_of(tenant_id):
        return found
    raise NotFound("affected_not_found", "There is no such client here.")


def _with(major: Major, one: Affected, actor: Actor, now: datetime, *facts: MajorFact) -> MajorChange:
    made = tuple(
        one if (each.tenant_id, each.add_time) == (one.tenant_id, one.add_time) else each
        for each in major.affected
    )
    return changed(major, actor, now, *facts, affected=made)
