"""What is suggested of an incident, as its page shows it; and who was called about it, which triage tells in the same answer."""

from collections.abc import Iterable
from dataclasses import dataclass

from chassis.tenancy import Caller
from fairlead.incidents.v1.incident_pb2 import Incident
from fairlead.triage.v1 import model_pb2
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.console import names
from services.gateway.pages.console.choices import impact_label, urgency_label
from services.gateway.pages.console.escalations import ShownEscalation, shown_escalation
from services.gateway.pages.language import gettext as _

_ASPECT = model_pb2.LearnedAspect.DESCRIPTOR


@dataclass(frozen=True)
class Shown:
    """One suggestion; why: how sure it is, and by which words."""

    aspect: str
    label: str
    value: str
    why: str


def told_by_triage(caller: Caller, incident: Incident) -> tuple[list[ShownEscalation], list[Shown]]:
    """Escalations, the latest first, and suggestions; in words."""
    called, suggested = gateway().backends.escalations.with_suggestions(caller, incident)
    return [shown_escalation(one) for one in called], _in_words(caller, suggested)


def _in_words(caller: Caller, found: Iterable[model_pb2.Suggestion]) -> list[Shown]:
    suggested = list(found)
    groups = {one.group_id: one.name for one in names.groups(caller)} if suggested else {}
    return [_shown(one, groups) for one in suggested]


def aspect_label(word: str) -> str:
    """What is learned, as pages call it."""
    return {
        "category": _("Category"),
        "impact": _("Impact"),
        "urgency": _("Urgency"),
        "assignment_group": _("Assignment group"),
    }[word]


def value_label(aspect: str, value: str, groups: dict[str, str]) -> str:
    """A category, a level or a group, as people read it."""
    if aspect == "impact":
        return impact_label(value)
    if aspect == "urgency":
        return urgency_label(value)
    return groups.get(value, value) if aspect == "assignment_group" else value


def _shown(one: model_pb2.Suggestion, groups: dict[str, str]) -> Shown:
    aspect = word_of(_ASPECT, one.aspect) or ""
    sure, words = round(one.confidence * 100), ", ".join(one.words)
    why = (
        _("%(sure)s %% sure; words that speak for it: %(words)s", sure=sure, words=words)
        if words
        else _("%(sure)s %% sure", sure=sure)
    )
    return Shown(aspect, aspect_label(aspect), value_label(aspect, one.value, groups), why)
