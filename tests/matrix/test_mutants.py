"""The matrix is worth its name: a store that forgets its tenant filter is caught, whichever store it is.

One collection after the other is blinded, and the probes of its service are run until one complains. What no probe
can show is listed with its reason; a new collection must be put into one of the two lists.
"""

import pytest

from tests.matrix.blindfold import blinded
from tests.matrix.houses import World
from tests.matrix.probes import Face, Probe, Trial
from tests.matrix.rest_face import RestFace
from tests.matrix.rest_probes import PROGRAMS
from tests.matrix.rpc_face import RpcFace
from tests.matrix.rpc_probes import PROBES as RPC

CAUGHT = [
    *(("directory", name) for name in ("providers", "tenants", "mail_domains", "brands", "people", "teams")),
    *(("intake", name) for name in ("submissions", "quarantine")),
    ("incidents", "incidents"),
    *(("triage", name) for name in ("rules", "groups", "queue_entries")),
    *(("sla", name) for name in ("contracts", "calendars", "clock_sets")),
    ("knowledge", "articles"),
    *(("notify", name) for name in ("deliveries", "webhooks")),
    ("gateway", "clients"),
    *((service, "dead_letters") for service in ("intake", "incidents", "triage", "sla", "notify")),
]
EXEMPT: dict[tuple[str, str], str] = {}


@pytest.mark.parametrize(("service", "collection"), CAUGHT, ids=" ".join)
def test_a_collection_without_its_tenant_filter_is_caught(
    world: World, service: str, collection: str
) -> None:
    face, probes = _probes_of(service)
    assert _first_leak(world, face, probes, (service, collection)), "every probe passed all the same"


def test_every_collection_is_either_caught_or_exempt_for_a_reason(world: World) -> None:
    there = set(world.platform.collections)
    assert there == {*CAUGHT, *EXEMPT}
    assert not set(CAUGHT) & set(EXEMPT)


def _probes_of(service: str) -> tuple[Face, list[Probe]]:
    if service == "gateway":
        return RestFace(), PROGRAMS
    return RpcFace(), [probe for probe in RPC if probe.surface.startswith(f"{service} ")]


def _first_leak(world: World, face: Face, probes: list[Probe], place: tuple[str, str]) -> str:
    for probe in probes:
        if probe.ownerless:
            continue
        trial = Trial(world, face, probe)
        for who in reversed(face.intruders):
            with blinded(world.platform.collections[place]):
                leak = trial.intrusion(who, thorough=False)
            if leak:
                return f"{probe}: {who} {leak}"
    return ""
