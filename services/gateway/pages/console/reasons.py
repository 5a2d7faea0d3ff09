"""Why a machine decided so, in the reader's language.

Triage and the record write their reasons as English sentences of a few fixed forms (services/triage/domain: decision,
routing, choosing, rule; services/incidents/domain: priority, opening). Here each form is known again and told anew; anything else
is somebody's own words and stays as it is. A test makes every form with the code that writes it.
"""

import re

from services.gateway.pages.console.choices import impact_label, urgency_label
from services.gateway.pages.console.routing_reasons import routing_in_words
from services.gateway.pages.language import gettext as _

_LEVEL = "(low|medium|high)"
_MATRIX = re.compile(f"Impact {_LEVEL} × urgency {_LEVEL}(?:(, |: )(.+))?", re.DOTALL)
_MANUAL = re.compile(f"{_LEVEL} impact × {_LEVEL} urgency")
_AS_LEARNED = re.compile(f"(impact|urgency) {_LEVEL} as learned, (\\d+) % sure by: (.+)", re.DOTALL)
_BY_RULE = re.compile(f"(impact|urgency) {_LEVEL} by (Rule “.+)", re.DOTALL)
_RULE = re.compile(r"Rule “(.+?)”(?:, version (\d+))?(?: \((“.+”)\))?", re.DOTALL)
_WORSE = re.compile(r"the alert “(.+)” is (critical|high|medium|low|info) by now", re.DOTALL)
_NAMED = re.compile(r"(.+); the rule names (.+)", re.DOTALL)

_LEARNED = re.compile(r"Learned from earlier incidents, (\d+) % sure; words that decided: (.+)", re.DOTALL)
_PERHAPS = re.compile(
    r"Perhaps (.+) \((\d+) %\); words that speak for it: (.+); a dispatcher checks", re.DOTALL
)
_ACCEPTED = re.compile(r"learned, \d+ % sure by: [^;]+(?:; learned, \d+ % sure by: [^;]+)*")
_ACCEPTED_PARTS = re.compile(r"learned, (\d+) % sure by: ([^;]+)")
_NO_WORDS = "none in particular"


def reason_in_words(reason: str, matrix: bool = True) -> str:
    """The reason as the page says it. matrix: whether impact × urgency are part of it, where they are not told beside."""
    if found := _MATRIX.fullmatch(reason):
        return _of_matrix(found, matrix)
    if found := _MANUAL.fullmatch(reason):
        return _levels(found[1], found[2]) if matrix else ""
    if found := _NAMED.fullmatch(reason):
        return _("%(group)s; the rule names %(name)s", group=found[1], name=found[2])
    if found := _ACCEPTED.fullmatch(reason):
        return "; ".join(_accepted(sure, words) for sure, words in _ACCEPTED_PARTS.findall(found[0]))
    return routing_in_words(reason) or _learned(reason) or _rule(reason) or _fixed().get(reason, reason)


def _learned(reason: str) -> str:
    if found := _LEARNED.fullmatch(reason):
        return _("Learned from earlier incidents, %(sure)s %% sure; words that decided: %(words)s",
                 sure=found[1], words=_words(found[2]))  # fmt: skip
    if found := _PERHAPS.fullmatch(reason):
        return _("Perhaps %(category)s (%(sure)s %%); words that speak for it: %(words)s; a dispatcher checks",
                 category=found[1], sure=found[2], words=_words(found[3]))  # fmt: skip
    return ""


def _accepted(sure: str, words: str) -> str:
    return _("learned, %(sure)s %% sure by: %(words)s", sure=sure, words=_words(words))


def _words(found: str) -> str:
    return _("none in particular") if found == _NO_WORDS else found


def _fixed() -> dict[str, str]:
    return {
        "Chosen when it was submitted": _("Chosen when it was submitted"),
        "No rule recognized it; a dispatcher checks": _("No rule recognized it; a dispatcher checks"),
        "No assignment group fits; a dispatcher decides": _("No assignment group fits; a dispatcher decides"),
        "not decided yet": _("Not decided yet"),
    }


def _of_matrix(found: re.Match[str], matrix: bool) -> str:
    endings = {
        "as submitted": _("As submitted"),
        "partly as submitted": _("Partly as submitted"),
        "as nothing says otherwise": _("Nothing says otherwise"),
    }
    cause = found[4] or ""
    told = endings.get(cause) or "; ".join(_by_rule(part) for part in _parts(cause) if part)
    levels = _levels(found[1], found[2]) if matrix else ""
    return ". ".join(filter(None, [levels, told]))


def _parts(cause: str) -> list[str]:
    """What each rule has settled; the names and words of a rule may hold a semicolon of their own."""
    return re.split(r"; (?=(?:impact|urgency) (?:low|medium|high) (?:by Rule “|as learned, ))", cause)


def _by_rule(part: str) -> str:
    if worse := _WORSE.fullmatch(part):
        return _("The alert “%(title)s” is %(severity)s by now", title=worse[1], severity=_severity(worse[2]))
    if learned := _AS_LEARNED.fullmatch(part):
        level = impact_label(learned[2]) if learned[1] == "impact" else urgency_label(learned[2])
        return f"{_first_large(level)} – {_accepted(learned[3], learned[4])}"
    found = _BY_RULE.fullmatch(part)
    if not found:
        return part
    level = impact_label(found[2]) if found[1] == "impact" else urgency_label(found[2])
    return f"{_first_large(level)} – {_rule(found[3]) or found[3]}"


def _severity(word: str) -> str:
    return {
        "critical": _("critical"),
        "high": _("high"),
        "medium": _("medium"),
        "low": _("low"),
        "info": _("info"),
    }[word]


def _rule(reason: str) -> str:
    found = _RULE.fullmatch(reason)
    if not found:
        return ""
    told = _("Rule “%(name)s”", name=found[1])
    if found[2]:
        told = _("%(rule)s, version %(number)s", rule=told, number=found[2])
    return f"{told} ({found[3]})" if found[3] else told


def _levels(impact: str, urgency: str) -> str:
    return _first_large(f"{impact_label(impact)} × {urgency_label(urgency)}")


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]
