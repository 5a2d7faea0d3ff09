"""Clocks, contracts, calendars."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.probes import Probe

_TENANT = {"tenant_id": "{tenant_id}"}
_SINCE = {"start_time": "2020-01-01T00:00:00Z"}
_INCIDENT = {"incident_id": "{incident_id}"}
_TARGETS = [
    {"kind": kind, "priority": f"PRIORITY_P{n}", "goal_seconds": 3600, "calendar_id": "{own_calendar_id}"}
    for kind in ("TARGET_KIND_FIRST_RESPONSE", "TARGET_KIND_RESOLUTION")
    for n in range(1, 6)
]
_TERMS = {"name": "Silver", "time_zone": "UTC", "targets": _TARGETS, "reopen_rule": "REOPEN_RULE_CONTINUE"}


def _contracts(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"sla ContractService.{method}", request, **more)


def _clocks(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"sla ClockService.{method}", request, a.known_incident, "requester", **more)


PROBES = [
    _clocks("GetClocks", _INCIDENT),
    _clocks("BatchGetClocks", {"incident_ids": ["{incident_id}"]}, listing=True),
    _clocks("ExplainClocks", _INCIDENT),
    Probe("sla ClockService.CountAttainment", _SINCE, owner="technician", listing=True, shows="attainments"),
    Probe(
        "sla ClockService.CountAttainment",
        {**_SINCE, "tenant_ids": ["{tenant_id}"]},
        a.tenant,
        "client_manager",
        listing=True,
        shows="attainments",
        by="tenant",
    ),
    _contracts(
        "CreateCalendar",
        {
            "calendar": {"provider_id": "{provider_id}", "name": "{fresh}", "time_zone": "UTC"}
            | {"always_open": True}
        },
        record=a.provider,
        listing=True,
        comparable=False,
    ),
    _contracts(
        "UpdateCalendar",
        {
            "calendar": {"calendar_id": "{calendar_id}", "name": "{fresh}", "time_zone": "UTC"}
            | {"always_open": True}
        },
        record=a.calendar,
        shared_with=("technician",),
    ),
    _contracts(
        "GetCalendar", {"calendar_id": "{calendar_id}"}, record=a.calendar, shared_with=("technician",)
    ),
    _contracts("ListCalendars", {}, listing=True, shows="cal_", shared_with=("technician",)),
    _contracts(
        "PreviewContract",
        {
            "contract": {
                **_TERMS,
                "targets": [{**one, "calendar_id": "{calendar_id}"} for one in _TARGETS],
            }
        },
        record=a.calendar,
        missing_as=("calendar_unknown",),
        shared_with=("technician",),
        shows="due_time",
    ),
    _contracts(
        "SimulateContract",
        {**_TENANT, "contract": _TERMS, "period": "2026-01"},
        record=a.tenant,
        shows="as_agreed",
    ),
    _contracts(
        "PreviewCalendar",
        {"calendar": {"name": "Draft", "time_zone": "UTC", "always_open": True}, "year": 2026},
        owner="technician",
        ownerless="it computes with what is sent along, and names nobody's record",
        shows="2026-12-31",
    ),
    _contracts("CreateContract", {"contract": {**_TERMS, **_TENANT}}, record=a.another_tenant, fresh=True),
    _contracts("UpdateContract", {"contract": {**_TERMS, "contract_id": "{contract_id}"}}, record=a.contract),
    _contracts("GetContract", {"contract_id": "{contract_id}"}, record=a.contract, owner="client_manager"),
    _contracts("ListContracts", {}, owner="client_manager", listing=True, shows="ctr_"),
    _contracts("ListContracts", _TENANT, record=a.tenant, owner="client_manager", listing=True, by="tenant"),
]
