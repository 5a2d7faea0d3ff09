"""Rules and assignment groups, in the provider's own room."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from pymongo.database import Database

from chassis.errors import NotFound
from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, TenantScope
from services.triage.domain.oncall.layer import Restriction
from services.triage.domain.routing import AssignmentGroup, Member, SkillNeed
from services.triage.domain.rule import Rule
from services.triage.domain.rule_history import RuleHistory
from services.triage.store import rule_states


class RuleStore:
    """ports.Rules on MongoDB. A rule and its versions are one document, so that both are saved or neither."""

    def __init__(self, database: Database) -> None:
        self.records = AggregateStore(database["rules"], noun="rule")

    def add(self, scope: TenantScope, history: RuleHistory, now: datetime) -> RuleHistory:
        state = {**rule_states.history_state(history), "update_time": now}
        self.records.create(scope, history.rule.rule_id, state, [])
        return replace(history, rule=replace(history.rule, revision=1, update_time=now))

    def replace(self, scope: TenantScope, history: RuleHistory, revision: int, now: datetime) -> RuleHistory:
        state = {**rule_states.history_state(history), "update_time": now}
        saved = self.records.save(scope, history.rule.rule_id, revision, state, [])
        return replace(history, rule=replace(history.rule, revision=saved, update_time=now))

    def delete(self, scope: TenantScope, rule_id: str) -> None:
        if not self.records.delete_one(scope, {"_id": rule_id}).deleted_count:
            raise NotFound("rule_not_found", "There is no such rule.")

    def get(self, scope: Scope, rule_id: str) -> Rule:
        return self.history(scope, rule_id).rule

    def history(self, scope: Scope, rule_id: str) -> RuleHistory:
        return rule_states.history(self.records.load(scope, rule_id))

    def all(self, scope: Scope) -> list[Rule]:
        return [rule_states.latest(found) for found in self._in_order(scope, {"versions": 0, "live": 0})]

    def deciding(self, scope: Scope) -> list[Rule]:
        found = self._in_order(scope, {"versions": 0})
        return [rule for kept in found if (rule := rule_states.deciding(kept))]

    def _in_order(self, scope: Scope, without: dict[str, int]) -> list[dict[str, Any]]:
        order = [("position", 1), ("_id", 1)]
        return self.records.find(scope, sort=order, projection=without)


class GroupStore:
    """ports.Groups on MongoDB."""

    def __init__(self, database: Database) -> None:
        self.records = AggregateStore(database["groups"], noun="assignment_group")

    def add(self, scope: TenantScope, group: AssignmentGroup) -> AssignmentGroup:
        self.records.create(scope, group.group_id, _group_state(group), [])
        return replace(group, revision=1)

    def replace(self, scope: TenantScope, group: AssignmentGroup, revision: int) -> AssignmentGroup:
        present = self.records.load(scope, group.group_id)["revision"]
        saved = self.records.save(scope, group.group_id, revision or present, _group_state(group), [])
        return replace(group, revision=saved)

    def get(self, scope: Scope, group_id: str) -> AssignmentGroup:
        return _group(self.records.load(scope, group_id))

    def all(self, scope: Scope) -> list[AssignmentGroup]:
        return [_group(found) for found in self.records.find(scope, sort=[("name", 1), ("_id", 1)])]


def _group_state(group: AssignmentGroup) -> dict[str, Any]:
    return {
        "name": group.name,
        "members": [
            {
                "person_id": member.person_id,
                "name": member.name,
                "load_cap": member.load_cap,
                "away": member.away,
                "hours": _hours_state(member.hours),
            }
            for member in group.members
        ],
        "categories": sorted(group.categories),
        "for_tenant_ids": sorted(group.tenant_ids),
        "is_default": group.is_default,
        "time_zone": group.time_zone,
        "schedule_id": group.schedule_id,
        "hours": _hours_state(group.hours),
        "holiday_country": group.holiday_country,
        "holiday_region": group.holiday_region,
        "needs": [{"category": one.category, "skills": sorted(one.skills)} for one in group.needs],
    }


def _hours_state(hours: Iterable[Restriction]) -> list[dict[str, Any]]:
    return [
        {"start": one.start.isoformat(), "end": one.end.isoformat(), "weekdays": sorted(one.weekdays)}
        for one in hours
    ]


def _group(kept: dict[str, Any]) -> AssignmentGroup:
    return AssignmentGroup(
        group_id=kept["_id"],
        name=kept["name"],
        members=tuple(_member(member) for member in kept["members"]),
        categories=frozenset(kept["categories"]),
        tenant_ids=frozenset(kept["for_tenant_ids"]),
        is_default=kept["is_default"],
        revision=kept["revision"],
        time_zone=kept.get("time_zone", ""),
        schedule_id=kept.get("schedule_id", ""),
        hours=_hours(kept),
        holiday_country=kept.get("holiday_country", ""),
        holiday_region=kept.get("holiday_region", ""),
        needs=tuple(SkillNeed(one["category"], frozenset(one["skills"])) for one in kept.get("needs", ())),
    )


def _member(kept: dict[str, Any]) -> Member:
    return Member(kept["person_id"], kept["name"], kept["load_cap"], kept["away"], _hours(kept))


def _hours(kept: dict[str, Any]) -> tuple[Restriction, ...]:
    """Of a group or a member; what was saved before there were shifts has none."""
    return tuple(
        Restriction(
            time.fromisoformat(one["start"]), time.fromisoformat(one["end"]), frozenset(one["weekdays"])
        )
        for one in kept.get("hours", ())
    )
