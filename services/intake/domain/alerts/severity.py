"""How bad the sender says it is, in one scale for all senders, and what that means for an incident."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """The sender's word, made ours."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


_WORDS = {
    Severity.CRITICAL: "critical crit fatal emergency emerg disaster down p1 sev0 sev1 blocker page unreachable",
    Severity.HIGH: "high error err major alert p2 sev2 average severe",
    Severity.MEDIUM: "medium warning warn moderate minor p3 sev3 unknown degraded",
    Severity.LOW: "low notice p4 sev4",
    Severity.INFO: "info information informational not_classified ok debug p5 sev5 none normal",
}
_KNOWN = {word: severity for severity, words in _WORDS.items() for word in words.split()}
# Zabbix numbers its severities; Datadog and others number their priorities the other way round.
_ZABBIX = ("info", "info", "low", "medium", "high", "critical")


def severity_of(said: object, unknown: Severity = Severity.MEDIUM) -> Severity:
    """A sender's word; a bare number is a priority, 1 being the worst."""
    word = str(said if said is not None else "").strip().lower().replace(" ", "_").replace("-", "_")
    if word in _KNOWN:
        return _KNOWN[word]
    if word.isdecimal() and 1 <= int(word) <= 5:
        return _KNOWN[f"p{int(word)}"]
    return unknown


def zabbix_severity(said: object) -> Severity:
    """Zabbix's own scale: "Disaster" … "Not classified", or its number, 5 being the worst."""
    word = str(said if said is not None else "").strip().lower()
    if word in ("0", "1", "2", "3", "4", "5"):
        return Severity(_ZABBIX[int(word)])
    # "Warning" stands below "Average" there, and so below everybody else's warning.
    own = {"average": Severity.MEDIUM, "warning": Severity.LOW, "high": Severity.HIGH}
    return own.get(word) or severity_of(word)


@dataclass(frozen=True, slots=True)
class Weight:
    """Impact and urgency of an incident: 1 high, 2 medium, 3 low, as the record numbers them."""

    impact: int
    urgency: int


USUAL_WEIGHTS: Mapping[Severity, Weight] = {
    Severity.CRITICAL: Weight(1, 1),
    Severity.HIGH: Weight(2, 1),
    Severity.MEDIUM: Weight(2, 2),
    Severity.LOW: Weight(3, 2),
    Severity.INFO: Weight(3, 3),
}
