"""Major incidents and status pages."""

from typing import Any

from tests.matrix import major_records as a
from tests.matrix import records
from tests.matrix.probes import Probe
from tests.matrix.rest.asking import ask

_ONE = "/major-incidents/{major_id}"
_READ: dict[str, Any] = {"record": a.major, "owner": "technician"}
_PROVIDERS_OWN = "how the asker's own provider handles major incidents"
_WORDS = {"name": "{fresh}", "texts": {"en": "x"}}
_MINUTES = {"sev1_minutes": 30, "sev2_minutes": 60, "sev3_minutes": 240}
_ACTION = {"text": "{fresh}", "state": "done", "owner_id": "{own_technician_id}", "due_date": "2998-01-01"}


def _do(surface: str, record: Any = a.major, owner: str = "technician", **json: object) -> Probe:
    return ask(surface, json=json, record=record, owner=owner, fresh=True)


PROBES = [
    ask(
        "POST /major-incidents",
        json={"incident_id": "{incident_id}"},
        record=records.incident,
        owner="technician",
        fresh=True,
        shows="maj_",
    ),
    ask("GET /major-incidents", listing=True, **_READ),
    ask(f"GET {_ONE}", **_READ),
    ask(f"GET {_ONE}/timeline", shows="major_declared", **_READ),
    ask(f"GET {_ONE}/updates", shows="upd_", **_READ),
    _do(f"PATCH {_ONE}", title="{fresh}"),
    _do(f"POST {_ONE}/move", state="investigating"),
    _do(f"POST {_ONE}/roles", role="scribe", person_id="{own_technician_id}"),
    _do(f"POST {_ONE}/notes", text="{fresh}"),
    _do(f"POST {_ONE}/tenants", tenants=[{"tenant_id": "{own_tenant_id}", "title": "{fresh}"}]),
    _do(f"POST {_ONE}/tenants/{{tenant_id}}/rename", title="{fresh}"),
    ask(
        f"POST {_ONE}/tenants/{{tenant_id}}/spare",
        json={},
        record=a.spareable,
        fresh=True,
        shows="maj_",
    ),
    ask(f"POST {_ONE}/updates", json={"texts": {"en": "{fresh}"}}, fresh=True, shows="upd_", **_READ),
    ask(f"GET {_ONE}/review.md", record=a.reviewed, owner="technician", shows="MAJOR-"),
    _do(f"PUT {_ONE}/review", a.reviewed, summary="{fresh}"),
    ask(f"POST {_ONE}/review/finish", record=a.reviewed, owner="technician", fresh=True),
    _do(f"PUT {_ONE}/actions/{{action_id}}", a.reviewed, **_ACTION),
    ask("GET /action-items", record=a.reviewed, owner="technician", listing=True),
    ask("GET /update-templates", record=a.template, listing=True, shared_with=("technician",)),
    ask(
        "POST /update-templates",
        json=_WORDS,
        ownerless="it is made in the asker's own provider's room",
        shows="upt_",
    ),
    ask("PUT /update-templates/{template_id}", json=_WORDS, record=a.template, fresh=True),
    ask("DELETE /update-templates/{template_id}", record=a.template, fresh=True),
    ask("GET /major-incident-settings", ownerless=_PROVIDERS_OWN, shows="sev1_minutes"),
    ask("PUT /major-incident-settings", json=_MINUTES, ownerless=_PROVIDERS_OWN, shows="sev1_minutes"),
    ask(
        "GET /status",
        query={"tenant_id": "{tenant_id}"},
        record=a.major,
        owner="requester",
        shows="zephyrine",
    ),
    ask("GET /tenants/{tenant_id}/status-address", record=a.status_address),
    ask("POST /tenants/{tenant_id}/status-address", record=a.status_address, fresh=True),
    ask("DELETE /tenants/{tenant_id}/status-address", record=a.status_address, fresh=True),
]
