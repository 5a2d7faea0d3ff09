"""An incident is named by its number, too, where what stands beside it is asked for: services are told its id."""

import pytest
from flask.testing import FlaskClient

from fairlead.sla.v1 import pause_service_pb2
from tests.harness.gateway import ACME, Room


@pytest.fixture
def number(room: Room) -> str:
    incident = room.incidents.add(incident_id="inc_1", tenant_id=ACME, title="Printer", revision=4)
    room.sla.answers["ListPauses"] = pause_service_pb2.ListPausesResponse()
    return incident.number


def test_its_pauses_are_listed_by_either_name(room: Room, http: FlaskClient, number: str) -> None:
    headers = room.bearer("incidents:read", tenants=(ACME,))
    for name in (number, "inc_1"):
        assert http.get(f"/api/v1/incidents/{name}/pauses", headers=headers).json == {"pauses": []}
    assert [asked.incident_id for asked in room.sla.requests["ListPauses"]] == ["inc_1", "inc_1"]


@pytest.mark.parametrize(
    ("verb", "body", "asked"),
    [
        ("contest", {"words": "No."}, "ContestPause"),
        ("answer", {"words": "Yes.", "conceded": True}, "AnswerContest"),
    ],
)
def test_a_pause_is_contested_and_answered_by_the_number(
    room: Room, http: FlaskClient, number: str, verb: str, body: dict[str, object], asked: str
) -> None:
    headers = room.bearer("incidents:write", tenants=(ACME,))
    answer = http.post(f"/api/v1/incidents/{number}/pauses/hold_1/{verb}", json=body, headers=headers)
    assert answer.status_code == 200
    assert room.sla.requests[asked][0].incident_id == "inc_1"
    unknown = http.post(f"/api/v1/incidents/ACME-99/pauses/hold_1/{verb}", json=body, headers=headers)
    assert unknown.status_code == 404 and len(room.sla.requests[asked]) == 1
