"""On-call schedules, escalation policies, and the answers of those who were called."""

from typing import Any

from tests.matrix import on_call_records as a
from tests.matrix import records
from tests.matrix.probes import Probe

_SCHEDULE = {"schedule_id": "{schedule_id}"}
_SHARED = {"record": a.schedule, "shared_with": ("technician",)}
_SOON = {"start_time": "2998-01-01T00:00:00Z", "end_time": "2998-01-02T00:00:00Z"}


def _wanted(person_id: str) -> dict[str, Any]:
    layer = {
        "name": "Primary",
        "people": [{"person_id": person_id}],
        "start": "2026-01-05T09:00",
        "turn_count": 1,
        "turn_unit": "TURN_UNIT_DAYS",
    }
    return {"name": "{fresh}", "time_zone": "UTC", "layers": [layer]}


def _ask(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"triage OnCallService.{method}", request, **more)


_POLICY = {
    "name": "{fresh}",
    "priorities": ["PRIORITY_P1"],
    "trigger": "ESCALATION_TRIGGER_BREACHED",
    "rounds": 1,
}
_TARGET = {"kind": "ESCALATION_TARGET_KIND_PERSON", "target_id": "{own_technician_id}"}
_STEPS = {"steps": [{"targets": [_TARGET], "wait_minutes": 5}]}


def _calls(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"triage EscalationService.{method}", request, **more)


_ESCALATIONS = [
    _calls(
        "CreatePolicy",
        {"policy": {**_POLICY, **_STEPS, "tenant_ids": ["{tenant_id}"]}},
        record=records.tenant,
    ),
    _calls(
        "CreatePolicy",
        {
            "policy": {
                **_POLICY,
                "steps": [{"targets": [{**_TARGET, "target_id": "{technician_id}"}], "wait_minutes": 5}],
            }
        },
        record=records.technician,
        missing_as=("target_unknown",),
        shared_with=("technician",),
        by="target",
    ),
    _calls(
        "UpdatePolicy",
        {"policy": {**_POLICY, **_STEPS, "policy_id": "{policy_id}", "tenant_ids": ["{own_tenant_id}"]}},
        record=a.policy,
        fresh=True,
    ),
    _calls("DeletePolicy", {"policy_id": "{policy_id}"}, record=a.policy, fresh=True),
    _calls("GetPolicy", {"policy_id": "{policy_id}"}, record=a.policy),
    _calls("ListPolicies", {}, record=a.policy, listing=True),
    _calls(
        "ListEscalations",
        {"incident_id": "{incident_id}", "with_suggestions": True},
        record=a.escalated_incident,
        listing=True,
    ),
    _calls("AcknowledgeEscalation", {"incident_id": "{incident_id}"}, record=a.escalated_incident),
    *(
        _calls(method, {"tag": "{tag}"}, record=a.page_tag, owner="service", shows="escalation_id")
        for method in ("ReadPageLink", "UsePageLink")
    ),
]

PROBES = [
    _ask(
        "CreateSchedule",
        {"schedule": _wanted("{technician_id}")},
        record=records.technician,
        missing_as=("member_unknown",),
        shared_with=("technician",),
    ),
    _ask(
        "UpdateSchedule", {"schedule": {**_SCHEDULE, **_wanted("{own_technician_id}")}}, fresh=True, **_SHARED
    ),
    _ask("DeleteSchedule", _SCHEDULE, fresh=True, **_SHARED),
    _ask("GetSchedule", _SCHEDULE, **_SHARED),
    _ask("ListSchedules", {}, listing=True, shows="ocs_", **_SHARED),
    _ask("ListShifts", {**_SCHEDULE, **_SOON}, shows="start_time", **_SHARED),
    _ask("CreateFeed", _SCHEDULE, **_SHARED),
    _ask("ListFeeds", {}, record=a.feed, listing=True),
    _ask("DeleteFeed", {"feed_id": "{feed_id}"}, record=a.feed, fresh=True),
    _ask("ReadFeed", {"token": "{token}"}, record=a.feed, owner="service", shows="feed"),
    _ask("ListOnCall", {}, listing=True, shows="ocs_", **_SHARED),
    _ask(
        "AddOverride",
        {**_SCHEDULE, "override": {"person": {"person_id": "{own_technician_id}"}, **_SOON}},
        fresh=True,
        **_SHARED,
    ),
    _ask("RemoveOverride", {**_SCHEDULE, "override_id": "{override_id}"}, fresh=True, **_SHARED),
    _ask(
        "AddAbsence",
        {"absence": {"person": {"person_id": "{technician_id}"}, **a.FAR}},
        record=records.technician,
        missing_as=("member_unknown",),
        shared_with=("technician",),
    ),
    _ask("ListAbsences", {}, record=a.absence, shared_with=("technician",), listing=True),
    _ask(
        "RemoveAbsence",
        {"absence_id": "{absence_id}"},
        record=a.absence,
        shared_with=("technician",),
        fresh=True,
    ),
    *_ESCALATIONS,
]
