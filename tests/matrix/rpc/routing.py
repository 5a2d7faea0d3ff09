"""How much people are given, and what clients agreed."""

from typing import Any

from tests.matrix import records
from tests.matrix import routing_records as a
from tests.matrix.probes import Probe

_PERSON = {"person_id": "{person_id}"}
_SHARED = {"record": a.profile, "shared_with": ("technician",)}


def _ask(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"triage RoutingService.{method}", request, **more)


def _agree(**agreed: Any) -> dict[str, Any]:
    return {"routing": {"tenant_id": "{own_tenant_id}", **agreed}}


PROBES = [
    _ask("SaveWorkProfile", {"profile": {**_PERSON, "load_cap": 7}}, **_SHARED),
    _ask("GetWorkProfile", _PERSON, **_SHARED),
    _ask("ListWorkProfiles", {}, listing=True, shows="per_", **_SHARED),
    _ask("SaveClientRouting", _agree(tenant_id="{tenant_id}"), record=a.agreed),
    _ask(
        "SaveClientRouting",
        _agree(groups=[{"assignment_group_id": "{group_id}"}]),
        record=records.group,
        missing_as=("assignment_group_unknown",),
        by="group",
    ),
    _ask(
        "SaveClientRouting",
        _agree(preferred_ids=["{technician_id}"]),
        record=records.technician,
        missing_as=("member_unknown",),
        by="person",
    ),
    _ask("GetClientRouting", {"tenant_id": "{tenant_id}"}, record=a.agreed),
    _ask("ListClientRoutings", {}, record=a.some_agreed, listing=True, shows="ten_"),
]
