"""How much people are given, and what clients agreed."""

from tests.matrix import routing_records as a
from tests.matrix.rest.asking import ask

_SHARED = {"record": a.profile, "shared_with": ("technician",)}

PROBES = [
    ask("GET /work-profiles", listing=True, shows="per_", **_SHARED),
    ask("GET /work-profiles/{person_id}", **_SHARED),
    ask("PUT /work-profiles/{person_id}", json={"load_cap": 7}, **_SHARED),
    ask("GET /client-routings", record=a.some_agreed, listing=True, shows="ten_"),
    ask("GET /tenants/{tenant_id}/routing", record=a.agreed),
    ask("PUT /tenants/{tenant_id}/routing", json={"by_history": True}, record=a.agreed),
]
