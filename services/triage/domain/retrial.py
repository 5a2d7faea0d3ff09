"""A rule tried on incidents that came: for which it would have held, and what it would have changed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.triage.domain.decision import TriageDecision, decide
from services.triage.domain.routing import AssignmentGroup
from services.triage.domain.rule import Rule
from services.triage.domain.rule_run import Opened

# So many changed incidents are told one by one.
MOST_ROWS = 200


@dataclass(frozen=True)
class Outcome:
    """What of a decision a rule can change. group: its name."""

    category: str
    kind: str
    impact: int
    urgency: int
    priority: int
    group: str
    assignee: str
    no_page: bool


@dataclass(frozen=True)
class Changed:
    """One incident that would have gone another way."""

    incident_id: str
    number: str
    tenant_id: str
    title: str
    time: datetime
    holds: bool
    before: Outcome
    after: Outcome


@dataclass(frozen=True)
class Retrial:
    """rows: the latest that would have changed, so many of them at most. asked: on how many it was to be tried."""

    asked: int
    incidents: int
    held: int
    changed: int
    rows: tuple[Changed, ...]


def retried(
    past: Sequence[Opened],
    rules: Sequence[Rule],
    candidate: Rule,
    groups: Sequence[AssignmentGroup],
    asked: int = 0,
) -> Retrial:
    """past: the latest first. rules: those that decide now; the candidate stands in for the one of its id, or beside them."""
    candidate = replace(candidate, enabled=True)
    others = [rule for rule in rules if rule.rule_id != candidate.rule_id]
    held, changed = 0, 0
    rows: list[Changed] = []
    for one in past:
        before = decide(one.report, rules, groups, {}, one.advice)
        after = decide(one.report, [*others, candidate], groups, {}, one.advice)
        holds = any(run.rule_id == candidate.rule_id for run in after.runs)
        held += holds
        then, now = _outcome(before), _outcome(after)
        if then == now:
            continue
        changed += 1
        if len(rows) < MOST_ROWS:
            report = one.report
            rows.append(
                Changed(
                    report.incident_id,
                    one.number,
                    report.tenant_id,
                    report.subject,
                    one.time,
                    holds,
                    then,
                    now,
                )
            )
    return Retrial(asked or len(past), len(past), held, changed, tuple(rows))


def _outcome(decision: TriageDecision) -> Outcome:
    return Outcome(
        category=decision.category,
        kind=decision.kind,
        impact=int(decision.impact),
        urgency=int(decision.urgency),
        priority=int(decision.priority),
        group=decision.assignment.group_name,
        # Who has the fewest open incidents changes by the minute: only whom a rule names is a matter of rules.
        assignee=decision.assignment.assignee_name if decision.hinted else "",
        no_page=decision.no_page,
    )
