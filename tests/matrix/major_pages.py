"""The pages of major incidents, and status pages."""

from typing import Any

from tests.matrix import major_records as a
from tests.matrix.probes import Asker, Probe

_HOME = "/console/major-incidents"
_ONE = f"{_HOME}/{{major_id}}"
_PROVIDERS_OWN = "how the asker's own provider handles major incidents"
_ACTION = {"action_id": "{action_id}", "action_text": "{fresh}", "action_state": "done"}
_OWNED = {"action_owner": "{own_technician_id}", "action_due": "2998-01-01"}


def _ask(surface: str, /, form: dict[str, str] | None = None, query: Any = None, **more: Any) -> Probe:
    return Probe(surface, {"form": form, "query": query, "path": more.pop("path", {})}, **more)


def _do(action: str, record: Any = a.major, owner: str = "technician", /, **form: str) -> Probe:
    return _ask(
        f"POST {_ONE}/{{action}}",
        form=form,
        path={"action": action},
        record=record,
        owner=owner,
        fresh=True,
        shows=f"{_HOME}/MAJOR-",
        by=action,
    )


PROBES = [
    _ask(
        f"GET {_HOME}", record=a.reviewed, owner="technician", listing=True, comparable=False, shows="MAJOR-"
    ),
    _ask(
        f"POST {_HOME}",
        form={"incident": "{number}", "severity": "sev2"},
        record=a.undeclared,
        owner="technician",
        fresh=True,
        shows=f"{_HOME}/MAJOR-",
    ),
    _ask(f"GET {_ONE}", record=a.major, owner="technician", shows="zephyrine"),
    _ask(f"GET {_ONE}/review.md", record=a.reviewed, owner="technician", shows="zephyrine"),
    _do("move", state="investigating"),
    _do("change", title="{fresh}", summary="", severity="sev2"),
    _do("roles", role="scribe", person="{own_technician_id}"),
    _do("notes", text="{fresh}"),
    _do("tenants", tenants="{own_tenant_id}", title="{fresh}"),
    _do("rename", tenant="{own_tenant_id}", title="{fresh}"),
    _do("spare", a.wider, "admin", tenant="{other_tenant_id}"),
    _do("updates", text_en="{fresh}", step="send"),
    _do("review", a.reviewed, review_summary="{fresh}"),
    _do("finish", a.reviewed),
    _do("actions", a.reviewed, **_ACTION, **_OWNED),
    _ask(f"GET {_HOME}/settings", listing=True, shows="<form"),
    _ask(
        f"GET {_HOME}/settings",
        query={"tenant": "{tenant_id}"},
        record=a.status_address,
        fresh=True,
        shows="/status/",
        by="tenant",
    ),
    _ask(
        f"POST {_HOME}/settings",
        form={"sev1_minutes": "30", "sev2_minutes": "60", "sev3_minutes": "240"},
        ownerless=_PROVIDERS_OWN,
        shows=f"{_HOME}/settings",
    ),
    _ask(
        f"POST {_HOME}/settings/templates",
        form={"template_id": "{template_id}", "name": "{fresh}", "text_en": "x"},
        record=a.template,
        fresh=True,
        shows=f"{_HOME}/settings",
    ),
    _ask(
        f"POST {_HOME}/settings/templates/{{template_id}}/remove",
        record=a.template,
        fresh=True,
        shows=f"{_HOME}/settings",
    ),
    _ask(
        f"POST {_HOME}/settings/status-address",
        form={"tenant": "{tenant_id}", "step": "create"},
        record=a.status_address,
        fresh=True,
        shows=f"{_HOME}/settings",
    ),
    _ask("GET /t/{slug}/status", record=a.status_portal, owner="requester", shows="zephyrine"),
    # Whoever has a secret address reads one client's page, signed in or not; it names one client.
    _ask(
        "GET /status/{token}",
        record=a.status_address,
        owner="requester",
        fresh=True,
        intruders=(Asker("acme", "requester"),),
        shared_with=("requester",),
        shows="zephyrine",
    ),
]
