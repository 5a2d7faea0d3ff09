"""The words of major incidents."""

from dataclasses import dataclass

from fairlead.incidents.v1 import major_incident_pb2 as pb
from services.gateway.pages.language import gettext as _


@dataclass(frozen=True)
class StateSign:
    """How a state is shown."""

    word: str
    label: str
    icon: str
    tone: str


def state_signs() -> dict[str, StateSign]:
    """By the state's word."""
    signs = (
        StateSign("declared", _("Declared"), "flame", "bad"),
        StateSign("investigating", _("Investigating"), "search", "bad"),
        StateSign("identified", _("Cause identified"), "help-circle", "warn"),
        StateSign("monitoring", _("Being monitored"), "eye", "warn"),
        StateSign("resolved", _("Resolved"), "circle-check", "good"),
        StateSign("review", _("In review"), "list-check", "info"),
        StateSign("closed", _("Closed"), "lock", "quiet"),
        StateSign("declared_in_error", _("Declared in error"), "circle-x", "quiet"),
    )
    return {one.word: one for one in signs}


def severity_words() -> dict[str, str]:
    """By the severity's word."""
    return {
        "sev1": _("SEV1: clients cannot work"),
        "sev2": _("SEV2: clients are hindered"),
        "sev3": _("SEV3: clients notice it"),
    }


def role_words() -> dict[str, str]:
    """By the role's word."""
    return {
        "commander": _("Commander"),
        "communications": _("Communications"),
        "scribe": _("Scribe"),
        "expert": _("Expert"),
    }


def action_words() -> dict[str, str]:
    """By the action item's state."""
    return {"open": _("Open"), "done": _("Done"), "carried_over": _("Carried over")}


def fact_words() -> dict[str, str]:
    """What a line of the timeline says, by its fact."""
    return {
        "major_declared": _("Declared"),
        "major_moved": _("Moved on"),
        "major_changed": _("Changed"),
        "major_role_given": _("Role given"),
        "major_affected": _("Client added"),
        "major_spared": _("Client not touched after all"),
        "major_renamed": _("New words for a client"),
        "major_noted": _("Note"),
        "major_updated": _("Update sent to the clients"),
        "major_update_due": _("An update was due"),
        "major_reviewed": _("Review written"),
        "major_review_finished": _("Review finished"),
        "major_action_due": _("An action item was due"),
    }


def updates_in_words(facts: pb.MajorFacts) -> str:
    """How well the clients were kept informed."""
    said = _("%(sent)s sent, %(late)s of them late", sent=facts.updates_sent, late=facts.updates_late)
    if not facts.updates_missed:
        return said
    missed = _("%(missed)s promised and never sent", missed=facts.updates_missed)
    return f"{said}; {missed}"


def missing_words() -> dict[str, str]:
    """What keeps a review from being finished."""
    return {
        "facts_unchecked": _("Nobody has confirmed the facts."),
        "factor_missing": _("Name a contributing factor, or say why there is none."),
        "action_without_owner": _("An action item has no owner."),
        "action_without_date": _("An action item has no date."),
    }


def done_words() -> dict[str, str]:
    """What the page after a change says, by the word in its address."""
    return {
        "declared": _(
            "Declared. Next: who communicates, which other clients are touched, and the first update."
        ),
        "moved": _("Moved on."),
        "changed": _("Saved."),
        "role": _("Saved. The timeline says so."),
        "noted": _("Written into the timeline."),
        "tenants": _("Added. Each has an incident of its own."),
        "renamed": _("Saved. The client reads the new words at once."),
        "spared": _("Its incident goes on by itself."),
        "sent": _("Sent. What became of each client stands under the updates."),
        "reviewed": _("The review is saved."),
        "finished": _("The review is finished."),
        "acted": _("The action item is saved."),
        "settings": _("Saved. What is promised from now on goes by it."),
        "template": _("The words are saved."),
        "template_removed": _("The words are removed."),
        "address": _("The page has a secret address now. A former one is void."),
        "address_revoked": _("Revoked: the address shows nothing any more."),
    }


def time_words() -> dict[str, str]:
    """The times of a review, by their field."""
    return {
        "detect_time": _("Detected"),
        "declare_time": _("Declared"),
        "acknowledge_time": _("Acknowledged"),
        "mitigate_time": _("Mitigated"),
        "resolve_time": _("Resolved"),
    }


def refused_words() -> dict[str, str]:
    """Refusals in words, by their reason."""
    return {
        "incident_in_major": _("It belongs to a major incident already."),
        "incident_ended": _("That incident was canceled or merged."),
        "major_transition_not_allowed": _("It cannot go there from where it is now."),
        "major_ended": _("It has ended."),
        "review_unfinished": _("It closes only once its review is finished."),
        "actions_unfinished": _("It closes only once every action item is done or carried over."),
        "review_incomplete": _("Something is still missing in the review."),
        "review_finished": _("The review is finished already."),
        "review_not_begun": _("The review has not begun."),
        "grant_missing": _("It touches a client that you are not granted; somebody else has to do that."),
        "placeholder_unknown": _("There is a placeholder that stands for nothing."),
        "braces_unbalanced": _("A brace that stands for itself is written twice: {{ or }}."),
        "language_missing": _("A client reads a language that is not written, and English is missing, too."),
        "last_affected": _("One client has to stay; what touches none was declared in error."),
        "assignee_not_granted": _("Only active staff who are granted one of its clients can be chosen."),
        "carried_over_nowhere": _("Say where it goes on, and with whom."),
        "facts_out_of_order": _("The times contradict each other."),
        "facts_in_future": _("A time is still to come."),
        "value_missing": _("Please fill this in."),
        "affected_not_found": _("That client is not touched by it."),
        "date_invalid": _("Please give a date."),
    }
