"""Nobody sees another client: every surface is asked by everybody who must not be answered, and by its owner.

No surface is without a probe, and no probe without a surface: whoever adds one of either is told here what is missing.
"""

from collections.abc import Iterable

import pytest

from tests.matrix import generated
from tests.matrix.houses import World
from tests.matrix.live_face import LiveFace
from tests.matrix.live_probes import PROBES as LIVE
from tests.matrix.page_face import PageFace
from tests.matrix.page_probes import PROBES as PAGES
from tests.matrix.probes import Face, Probe, Trial
from tests.matrix.rest_face import RestFace
from tests.matrix.rest_probes import PROBES as REST
from tests.matrix.rpc_face import RpcFace
from tests.matrix.rpc_probes import PROBES as RPC
from tests.matrix.surfaces import live_surfaces, page_surfaces, rest_surfaces


@pytest.mark.parametrize("probe", RPC, ids=str)
def test_an_rpc_hides_other_clients_records_and_serves_their_owner(world: World, probe: Probe) -> None:
    _assert_kept_apart(world, RpcFace(), probe)


@pytest.mark.parametrize("probe", REST, ids=str)
def test_a_route_hides_other_clients_records_and_serves_their_owner(world: World, probe: Probe) -> None:
    _assert_kept_apart(world, RestFace(), probe)


@pytest.mark.parametrize("probe", PAGES, ids=str)
def test_a_page_hides_other_clients_records_and_serves_their_owner(world: World, probe: Probe) -> None:
    _assert_kept_apart(world, PageFace(), probe)


@pytest.mark.parametrize("probe", LIVE, ids=str)
def test_a_stream_hides_other_clients_events_and_tells_their_owner(world: World, probe: Probe) -> None:
    _assert_kept_apart(world, LiveFace(), probe)


def test_every_route_of_the_openapi_document_has_a_probe(world: World) -> None:
    _assert_same(rest_surfaces(world.platform), REST)


def test_every_rpc_that_a_server_offers_has_a_probe(world: World) -> None:
    _assert_same(set(world.methods), RPC)


def test_every_rpc_of_the_protos_is_offered_by_a_server(world: World) -> None:
    offered = {f"{method.containing_service.full_name}.{method.name}" for _, method in world.methods.values()}
    assert offered == generated.load()


def test_every_page_has_a_probe(world: World) -> None:
    _assert_same(page_surfaces(world.platform), PAGES)


def test_every_live_stream_has_a_probe() -> None:
    _assert_same(live_surfaces(), LIVE)


def test_every_probe_has_a_twin_and_those_without_a_record_say_why() -> None:
    for probe in (*REST, *RPC, *PAGES, *LIVE):
        assert probe.owner
        named = probe.record is not None
        assert named or probe.listing or probe.ownerless, (
            f"{probe} names nobody's record, and does not say why"
        )


def test_no_two_probes_are_called_alike() -> None:
    for probes in (REST, RPC, PAGES, LIVE):
        names = [str(probe) for probe in probes]
        assert sorted(set(names)) == sorted(names)


def test_a_surface_without_a_probe_is_named_and_so_is_a_probe_without_a_surface() -> None:
    with pytest.raises(AssertionError, match=r"without a probe: \[.GET /planted"):
        _assert_same({"GET /planted"}, [])
    with pytest.raises(AssertionError, match=r"not there: \[.GET /gone"):
        _assert_same(set(), [Probe("GET /gone", {})])


def _assert_kept_apart(world: World, face: Face, probe: Probe) -> None:
    complaints = Trial(world, face, probe).complaints()
    assert not complaints, "\n".join(complaints)


def _assert_same(surfaces: set[str], probes: Iterable[Probe]) -> None:
    probed = {probe.surface for probe in probes}
    assert not surfaces - probed, f"without a probe: {sorted(surfaces - probed)}"
    assert not probed - surfaces, f"probes of what is not there: {sorted(probed - surfaces)}"
