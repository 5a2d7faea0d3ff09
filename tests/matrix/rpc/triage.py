"""The queue, rules, assignment groups."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.probes import Probe

_TENANT = {"tenant_id": "{tenant_id}"}
_INCIDENT = {"incident_id": "{incident_id}"}
_RULE = {
    "name": "{fresh}",
    "position": 5,
    "conditions": [
        {
            "field": "CONDITION_FIELD_WORDS",
            "operator": "CONDITION_OPERATOR_CONTAINS_ANY",
            "values": ["unheard"],
        }
    ],
    "actions": {"category": "fire"},
}


def _queue(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"triage QueueService.{method}", request, **{"owner": "technician", **more})


def _rules(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"triage RuleService.{method}", request, **more)


def _views(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"triage ViewService.{method}", request, **more)


_VIEWS = [
    _views(
        "CreateView",
        {"view": {"name": "{fresh}", "filter": {"tenant_ids": ["{tenant_id}"]}}},
        record=a.tenant,
        owner="technician",
    ),
    _views(
        "CreateView",
        {"view": {"name": "{fresh}", "filter": {"assignment_group_id": "{group_id}"}}},
        record=a.group,
        missing_as=("assignment_group_unknown",),
        by="assignment group",
    ),
    _views(
        "CreateView",
        {"view": {"name": "{fresh}", "filter": {"assignee_id": "{technician_id}"}}},
        record=a.technician,
        missing_as=("assignee_unknown",),
        shared_with=("technician",),
        by="assignee",
    ),
    _views(
        "UpdateView",
        {
            "view": {
                "view_id": "{view_id}",
                "name": "{fresh}",
                "shared": True,
                "filter": {"tenant_ids": ["{own_tenant_id}"]},
            }
        },
        record=a.view,
        fresh=True,
    ),
    _views("DeleteView", {"view_id": "{view_id}"}, record=a.view, fresh=True),
    _views("GetView", {"view_id": "{view_id}"}, record=a.view),
    _views("ListViews", {}, record=a.view, listing=True),
]

_WINDOW = {
    **_TENANT,
    "name": "Zephyrine's patching",
    "configuration_items": ["unheard"],
    "start_time": "2999-01-01T00:00:00Z",
    "end_time": "2999-01-02T00:00:00Z",
}
_WINDOWS = [
    Probe("triage WindowService.CreateWindow", {"window": _WINDOW}, record=a.tenant),
    Probe("triage WindowService.ListWindows", {}, record=a.maintenance_window, listing=True, shows="mwn_"),
    Probe("triage WindowService.ListWindows", _TENANT, record=a.tenant, listing=True, by="tenant"),
    Probe(
        "triage WindowService.EndWindow",
        {"window_id": "{window_id}"},
        record=a.maintenance_window,
        fresh=True,
    ),
]

PROBES = [
    *_VIEWS,
    _queue("ListQueue", {"page_size": 200}, listing=True, shows="zephyrine"),
    _queue(
        "ListQueue", {"filter": {"tenant_ids": ["{tenant_id}"]}}, record=a.tenant, listing=True, by="tenant"
    ),
    _queue("ListQueue", {"filter": {"query": "{number}"}}, record=a.known_incident, listing=True, by="words"),
    _queue("ListQueue", {"sort": "QUEUE_SORT_BREACH_RISK"}, listing=True, shows="zephyrine", by="risk"),
    _queue("ListQueue", {"views": True}, record=a.view, listing=True, by="views"),
    _queue(
        "ListQueue",
        {"counts": {"filter": {"tenant_ids": ["{tenant_id}"]}}},
        record=a.tenant,
        listing=True,
        by="counts of a tenant",
    ),
    _queue("CountQueue", {}, listing=True, shows="total"),
    _queue(
        "CountQueue", {"filter": {"tenant_ids": ["{tenant_id}"]}}, record=a.tenant, listing=True, by="tenant"
    ),
    _queue("CountOpen", {}, listing=True, shows="by_priority"),
    _queue(
        "CountOpen",
        {"tenant_ids": ["{tenant_id}"]},
        record=a.tenant,
        listing=True,
        shows="total",
        by="tenant",
    ),
    _queue("GetQueueEntry", _INCIDENT, record=a.known_incident),
    _rules("CreateRule", {"rule": {**_RULE, **_TENANT}}, record=a.tenant),
    _rules(
        "CreateRule",
        {"rule": {**_RULE, "tenant_id": "{own_tenant_id}", "actions": {"assignment_group_id": "{group_id}"}}},
        record=a.group,
        missing_as=("assignment_group_unknown",),
        by="assignment group",
    ),
    _rules(
        "UpdateRule",
        {"rule": {**_RULE, "rule_id": "{rule_id}", "tenant_id": "{own_tenant_id}"}},
        record=a.rule,
        fresh=True,
    ),
    _rules(
        "UpdateRule",
        {"rule": {**_RULE, **_TENANT, "name": "Fires zephyrine", "rule_id": "{own_rule_id}"}},
        record=a.tenant,
        by="tenant",
    ),
    _rules("TryRules", {**_TENANT, "subject": "unheard"}, record=a.tenant, shows="category"),
    _rules("RetryRule", {"rule": {**_RULE, **_TENANT}}, record=a.tenant, shows="asked"),
    _rules("RetryRule", {"rule_id": "{rule_id}"}, record=a.rule, shows="asked", by="rule"),
    _rules("ListRuleVersions", {"rule_id": "{rule_id}"}, record=a.rule),
    _rules("RestoreRuleVersion", {"rule_id": "{rule_id}", "version": 1}, record=a.rule),
    _rules("ListRuleRuns", {"rule_id": "{rule_id}"}, record=a.rule),
    _rules("GetRuleRuns", _INCIDENT, record=a.known_incident),
    _rules("DeleteRule", {"rule_id": "{rule_id}"}, record=a.rule, fresh=True),
    _rules("GetRule", {"rule_id": "{rule_id}"}, record=a.rule),
    _rules("ListRules", {}, listing=True, shows="zephyrine"),
    _rules(
        "CreateAssignmentGroup",
        {"group": {"name": "{fresh}", "tenant_ids": ["{tenant_id}"]}},
        record=a.tenant,
    ),
    _rules(
        "CreateAssignmentGroup",
        {"group": {"name": "{fresh}", "members": [{"person_id": "{technician_id}"}]}},
        record=a.technician,
        missing_as=("member_unknown",),
        by="member",
    ),
    _rules(
        "UpdateAssignmentGroup",
        {"group": {"group_id": "{group_id}", "name": "{fresh}", "tenant_ids": ["{own_tenant_id}"]}},
        record=a.group,
        fresh=True,
    ),
    _rules("GetAssignmentGroup", {"group_id": "{group_id}"}, record=a.group),
    _rules("ListAssignmentGroups", {}, listing=True, shows="zephyrine"),
    *_WINDOWS,
]
