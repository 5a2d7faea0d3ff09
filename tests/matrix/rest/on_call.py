"""On-call schedules."""

from typing import Any

from tests.matrix import on_call_records as a
from tests.matrix import records
from tests.matrix.on_call_records import CALENDAR
from tests.matrix.rest.asking import ask

_SHARED = {"record": a.schedule, "shared_with": ("technician",)}
_SOON = {"start_time": "2998-01-01T00:00:00Z", "end_time": "2998-01-02T00:00:00Z"}


def _wanted(person_id: str) -> dict[str, Any]:
    layer = {"name": "Primary", "people": [{"person_id": person_id}], "start": "2026-01-05T09:00"}
    return {"name": "{fresh}", "time_zone": "UTC", "layers": [layer]}


_TARGET = {"kind": "person", "target_id": "{own_technician_id}"}
_POLICY = {"name": "{fresh}", "trigger": "breached", "steps": [{"targets": [_TARGET]}]}

PROBES = [
    ask("GET /on-call/now", listing=True, shows="ocs_", **_SHARED),
    ask("GET /on-call/feeds", record=a.feed, listing=True),
    ask("POST /on-call/feeds", json={"schedule_id": "{schedule_id}"}, **_SHARED),
    ask("DELETE /on-call/feeds/{feed_id}", record=a.feed, fresh=True),
    ask("GET /on-call/schedules", listing=True, shows="ocs_", **_SHARED),
    ask(
        "POST /on-call/schedules",
        json=_wanted("{technician_id}"),
        record=records.technician,
        missing_as=("member_unknown",),
        shared_with=("technician",),
    ),
    ask("GET /on-call/schedules/{schedule_id}", **_SHARED),
    ask("PUT /on-call/schedules/{schedule_id}", json=_wanted("{own_technician_id}"), fresh=True, **_SHARED),
    ask("DELETE /on-call/schedules/{schedule_id}", fresh=True, **_SHARED),
    ask("GET /on-call/schedules/{schedule_id}/shifts", shows="start_time", **_SHARED),
    ask(
        "POST /on-call/schedules/{schedule_id}/overrides",
        json={"person_id": "{own_technician_id}", **_SOON},
        fresh=True,
        **_SHARED,
    ),
    ask(
        "POST /on-call/schedules/{schedule_id}/overrides/import",
        json={"person_id": "{own_technician_id}", "calendar": CALENDAR},
        fresh=True,
        **_SHARED,
    ),
    ask("DELETE /on-call/schedules/{schedule_id}/overrides/{override_id}", fresh=True, **_SHARED),
    ask("GET /on-call/absences", record=a.absence, shared_with=("technician",), listing=True),
    ask(
        "POST /on-call/absences",
        json={"person_id": "{technician_id}", **a.FAR},
        record=records.technician,
        missing_as=("member_unknown",),
        shared_with=("technician",),
    ),
    ask("DELETE /on-call/absences/{absence_id}", record=a.absence, shared_with=("technician",), fresh=True),
    ask(
        "POST /escalation-policies",
        json={**_POLICY, "tenant_ids": ["{tenant_id}"]},
        record=records.tenant,
    ),
    ask("GET /escalation-policies", record=a.policy, listing=True),
    ask("GET /escalation-policies/{policy_id}", record=a.policy),
    ask("PUT /escalation-policies/{policy_id}", json=_POLICY, record=a.policy, fresh=True),
    ask("DELETE /escalation-policies/{policy_id}", record=a.policy, fresh=True),
    ask("GET /incidents/{incident_id}/escalations", record=a.escalated_incident),
    ask("POST /incidents/{incident_id}/escalations/acknowledge", record=a.escalated_incident),
]
