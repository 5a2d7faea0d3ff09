"""How problems are said: states, solutions, and lines of their history."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fairlead.incidents.v1 import problem_pb2
from services.gateway.backends.words import word_of
from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import in_each_language
from services.gateway.pages.signs import Sign

HOME = "/console/problems"
_STATE = problem_pb2.ProblemState.DESCRIPTOR


@dataclass(frozen=True)
class Line:
    """One line of the history; a note's words are its own."""

    seq: int
    time: Any
    name: str
    text: str
    icon: str = "point"
    reason: str = ""
    is_note: bool = False


def problem_sign(state: int) -> Sign:
    """The chip of a state."""
    word = word_of(_STATE, state) or ""
    label, icon, tone = {
        "logged": (_("Logged"), "circle-dot", "info"),
        "investigating": (_("Under investigation"), "search", "info"),
        "known_error": (_("Known error"), "alert-circle", "warn"),
        "resolved": (_("Resolved"), "circle-check", "good"),
        "closed": (_("Closed"), "lock", "quiet"),
        "canceled": (_("Canceled"), "circle-x", "quiet"),
    }.get(word, (_("Unknown"), "help-circle", "quiet"))
    return Sign(word, label, icon, tone)


@in_each_language
def solution_choices() -> list[tuple[str, str]]:
    """How a problem may end."""
    return [
        ("fix", _("Its cause was removed")),
        ("change", _("By a change")),
        ("accepted", _("We live with it, by the workaround")),
        ("not_reproducible", _("It does not come any more")),
    ]


def lines_of(entries: Iterable[problem_pb2.ProblemEntry]) -> list[Line]:
    """The history for staff, oldest first."""
    return [_line(entry) for entry in entries]


def _line(entry: problem_pb2.ProblemEntry) -> Line:
    name = entry.actor.name or entry.actor.subject
    if entry.fact == "problem_noted":
        return Line(entry.seq, entry.time, name, entry.text, is_note=True)
    icon, text = _happened(entry, name)
    reason = entry.reason or entry.text or _found(entry)
    return Line(entry.seq, entry.time, name, text, icon, reason)


def _happened(entry: problem_pb2.ProblemEntry, name: str) -> tuple[str, str]:
    number = entry.changes.get("number", "")
    to = entry.changes.get("assignee_name") or entry.changes.get("assignment_group_name")
    said = {
        "problem_logged": ("circle-dot", _("%(name)s logged it", name=name)),
        "problem_edited": ("edit", _("%(name)s edited it", name=name)),
        "problem_analyzed": ("search", _("%(name)s wrote down what is known", name=name)),
        "problem_assigned": (
            "user-check",
            _("%(name)s assigned it to %(to)s", name=name, to=to)
            if to
            else _("%(name)s took it from everybody", name=name),
        ),
        "problem_investigated": ("search", _("%(name)s looks for the cause", name=name)),
        "known_error_declared": ("alert-circle", _("%(name)s declared a known error", name=name)),
        "workaround_published": ("eye", _("%(name)s published the workaround to a client", name=name)),
        "workaround_withdrawn": ("eye-off", _("A client reads the workaround no more (%(name)s)", name=name)),
        "incident_linked": ("link", _("%(name)s linked %(number)s", name=name, number=number)),
        "incident_unlinked": ("x", _("%(name)s unlinked %(number)s", name=name, number=number)),
        "problem_resolved": ("circle-check", _("%(name)s resolved it", name=name)),
        "problem_closed": ("lock", _("%(name)s closed it", name=name)),
        "problem_reopened": ("arrow-back-up", _reopened(entry, name)),
        "problem_canceled": ("circle-x", _("%(name)s canceled it", name=name)),
    }
    return said.get(entry.fact, ("point", name))


def _reopened(entry: problem_pb2.ProblemEntry, name: str) -> str:
    number = entry.changes.get("change_number", "")
    return {
        "failed": _("Open again: %(number)s, which solved it, failed", number=number),
        "backed_out": _("Open again: %(number)s, which solved it, was taken back", number=number),
        "canceled": _("Open again: %(number)s, which solved it, was canceled", number=number),
        "rejected": _("Open again: %(number)s, which solved it, was rejected", number=number),
    }.get(entry.changes.get("change", ""), _("%(name)s reopened it", name=name))


def _found(entry: problem_pb2.ProblemEntry) -> str:
    """What was written down, each under its name."""
    names = {
        "cause": _("Root cause"),
        "workaround": _("Workaround, for staff"),
        "client_text": _("Workaround, in words for clients"),
    }
    return "\n".join(f"{names[field]}: {entry.changes[field]}" for field in names if field in entry.changes)


def refused_in_words(reason: str) -> str:
    """Why one incident could not be resolved with the problem."""
    return {
        "transition_not_allowed": _("Its state does not allow it any more."),
        "revision_conflict": _("Somebody changed it at the same moment."),
    }.get(reason, _("This did not work."))
