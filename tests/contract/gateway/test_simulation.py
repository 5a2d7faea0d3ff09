"""POST /contracts/simulate: the whole answer, or how far it is line by line."""

import json

import pytest
from flask.testing import FlaskClient

from chassis.errors import InvalidArgument, ResourceExhausted
from chassis.tenancy import Role
from fairlead.sla.v1 import contract_service_pb2, simulation_pb2
from tests.harness.gateway import ACME, Room

BODY = {
    "tenant_id": ACME,
    "period": "2026-10",
    "contract": {
        "name": "Proposed",
        "time_zone": "UTC",
        "targets": [{"kind": "resolution", "goal_seconds": 3600, "calendar_id": "cal_1"}],
    },
}


@pytest.fixture
def ask(room: Room, http: FlaskClient):
    def ask(**headers: str):
        who = room.bearer("contracts:read", roles=(Role.PROVIDER_ADMIN,))
        return http.post("/api/v1/contracts/simulate", json=BODY, headers={**who, **headers})

    counts = simulation_pb2.PromiseCounts(target="resolution", breached=2, attainment_bp=0)
    side = simulation_pb2.SimulatedSide(contract_name="Gold", all=counts, targets=[counts])
    room.sla.answers["SimulateContract"] = [
        contract_service_pb2.SimulateContractResponse(done=0, total=2),
        contract_service_pb2.SimulateContractResponse(done=2, total=2),
        contract_service_pb2.SimulateContractResponse(
            done=2, total=2, simulation=simulation_pb2.ContractSimulation(incidents=2, as_agreed=side, proposed=side)
        ),
    ]  # fmt: skip
    return ask


def test_the_answer_comes_when_it_is_done(room: Room, ask):
    answer = ask()
    assert answer.status_code == 200 and answer.content_type == "application/json"
    assert answer.json["incidents"] == 2
    # Nothing kept is a figure, too.
    assert answer.json["as_agreed"]["all"]["attainment_bp"] == 0
    sent = room.sla.requests["SimulateContract"][0]
    assert (sent.tenant_id, sent.period, sent.contract.name) == (ACME, "2026-10", "Proposed")


def test_each_line_says_how_far_it_is_where_lines_are_preferred(ask):
    answer = ask(Accept="application/x-ndjson")
    assert answer.content_type == "application/x-ndjson"
    first, second, last = map(json.loads, answer.text.splitlines())
    assert (first, second) == ({"done": 0, "total": 2}, {"done": 2, "total": 2})
    assert last["simulation"]["proposed"]["targets"][0]["breached"] == 2


def test_a_refusal_is_a_problem_whichever_is_preferred(room: Room, ask):
    room.sla.answers["SimulateContract"] = InvalidArgument("too_many_incidents", "Fewer.", field="period")
    for accept in ("application/json", "application/x-ndjson"):
        answer = ask(Accept=accept)
        assert answer.status_code == 422 and answer.json["reason"] == "too_many_incidents"


def test_where_too_many_run_it_says_when_to_try_again(room: Room, ask):
    room.sla.answers["SimulateContract"] = ResourceExhausted(
        "too_many_simulations", "Wait.", limit=2, retry_after=10
    )
    answer = ask()
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "10"
    assert answer.json["type"] == "urn:fairlead:problem:too_many_simulations"
    assert answer.json["values"] == {"limit": "2"}
