"""The pages of who is on call, and of what is suggested about an incident."""

from typing import Any

from tests.matrix import on_call_records as a
from tests.matrix import records
from tests.matrix.model_records import suggested_number
from tests.matrix.on_call_records import CALENDAR
from tests.matrix.probes import Asker, Probe

_SHARED = {"record": a.schedule, "shared_with": ("technician",)}
_ONE = "/console/on-call/{schedule_id}"


def _ask(surface: str, /, form: dict[str, str] | None = None, **more: Any) -> Probe:
    return Probe(surface, {"form": form, "query": None, "path": {}}, **more)


def _wanted(person_id: str) -> dict[str, str]:
    return {
        "name": "{fresh}",
        "time_zone": "UTC",
        "turn-0-0": person_id,
        "start-0": "2026-01-05T09:00",
        "count-0": "1",
        "unit-0": "weeks",
    }


_POLICY = {
    "name": "{fresh}",
    "trigger": "breached",
    "alerts": "1",
    "position": "5",
    "rounds": "1",
    "target-0-0": "person:{own_technician_id}",
    "wait-0": "5",
}

PROBES = [
    _ask(
        "GET /console/on-call",
        owner="technician",
        listing=True,
        comparable=False,
        shows="ocs_",
        **_SHARED,
    ),
    _ask("GET /console/on-call/new", listing=True, shows="<form"),
    _ask(
        "POST /console/on-call",
        form=_wanted("{own_technician_id}"),
        ownerless="it is made in the asker's own provider's room; whom it may name, the RPC's probe asks",
        shows="/console/on-call/ocs_",
    ),
    _ask(f"GET {_ONE}", **_SHARED),
    _ask(f"GET {_ONE}/edit", **_SHARED),
    _ask(
        f"POST {_ONE}/edit",
        form=_wanted("{own_technician_id}"),
        fresh=True,
        shows="/console/on-call/",
        **_SHARED,
    ),
    _ask(f"POST {_ONE}/remove", fresh=True, shows="/console/on-call", **_SHARED),
    _ask(
        f"POST {_ONE}/overrides",
        form={
            "person_id": "{own_technician_id}",
            "start_time": "2998-01-01T00:00",
            "end_time": "2998-01-02T00:00",
        },
        fresh=True,
        shows="/console/on-call/",
        **_SHARED,
    ),
    _ask(
        f"POST {_ONE}/overrides/import",
        form={"person_id": "{own_technician_id}", "calendar": CALENDAR},
        fresh=True,
        shows="/console/on-call/",
        **_SHARED,
    ),
    _ask(f"POST {_ONE}/overrides/{{override_id}}/remove", fresh=True, shows="/console/on-call/", **_SHARED),
    _ask(
        f"POST {_ONE}/absences",
        form={
            "away_person_id": "{technician_id}",
            "away_start_time": "2996-01-01T00:00",
            "away_end_time": "2996-01-02T00:00",
        },
        fresh=True,
        shows="/console/on-call/",
        **_SHARED,
    ),
    _ask(
        f"POST {_ONE}/absences/{{absence_id}}/remove",
        record=a.absence,
        shared_with=("technician",),
        fresh=True,
        shows="/console/on-call/",
    ),
    _ask("GET /console/on-call/policies", record=a.policy, listing=True, comparable=False),
    _ask("GET /console/on-call/policies/new", listing=True, shows="<form"),
    _ask(
        "POST /console/on-call/policies",
        form={**_POLICY, "tenants": "{tenant_id}"},
        record=records.tenant,
        shows="/console/on-call/policies",
    ),
    _ask("GET /console/on-call/policies/{policy_id}", record=a.policy),
    _ask(
        "POST /console/on-call/policies/{policy_id}",
        form={**_POLICY, "tenants": "{own_tenant_id}"},
        record=a.policy,
        fresh=True,
        shows="/console/on-call/policies",
    ),
    _ask(
        "POST /console/on-call/policies/{policy_id}/remove",
        record=a.policy,
        fresh=True,
        shows="/console/on-call/policies",
    ),
    _ask(
        "POST /console/incidents/{number}/escalation/acknowledge",
        record=a.called_number,
        owner="technician",
        shows="done=escalation",
    ),
    _ask(
        "POST /console/incidents/{number}/suggestions/accept",
        record=suggested_number,
        owner="technician",
        shows="done=suggestion",
    ),
    _ask("GET /console/on-call/calendars", record=a.feed, listing=True, comparable=False),
    _ask(
        "POST /console/on-call/calendars",
        form={"schedule_id": "{schedule_id}"},
        shows="/console/on-call/calendars",
        **_SHARED,
    ),
    _ask(
        "POST /console/on-call/calendars/{feed_id}/remove",
        record=a.feed,
        fresh=True,
        shows="/console/on-call/calendars",
    ),
    # Who has its link reads a calendar, until it is revoked.
    _ask(
        "GET /on-call/{token}.ics",
        record=a.feed,
        owner="technician",
        intruders=(Asker("acme", "technician"),),
        shared_with=("technician",),
        shows="VCALENDAR",
    ),
    # Who has a link may use it, signed in or not; it names one page, and shows no more than its mail.
    *(
        _ask(
            f"{method} /page/{{tag}}",
            form={} if method == "POST" else None,
            record=a.page_tag,
            owner="technician",
            intruders=(Asker("acme", "technician"),),
            shared_with=("technician",),
            shows="</html>",
        )
        for method in ("GET", "POST")
    ),
]
