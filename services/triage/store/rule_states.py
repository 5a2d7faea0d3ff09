"""Rules and their versions as documents."""

from dataclasses import replace
from typing import Any

from services.triage.domain.matrix import Level
from services.triage.domain.rule import Actions, Condition, Field, Operator, Rule
from services.triage.domain.rule_history import Author, RuleHistory, Switched, Tried, Version, begun


def history_state(history: RuleHistory) -> dict[str, Any]:
    """All of it but ids and revision. What decides stands beside the versions, so that deciding reads none of them."""
    decides = history.deciding
    return {
        **rule_state(history.rule),
        "position": history.rule.position,
        "enabled": history.live > 0,
        "live_version": history.live,
        "live": rule_state(decides) if decides else None,
        "version": history.latest.number,
        "is_tried": history.latest.tried is not None,
        "versions": [_version_state(one) for one in history.versions],
    }


def rule_state(rule: Rule) -> dict[str, Any]:
    """What a version says."""
    actions = rule.actions
    return {
        "name": rule.name,
        "for_tenant_id": rule.tenant_id,
        "conditions": [condition_state(condition) for condition in rule.conditions],
        "match_any": rule.match_any,
        "actions": {
            "category": actions.category,
            "kind": actions.kind,
            "impact": int(actions.impact or 0),
            "urgency": int(actions.urgency or 0),
            "assignment_group_id": actions.assignment_group_id,
            "assignee_id": actions.assignee_id,
            "no_page": actions.no_page,
            "stop": actions.stop,
        },
    }


def condition_state(condition: Condition) -> dict[str, Any]:
    """A condition, whole."""
    return {
        "field": condition.field.value,
        "operator": condition.operator.value,
        "values": list(condition.values),
        "negate": condition.negate,
        "key": condition.key,
    }


def condition_of(kept: dict[str, Any]) -> Condition:
    """The condition that was kept."""
    return Condition(
        Field(kept["field"]),
        Operator(kept["operator"]),
        tuple(kept["values"]),
        kept["negate"],
        kept.get("key", ""),
    )


def latest(kept: dict[str, Any]) -> Rule:
    """The latest version, and which one decides."""
    live = _live_version(kept)
    return replace(
        _rule(kept, kept),
        enabled=live > 0,
        version=kept.get("version", 1),
        live_version=live,
        is_tried=kept.get("is_tried", False),
    )


def deciding(kept: dict[str, Any]) -> Rule | None:
    """The version that decides, if one does."""
    live = _live_version(kept)
    if not live:
        return None
    return replace(_rule(kept, kept.get("live") or kept), enabled=True, version=live, live_version=live)


def history(kept: dict[str, Any]) -> RuleHistory:
    """The rule through its versions. One that was kept before there were any has what it says as its first."""
    rule = latest(kept)
    if "versions" not in kept:
        first = begun(rule, Author("", ""), "", kept["update_time"])
        return replace(first, live=rule.live_version).told()
    versions = tuple(_version(kept["_id"], one) for one in kept["versions"])
    return RuleHistory(rule, versions, rule.live_version)


def _live_version(kept: dict[str, Any]) -> int:
    return int(kept.get("live_version", 1 if kept["enabled"] else 0))


def _rule(kept: dict[str, Any], said: dict[str, Any]) -> Rule:
    return replace(
        _said(kept["_id"], said),
        position=kept["position"],
        revision=kept["revision"],
        update_time=kept["update_time"],
    )


def _said(rule_id: str, said: dict[str, Any]) -> Rule:
    actions = said["actions"]
    return Rule(
        rule_id=rule_id,
        name=said["name"],
        position=0,
        enabled=False,
        tenant_id=said["for_tenant_id"],
        conditions=tuple(condition_of(one) for one in said["conditions"]),
        match_any=said.get("match_any", False),
        actions=Actions(
            category=actions["category"],
            kind=actions["kind"],
            impact=Level(actions["impact"]) if actions["impact"] else None,
            urgency=Level(actions["urgency"]) if actions["urgency"] else None,
            assignment_group_id=actions["assignment_group_id"],
            assignee_id=actions.get("assignee_id", ""),
            no_page=actions.get("no_page", False),
            stop=actions.get("stop", False),
        ),
        version=0,
    )


def _version_state(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        **rule_state(version.rule),
        "author": {"subject": version.author.subject, "name": version.author.name},
        "time": version.time,
        "note": version.note,
        "tried": vars(version.tried) if version.tried else None,
        "switches": [vars(one) for one in version.switches],
    }


def _version(rule_id: str, kept: dict[str, Any]) -> Version:
    return Version(
        number=kept["number"],
        rule=_said(rule_id, kept),
        author=Author(**kept["author"]),
        time=kept["time"],
        note=kept["note"],
        tried=Tried(**kept["tried"]) if kept["tried"] else None,
        switches=tuple(Switched(**one) for one in kept["switches"]),
    )
