"""A probe for every stream of live updates."""

from contextlib import ExitStack

from tests.matrix import records as a
from tests.matrix.houses import House, Ids, World
from tests.matrix.live_face import listening, shows, sign_in
from tests.matrix.probes import Asker, Probe

# Browsers that stay open for as long as the tests run.
_OPEN = ExitStack()


def looked_at(world: World, house: House) -> Ids:
    """An incident that the house's technician has open before their eyes."""
    ids = world.record(a.known_incident, house)
    headers = sign_in(world, Asker(house.slug, "technician"))
    connection_id = _OPEN.enter_context(listening(world, headers))
    seen = {"incident": ids["incident_id"], "viewing": ids["incident_id"]}
    shows(world, headers, f"/live/session/{connection_id}", seen).raise_for_status()
    return {"incident_id": ids["incident_id"]}


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
    Probe(
        "GET /live/session",
        {"query": {"queue": "1", "after": "0.0"}},
        owner="technician",
        listing=True,
        shows="zephyrine",
        by="rows",
    ),
    Probe(
        "GET /live/session",
        {"query": {"queue": "1", "tenant_id": "{tenant_id}"}},
        a.tenant,
        owner="technician",
        by="tenant",
        # What is granted names the connection and the hour.
        shows="connection_id",
    ),
    Probe(
        "GET /live/session",
        {"query": {"incident": "{incident_id}", "after": "0.0"}},
        a.known_incident,
        owner="requester",
        listing=True,
        comparable=False,
        by="an incident's events",
    ),
    Probe(
        "GET /live/session",
        {"query": {"queue": "1"}},
        looked_at,
        owner="technician",
        listing=True,
        comparable=False,
        shows='"people":[{',
        by="who looks",
    ),
    Probe(
        "POST /live/session/{connection_id}",
        {"form": {"incident": "{incident_id}", "viewing": "{incident_id}"}},
        a.known_incident,
        owner="requester",
        listing=True,
    ),
]
