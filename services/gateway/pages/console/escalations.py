"""Who was called about an incident, in words: "Step 2 of 3", "Ana paged", "next at 02:24: Ben"."""

from dataclasses import dataclass
from datetime import datetime

from fairlead.triage.v1 import escalation_pb2
from services.gateway.backends.words import word_of
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import as_datetime, due_text
from services.gateway.pages.signs import Sign

_STATE = escalation_pb2.EscalationState.DESCRIPTOR


@dataclass(frozen=True)
class Line:
    """One call."""

    time: datetime
    text: str


@dataclass(frozen=True)
class ShownEscalation:
    """An escalation as the incident's page shows it; coming: what happens next, "" for nothing."""

    running: bool
    sign: Sign
    standing: str
    lines: list[Line]
    coming: str


def shown_escalation(one: escalation_pb2.Escalation) -> ShownEscalation:
    """In words."""
    word = word_of(_STATE, one.state) or ""
    return ShownEscalation(
        running=word == "running",
        sign=_sign(word),
        standing=_standing(one, word),
        lines=[
            Line(
                as_datetime(page.time),
                _(
                    "Step %(step)s: %(name)s called (%(via)s)",
                    step=page.step,
                    name=page.person.name,
                    via=page.via,
                ),
            )
            for page in one.pages
        ],
        coming=_coming(one),
    )


def _sign(word: str) -> Sign:
    signs = {
        "running": (_("Calling"), "bell", "warn"),
        "acknowledged": (_("Answered"), "check", "good"),
        "stopped": (_("Ended"), "circle-check", "quiet"),
        "exhausted": (_("No answer"), "alert-triangle", "bad"),
    }
    label, icon, tone = signs.get(word, (_("Unknown"), "help-circle", "quiet"))
    return Sign(word, label, icon, tone)


def _standing(one: escalation_pb2.Escalation, word: str) -> str:
    if word == "running":
        reached = one.pages[-1].step if one.pages else 0
        if not reached:
            return one.policy_name
        return _("Step %(step)s of %(steps)s, no answer yet", step=reached, steps=one.steps)
    if one.HasField("ended_by"):
        return _("%(name)s has it.", name=one.ended_by.name)
    reasons = {
        "nobody_answered": _("Everybody was called, and nobody answered."),
        "nobody_to_call": _("There was nobody to call."),
    }
    return reasons.get(one.reason, _("Nobody is called about it any more."))


def _coming(one: escalation_pb2.Escalation) -> str:
    if not one.HasField("next_time"):
        return ""
    if one.held:
        return _("A maintenance window holds the calls until %(time)s.", time=due_text(one.next_time))
    if not one.next_targets:
        return _("Given up at %(time)s unless somebody answers.", time=due_text(one.next_time))
    who = ", ".join(target.name for target in one.next_targets)
    return _("Next, %(time)s: %(who)s", time=due_text(one.next_time), who=who)
