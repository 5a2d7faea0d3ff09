"""Changes and freezes."""

from typing import Any

from tests.matrix import asset_records, records
from tests.matrix import change_records as a
from tests.matrix.probes import Probe

_CHANGE = {"change_id": "{change_id}"}
_SOON = {"start_time": "2998-01-01T00:00:00Z", "end_time": "2998-01-02T00:00:00Z"}


def _ask(method: str, request: dict[str, Any], record: Any = a.drafted_change, **more: Any) -> Probe:
    return Probe(
        f"incidents ChangeService.{method}", request, **{"record": record, "owner": "technician", **more}
    )


PROBES = [
    _ask("CreateChange", {"change": {"tenant_id": "{tenant_id}", "title": "{fresh}"}}, records.tenant),
    _ask(
        "CreateChange",
        {"change": {"tenant_id": "{own_tenant_id}", "title": "{fresh}", "item_ids": ["{item_id}"]}},
        asset_records.item,
        shows="chg_",
        by="item",
    ),
    _ask("UpdateChange", {"change": {**_CHANGE, "title": "{fresh}"}}, fresh=True),
    _ask("GetChange", _CHANGE),
    _ask("ListChanges", {"page_size": 200}, listing=True, shows="chg_"),
    _ask("ListChanges", {"tenant_id": "{tenant_id}"}, listing=True, by="tenant"),
    *(
        _ask(method, {**_CHANGE, **more}, record, fresh=True)
        for method, more, record in (
            ("RequestChange", {}, a.drafted_change),
            ("WithdrawChange", {"text": "No"}, a.requested_change),
            ("ScheduleChange", {"accept_conflicts": True}, a.approved_change),
            ("StartChange", {}, a.scheduled_change),
            ("FinishChange", {"ending": "CHANGE_STATE_DONE"}, a.begun_change),
            ("ReviewChange", {"text": "Fine"}, a.done_change),
            ("CancelChange", {"text": "No"}, a.drafted_change),
        )
    ),
    _ask("DecideChange", _CHANGE, a.requested_change, owner="admin", fresh=True),
    _ask(
        "AppointChangeApprover",
        {**_CHANGE, "person_id": "{own_manager_id}"},
        a.requested_change,
        owner="admin",
        fresh=True,
    ),
    _ask(
        "TieIncident",
        {**_CHANGE, "incident_id": "{incident_id}", "tie": "CHANGE_TIE_RESOLVES"},
        a.tied_change,
        fresh=True,
    ),
    _ask(
        "ListConflicts",
        {**_CHANGE, "window": _SOON, "busy": [{**_SOON, "name": "{fresh}"}]},
        shows="conflicts",
    ),
    _ask("ListChangesOfIncident", {"incident_id": "{incident_id}"}, a.tied_change, shows="chg_"),
    _ask(
        "CreateFreeze",
        {"freeze": {"tenant_id": "{tenant_id}", "name": "{fresh}", **_SOON}},
        records.tenant,
        owner="admin",
    ),
    _ask("ListFreezes", {}, a.freeze, listing=True, shows="frz_"),
    _ask("DeleteFreeze", {"freeze_id": "{freeze_id}"}, a.freeze, owner="admin", fresh=True),
]
