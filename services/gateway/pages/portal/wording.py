"""An incident in the words of whoever asked: its state, whom it waits for, what was promised, what happened."""

from dataclasses import dataclass
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from fairlead.incidents.v1.approval_pb2 import APPROVAL_STATE_WAITING
from fairlead.incidents.v1.incident_pb2 import AwaitedParty, Incident, IncidentState, TimelineEntry
from fairlead.sla.v1 import clock_pb2, contract_pb2
from services.gateway.backends.words import word_of
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import due_text
from services.gateway.pages.segments import SegmentLine, segment_lines
from services.gateway.pages.signs import Sign

# Reasons that the record gives itself; the line says it already.
_CODES = frozenset({"requester_replied", "silence", "confirmed", "approved", "rejected", "expired"})
OPEN_STATES = ("new", "assigned", "in_progress", "on_hold", "resolved")
CLOSED_STATES = ("closed", "canceled", "merged")


@dataclass(frozen=True)
class Line:
    """One line of the conversation that is not a message."""

    text: str
    icon: str
    reason: str = ""


def awaits_approval(incident: Incident) -> bool:
    """Somebody has to agree before anything is done."""
    return incident.order.approval.state == APPROVAL_STATE_WAITING


def approval_lines(incident: Incident) -> list[str]:
    """Each step of its approval in a line: who is asked, or what became of it."""
    approval, lines = incident.order.approval, []
    for number, step in enumerate(approval.steps):
        said = [each for each in approval.history if each.step == number]
        agreed = ", ".join(each.by.name for each in said if each.what == "approved" and each.by.name)
        if number == approval.step and awaits_approval(incident):
            names = ", ".join(one.name for one in approval.still_asked)
            lines.append(
                _("%(step)s: we wait for %(names)s", step=step.name, names=names)
                if names
                else _("%(step)s: there is nobody who may decide; we find somebody", step=step.name)
            )
        elif agreed and not any(each.what == "rejected" for each in said):
            lines.append(_("%(step)s: approved by %(names)s", step=step.name, names=agreed))
    return lines


def state_word(incident: Incident) -> str:
    """The stable word of an incident's state."""
    return word_of(IncidentState.DESCRIPTOR, incident.state) or ""


def client_sign(incident: Incident) -> Sign:
    """The chip of an incident in a portal."""
    state = state_word(incident)
    if awaits_approval(incident):
        return Sign("on_hold", _("Awaiting approval"), "user-check", "warn")
    if state == "on_hold":
        return _hold_sign(incident)
    label, icon, tone = {
        "new": (_("Received"), "inbox", "info"),
        "assigned": (_("Received"), "inbox", "info"),
        "in_progress": (_("In progress"), "player-play", "info"),
        "resolved": (_("Solved? Please confirm"), "circle-check", "warn"),
        "closed": (_("Closed"), "check", "quiet"),
        "canceled": (_("Canceled"), "x", "quiet"),
        "merged": (_("Continued elsewhere"), "git-merge", "quiet"),
    }.get(state, (_("Received"), "inbox", "info"))
    return Sign(state, label, icon, tone)


def state_sentence(incident: Incident) -> str:
    """What the state means for the client, and who has to do something now."""
    state = state_word(incident)
    if awaits_approval(incident):
        return _("It has to be approved by your organization first. Then we begin.")
    if state == "on_hold":
        return _hold_sentence(incident)
    name = incident.assignee_name
    return {
        "new": _("We have received it. Somebody will look at it soon."),
        "assigned": _("%(name)s will look at it.", name=name) if name else _("It is with the right team."),
        "in_progress": _("%(name)s is working on it.", name=name) if name else _("We are working on it."),
        "resolved": _("We think this is solved. Please tell us whether it is."),
        "closed": _("This is done."),
        "canceled": _("This was canceled."),
        "merged": _(
            "We handle this together with another request about the same thing. What you write here arrives there."
        ),
    }.get(state, "")


def waiting_since(incident: Incident) -> Timestamp | None:
    """Since when it has waited for whomever it awaits; None when it waits for nobody."""
    state = state_word(incident)
    if state == "on_hold" and incident.hold.HasField("start_time"):
        return incident.hold.start_time
    if state == "resolved" and incident.resolution.HasField("resolve_time"):
        return incident.resolution.resolve_time
    return None


def rating_words() -> list[tuple[int, str]]:
    """The five answers, from bad to good."""
    return [
        (1, _("Very bad")),
        (2, _("Bad")),
        (3, _("Fair")),
        (4, _("Good")),
        (5, _("Very good")),
    ]


# What the sentences below are about.
_TOLD = (contract_pb2.TARGET_KIND_FIRST_RESPONSE, contract_pb2.TARGET_KIND_RESOLUTION)
# What staff are shown in the console, and a client nowhere.
_OF_THE_PROVIDER = (contract_pb2.TARGET_LEVEL_OPERATIONAL, contract_pb2.TARGET_LEVEL_VENDOR)


@dataclass(frozen=True)
class Promise:
    """What was promised, in words, and how its time was counted."""

    text: str
    key: str
    goal_seconds: int
    elapsed_seconds: int
    paused_seconds: int
    segments: list[SegmentLine]


def promises(incident: Incident, clocks: clock_pb2.ClockSet, now: datetime) -> list[Promise]:
    """What was promised to the client and still runs; nothing for what has ended or waits."""
    if state_word(incident) in ("resolved", "closed", "canceled", "merged"):
        return []
    on_hold = state_word(incident) == "on_hold"
    told = [(_promised(clock, on_hold), clock) for clock in clocks.clocks if _is_told(clock)]
    return [
        Promise(
            text=text,
            key=f"{clock.kind}.{clock.cycle}",
            goal_seconds=clock.goal_seconds,
            elapsed_seconds=clock.elapsed_seconds,
            paused_seconds=clock.paused_seconds,
            segments=segment_lines(clock, now),
        )
        for text, clock in told
        if text
    ]


def _is_told(clock: clock_pb2.Clock) -> bool:
    return clock.kind in _TOLD and clock.level not in _OF_THE_PROVIDER


def _promised(clock: clock_pb2.Clock, on_hold: bool) -> str:
    first = clock.kind == contract_pb2.TARGET_KIND_FIRST_RESPONSE
    if clock.state == clock_pb2.CLOCK_STATE_RUNNING and clock.HasField("due_time"):
        when = due_text(clock.due_time)
        if first:
            return _("We will answer no later than %(when)s.", when=when)
        return _("We aim to solve it no later than %(when)s.", when=when)
    if clock.state == clock_pb2.CLOCK_STATE_BREACHED:
        if first:
            return _("Our first answer is late. We are sorry.")
        return _("This takes longer than we promised. We are sorry.")
    if clock.state == clock_pb2.CLOCK_STATE_PAUSED and on_hold and not first:
        return _("The promised time stands still meanwhile.")
    return ""


def happening(entry: TimelineEntry, mine: bool) -> Line | None:
    """A public fact as a line; None for what is told otherwise, or adds nothing."""
    # Which step of an approval it waits for is told beside it, in the reader's language.
    coded = entry.reason in _CODES or entry.reason.startswith("Approval: ")
    name, reason = entry.actor.name, "" if coded else entry.reason
    awaited = entry.changes.get("awaiting", "")
    lines = {
        "acknowledged": Line(_("%(name)s began to work on it", name=name), "player-play"),
        "held": Line(hold_line(awaited), "player-pause", reason),
        "resumed": Line(_("Work goes on"), "player-play", reason),
        "confirmed": Line(
            _("You confirmed that it is solved") if mine else _("Confirmed by %(name)s", name=name), "checks"
        ),
        "reopened": Line(
            _("You reopened it") if mine else _("Reopened by %(name)s", name=name),
            "arrow-back-up",
            entry.reason,
        ),
        "approval_asked": _asked(entry),
        "approval_decided": _decided(entry),
        "fulfillment_started": Line(_("Nothing stands in the way any more: we begin"), "player-play"),
        "merged": Line(_merged(entry), "git-merge"),
        "unmerged": Line(_("It goes on by itself again"), "arrow-back-up"),
        "canceled": Line(_("You canceled it") if mine else _("Canceled by %(name)s", name=name), "x", reason),
    }
    if entry.fact == "closed" and entry.reason != "confirmed":
        silence = entry.reason == "silence"
        return Line(_("Closed, since nobody objected") if silence else _("Closed"), "lock", reason)
    return lines.get(entry.fact)


def _asked(entry: TimelineEntry) -> Line:
    names = entry.changes.get("approvers", "")
    if entry.changes.get("reminder"):
        return Line(_("Reminded: %(names)s", names=names), "bell")
    return Line(_("Asked to approve: %(names)s", names=names or "–"), "user-check")


def _decided(entry: TimelineEntry) -> Line:
    name, person = entry.actor.name, entry.changes.get("person", "")
    text, icon = {
        "approved": (_("Approved by %(name)s", name=name), "check"),
        "rejected": (_("Rejected by %(name)s", name=name), "x"),
        "delegated": (_("%(name)s lets %(person)s decide", name=name, person=person), "user-check"),
        "appointed": (_("%(person)s may decide, too", person=person), "user-check"),
        "withdrawn": (_("The approval is not needed any more"), "x"),
        "expired": (_("Nobody decided in time"), "x"),
    }.get(entry.changes.get("outcome", ""), ("", "point"))
    return Line(text, icon, entry.reason)


def _merged(entry: TimelineEntry) -> str:
    number = entry.changes.get("number", "")
    if not number:
        return _("It goes on together with another request")
    return _("It goes on together with %(number)s", number=number)


def _awaited(incident: Incident) -> str:
    return word_of(AwaitedParty.DESCRIPTOR, incident.hold.awaiting) or ""


def _hold_sign(incident: Incident) -> Sign:
    label, icon, tone = {
        "requester": (_("Waiting for you"), "message-circle", "warn"),
        "client": (_("Waiting for your side"), "building", "warn"),
        "vendor": (_("Waiting for a supplier"), "hourglass", "quiet"),
        "change": (_("Waiting for a planned change"), "calendar-event", "quiet"),
    }.get(_awaited(incident), (_("On hold"), "player-pause", "quiet"))
    return Sign("on_hold", label, icon, tone)


def _hold_sentence(incident: Incident) -> str:
    return {
        "requester": _("We wait for an answer from you. Work goes on once you reply."),
        "client": _("We wait for something from your organization."),
        "vendor": _("We wait for a supplier, and keep an eye on it."),
        "change": _("It will be solved by a change that is already planned."),
    }.get(_awaited(incident), _("It rests for now; we will come back to it."))


def hold_line(awaited: str) -> str:
    """Whom it waits for, as a line of its history."""
    return {
        "requester": _("Waiting for an answer from the requester"),
        "client": _("Waiting for the organization"),
        "vendor": _("Waiting for a supplier"),
        "change": _("Waiting for a planned change"),
    }.get(awaited, _("Put on hold"))
