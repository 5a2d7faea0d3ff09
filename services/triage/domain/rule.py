"""Readable rules: a short list of conditions, and what to set when all of them hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.errors import InvalidArgument
from services.triage.domain.matrix import Level
from services.triage.domain.report import Report
from services.triage.domain.text import contains_phrase, fold, words


class Field(StrEnum):
    """What a condition may look at."""

    SUBJECT = "subject"
    TEXT = "text"
    WORDS = "words"  # subject or text
    CHANNEL = "channel"
    TENANT = "tenant"
    SENDER = "sender"


class Operator(StrEnum):
    """How a condition compares."""

    CONTAINS_ANY = "contains_any"
    CONTAINS_ALL = "contains_all"
    EQUALS = "equals"
    ENDS_WITH = "ends_with"


_MAX_CONDITIONS = 20
_MAX_VALUES = 50


@dataclass(frozen=True)
class Condition:
    """Holds when the field meets any (or all) of the values. Words match whole; accents do not matter."""

    field: Field
    operator: Operator
    values: tuple[str, ...]
    negate: bool = False

    def match(self, report: Report) -> str | None:
        """The value that decided, "" where a negated condition holds, None when it does not hold."""
        found = self._found(report)
        if self.negate:
            return "" if found is None else None
        return found

    def _found(self, report: Report) -> str | None:
        meets = (value for value in self.values if self._meets(report, value))
        if self.operator is not Operator.CONTAINS_ALL:
            return next(meets, None)
        return ", ".join(self.values) if len(list(meets)) == len(self.values) else None

    def _meets(self, report: Report, value: str) -> bool:
        name = self.field.value
        if self.operator is Operator.EQUALS:
            return fold(report.field(name).strip()) == fold(value.strip())
        if self.operator is Operator.ENDS_WITH:
            return fold(report.field(name).strip()).endswith(fold(value.strip()))
        return contains_phrase(report.words_of(name), words(value))


@dataclass(frozen=True)
class Actions:
    """What a rule sets; an empty field sets nothing."""

    category: str = ""
    kind: str = ""
    impact: Level | None = None
    urgency: Level | None = None
    assignment_group_id: str = ""

    def __bool__(self) -> bool:
        return bool(self.category or self.kind or self.impact or self.urgency or self.assignment_group_id)


@dataclass(frozen=True)
class Rule:
    """The first rule by position whose conditions all hold decides each field that it sets."""

    rule_id: str
    name: str
    position: int
    conditions: tuple[Condition, ...]
    actions: Actions
    tenant_id: str = ""  # empty: for every client
    enabled: bool = True
    revision: int = 0
    update_time: datetime | None = None

    @property
    def named_tenants(self) -> frozenset[str]:
        """Every client it speaks of."""
        compared = (one.values for one in self.conditions if one.field is Field.TENANT)
        return frozenset(filter(None, [self.tenant_id, *(value for values in compared for value in values)]))

    def reason(self, report: Report) -> str | None:
        """Why the rule holds, in words for people; None when it does not."""
        if not self.enabled or (self.tenant_id and self.tenant_id != report.tenant_id):
            return None
        found: list[str] = []
        for condition in self.conditions:
            if (value := condition.match(report)) is None:
                return None
            found.append(value)
        evidence = "; ".join(f"“{value}”" for value in found if value)
        return f"Rule “{self.name}”" + (f" ({evidence})" if evidence else "")


def check_rule(rule: Rule) -> None:
    """Raises InvalidArgument, naming the field, for a rule that could never be read or run."""
    if not rule.name.strip() or len(rule.name) > 120:
        raise InvalidArgument(
            "rule_name_invalid", "A rule needs a name of at most 120 characters.", field="name"
        )
    if not 1 <= len(rule.conditions) <= _MAX_CONDITIONS:
        raise InvalidArgument(
            "rule_conditions_invalid", f"A rule has 1 to {_MAX_CONDITIONS} conditions.", field="conditions"
        )
    for condition in rule.conditions:
        if not 1 <= len(condition.values) <= _MAX_VALUES or not all(v.strip() for v in condition.values):
            raise InvalidArgument(
                "condition_values_invalid", f"A condition has 1 to {_MAX_VALUES} values.", field="conditions"
            )
    if not rule.actions:
        raise InvalidArgument("rule_actions_missing", "A rule must set something.", field="actions")


def in_order(rules: Sequence[Rule]) -> list[Rule]:
    """As they are tried: a client's own rules before those for every client, then by position."""
    return sorted(rules, key=lambda rule: (not rule.tenant_id, rule.position, rule.rule_id))
