"""What rules did about each incident, with its client: a log that is kept for a time, and what later trials try on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from chassis.errors import NotFound
from chassis.mongo import ScopedCollection, decode_cursor, encode_cursor, page_after
from chassis.tenancy import Scope, TenantScope
from services.triage.domain.learning.advice import Aspect, Suggestion
from services.triage.domain.matrix import Level
from services.triage.domain.report import READ_AT_MOST, Report
from services.triage.domain.rule_run import Opened, RanCondition, RuleRun
from services.triage.store.rule_states import condition_of, condition_state

KEPT = timedelta(days=90)
_LATEST = [("time", -1), ("_id", -1)]
# Whoever asks how often a rule held reads "many" beyond this.
_COUNTED = 10_000


class RuleRunStore:
    """ports.RuleRuns on MongoDB."""

    def __init__(self, database: Database) -> None:
        self._runs = ScopedCollection(database["rule_runs"])

    def log(self, opened: Sequence[Opened]) -> None:
        told = [(_scope(one), one.report.incident_id, _state(one)) for one in opened]
        again = self._runs.insert_each([(scope, {"_id": id, **state}) for scope, id, state in told])
        self._runs.bulk_write_each(
            (scope, UpdateOne({"_id": id}, {"$set": state}))
            for scope, id, state in (told[place] for place in again)
        )

    def passed(self, scope: Scope, told: Mapping[str, tuple[str, Sequence[str]]]) -> None:
        self._runs.bulk_write(
            scope,
            [
                UpdateOne({"_id": incident_id}, {"$set": {"refusal": refusal, "kept": list(kept)}})
                for incident_id, (refusal, kept) in told.items()
            ],
        )

    def of_incident(self, scope: Scope, incident_id: str) -> Opened:
        found = self._runs.find_one(scope, {"_id": incident_id})
        if found is None:
            raise NotFound("rule_runs_not_found", "What rules did about this is not kept any more.")
        return _opened(found)

    def of_rule(
        self, scope: Scope, rule_id: str, page_size: int, page_token: str
    ) -> tuple[list[Opened], str, int]:
        wanted = {"runs.rule_id": rule_id}
        after = page_after(_LATEST, decode_cursor(page_token, 2)) if page_token else {}
        found = self._runs.find(
            scope, {**wanted, **after}, sort=_LATEST, limit=page_size + 1, projection={"report.text": 0}
        )
        page = found[:page_size]
        token = encode_cursor([page[-1]["time"], page[-1]["_id"]]) if len(found) > page_size else ""
        return [_opened(one) for one in page], token, self._runs.count(scope, wanted, limit=_COUNTED)

    def latest(self, scope: Scope, most: int) -> list[Opened]:
        return [_opened(one) for one in self._runs.find(scope, sort=_LATEST, limit=most)]

    def quiet(self, scope: Scope, incident_ids: Collection[str]) -> set[str]:
        wanted = {"_id": {"$in": sorted(incident_ids)}, "no_page": True}
        return {one["_id"] for one in self._runs.find(scope, wanted, projection=["_id"])}


def _scope(opened: Opened) -> TenantScope:
    return TenantScope(opened.provider_id, opened.report.tenant_id)


def _state(opened: Opened) -> dict[str, Any]:
    report = opened.report
    number = {"number": opened.number} if opened.number else {}
    return {
        "time": opened.time,
        "expire_time": opened.time + KEPT,
        "report": {
            "subject": report.subject,
            "text": report.text[:READ_AT_MOST],
            "channel": report.channel,
            "sender": report.sender,
            "category": report.category,
            "impact": int(report.impact or 0),
            "urgency": int(report.urgency or 0),
            "configuration_item": report.configuration_item,
            "item_names": list(report.item_names),
            "form": [[key, list(said)] for key, said in report.form.items()],
        },
        **number,
        "runs": [_run_state(run) for run in opened.runs],
        "rules_tried": opened.rules_tried,
        "no_page": opened.no_page,
        "advice": {aspect.value: asdict(one) for aspect, one in opened.advice.items()},
    }


def _run_state(run: RuleRun) -> dict[str, Any]:
    return {
        "rule_id": run.rule_id,
        "name": run.name,
        "version": run.version,
        "conditions": [{**condition_state(one.condition), "found": one.found} for one in run.conditions],
        "decided": list(run.decided),
        "passed": [list(one) for one in run.passed],
    }


def _opened(kept: dict[str, Any]) -> Opened:
    told = kept["report"]
    report = Report(
        incident_id=kept["_id"],
        tenant_id=kept["tenant_id"],
        subject=told["subject"],
        text=told.get("text", ""),
        channel=told["channel"],
        sender=told["sender"],
        category=told["category"],
        impact=Level(told["impact"]) if told["impact"] else None,
        urgency=Level(told["urgency"]) if told["urgency"] else None,
        configuration_item=told["configuration_item"],
        item_names=tuple(told.get("item_names", ())),
        form=dict(told["form"]),
        create_time=kept["time"],
    )
    decided_by_person = frozenset(kept.get("kept", ()))
    return Opened(
        provider_id=kept["provider_id"],
        report=report,
        time=kept["time"],
        number=kept.get("number", ""),
        runs=tuple(_run(one, decided_by_person) for one in kept["runs"]),
        rules_tried=kept["rules_tried"],
        no_page=kept["no_page"],
        advice={
            Aspect(aspect): Suggestion(**{**one, "words": tuple(one["words"])})
            for aspect, one in kept.get("advice", {}).items()
        },
        refusal=kept.get("refusal", ""),
    )


# What of a rule's actions belongs to each decision that a person may have taken.
_PARTS = {
    "category": "classification",
    "kind": "classification",
    "impact": "prioritization",
    "urgency": "prioritization",
    "assignment_group": "assignment",
    "assignee": "assignment",
}


def _run(kept: dict[str, Any], by_person: frozenset[str]) -> RuleRun:
    """A line of the log; what a person had decided meanwhile, the rule did not."""
    left = [name for name in kept["decided"] if _PARTS.get(name) in by_person]
    return RuleRun(
        rule_id=kept["rule_id"],
        name=kept["name"],
        version=kept["version"],
        conditions=tuple(RanCondition(condition_of(one), one["found"]) for one in kept["conditions"]),
        decided=tuple(name for name in kept["decided"] if name not in left),
        passed=(*((name, by) for name, by in kept["passed"]), *((name, "person") for name in left)),
    )
