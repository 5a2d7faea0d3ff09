"""One incident that speaks of two matters becomes two: chosen lines go on in a new one, and stay readable where they were.

The new one asks for what was asked then: its promises count from the first of the client's words that it takes along, and what
staff had answered since then counts as its first response. Nobody comes to read more by it than they could read before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import InvalidArgument, InvalidState
from services.incidents.domain import texts
from services.incidents.domain.attachment import AttachmentRef
from services.incidents.domain.facts import Change, Copied, Fact, Opened, SplitFrom, SplitOff, changed
from services.incidents.domain.incident import Actor, Decision, Incident, Party
from services.incidents.domain.lifecycle import Command, Side, next_state
from services.incidents.domain.priority import DEFAULT
from services.incidents.domain.timeline import TimelineEntry, Visibility

MOST_LINES = 50
MOST_WORDS = 400_000
MOST_SPLITS = 50
_SAID = frozenset({"incident_opened", "replied", "noted", "copied", "copied_note"})
_OPENING = "incident_opened"
_MOVING = _SAID - {_OPENING}


@dataclass(frozen=True, slots=True)
class Wanted:
    """participants: of those who take part, by person id or address; None: who wrote the chosen lines."""

    entry_ids: tuple[str, ...]
    title: str
    participants: tuple[str, ...] | None
    reason: str


@dataclass(frozen=True, slots=True)
class NewOne:
    """What the new incident is called and known by."""

    incident_id: str
    number: str
    submission_id: str


def split(
    incident: Incident,
    entries: Sequence[TimelineEntry],
    wanted: Wanted,
    new: NewOne,
    actor: Actor,
    side: Side,
    now: datetime,
) -> tuple[Change, Change]:
    """The change of the old one, and the opening of the new one; both are saved or neither.

    entries: the whole history. Raises InvalidArgument: value_missing, line_not_found, line_not_said, too_many_lines,
    participant_not_found; InvalidState: transition_not_allowed, too_many_splits, participant_reads_more.
    """
    state = next_state(incident.state, Command.SPLIT, side, incident.is_assigned)
    if len(incident.split_ids) >= MOST_SPLITS:
        message = f"At most {MOST_SPLITS} are split from one."
        raise InvalidState("too_many_splits", message, limit=MOST_SPLITS)
    reason = texts.optional("reason", wanted.reason, texts.MAX_REASON)
    title = texts.required("title", wanted.title, texts.MAX_TITLE)
    chosen = _chosen(entries, wanted.entry_ids)
    people = _people(incident, chosen, wanted.participants)
    public = [each for each in chosen if each.visibility is Visibility.PUBLIC]
    asked = next((each for each in public if not each.by_staff), None)
    since = said_at(asked) if asked else now
    answers = (each for each in entries if _answers(each))
    answered = next((said_at(each) for each in answers if said_at(each) >= since), None) if asked else None
    requester = _author(incident, asked) if asked else None
    requester = requester or (people[0] if people else incident.requester)
    made = Incident(
        incident_id=new.incident_id,
        provider_id=incident.provider_id,
        tenant_id=incident.tenant_id,
        number=new.number,
        kind=incident.kind,
        title=title,
        description=texts.shortened(asked.text, texts.MAX_TEXT) if asked else "",
        requester=requester,
        participants=tuple(each for each in people if not each.is_same(requester)),
        channel=incident.channel if incident.channel != "alert" else "api",
        verified=incident.verified and not any(each.changes.get("sender") == "unverified" for each in public),
        priority=DEFAULT,
        priority_decision=Decision("default", "not decided yet", 0.0),
        create_time=since,
        update_time=now,
        first_response_time=answered,
        acknowledge_time=answered,
        submission_ids=(new.submission_id,),
        attachments=_files(chosen),
        split_from_id=incident.incident_id,
    )
    # What opened it is its first line already.
    rest = (each for each in chosen if each is not asked)
    facts: tuple[Fact, ...] = (
        Opened(attachments=asked.attachments if asked else ()),
        SplitFrom(incident.incident_id, incident.number, answered),
        *(_copied(each) for each in rest),
    )
    opening = Change(None, made, facts, actor, now)
    off = SplitOff(made.incident_id, made.number, tuple(each.entry_id for each in chosen), reason)
    old = changed(
        incident, actor, now, (off,), state=state, split_ids=(*incident.split_ids, made.incident_id)
    )
    return old, opening


def said_at(entry: TimelineEntry) -> datetime:
    """When its words were said, wherever they stand now."""
    kept = entry.changes.get("original_time")
    return datetime.fromisoformat(kept) if kept else entry.time


def went_to(entries: Sequence[TimelineEntry], line: str) -> tuple[str, str]:
    """Where a line went last: the number of the new one, and the line's entry here; both "" where it stayed.

    line: the event that it is, the submission that said it, or the line that it is a copy of. What opened an incident stays
    its own, whatever else began with the same words: a mail about it names the incident.
    """
    said = next((each for each in entries if each.fact in _MOVING and line in _names(each)), None)
    if said is None:
        return "", ""
    off = (each for each in reversed(entries) if each.fact == "split_off")
    taken = next((each for each in off if said.entry_id in each.changes["lines"].split()), None)
    return (taken.changes["number"], said.entry_id) if taken else ("", "")


def _names(entry: TimelineEntry) -> tuple[str, ...]:
    return (entry.entry_id, entry.submission_id, entry.changes.get("from", ""))


def _answers(entry: TimelineEntry) -> bool:
    return entry.fact == "resolved" or (entry.by_staff and entry.fact in ("replied", "copied"))


def _chosen(entries: Sequence[TimelineEntry], entry_ids: tuple[str, ...]) -> list[TimelineEntry]:
    if not entry_ids:
        raise InvalidArgument("value_missing", "Choose at least one line.", field="entry_ids")
    by_id = {each.entry_id: each for each in entries}
    if not by_id.keys() >= set(entry_ids):
        raise InvalidArgument("line_not_found", "A line is not there.", field="entry_ids")
    chosen = sorted((by_id[each] for each in set(entry_ids)), key=lambda each: each.seq)
    if any(each.fact not in _SAID for each in chosen):
        raise InvalidArgument("line_not_said", "Only what somebody said can go along.", field="entry_ids")
    if len(chosen) > MOST_LINES or sum(len(each.text) for each in chosen) > MOST_WORDS:
        message = f"At most {MOST_LINES} lines and {MOST_WORDS} characters go along."
        raise InvalidArgument("too_many_lines", message, field="entry_ids", limit=MOST_LINES)
    return chosen


def _author(incident: Incident, entry: TimelineEntry) -> Party | None:
    """Who of those that take part wrote it; the requester's words opened it."""
    if entry.fact == _OPENING:
        return incident.requester
    person_id = entry.actor.subject.removeprefix("person:")
    parties = (incident.requester, *incident.participants)
    return next((each for each in parties if each.person_id and each.person_id == person_id), None)


def _people(
    incident: Incident, chosen: Sequence[TimelineEntry], wanted: tuple[str, ...] | None
) -> list[Party]:
    parties = (incident.requester, *incident.participants)
    if wanted is None:
        authors = [author for each in chosen if (author := _author(incident, each))]
        people = [each for each in parties if any(each.is_same(one) for one in authors)]
    else:
        people = [each for each in parties if each.person_id in wanted or each.address in wanted]
        known = {name for each in people for name in (each.person_id, each.address)}
        if not known >= set(wanted):
            message = "Only those who take part can take part in the new one."
            raise InvalidArgument("participant_not_found", message, field="participants")
    for each in people:
        _refuse_reading_more(incident, each, chosen)
    return people


def _refuse_reading_more(incident: Incident, party: Party, chosen: Sequence[TimelineEntry]) -> None:
    """Whoever came by a merge reads what was said since then, here as there."""
    by = incident.arrived_by(party)
    earlier = (
        each
        for each in chosen
        if each.visibility is Visibility.PUBLIC and by and each.revision <= by.revision
    )
    if any(earlier):
        message = "Somebody would read what was said before they came."
        raise InvalidState("participant_reads_more", message)


def _files(chosen: Sequence[TimelineEntry]) -> tuple[AttachmentRef, ...]:
    """By reference: the bytes stay where they are; a note's file stays staff's."""
    return tuple(
        AttachmentRef(file.attachment_id, each.visibility is Visibility.INTERNAL)
        for each in chosen
        for file in each.attachments
    )


def _copied(entry: TimelineEntry) -> Copied:
    return Copied(
        text=entry.text,
        author=entry.actor,
        original_time=said_at(entry),
        by_staff=entry.by_staff,
        internal=entry.visibility is Visibility.INTERNAL,
        from_entry_id=entry.entry_id,
        unverified=entry.changes.get("sender") == "unverified",
        attachments=entry.attachments,
    )
