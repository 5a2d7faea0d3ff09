"""Major incidents and status pages."""

from typing import Any

from tests.matrix import major_records as a
from tests.matrix.probes import Asker, Probe

_MAJOR = {"major_id": "{major_id}"}
_ACTION = {"action_id": "{action_id}", "text": "Done", "state": "ACTION_STATE_DONE", "due_date": "2998-01-01"}
_PROVIDERS_OWN = "how the asker's own provider handles major incidents"
_WHOLE_HOUSE = {"record": a.template, "shared_with": ("technician",)}


def _ask(method: str, request: dict[str, Any], record: Any = a.major, **more: Any) -> Probe:
    return Probe(
        f"incidents MajorIncidentService.{method}",
        request,
        **{"record": record, "owner": "technician", **more},
    )


def _status(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"incidents StatusPageService.{method}", request, **more)


PROBES = [
    _ask(
        "DeclareMajorIncident",
        {"incident_id": "{incident_id}"},
        a.another_undeclared,
        fresh=True,
        shows="maj_",
    ),
    _ask("GetMajorIncident", _MAJOR),
    _ask("ListMajorIncidents", {"page_size": 200}, listing=True),
    _ask("ListMajorTimeline", _MAJOR, shows="major_declared"),
    _ask("ListMajorUpdates", _MAJOR, shows="upd_"),
    *(
        _ask(method, {**_MAJOR, **more}, record, fresh=True)
        for method, more, record in (
            ("MoveMajorIncident", {"state": "MAJOR_STATE_INVESTIGATING"}, a.major),
            ("ChangeMajorIncident", {"title": "{fresh}"}, a.major),
            ("GiveMajorRole", {"role": "MAJOR_ROLE_SCRIBE", "person_id": "{own_technician_id}"}, a.major),
            ("NoteMajorIncident", {"text": "{fresh}"}, a.major),
            ("SaveReview", {"review": {"summary": "{fresh}"}}, a.reviewed),
            ("FinishReview", {}, a.reviewed),
        )
    ),
    _ask(
        "UpdateActionItem",
        {**_MAJOR, "action": {**_ACTION, "owner_id": "{own_technician_id}"}},
        a.reviewed,
        fresh=True,
    ),
    _ask(
        "AddAffectedTenants",
        {**_MAJOR, "tenants": [{"tenant_id": "{own_tenant_id}", "title": "{fresh}"}]},
        fresh=True,
    ),
    _ask(
        "RenameAffectedTenant",
        {**_MAJOR, "tenant_id": "{own_tenant_id}", "title": "{fresh}"},
        fresh=True,
    ),
    _ask(
        "SpareTenant",
        {**_MAJOR, "tenant_id": "{other_tenant_id}"},
        a.wider,
        owner="admin",
        fresh=True,
    ),
    _ask("SendMajorUpdate", {**_MAJOR, "texts": {"en": "{fresh}"}}, fresh=True, shows="upd_"),
    _ask("ListActionItems", {"with_finished": True}, a.reviewed, listing=True),
    _ask("ListUpdateTemplates", {}, listing=True, **_WHOLE_HOUSE),
    _ask(
        "SaveUpdateTemplate",
        {"template": {"template_id": "{template_id}", "name": "{fresh}", "texts": {"en": "x"}}},
        a.template,
        owner="admin",
        fresh=True,
    ),
    _ask(
        "DeleteUpdateTemplate",
        {"template_id": "{template_id}"},
        a.template,
        owner="admin",
        fresh=True,
        shows="{}",
    ),
    _ask("GetMajorSettings", {}, None, ownerless=_PROVIDERS_OWN, shows="sev1_minutes"),
    _ask(
        "SetMajorSettings",
        {"settings": {"sev1_minutes": 30, "sev2_minutes": 60, "sev3_minutes": 240}},
        None,
        owner="admin",
        ownerless=_PROVIDERS_OWN,
        shows="sev1_minutes",
    ),
    _status("ListStatus", {"tenant_id": "{tenant_id}"}, record=a.major, owner="requester", shows="zephyrine"),
    *(
        _status(method, {"tenant_id": "{tenant_id}"}, record=a.status_address, fresh=True)
        for method in ("GetStatusAddress", "CreateStatusAddress", "RevokeStatusAddress")
    ),
    # Whoever has it reads it; the gateway alone may ask.
    _status(
        "ReadStatusAddress",
        {"token": "{token}"},
        record=a.status_address,
        owner="service",
        intruders=(Asker("lumen", "technician"), Asker("port", "admin"), Asker("port", "service")),
        shows="zephyrine",
        fresh=True,
    ),
]
