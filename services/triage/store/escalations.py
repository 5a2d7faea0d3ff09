"""Escalation policies in the provider's own room, and escalations with their incident's client."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database

from chassis.errors import NotFound
from chassis.outbox import AggregateStore
from chassis.tenancy import Caller, Scope, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.triage.domain.escalation.policy import Policy, Step, Target, TargetKind, Trigger
from services.triage.domain.escalation.run import Concern, Escalation, Page, State
from services.triage.domain.link import Links
from services.triage.domain.oncall.piece import Watcher
from services.triage.events import escalations as events
from services.triage.ports import EscalationChange

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEPS = SystemScope("the next steps of escalations, of all tenants")
_LINKS = SystemScope("the links of pages, whose tag was verified")


class PolicyStore:
    """ports.Policies on MongoDB."""

    def __init__(self, database: Database) -> None:
        self.records = AggregateStore(database["escalation_policies"], noun="policy")

    def add(self, scope: TenantScope, policy: Policy) -> Policy:
        self.records.create(scope, policy.policy_id, _kept_policy(policy), [])
        return replace(policy, revision=1)

    def replace(self, scope: TenantScope, policy: Policy, revision: int) -> Policy:
        present = self.records.load(scope, policy.policy_id)["revision"]
        saved = self.records.save(scope, policy.policy_id, revision or present, _kept_policy(policy), [])
        return replace(policy, revision=saved)

    def delete(self, scope: TenantScope, policy_id: str) -> None:
        if not self.records.delete_one(scope, {"_id": policy_id}).deleted_count:
            raise NotFound("policy_not_found", "There is no such policy.")

    def get(self, scope: Scope, policy_id: str) -> Policy:
        return _policy_of(self.records.load(scope, policy_id))

    def all(self, scope: Scope) -> list[Policy]:
        return [_policy_of(one) for one in self.records.find(scope, sort=[("position", 1), ("_id", 1)])]


class EscalationStore:
    """ports.Escalations on MongoDB."""

    def __init__(self, database: Database, signer: CallerSigner, links: Links) -> None:
        self.records = AggregateStore(database["escalations"], noun="escalation", signer=signer)
        self._links = links

    def add(self, begun: Sequence[Escalation], now: datetime, caller: Caller) -> None:
        # What is there already is heard of again.
        self.records.create_many([(_room(one), one.escalation_id, _state(one), []) for one in begun])

    def save(self, changes: Sequence[EscalationChange], now: datetime, caller: Caller) -> int:
        if not changes:
            return 0
        items = []
        for escalation, facts in changes:
            saved = replace(escalation, revision=escalation.revision + 1)
            announced = [events.announced(saved, fact, self._links, now, caller) for fact in facts]
            items.append(
                (
                    _room(escalation),
                    escalation.escalation_id,
                    escalation.revision,
                    _state(escalation),
                    announced,
                )
            )
        return sum(result.ok for result in self.records.save_many(items))

    def get(self, scope: Scope, escalation_id: str) -> Escalation:
        return _escalation(self.records.load(scope, escalation_id))

    def of_incident(self, scope: Scope, incident_id: str) -> list[Escalation]:
        latest = [("start_time", -1), ("_id", 1)]
        return [
            _escalation(one) for one in self.records.find(scope, {"incident_id": incident_id}, sort=latest)
        ]

    def running(self, scope: Scope, incident_ids: Collection[str]) -> list[Escalation]:
        wanted = {"incident_id": {"$in": sorted(incident_ids)}, "state": State.RUNNING.value}
        return [_escalation(one) for one in self.records.find(scope, wanted)]

    def due(self, now: datetime, limit: int) -> list[Escalation]:
        found = self.records.find(
            _STEPS, {"next_time": {"$gt": _EPOCH, "$lte": now}}, sort=[("next_time", 1)], limit=limit
        )
        return [_escalation(one) for one in found]

    def next_due_time(self) -> datetime | None:
        wanted = {"next_time": {"$gt": _EPOCH}}
        found = self.records.find(
            _STEPS, wanted, sort=[("next_time", 1)], limit=1, projection=["next_time", "revision"]
        )
        return found[0]["next_time"] if found else None

    def retime(self, scope: TenantScope, window_id: str, due_time: datetime) -> None:
        held = {"held_by": window_id, "state": State.RUNNING.value}
        self.records.update_many(scope, held, {"$set": {"next_time": due_time}, "$inc": {"revision": 1}})

    def by_page(self, page_id: str) -> Escalation | None:
        found = self.records.find_one(_LINKS, {"pages.page_id": page_id})
        return _escalation(found) if found else None


def _room(escalation: Escalation) -> TenantScope:
    return TenantScope(escalation.concern.provider_id, escalation.concern.tenant_id)


def _kept_policy(policy: Policy) -> dict[str, Any]:
    return {"name": policy.name, "position": policy.position, "policy": _policy_state(policy)}


def _policy_state(policy: Policy) -> dict[str, Any]:
    return {
        "name": policy.name,
        "position": policy.position,
        "enabled": policy.enabled,
        "trigger": policy.trigger.value,
        "alerts": policy.alerts,
        "priorities": sorted(policy.priorities),
        "for_tenant_ids": sorted(policy.tenant_ids),
        "rounds": policy.rounds,
        "steps": [
            {
                "wait_minutes": step.wait_minutes,
                "targets": [
                    {"kind": one.kind.value, "target_id": one.target_id, "name": one.name}
                    for one in step.targets
                ],
            }
            for step in policy.steps
        ],
    }


def _policy_of(kept: dict[str, Any]) -> Policy:
    return replace(_policy(kept["_id"], kept["policy"]), revision=kept["revision"])


def _policy(policy_id: str, kept: dict[str, Any]) -> Policy:
    return Policy(
        policy_id=policy_id,
        name=kept["name"],
        steps=tuple(
            Step(
                tuple(
                    Target(TargetKind(one["kind"]), one["target_id"], one["name"]) for one in step["targets"]
                ),
                step["wait_minutes"],
            )
            for step in kept["steps"]
        ),
        position=kept["position"],
        enabled=kept["enabled"],
        trigger=Trigger(kept["trigger"]),
        alerts=kept["alerts"],
        priorities=frozenset(kept["priorities"]),
        tenant_ids=frozenset(kept["for_tenant_ids"]),
        rounds=kept["rounds"],
    )


def _state(one: Escalation) -> dict[str, Any]:
    concern = one.concern
    return {
        "incident_id": concern.incident_id,
        "concern": {
            "number": concern.number,
            "title": concern.title,
            "priority": concern.priority,
            "channel": concern.channel,
            "configuration_item": concern.configuration_item,
        },
        "policy": {"policy_id": one.policy.policy_id, **_policy_state(one.policy)},
        "trigger": one.trigger.value,
        "state": one.state.value,
        "start_time": one.start_time,
        "next_time": one.next_time,
        "step": one.step,
        "round": one.round,
        "pages": [_page_state(page) for page in one.pages],
        "unmanned": [list(each) for each in one.unmanned],
        "end_time": one.end_time,
        "ended_by": _person_state(one.ended_by) if one.ended_by else {},
        "reason": one.reason,
        "held_by": one.held_by,
    }


def _page_state(page: Page) -> dict[str, Any]:
    return {
        "page_id": page.page_id,
        "person": _person_state(page.watcher),
        "step": page.step,
        "round": page.round,
        "time": page.time,
        "via": page.via,
    }


def _person_state(watcher: Watcher) -> dict[str, str]:
    return {"person_id": watcher.person_id, "name": watcher.name}


def _escalation(kept: dict[str, Any]) -> Escalation:
    concern = Concern(
        incident_id=kept["incident_id"],
        provider_id=kept["provider_id"],
        tenant_id=kept["tenant_id"],
        **kept["concern"],
    )
    return Escalation(
        escalation_id=kept["_id"],
        concern=concern,
        policy=_policy(kept["policy"]["policy_id"], kept["policy"]),
        trigger=Trigger(kept["trigger"]),
        start_time=kept["start_time"],
        next_time=kept["next_time"],
        state=State(kept["state"]),
        step=kept["step"],
        round=kept["round"],
        pages=tuple(_pages(kept["pages"])),
        unmanned=tuple((round_, step) for round_, step in kept["unmanned"]),
        end_time=kept["end_time"],
        ended_by=Watcher(**kept["ended_by"]) if kept["ended_by"] else None,
        reason=kept["reason"],
        held_by=kept["held_by"],
        revision=kept["revision"],
    )


def _pages(kept: Iterable[dict[str, Any]]) -> Iterable[Page]:
    for one in kept:
        yield Page(
            one["page_id"], Watcher(**one["person"]), one["step"], one["round"], one["time"], one["via"]
        )
