"""Rules tried on words that somebody wrote down: which would hold, which conditions decided, what each set. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.triage.domain.decision import UNRECOGNIZED, TriageDecision, decide
from services.triage.domain.report import Report
from services.triage.domain.routing import AssignmentGroup
from services.triage.domain.rule import Rule, holding, in_order
from services.triage.domain.working import Asked


@dataclass(frozen=True)
class ConditionOutcome:
    """found: what of its values decided; "" for a negated condition and where nothing was found."""

    holds: bool
    found: str


@dataclass(frozen=True)
class RuleOutcome:
    """concerns: it is for every client, or for this one. decided: the fields that it was the first to set."""

    rule: Rule
    concerns: bool
    holds: bool
    conditions: tuple[ConditionOutcome, ...]
    decided: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """Every rule in the order in which they are tried, and what would be decided."""

    outcomes: tuple[RuleOutcome, ...]
    decision: TriageDecision

    @property
    def needs_dispatcher(self) -> bool:
        return self.decision.category == UNRECOGNIZED


def tried(
    report: Report,
    rules: Sequence[Rule],
    groups: Sequence[AssignmentGroup],
    load: Mapping[str, int],
    asked: Asked | None = None,
) -> Trial:
    """The decision is made by the very function that decides on real incidents."""
    taken: set[str] = set()
    outcomes = []
    that_hold = {rule.rule_id for rule, _ in holding(rules, report)}
    for rule in in_order(rules):
        found = [condition.match(report) for condition in rule.conditions]
        holds = rule.rule_id in that_hold
        decided = [name for name in rule.actions.sets if holds and name not in taken]
        taken.update(decided)
        outcomes.append(
            RuleOutcome(
                rule=rule,
                concerns=rule.tenant_id in ("", report.tenant_id),
                holds=holds,
                conditions=tuple(ConditionOutcome(value is not None, value or "") for value in found),
                decided=tuple(decided),
            )
        )
    return Trial(tuple(outcomes), decide(report, rules, groups, load, asked=asked))
