"""Changes and freezes."""

from tests.matrix import change_records as a
from tests.matrix import records
from tests.matrix.rest.asking import ask

_ONE = "/changes/{change_id}"
_SOON = {"start_time": "2998-01-01T00:00:00Z", "end_time": "2998-01-02T00:00:00Z"}
_CHANGE = {"record": a.drafted_change, "owner": "technician"}

PROBES = [
    ask("GET /changes", query={"page_size": "200"}, listing=True, shows="chg_", **_CHANGE),
    ask(
        "POST /changes",
        json={"tenant_id": "{tenant_id}", "title": "{fresh}"},
        record=records.tenant,
        owner="technician",
    ),
    ask(f"GET {_ONE}", **_CHANGE),
    ask(f"PUT {_ONE}", json={"title": "{fresh}"}, fresh=True, **_CHANGE),
    *(
        ask(f"POST {_ONE}/{verb}", json=body, record=record, owner="technician", fresh=True)
        for verb, body, record in (
            ("request", {}, a.drafted_change),
            ("withdraw", {"text": "No"}, a.requested_change),
            ("schedule", {"accept_conflicts": True}, a.approved_change),
            ("start", {}, a.scheduled_change),
            ("finish", {"ending": "done"}, a.begun_change),
            ("review", {"text": "Fine"}, a.done_change),
            ("cancel", {"text": "No"}, a.drafted_change),
            ("incidents", {"incident_id": "{incident_id}", "tie": "resolves"}, a.tied_change),
        )
    ),
    ask(f"POST {_ONE}/decide", json={"approve": True}, record=a.requested_change, fresh=True),
    ask(
        f"POST {_ONE}/approvers",
        json={"person_id": "{own_manager_id}"},
        record=a.requested_change,
        fresh=True,
    ),
    ask(f"GET {_ONE}/conflicts", shows="conflicts", **_CHANGE),
    ask("GET /incidents/{incident_id}/changes", record=a.tied_change, owner="technician", shows="chg_"),
    ask("GET /changes.ics", listing=True, shows="VCALENDAR", **_CHANGE),
    ask("GET /change-freezes", record=a.freeze, listing=True, shows="frz_"),
    ask(
        "POST /change-freezes",
        json={"tenant_id": "{tenant_id}", "name": "{fresh}", **_SOON},
        record=records.tenant,
    ),
    ask("DELETE /change-freezes/{freeze_id}", record=a.freeze, fresh=True),
]
