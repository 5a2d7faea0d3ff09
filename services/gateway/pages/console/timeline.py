"""The history of an incident as lines for people: messages, internal notes, and what happened in between."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_pb2 import Incident, TimelineEntry
from services.gateway.pages.console.choices import (
    channel_label,
    impact_label,
    resolution_choices,
    urgency_label,
)
from services.gateway.pages.console.reasons import reason_in_words
from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import ngettext
from services.gateway.pages.moments import due_text
from services.gateway.pages.questions import answer_lines, own_words
from services.gateway.pages.signs import awaited_label, kind_label


@dataclass(frozen=True)
class Line:
    """One line. `form` is "reply", "note" or "happening"; `mine` puts a message on the staff's side."""

    form: str
    entry_id: str
    time: Any
    name: str = ""
    text: str = ""
    badge: str = ""
    icon: str = "point"
    reason: str = ""
    tone: str = ""
    mine: bool = False
    files: Collection[Any] = ()
    # What was filled in, as label and answer.
    filled: Collection[tuple[str, str]] = ()


def lines(incident: Incident, entries: Iterable[TimelineEntry], staff_ids: Collection[str]) -> list[Line]:
    """Oldest first. staff_ids: person ids of the provider's staff and subjects ("client:…") of its programs, to tell
    the two sides of a conversation apart.
    """
    entries = list(entries)
    gone = {
        entry_id: _other(each)
        for each in entries
        if each.fact == "split_off"
        for entry_id in each.changes.get("lines", "").split()
    }
    return [_marked(_line(incident, each, staff_ids), gone.get(each.entry_id, "")) for each in entries]


def _marked(line: Line, number: str) -> Line:
    """A message that goes on in another incident, too, says in which."""
    if not number or line.form != "reply":
        return line
    also = _("also in %(number)s", number=number)
    return replace(line, badge=f"{line.badge} · {also}" if line.badge else also)


def _line(incident: Incident, entry: TimelineEntry, staff_ids: Collection[str]) -> Line:
    key = str(entry.seq)
    name = _name(entry)
    if entry.fact == "incident_opened":
        badge = channel_label(incident.channel)
        text = entry.text or incident.description
        opener = _party(incident) or name
        filled = answer_lines(incident.form)
        text = own_words(text, incident.form) if filled else text
        return Line("reply", key, entry.time, opener, text, badge, files=entry.attachments, filled=filled)
    if entry.fact == "replied":
        mine = entry.actor.subject.removeprefix("person:") in staff_ids
        badge = _("to the client") if mine else _("from the client")
        if entry.changes.get("sender") == "unverified":
            badge = f"{badge} · {_('Sender not verified')}"
        return Line("reply", key, entry.time, name, entry.text, badge, mine=mine, files=entry.attachments)
    if entry.fact == "copied":
        mine = entry.actor.subject.removeprefix("person:") in staff_ids
        badge = _("said %(time)s, copied here", time=_said_on(entry))
        if entry.changes.get("sender") == "unverified":
            badge = f"{badge} · {_('Sender not verified')}"
        return Line("reply", key, entry.time, name, entry.text, badge, mine=mine, files=entry.attachments)
    if entry.fact == "copied_note":
        return Line("note", key, entry.time, name, entry.text, files=entry.attachments)
    if entry.fact == "noted":
        return Line("note", key, entry.time, name, entry.text, files=entry.attachments)
    if entry.fact == "resolved":
        how = dict(resolution_choices()).get(entry.reason, entry.reason)
        badge = _("Resolved: %(how)s", how=how)
        return Line("reply", key, entry.time, name, entry.text, badge, mine=True)
    tell = _HAPPENINGS.get(entry.fact)
    text, icon, tone = tell(entry) if tell else (entry.fact.replace("_", " "), "point", "")
    reason = entry.text if entry.fact == "rated" else _reason(entry)
    return Line(
        "happening", key, entry.time, text=_by(text, entry, name), icon=icon, reason=reason, tone=tone
    )


def _said_on(entry: TimelineEntry) -> str:
    """When it was said where it was split from."""
    return due_text(datetime.fromisoformat(entry.changes["original_time"]))


def _reason(entry: TimelineEntry) -> str:
    """People's own words; of the record's own codes only what the line itself does not say."""
    codes = {
        "silence": _("after silence"),
        **dict.fromkeys(("resolved", "confirmed", "approved", "rejected"), ""),
    }
    if entry.fact in ("resumed", "closed"):
        return codes.get(entry.reason, entry.reason)
    # The line itself tells impact and urgency already.
    return reason_in_words(entry.reason, matrix=entry.fact != "prioritized")


def _name(entry: TimelineEntry) -> str:
    if entry.actor.name:
        return entry.actor.name
    return _("Automatic") if entry.actor.subject.startswith("service:") else _("Unknown")


def _party(incident: Incident) -> str:
    return incident.requester.name or incident.requester.address


def _by(text: str, entry: TimelineEntry, name: str) -> str:
    """A machine's doing is told without a name; its reason stands below."""
    return text if entry.actor.subject.startswith("service:") else f"{text} · {name}"


Telling = tuple[str, str, str]


def _classified(entry: TimelineEntry) -> Telling:
    category, kind = entry.changes.get("category", ""), kind_label(entry.changes.get("kind", ""))
    return _("%(kind)s, category %(category)s", kind=kind, category=category or "–"), "tag", ""


def _prioritized(entry: TimelineEntry) -> Telling:
    priority = entry.changes.get("priority", "").upper()
    impact, urgency = entry.changes.get("impact", ""), entry.changes.get("urgency", "")
    text = _("Priority %(priority)s", priority=priority)
    if impact and urgency:
        text += ": " + impact_times_urgency(impact, urgency)
    return text, "flag", ""


def _assigned(entry: TimelineEntry) -> Telling:
    group, person = entry.changes.get("assignment_group_name", ""), entry.changes.get("assignee_name", "")
    if person and group:
        return _("Assigned to %(person)s (%(group)s)", person=person, group=group), "user-check", ""
    if person or group:
        return _("Assigned to %(person)s", person=person or group), "user-check", ""
    return _("Put back into the pool"), "user-question", ""


def _held(entry: TimelineEntry) -> Telling:
    party = awaited_label(entry.changes.get("awaiting", ""))
    return _("On hold: it waits for %(party)s", party=party), "player-pause", "warn"


def _rated(entry: TimelineEntry) -> Telling:
    score = entry.changes.get("score", "")
    text = _("The requester rated our help: %(score)s of 5", score=score)
    if entry.changes.get("previous_score"):
        text = _("The requester changed their rating: %(score)s of 5", score=score)
    return text, "filled-star", "bad" if score in ("1", "2") else "good"


def _approval_asked(entry: TimelineEntry) -> Telling:
    names = entry.changes.get("approvers", "") or "–"
    if entry.changes.get("reminder"):
        return _("Reminded: %(names)s", names=names), "bell", ""
    return _("Asked to approve: %(names)s", names=names), "user-check", ""


def _approval_decided(entry: TimelineEntry) -> Telling:
    person = entry.changes.get("person", "")
    return {
        "approved": (_("Approved"), "check", "good"),
        "rejected": (_("Rejected"), "x", "bad"),
        "delegated": (_("%(person)s decides in their place", person=person), "user-check", ""),
        "appointed": (_("%(person)s may decide, too", person=person), "user-check", ""),
        "withdrawn": (_("The approval is not needed any more"), "x", ""),
    }.get(entry.changes.get("outcome", ""), (_("Nobody decided in time"), "x", "bad"))


def _task_changed(entry: TimelineEntry) -> Telling:
    task, person = entry.changes.get("task", ""), entry.changes.get("assignee_name", "")
    state = entry.changes.get("state", "")
    if state == "done":
        return _("Task done: %(task)s", task=task), "check", "good"
    if state == "skipped":
        return _("Task skipped: %(task)s", task=task), "x", "warn"
    return _("Task “%(task)s” is with %(person)s", task=task, person=person or "–"), "user-check", ""


_HAPPENINGS: dict[str, Callable[[TimelineEntry], Telling]] = {
    "approval_asked": _approval_asked,
    "approval_decided": _approval_decided,
    "fulfillment_started": lambda entry: (_("Nothing stands in the way: its tasks begin"), "player-play", ""),
    "task_changed": _task_changed,
    "classified": _classified,
    "prioritized": _prioritized,
    "assigned": _assigned,
    "held": _held,
    "acknowledged": lambda entry: (_("Taken in hand"), "player-play", ""),
    "resumed": lambda entry: (_("Work goes on"), "clock-play", ""),
    "confirmed": lambda entry: (_("The solution was confirmed"), "checks", "good"),
    "closed": lambda entry: (_("Closed"), "lock", ""),
    "reopened": lambda entry: (_("Reopened"), "refresh", "warn"),
    "rated": _rated,
    "canceled": lambda entry: (_("Canceled"), "circle-x", ""),
    "merged": lambda entry: (_("Merged into %(number)s", number=_other(entry)), "git-merge", ""),
    "split_off": lambda entry: (_split_off(entry), "layout-list", ""),
    "split_from": lambda entry: (_("Begun with lines of %(number)s", number=_other(entry)), "layout-list", ""),
    "unmerged": lambda entry: (
        _("No longer merged into %(number)s", number=_other(entry)), "arrow-back-up", "warn",
    ),
    "absorbed": lambda entry: (
        _("%(number)s was merged into this: %(title)s", number=_other(entry), title=_title(entry)), "git-merge", "",
    ),
    "joined_major": lambda entry: (_("Part of %(number)s from now on", number=_other(entry)), "flame", ""),
    "left_major": lambda entry: (_("No longer part of %(number)s", number=_other(entry)), "flame", ""),
    "hint_dismissed": lambda entry: (
        _("It does not belong to %(number)s", number=_other(entry)),
        "help-circle",
        "",
    ),
    "linked": lambda entry: (_("It is a child of another incident"), "link", ""),
    "unlinked": lambda entry: (_("It is no child of another incident any more"), "link", ""),
    "tied": lambda entry: (_tied(entry.changes), "link", ""),
    "untied": lambda entry: (_untied(entry.changes), "link", ""),
    "items_named": lambda entry: (_items_named(entry.changes), "server", ""),
    "released": lambda entry: (
        _("%(number)s is no longer merged into this", number=_other(entry)), "arrow-back-up", "warn",
    ),
}  # fmt: skip


def _split_off(entry: TimelineEntry) -> str:
    count = len(entry.changes.get("lines", "").split())
    return ngettext(
        "%(num)s line goes on in %(number)s, too",
        "%(num)s lines go on in %(number)s, too",
        count,
        number=_other(entry),
    )


def _tied(changes: Mapping[str, str]) -> str:
    number = changes.get("number", "")
    return {
        "problem": _("Its problem is %(number)s", number=number),
        "resolving_change": _("%(number)s is to resolve it", number=number),
        "causing_change": _("%(number)s caused it", number=number),
    }.get(changes.get("kind", ""), number)


def _untied(changes: Mapping[str, str]) -> str:
    number = changes.get("number", "")
    return {
        "problem": _("%(number)s is not its problem after all", number=number),
        "resolving_change": _("%(number)s is not to resolve it after all", number=number),
        "causing_change": _("%(number)s did not cause it after all", number=number),
    }.get(changes.get("kind", ""), number)


def _items_named(changes: Mapping[str, str]) -> str:
    added, removed = changes.get("added", ""), changes.get("removed", "")
    if added and removed:
        return _("It is about %(added)s, and not about %(removed)s", added=added, removed=removed)
    if removed:
        return _("It is not about %(removed)s", removed=removed)
    return _("It is about %(added)s", added=added)


def _other(entry: TimelineEntry) -> str:
    return entry.changes.get("number", "")


def _title(entry: TimelineEntry) -> str:
    return entry.changes.get("title", "") or _("(no subject)")


def impact_times_urgency(impact: str, urgency: str) -> str:
    """ "impact medium × urgency high" """
    return f"{impact_label(impact)} × {urgency_label(urgency)}"


def visible_state(incident: Incident) -> str:
    """The state's word, such as "on_hold"."""
    return incident_pb2.IncidentState.Name(incident.state).removeprefix("INCIDENT_STATE_").lower()
