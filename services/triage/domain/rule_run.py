"""What one rule did about one incident, and why it left what it left."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.triage.domain.condition import Condition
from services.triage.domain.learning.advice import Advice
from services.triage.domain.report import Report
from services.triage.domain.rule import Rule

# Of each condition so many values are kept beside what was found.
_VALUES_KEPT = 5
_LONGEST_VALUE = 200


@dataclass(frozen=True)
class RanCondition:
    """A condition as it stood, and what it found ("" for a negated one); None: it did not hold."""

    condition: Condition
    found: str | None


@dataclass(frozen=True)
class RuleRun:
    """One rule that held. decided: what it was the first to set; passed: what it would have set, and who had before.

    In passed "requester" said it when it was submitted, "rule" was an earlier rule, "person" had decided meanwhile.
    """

    rule_id: str
    name: str
    version: int
    conditions: tuple[RanCondition, ...]
    decided: tuple[str, ...]
    passed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Opened:
    """An incident as it came, with what the rules did: the log of one run of all of them, and what later trials try on."""

    provider_id: str
    report: Report
    time: datetime
    number: str = ""
    runs: tuple[RuleRun, ...] = ()
    rules_tried: int = 0
    no_page: bool = False
    advice: Advice = field(default_factory=dict)
    # Why the record took nothing of it, such as "incident_finished".
    refusal: str = ""


def ran(
    rule: Rule, found: Sequence[str | None], decided: Sequence[str], passed: Sequence[tuple[str, str]]
) -> RuleRun:
    """The line of a rule that held."""
    lines = (
        RanCondition(_shortened(one, value), value and value[:_LONGEST_VALUE])
        for one, value in zip(rule.conditions, found, strict=True)
    )
    return RuleRun(rule.rule_id, rule.name, rule.version, tuple(lines), tuple(decided), tuple(passed))


def _shortened(condition: Condition, found: str | None) -> Condition:
    values = [found] if found else condition.values[:_VALUES_KEPT]
    kept = tuple(value[:_LONGEST_VALUE] for value in values)
    return Condition(condition.field, condition.operator, kept, condition.negate, condition.key)
