"""A probe for every stream of live updates."""

from tests.matrix import records as a
from tests.matrix.probes import Probe

PROBES = [
    Probe("GET /live/queue", {}, owner="technician", listing=True, shows="zephyrine"),
    Probe(
        "GET /live/queue",
        {"query": {"tenant_id": "{tenant_id}"}},
        a.tenant,
        owner="technician",
        by="tenant",
    ),
    Probe("GET /live/incidents/{incident_id}", {}, a.known_incident, owner="requester"),
    Probe(
        "GET /live/incidents/{incident_id}",
        {"query": {"tenant_id": "{own_tenant_id}"}},
        a.known_incident,
        owner="technician",
        by="within the listener's own client",
    ),
]
