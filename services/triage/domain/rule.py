"""Readable rules: a short list of conditions, and what to set when all of them hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import InvalidArgument
from services.triage.domain.condition import Condition, Field, Operator, check_condition
from services.triage.domain.matrix import Level
from services.triage.domain.report import Report

__all__ = ["Actions", "Condition", "Field", "Operator", "Rule", "check_rule", "holding", "in_order"]

_MAX_CONDITIONS = 20
_LONGEST_VALUES = 20_000


@dataclass(frozen=True)
class Actions:
    """What a rule sets; an empty field sets nothing."""

    category: str = ""
    kind: str = ""
    impact: Level | None = None
    urgency: Level | None = None
    assignment_group_id: str = ""
    # Whoever is to have it, if they work in the group that it goes to and may see it.
    assignee_id: str = ""
    # Nobody is called because it was opened.
    no_page: bool = False
    # No later rule is tried.
    stop: bool = False

    @property
    def sets(self) -> tuple[str, ...]:
        """The names of what it sets, each of which the first rule that holds decides."""
        given = {
            "category": self.category,
            "kind": self.kind,
            "impact": self.impact,
            "urgency": self.urgency,
            "assignment_group": self.assignment_group_id,
            "assignee": self.assignee_id,
            "no_page": self.no_page,
        }
        return tuple(name for name, value in given.items() if value)

    def __bool__(self) -> bool:
        return bool(self.sets or self.stop)


@dataclass(frozen=True)
class Rule:
    """The first rule by position whose conditions hold, all of them or any, decides each field that it sets."""

    rule_id: str
    name: str
    position: int
    conditions: tuple[Condition, ...]
    actions: Actions
    tenant_id: str = ""  # empty: for every client
    enabled: bool = True
    # Whether one condition that holds is enough.
    match_any: bool = False
    revision: int = 0
    update_time: datetime | None = None
    # Which version this is, which one decides (0: none), and whether it was tried on earlier incidents.
    version: int = 1
    live_version: int = 0
    is_tried: bool = False

    @property
    def named_tenants(self) -> frozenset[str]:
        """Every client it speaks of."""
        named = frozenset(filter(None, [self.tenant_id]))
        return named.union(*(one.tenants for one in self.conditions))

    def reason(self, report: Report) -> str | None:
        """Why the rule holds, in words for people; None when it does not."""
        found = self.found(report)
        return None if found is None else self.told(found)

    def told(self, found: Sequence[str | None]) -> str:
        """The rule, its version if it is not the first, and what its conditions found, in words for people."""
        evidence = "; ".join(f"“{value}”" for value in found if value)
        which = f", version {self.version}" if self.version > 1 else ""
        return f"Rule “{self.name}”{which}" + (f" ({evidence})" if evidence else "")

    def found(self, report: Report) -> list[str | None] | None:
        """What each condition found (None: it does not hold), if the rule holds; None when it does not."""
        if not self.enabled or (self.tenant_id and self.tenant_id != report.tenant_id):
            return None
        found: list[str | None] = []
        for condition in self.conditions:
            value = condition.match(report)
            if value is None and not self.match_any:
                return None
            found.append(value)
        return found if any(value is not None for value in found) else None


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
        check_condition(condition)
    if sum(len(value) for condition in rule.conditions for value in condition.values) > _LONGEST_VALUES:
        message = f"A rule's values have at most {_LONGEST_VALUES} characters together."
        raise InvalidArgument("rule_values_too_long", message, field="conditions")
    if not rule.actions:
        raise InvalidArgument("rule_actions_missing", "A rule must set something.", field="actions")


def in_order(rules: Sequence[Rule]) -> list[Rule]:
    """As they are tried: a client's own rules before those for every client, then by position."""
    return sorted(rules, key=lambda rule: (not rule.tenant_id, rule.position, rule.rule_id))


def holding(rules: Sequence[Rule], report: Report) -> Iterator[tuple[Rule, list[str | None]]]:
    """Those that hold, in order, with what each condition found; none after one that stops."""
    for rule in in_order(rules):
        found = rule.found(report)
        if found is not None:
            yield rule, found
            if rule.actions.stop:
                return
