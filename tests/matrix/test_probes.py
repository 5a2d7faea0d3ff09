"""Nobody sees another client: every surface is asked by everybody who must not be answered, and by its owner."""

import pytest

from tests.matrix.houses import World
from tests.matrix.live_face import LiveFace
from tests.matrix.live_probes import PROBES as LIVE
from tests.matrix.probes import Face, Probe, Trial
from tests.matrix.rest_face import RestFace
from tests.matrix.rest_probes import PROBES as REST
from tests.matrix.rpc_face import RpcFace
from tests.matrix.rpc_probes import PROBES as RPC


@pytest.mark.parametrize("probe", RPC, ids=str)
def test_an_rpc_hides_other_clients_records_and_serves_their_owner(world: World, probe: Probe) -> None:
    _assert_kept_apart(world, RpcFace(), probe)


@pytest.mark.parametrize("probe", REST, ids=str)
def test_a_route_hides_other_clients_records_and_serves_their_owner(world: World, probe: Probe) -> None:
    _assert_kept_apart(world, RestFace(), probe)


@pytest.mark.parametrize("probe", LIVE, ids=str)
def test_a_stream_hides_other_clients_events_and_tells_their_owner(world: World, probe: Probe) -> None:
    _assert_kept_apart(world, LiveFace(), probe)


def _assert_kept_apart(world: World, face: Face, probe: Probe) -> None:
    complaints = Trial(world, face, probe).complaints()
    assert not complaints, "\n".join(complaints)
