"""What versions, trials and runs of rules say, in the reader's language."""

from collections.abc import Callable, Iterable
from typing import Any

from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import rule_pb2
from services.gateway.backends.words import word_of
from services.gateway.pages.console.admin.choices import kind_choices
from services.gateway.pages.console.admin.rule_forms import condition_words, decided_words
from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import ngettext
from services.gateway.pages.signs import priority_sign

Lines = list[tuple[str, str]]


def version_changes(
    versions: Iterable[rule_pb2.RuleVersion], actions_in_words: Callable[[Any], list[str]]
) -> dict[int, Lines]:
    """Version → what it says that the one before did not ("+"), and what it says no more ("-")."""
    changes: dict[int, Lines] = {}
    before: list[str] = []
    for one in versions:
        lines = _lines(one.rule, actions_in_words)
        gone = [("-", line) for line in before if line not in lines]
        changes[one.version] = gone + [("+", line) for line in lines if line not in before]
        before = lines
    return changes


def _lines(rule: rule_pb2.Rule, actions_in_words: Callable[[Any], list[str]]) -> list[str]:
    joint = _("One of the conditions is enough") if rule.match_any else _("All conditions must hold")
    said = [f"“{rule.name}”", *(condition_words(one) for one in rule.conditions)]
    return [*said, *([joint] if len(rule.conditions) > 1 else []), *actions_in_words(rule.actions)]


def trial_words(trial: Any) -> str:
    """What a trial found, in one sentence."""
    return _(
        "%(incidents)s: it would have held for %(held)s and changed %(changed)s.",
        incidents=ngettext("%(num)s incident", "%(num)s incidents", trial.incidents),
        held=trial.held,
        changed=trial.changed,
    )


def switch_words(switch: rule_pb2.RuleSwitched) -> str:
    """That it was switched on or off, and why without a trial."""
    if not switch.on:
        return _("Switched off by %(name)s", name=switch.name)
    if switch.untried_reason:
        return _(
            "Switched on by %(name)s without a trial: %(reason)s",
            name=switch.name,
            reason=switch.untried_reason,
        )
    return _("Switched on by %(name)s", name=switch.name)


def change_words(row: Any) -> dict[str, list[str]]:
    """What is another than before, before and after."""
    kinds = dict(kind_choices())

    def said(outcome: Any) -> list[str]:
        kind = word_of(incident_pb2.IncidentKind.DESCRIPTOR, outcome.kind) or ""
        return [
            outcome.category,
            kinds.get(kind, ""),
            priority_sign(outcome.priority).word,
            outcome.assignment_group_name or _("no group"),
            outcome.assignee_name,
            _("nobody is called") if outcome.no_page else "",
        ]

    pairs = [(then, now) for then, now in zip(said(row.before), said(row.after), strict=True) if then != now]
    return {"before": [then or "–" for then, _now in pairs], "after": [now or "–" for _then, now in pairs]}


def passed_words(passed: rule_pb2.PassedAction) -> str:
    """What a rule left to others, and why."""
    what = decided_words([passed.action])
    if passed.by == "person":
        return _("not %(what)s: a person had decided it", what=what)
    if passed.by == "requester":
        return _("not %(what)s: it was said when it was submitted", what=what)
    return _("not %(what)s: an earlier rule had decided it", what=what)
