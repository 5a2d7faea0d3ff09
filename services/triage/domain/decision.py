"""One incident's triage: what it is, how pressing, who works it, each with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.triage.domain.choosing import named_by_rule, route
from services.triage.domain.learning.advice import Advice, Aspect, Suggestion
from services.triage.domain.matrix import Level, Priority, priority_of
from services.triage.domain.report import Report
from services.triage.domain.routing import Assignment, AssignmentGroup, is_settled
from services.triage.domain.rule import Rule, holding
from services.triage.domain.rule_run import RuleRun, ran
from services.triage.domain.working import Asked

__all__ = [
    "HELD",
    "PRESSING",
    "ROUTED",
    "UNRECOGNIZED",
    "TriageDecision",
    "Why",
    "decide",
    "without_assignment",
]

# What nothing recognised is called; a dispatcher is asked to look.
UNRECOGNIZED = "general"
# The source of a routing that gives it to nobody for now.
HELD = "maintenance"
ROUTED = "routing"
# What counts as pressing when work is handed out.
PRESSING = frozenset({Priority.P1, Priority.P2})


@dataclass(frozen=True)
class Why:
    """Where a decision came from and its words for people. confidence: 0 to 1, 1 for rules and people."""

    source: str
    reason: str
    confidence: float


@dataclass(frozen=True)
class TriageDecision:
    """What triage settled for one incident, each part with its reason."""

    incident_id: str
    category: str
    kind: str
    classification: Why
    impact: Level
    urgency: Level
    priority: Priority
    prioritization: Why
    assignment: Assignment
    routing: Why
    # Every rule that held, in order; whether one of them said that nobody is to be called, or who is to have it.
    runs: tuple[RuleRun, ...] = ()
    no_page: bool = False
    hinted: bool = False
    # What was learned, is not sure enough to decide, and differs from what was decided: for a dispatcher to accept.
    suggestions: Advice = field(default_factory=dict)


def decide(
    report: Report,
    rules: Sequence[Rule],
    groups: Sequence[AssignmentGroup],
    load: Mapping[str, int],
    advice: Advice | None = None,
    asked: Asked | None = None,
) -> TriageDecision:
    """Rules first, then what was learned, the matrix, and routing. Nothing recognised is said, never guessed silently."""
    settled, advice, asked = _Settled(report), advice or {}, asked or Asked()
    runs = [settled.take(rule, found) for rule, found in holding(rules, report)]
    category, classification = settled.classification(advice.get(Aspect.CATEGORY))
    open_aspects = settled.open_aspects()
    impact, urgency, prioritization = settled.priority(advice)
    priority = priority_of(impact, urgency)
    pressing = asked.pressing if priority in PRESSING else None
    asked = replace(asked, pressing=pressing, learned=advice.get(Aspect.GROUP))
    routed = route(groups, report.tenant_id, category, settled.group_id, load, asked)
    assignment = named_by_rule(routed, groups, category, settled.assignee_id, load, asked)
    if not is_settled(groups, report.tenant_id, category, settled.group_id, asked):
        open_aspects.add(Aspect.GROUP)
    present = {
        Aspect.IMPACT: impact.name.lower(),
        Aspect.URGENCY: urgency.name.lower(),
        Aspect.GROUP: assignment.group_id,
    }
    return TriageDecision(
        incident_id=report.incident_id,
        category=category,
        kind=settled.kind,
        classification=classification,
        impact=impact,
        urgency=urgency,
        priority=priority,
        prioritization=prioritization,
        assignment=assignment,
        routing=Why(ROUTED, assignment.reason, 1.0 if assignment.assignee_id else 0.0),
        runs=tuple(runs),
        no_page=settled.no_page,
        hinted=bool(settled.assignee_id) and assignment.assignee_id == settled.assignee_id,
        suggestions={
            aspect: one
            for aspect, one in advice.items()
            if aspect in open_aspects and not one.firm and one.value != present.get(aspect)
        },
    )


def without_assignment(decision: TriageDecision, reason: str) -> TriageDecision:
    """The same, but nobody is given it, and so nobody is told: a maintenance window holds it."""
    nobody = Assignment("", "", "", "", reason)
    return replace(decision, assignment=nobody, routing=Why(HELD, reason, 1.0))


class _Settled:
    """The fields as rules settle them one by one: the first to set a field wins."""

    def __init__(self, report: Report) -> None:
        self._category, self._category_why = report.category, ""
        self._impact, self._urgency = report.impact, report.urgency
        self._priority_whys: list[str] = []
        self._given = bool(report.impact and report.urgency)
        self._settled_by = {
            name: "requester"
            for name, given in (
                ("category", report.category),
                ("impact", report.impact),
                ("urgency", report.urgency),
            )
            if given
        }
        self.kind = ""
        self.group_id = self.assignee_id = ""
        self.no_page = False

    def take(self, rule: Rule, found: Sequence[str | None]) -> RuleRun:
        """What it is the first to set; the rest stays as it was, and the log says by whom."""
        actions, reason = rule.actions, rule.told(found)
        free = [name for name in actions.sets if name not in self._settled_by]
        passed = [(name, self._settled_by[name]) for name in actions.sets if name in self._settled_by]
        if "category" in free:
            self._category, self._category_why = actions.category, reason
        if actions.impact and "impact" in free:
            self._impact = actions.impact
            self._priority_whys.append(f"impact {actions.impact.name.lower()} by {reason}")
        if actions.urgency and "urgency" in free:
            self._urgency = actions.urgency
            self._priority_whys.append(f"urgency {actions.urgency.name.lower()} by {reason}")
        self.kind = self.kind or actions.kind
        self.group_id = self.group_id or actions.assignment_group_id
        self.assignee_id = self.assignee_id or actions.assignee_id
        self.no_page = self.no_page or actions.no_page
        self._settled_by |= dict.fromkeys(free, "rule")
        return ran(rule, found, free, passed)

    def classification(self, suggestion: Suggestion | None) -> tuple[str, Why]:
        if self._category_why:
            return self._category, Why("rule", self._category_why, 1.0)
        if self._category:
            return self._category, Why("requester", "Chosen when it was submitted", 1.0)
        if suggestion:
            return _learned(suggestion)
        return UNRECOGNIZED, Why("default", "No rule recognized it; a dispatcher checks", 0.0)

    def open_aspects(self) -> set[Aspect]:
        """What neither a rule nor the sender settled; the group aside."""
        given = {
            Aspect.CATEGORY: self._category,
            Aspect.IMPACT: self._impact,
            Aspect.URGENCY: self._urgency,
        }
        return {aspect for aspect, value in given.items() if not value}

    def priority(self, advice: Advice) -> tuple[Level, Level, Why]:
        if self._impact is None:
            self._impact = self._from_learned(advice, Aspect.IMPACT)
        if self._urgency is None:
            self._urgency = self._from_learned(advice, Aspect.URGENCY)
        impact = self._impact or Level.MEDIUM
        urgency = self._urgency or Level.MEDIUM
        words = f"Impact {impact.name.lower()} × urgency {urgency.name.lower()}"
        if self._priority_whys:
            words += ": " + "; ".join(self._priority_whys)
        elif self._given:
            words += ", as submitted"
        elif self._impact or self._urgency:
            words += ", partly as submitted"
        else:
            words += ", as nothing says otherwise"
        return impact, urgency, Why("matrix", words, 1.0)

    def _from_learned(self, advice: Advice, aspect: Aspect) -> Level | None:
        one = advice.get(aspect)
        if one is None or not one.firm or one.value.upper() not in Level.__members__:
            return None
        self._priority_whys.append(f"{aspect} {one.value} as learned, {one.sure} sure by: {one.told_words}")
        return Level[one.value.upper()]


def _learned(suggestion: Suggestion) -> tuple[str, Why]:
    sure, words = suggestion.sure, suggestion.told_words
    if suggestion.firm:
        reason = f"Learned from earlier incidents, {sure} sure; words that decided: {words}"
        return suggestion.value, Why("model", reason, suggestion.confidence)
    reason = f"Perhaps {suggestion.value} ({sure}); words that speak for it: {words}; a dispatcher checks"
    return UNRECOGNIZED, Why("default", reason, suggestion.confidence)
