"""The matrix is worth its name: a store that forgets its tenant filter is caught, whichever store it is.

One collection after the other is blinded, and the probes of its service are run until one complains. What no
surface shows is tried in its store itself (hidden.py), and the rest is exempt for a reason. A new collection must be
put into one of these lists.
"""

import re

import pytest

from chassis.tenancy import SystemScope
from tests.matrix.blindfold import Widen, blinded, remembered, to_anybody, to_the_provider
from tests.matrix.hidden import HIDDEN, SYSTEM_ONLY
from tests.matrix.houses import World
from tests.matrix.probes import Face, Probe, Trial
from tests.matrix.rest.macros import PROBES as MACROS
from tests.matrix.rest.setup import PROGRAMS
from tests.matrix.rest_face import RestFace
from tests.matrix.rpc_face import RpcFace
from tests.matrix.rpc_probes import PROBES as RPC

CAUGHT = [
    *(("directory", name) for name in ("providers", "tenants", "mail_domains", "brands", "people", "teams")),
    *(
        ("intake", name)
        for name in ("submissions", "quarantine", "mailboxes", "forms", "alert_sources", "alert_groups")
    ),
    ("incidents", "incidents"),
    ("incidents", "problems"),
    ("incidents", "major_incidents"),
    ("incidents", "major_templates"),
    ("incidents", "catalog_items"),
    ("incidents", "configuration_items"),
    ("incidents", "changes"),
    ("incidents", "change_freezes"),
    *(
        ("triage", name)
        for name in (
            "rules",
            "rule_runs",
            "groups",
            "views",
            "queue_entries",
            "maintenance_windows",
            "on_call_schedules",
            "on_call_absences",
            "escalation_policies",
            "escalations",
            "work_profiles",
            "client_routings",
            "model_cards",
            "suggestions",
        )
    ),
    *(("sla", name) for name in ("contracts", "calendars", "clock_sets", "statements", "exclusions")),
    ("knowledge", "articles"),
    *(("notify", name) for name in ("deliveries", "webhooks")),
    ("gateway", "clients"),
    ("gateway", "macros"),
    *((service, "dead_letters") for service in ("intake", "incidents", "triage", "sla", "notify")),
]
# Those of which people of single clients are told something: here forgetting the tenant alone must be caught too.
CAUGHT_WITHIN_A_PROVIDER = [
    *(("directory", name) for name in ("tenants", "brands")),
    *(
        ("intake", "submissions"),
        ("intake", "forms"),
        ("incidents", "incidents"),
        ("triage", "queue_entries"),
        ("triage", "client_routings"),
        ("triage", "suggestions"),
    ),
    *(("sla", "contracts"), ("sla", "clock_sets"), ("sla", "statements"), ("notify", "deliveries")),
]
EXEMPT = {
    (
        "incidents",
        "numbers",
    ): "A tenant's counter is found by the tenant's own id, and is no answer to anybody.",
    (
        "incidents",
        "major_settings",
    ): "A provider's settings are found by its own id, and name nobody.",
    (
        "triage",
        "on_call_feeds",
    ): "Found by its person's own id besides: nobody else sees or revokes a link.",
    ("gateway", "bulk_actions"): "Found by its asker besides: nobody else sees or undoes one.",
    ("triage", "held_incidents"): "Nobody asks for it: written for its own tenant, read by a sweep of all.",
    ("intake", "alert_lanes"): "Found by the tenant's own id, and holds nothing but whose turn it is.",
    **dict.fromkeys(
        SYSTEM_ONLY, "Only ever searched for every tenant at once, which a test below holds it to."
    ),
}


@pytest.mark.parametrize("place", CAUGHT, ids=" ".join)
def test_a_collection_without_its_tenant_filter_is_caught(world: World, place: tuple[str, str]) -> None:
    face, probes = _probes_of(place[0])
    assert _first_leak(world, face, probes, place), "every probe passed all the same"


@pytest.mark.parametrize("place", CAUGHT_WITHIN_A_PROVIDER, ids=" ".join)
def test_a_collection_that_asks_for_the_provider_alone_is_caught(
    world: World, place: tuple[str, str]
) -> None:
    face, probes = _probes_of(place[0])
    assert _first_leak(world, face, probes, place, to_the_provider), "every probe passed all the same"


def test_every_collection_is_either_caught_or_exempt_for_a_reason(world: World) -> None:
    listed = [*CAUGHT, *HIDDEN, *EXEMPT]
    assert sorted(world.platform.collections) == sorted(listed)


@pytest.mark.parametrize("place", HIDDEN, ids=" ".join)
def test_what_no_surface_shows_keeps_tenants_apart_in_its_store(world: World, place: tuple[str, str]) -> None:
    with remembered() as made:
        leaks = HIDDEN[place](world.platform)
    assert not leaks()
    with blinded(one for one in made if one.collection.name == place[1]):
        assert leaks(), "without the tenant filter it behaves the same"


def test_what_is_exempt_as_searched_for_every_tenant_at_once_is_searched_in_no_other_way(
    world: World,
) -> None:
    assert {place: kinds for place, kinds in world.scopes_used.items() if kinds - {SystemScope}} == {}


def _probes_of(service: str) -> tuple[Face, list[Probe]]:
    if service == "gateway":
        return RestFace(), [*PROGRAMS, *MACROS]
    return RpcFace(), [probe for probe in RPC if probe.surface.startswith(f"{service} ")]


def _strangeness(probe: Probe, collection: str) -> int:
    """Lower for surfaces whose names have words of the collection's: they ask for what is in it, and are tried first."""
    surface = re.sub(r"[^a-z]", "", probe.surface.lower())
    return -sum(word[:5] in surface for word in collection.split("_"))


def _first_leak(
    world: World, face: Face, probes: list[Probe], place: tuple[str, str], widen: Widen = to_anybody
) -> str:
    likely = sorted(probes, key=lambda probe: _strangeness(probe, place[1]))
    # Once more in their own order: what was made a moment ago may not have been there yet for the first of them.
    for probe in [*likely, *probes]:
        if probe.ownerless:
            continue
        trial = Trial(world, face, probe)
        for who in reversed(trial.intruders):
            with blinded(world.platform.collections[place], widen):
                leak = trial.intrusion(who, thorough=False)
            if leak:
                return f"{probe}: {who} {leak}"
    return ""
