"""What the chips say: for each state, priority and clock a word, an icon and a tone.

Templates ask for a sign by protobuf number or by word: `{% set sign = state_sign(incident.state) %}`, then `sign.label`,
`sign.icon`, `sign.tone`. The macros of templates/components/chips.html do that. Scripts that render rows themselves
take the same table as JSON from `signs_for_scripts()`.
Tones are classes of components.css: fl-tone-info, fl-tone-good, fl-tone-warn, fl-tone-bad, fl-tone-quiet.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from flask import Flask

from chassis.errors import FairleadError
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import queue_pb2
from services.gateway.backends.words import word_of
from services.gateway.pages.dots import dot_of
from services.gateway.pages.language import current_language
from services.gateway.pages.language import gettext as _


@dataclass(frozen=True)
class Sign:
    """One chip: `word` is the stable value, `label` what people read."""

    word: str
    label: str
    icon: str
    tone: str


def add_signs(app: Flask) -> None:
    """Gives templates state_sign, priority_sign, sla_sign, awaited_label, kind_label and dot_of."""
    app.jinja_env.globals.update(
        state_sign=state_sign,
        priority_sign=priority_sign,
        sla_sign=sla_sign,
        awaited_label=awaited_label,
        kind_label=kind_label,
        dot_of=dot_of,
    )


def state_sign(state: int | str) -> Sign:
    """The state of an incident, as staff name it."""
    return _state_sign(_word(incident_pb2.IncidentState.DESCRIPTOR, state), current_language())


@lru_cache(maxsize=64)
def _state_sign(word: str, language: str) -> Sign:
    label, icon, tone = {
        "new": (_("New"), "circle-dot", "info"),
        "assigned": (_("Assigned"), "user-check", "info"),
        "in_progress": (_("In progress"), "player-play", "good"),
        "on_hold": (_("On hold"), "player-pause", "warn"),
        # On hold, too, for who approves what was ordered.
        "awaits_approval": (_("Approval"), "hourglass", "warn"),
        "resolved": (_("Resolved"), "circle-check", "good"),
        "closed": (_("Closed"), "lock", "quiet"),
        "canceled": (_("Canceled"), "circle-x", "quiet"),
        "merged": (_("Merged"), "git-merge", "quiet"),
    }.get(word, (_("Unknown"), "help-circle", "quiet"))
    return Sign(word, label, icon, tone)


def priority_sign(priority: int | str) -> Sign:
    """P1 to P5: the two that are urgent stand out, the rest stay calm."""
    return _priority_sign(_word(incident_pb2.Priority.DESCRIPTOR, priority), current_language())


@lru_cache(maxsize=64)
def _priority_sign(word: str, language: str) -> Sign:
    label, icon, tone = {
        "P1": (_("Critical"), "arrow-up", "bad"),
        "P2": (_("High"), "chevron-up", "warn"),
        "P3": (_("Normal"), "point", "quiet"),
        "P4": (_("Low"), "chevron-down", "quiet"),
        "P5": (_("Lowest"), "arrow-narrow-down", "quiet"),
    }.get(word, (_("Not set"), "circle-dashed", "quiet"))
    return Sign(word, label, icon, tone)


def sla_sign(state: int | str) -> Sign:
    """How the clocks stand (fairlead.triage.v1.SlaState). Lateness is told by icon and words, not by red walls."""
    return _sla_sign(_word(queue_pb2.SlaState.DESCRIPTOR, state), current_language())


@lru_cache(maxsize=64)
def _sla_sign(word: str, language: str) -> Sign:
    label, icon, tone = {
        "no_contract": (_("No contract"), "file-text", "quiet"),
        "ok": (_("On time"), "clock", "quiet"),
        "at_risk": (_("Due soon"), "clock-exclamation", "warn"),
        "breached": (_("Late"), "alert-triangle", "bad"),
        "paused": (_("Paused"), "clock-pause", "quiet"),
        "met": (_("Met"), "circle-check", "good"),
        "pending": (_("Starting"), "hourglass", "quiet"),
    }.get(word, (_("Starting"), "hourglass", "quiet"))
    return Sign(word, label, icon, tone)


def awaited_label(party: int | str) -> str:
    """Whom an incident on hold awaits."""
    word = _word(incident_pb2.AwaitedParty.DESCRIPTOR, party)
    return {
        "requester": _("the requester"),
        "client": _("the client"),
        "vendor": _("a supplier"),
        "change": _("a planned change"),
        "provider": _("ourselves"),
    }.get(word, "")


def kind_label(kind: int | str) -> str:
    """Incident or service request."""
    word = _word(incident_pb2.IncidentKind.DESCRIPTOR, kind)
    return _("Service request") if word == "service_request" else _("Incident")


def signs_for_scripts() -> dict[str, dict[str, dict[str, str]]]:
    """All signs by kind and word, for a script that renders chips."""
    kinds: dict[str, tuple[Any, Any]] = {
        "state": (incident_pb2.IncidentState.DESCRIPTOR, state_sign),
        "priority": (incident_pb2.Priority.DESCRIPTOR, priority_sign),
        "sla": (queue_pb2.SlaState.DESCRIPTOR, sla_sign),
    }
    signs = {
        kind: {sign.word: asdict(sign) for sign in (make(n) for n in enum.values_by_number if n)}
        for kind, (enum, make) in kinds.items()
    }
    signs["state"]["awaits_approval"] = asdict(state_sign("awaits_approval"))
    return signs


def explain(error: FairleadError) -> str:
    """A refusal in the reader's language; what has no words of its own is told in general ones."""
    texts = {
        "transition_not_allowed": _("This has moved on in the meantime. Look at its present state below."),
        "tasks_open": _("Its tasks are to be done or skipped first."),
        "awaits_approval": _("It waits for its approvers; nobody else goes on with it."),
        "approval_ended": _("It was decided already."),
        "task_over": _("This task is over."),
        "task_planned": _("Tasks of an earlier stage come first."),
        "own_request": _("Nobody approves what they asked for themselves."),
        "not_an_approver": _("This is decided by others."),
        "approver_already": _("They may decide already."),
        "appoints_themselves": _("Nobody names themselves."),
        "ordered": _("What was ordered from the catalog goes into no other one."),
        "revision_conflict": _("Somebody changed this at the same moment. Look at it again, then repeat."),
        "parent_is_a_child": _("The parent is a child of another incident itself."),
        "child_is_a_parent": _("It has children itself."),
        "too_many_children": _("The parent has too many children already."),
        "parent_of_itself": _("An incident cannot be its own parent."),
        "survivor_merged": _("The other one is merged into another one itself."),
        "too_many_participants": _("Together they have too many people."),
        "too_many_merged": _("Too many are merged into it already."),
        "merge_into_itself": _("An incident cannot be merged into itself."),
        "line_not_found": _("One of these lines is not there any more."),
        "too_many_lines": _("These are too many lines at once."),
        "too_many_splits": _("Too many are split from it already."),
        "participant_reads_more": _(
            "Somebody would read what was said before they came. Choose other lines or other people."
        ),
        "participant_not_found": _("Only those who take part can take part in the new one."),
        "incident_finished": _("It is over: nothing is left to decide."),
        "value_too_long": _("A text is too long."),
        "cause_missing": _("Write down its root cause first."),
        "workaround_missing": _("Write down first what helps meanwhile."),
        "workaround_published": _("Clients read the workaround: withdraw it first."),
        "client_text_missing": _("Write first what clients are to read."),
        "client_not_granted": _("A client reads it for whom you do not work."),
        "too_many_incidents": _("It has too many incidents already."),
        "answer_link_used": _("This link was used already."),
        "answer_link_expired": _("This link has expired."),
        "answer_link_moved_on": _("This has moved on in the meantime. Look at its present state below."),
        "requester_only": _("Only the person who asked can rate it."),
        "contest_exists": _("Somebody of your organization has contested it already."),
        "contest_answered": _("It has been answered already."),
        "pause_stopped_nothing": _("This pause took no time from a promise."),
        "score_out_of_range": _("Choose one of the five first."),
        "rating_window_over": _("It is too late to rate this."),
        "reopen_window_over": _("It was closed too long ago to reopen. Please report it anew."),
        "idempotency_key_reused": _("An earlier version of this was already sent."),
        "csrf_token_invalid": _("This form has expired, or came from elsewhere. Load the page again."),
        "role_required": _("You may not do this."),
        "attachment_not_found": _("A file is not there any more. Please attach it again."),
        "attachment_used": _("A file belongs to another message already. Please attach it again."),
        "attachment_too_large": _("A file is too large."),
        "attachment_infected": _("A virus was found in a file."),
        "attachment_held": _("This file waits for the virus check. Please try again later."),
        "attachment_empty": _("A file is empty."),
        "too_many_attachments": _("These are too many files."),
        "too_many_uploads": _("Too many of your files wait to be sent. Please try again later."),
    }
    if error.reason in texts:
        return texts[error.reason]
    if error.status == "UNAVAILABLE":
        return _("We could not reach the service just now. Your text is kept: please try again in a moment.")
    if error.status == "RESOURCE_EXHAUSTED":
        return _("Too many requests at once. Please wait a moment and try again.")
    if error.status == "INVALID_ARGUMENT":
        return _("Something in the form is not right. Please check it.")
    return _("This did not work. Please try again.")


def _word(enum: Any, value: int | str) -> str:
    return value if isinstance(value, str) else (word_of(enum, value) or "")
