"""The pages of changes."""

from typing import Any

from tests.matrix import change_records as a
from tests.matrix import records
from tests.matrix.probes import Probe

_CHANGE = {"record": a.drafted_change, "owner": "technician"}
_ONE = "/console/changes/{change_id}"
_SOON = {"start_time": "2998-01-01T00:00", "end_time": "2998-01-02T00:00"}


def _ask(surface: str, /, form: dict[str, str] | None = None, **more: Any) -> Probe:
    path = more.pop("path", None)
    return Probe(surface, {"form": form, "query": None, "path": path or {}}, **more)


PROBES = [
    _ask("GET /console/changes", listing=True, comparable=False, shows="CHG-", **_CHANGE),
    _ask(
        "POST /console/changes",
        form={"client": "{tenant_id}", "title": "{fresh}"},
        record=records.tenant,
        owner="technician",
        shows="/console/changes/CHG-",
    ),
    _ask("GET /console/changes.ics", listing=True, shows="VCALENDAR", **_CHANGE),
    _ask("GET /console/changes/{number}", path={"number": "{change_id}"}, shows="CHG-", **_CHANGE),
    *(
        _ask(
            "POST /console/changes/{number}/{action}",
            form={"revision": "0", **form},
            path={"number": "{change_id}", "action": action},
            record=record,
            owner="technician",
            fresh=True,
            shows="done=change_saved",
            by=action,
        )
        for action, record, form in (
            ("edit", a.drafted_change, {"title": "{fresh}"}),
            ("request", a.drafted_change, {}),
            ("schedule", a.approved_change, {"accept": "1"}),
            ("cancel", a.drafted_change, {"text": "No"}),
            ("tie", a.tied_change, {"incident": "{incident_id}", "tie": "resolves"}),
        )
    ),
    _ask(
        "POST /console/changes/{number}/{action}",
        path={"number": "{change_id}", "action": "announce"},
        record=a.scheduled_change,
        fresh=True,
        shows="done=change_saved",
        by="announce",
    ),
    _ask(
        "GET /t/{slug}/changes",
        path={"slug": "{own_slug}"},
        record=a.asked_change,
        owner="manager",
        listing=True,
        comparable=False,
        shows="CHG-",
    ),
    _ask(
        "POST /t/{slug}/changes/{number}/decide",
        form={"verdict": "approve"},
        path={"slug": "{own_slug}", "number": "{change_id}"},
        record=a.asked_change,
        owner="manager",
        fresh=True,
        shows="changes?done=1",
    ),
    _ask(
        "POST /console/changes/freezes",
        form={"client": "{tenant_id}", "name": "{fresh}", **_SOON},
        record=records.tenant,
        shows="done=freeze_saved",
    ),
    _ask(
        "POST /console/changes/freezes/{freeze_id}/remove",
        record=a.freeze,
        fresh=True,
        shows="done=freeze_removed",
    ),
]
