"""A contract simulated from its form: which client and days, how far it is, and both sides beside each other."""

import json
from collections.abc import Callable

import pytest

from chassis.errors import NotFound, ResourceExhausted
from fairlead.sla.v1 import contract_pb2, contract_service_pb2, simulation_pb2
from tests.harness.gateway import ACME, Room
from tests.harness.portal import HTML, Reader, hidden

EDITOR = "/console/admin/contracts/ctr_1"
PAGE = f"{EDITOR}/simulate"
DAYS = {"client": ACME, "from_day": "2026-10-01", "until_day": "2026-10-31", "start": "1"}
PROPOSED = {
    "name": "Gold",
    "time_zone": "Europe/Paris",
    "goal-resolution-P1": "2h",
    "calendar-resolution-P1": "cal_1",
    "warning-resolution-P1": "75",
}
Readers = Callable[..., Reader]


@pytest.fixture
def agreed(room: Room) -> Room:
    """Acme's contract promises P1 in an hour, and by the API to the vendor, which the form has no field for."""
    target = {"calendar_id": "cal_1", "priority": "PRIORITY_P1", "warning_percent": 75}
    contract = contract_pb2.Contract(
        contract_id="ctr_1", tenant_id=ACME, name="Gold", time_zone="Europe/Paris", version=2, revision=2
    )
    contract.targets.add(kind="TARGET_KIND_RESOLUTION", goal_seconds=3600, **target)
    contract.targets.add(
        kind="TARGET_KIND_RESOLUTION", goal_seconds=1800, level="TARGET_LEVEL_VENDOR", **target
    )
    contract.effective_time.FromJsonString("2026-01-01T00:00:00Z")
    room.sla.answers["GetContract"] = contract
    room.sla.answers["SimulateContract"] = [
        contract_service_pb2.SimulateContractResponse(done=0, total=1200),
        contract_service_pb2.SimulateContractResponse(done=1200, total=1200, simulation=_made()),
    ]
    return room


def test_what_is_typed_in_the_contracts_form_is_what_is_proposed(reader: Readers, agreed: Room) -> None:
    ada = reader("per_ada")
    page = ada.post(PAGE, page=EDITOR, **PROPOSED).text
    assert "<del>1h" in page and "<ins>2h" in page
    assert hidden(page, "goal-resolution-P1") == "2h"
    assert agreed.sla.requests["SimulateContract"] == []
    ada.post(PAGE, page=EDITOR, **PROPOSED, **DAYS)
    asked = agreed.sla.requests["SimulateContract"][-1]
    assert asked.tenant_id == ACME
    # Days of the contract's zone, the last one included; what the form cannot say is proposed as it is.
    assert asked.start_time.ToJsonString() == "2026-09-30T22:00:00Z"
    assert asked.end_time.ToJsonString() == "2026-10-31T23:00:00Z"
    assert [target.goal_seconds for target in asked.contract.targets] == [7200, 1800]
    assert agreed.sla.requests["UpdateContract"] == []


def test_both_sides_stand_beside_each_other_with_the_difference(reader: Readers, agreed: Room) -> None:
    page = reader("per_ada").post(PAGE, page=PAGE, **DAYS).text
    for text in ("95.12%", "97%", "+1.88 points", "€500.00", "−€300.00", "1200 incidents", "−4"):
        assert text in page
    assert '<a href="/console/incidents/ACME-7">ACME-7</a>' in page
    assert "when it was confirmed" in page


def test_a_script_is_told_how_far_it_is_and_gets_its_part_of_the_page(reader: Readers, agreed: Room) -> None:
    ada = reader("per_ada")
    token = hidden(ada.get(PAGE).text, "csrf_token")
    answer = ada.client.post(
        PAGE, data={**PROPOSED, **DAYS, "csrf_token": token}, headers={"Accept": "application/x-ndjson"}
    )
    first, last = map(json.loads, answer.text.splitlines())
    assert first == {"done": 0, "total": 1200, "words": "0 of 1,200 incidents replayed"}
    assert last["part"].startswith("<section") and "95.12%" in last["part"]


def test_what_cannot_be_read_is_said_and_what_was_typed_stays(reader: Readers, agreed: Room) -> None:
    ada = reader("per_ada")
    for wrong, words in (
        ({"until_day": "2026-09-30"}, "The last day comes before the first."),
        ({"from_day": "soon"}, "A date is needed."),
        ({"goal-resolution-P1": "soon"}, "is no length of time"),
    ):
        answer = ada.post(PAGE, page=PAGE, **{**PROPOSED, **DAYS, **wrong})
        assert answer.status_code == 422
        assert words in answer.text
    assert 'value="2026-10-31"' in answer.text
    assert agreed.sla.requests["SimulateContract"] == []


def test_where_too_many_run_one_is_told_to_wait(reader: Readers, agreed: Room) -> None:
    agreed.sla.answers["SimulateContract"] = ResourceExhausted("too_many_simulations", retry_after=10)
    answer = reader("per_ada").post(PAGE, page=PAGE, **DAYS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert "Other contracts are being simulated just now." in answer.text


def test_another_client_is_not_there(reader: Readers, agreed: Room) -> None:
    agreed.sla.answers["SimulateContract"] = NotFound("tenant_not_found")
    assert reader("per_ada").post(PAGE, page=PAGE, **{**DAYS, "client": "ten_evil"}).status_code == 404


def test_dispatchers_simulate_what_is_saved_and_technicians_nothing(reader: Readers, agreed: Room) -> None:
    tom = reader("per_tom")
    assert f'href="{PAGE}"' in tom.get(EDITOR).text
    page = tom.get(PAGE).text
    assert "As it was saved as version 2." in page and "Back to the contract" not in page
    assert "95.12%" in tom.post(PAGE, page=PAGE, **PROPOSED, **DAYS).text
    assert reader("per_tia").get(PAGE).status_code == 403
    assert reader("per_ana").get(PAGE).status_code == 404


def test_a_contract_that_is_not_made_yet_can_be_simulated(reader: Readers, agreed: Room) -> None:
    ada, new = reader("per_ada"), "/console/admin/contracts/new"
    token = hidden(ada.get(new).text, "csrf_token")
    data = {**PROPOSED, **DAYS, "csrf_token": token}
    answer = ada.client.post(f"{new}/simulate", data=data, headers=HTML)
    assert answer.status_code == 200 and "95.12%" in answer.text
    assert agreed.sla.requests["SimulateContract"][-1].contract.contract_id == ""


def _made() -> simulation_pb2.ContractSimulation:
    made = simulation_pb2.ContractSimulation(
        incidents=1200, now_met=4, facts_not_kept=["confirmed"], as_agreed={"contract_name": "Gold"}
    )
    for side, broken, share, owed in ((made.as_agreed, 6, 9512, 50_000), (made.proposed, 2, 9700, 20_000)):
        for counts in (side.all, side.targets.add(target="resolution")):
            counts.met, counts.breached, counts.attainment_bp = 117, broken, share
        side.credits.currency, side.credits.amount_minor = "EUR", owed
    made.changes.add(number="ACME-7", promise="resolution.1", as_agreed="breached", proposed="met")
    return made
