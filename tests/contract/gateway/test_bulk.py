"""Many incidents in one request: a line in, a line out."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from chassis.errors import ResourceExhausted, Unavailable
from fairlead.intake.v1 import submission_pb2
from services.gateway.api import bulk
from services.gateway.auth.tokens import InvalidToken
from tests.harness.gateway import ACME, LUMEN, Room

ADDRESS = "/api/v1/incidents/bulk"


def opened(request: Any, caller: Any) -> Any:
    """What intake answers: a number made of the title, or what the title asks for."""
    if request.subject == "away":
        return Unavailable("store_unavailable")
    if request.subject == "full":
        return ResourceExhausted("intake_backlogged", "Later.", retry_after=30)
    made = submission_pb2.Submission(submission_id=f"sub_{request.subject}", tenant_id=ACME)
    if request.subject != "waits":
        made.incident_id, made.incident_number = f"inc_{request.subject}", f"ACME-{request.subject}"
    return made


def send(room: Room, http: FlaskClient, *rows: Any, **headers: str) -> tuple[int, list[dict[str, Any]]]:
    room.intake.answers["Submit"] = opened
    body = b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    bearer = room.bearer("incidents:write", tenants=(ACME,))
    answer = http.post(ADDRESS, data=body, content_type="application/x-ndjson", headers={**bearer, **headers})
    lines = answer.text.splitlines()
    return answer.status_code, [json.loads(line) for line in lines]


def test_each_row_has_its_line_in_order_and_a_wrong_one_loses_no_other(room: Room, http: FlaskClient):
    rows = (
        {"title": "1", "idempotency_key": "a"},
        b"{not json",
        {"title": "2", "unheard": True},
        {"title": "3", "tenant_id": LUMEN},
        b"",
        {"title": "4"},
        {"title": "waits"},
        {"title": "away"},
        {"title": "full"},
        b'{"title": "' + b"x" * bulk.LONGEST_ROW + b'"}',
        {"title": "5"},
    )
    status, lines = send(room, http, *rows)
    assert status == 200
    told = [(line.get("row"), line.get("status"), line.get("number", "")) for line in lines[:-1]]
    assert told == [
        *((1, 201, "ACME-1"), (2, 422, ""), (3, 422, ""), (4, 404, ""), (5, 201, "ACME-4"), (6, 202, "")),
        *((7, 503, ""), (8, 429, ""), (9, 413, ""), (10, 201, "ACME-5")),
    ]
    assert lines[0]["idempotency_key"] == "a" and lines[7]["retry_after"] == 30
    assert lines[2]["problem"]["errors"][0]["field"] == "unheard"
    assert lines[-1] == {"done": True, "rows": 10, "opened": 3, "kept": 1, "refused": 6}
    assert "a" in {each.idempotency_key for each in room.intake.requests["Submit"]}


def test_rows_are_resumed_by_the_keys_of_the_request(room: Room, http: FlaskClient):
    for _ in range(2):
        send(room, http, {"title": "1"}, {"title": "2"}, **{"Idempotency-Key": "import-7"})
    keys = sorted(each.idempotency_key for each in room.intake.requests["Submit"])
    assert keys == ["import-7:1", "import-7:1", "import-7:2", "import-7:2"]


def test_what_is_too_much_for_one_request_is_refused_before_anything_is_kept(
    room: Room, http: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    object.__setattr__(room.gateway.settings, "max_bulk_rows", 2)
    bearer = room.bearer("incidents:write", tenants=(ACME,))
    rows = b'{"title": "1"}\n' * 3
    answer = http.post(ADDRESS, data=rows, content_type="application/x-ndjson", headers=bearer)
    assert (answer.status_code, answer.json["reason"]) == (422, "too_many_rows")
    object.__setattr__(room.gateway.settings, "max_bulk_bytes", 20)
    answer = http.post(ADDRESS, data=rows, content_type="application/x-ndjson", headers=bearer)
    assert answer.status_code == 413
    assert http.post(ADDRESS, json={"title": "1"}, headers=bearer).status_code == 415
    assert not room.intake.requests["Submit"]


def test_few_bulk_requests_run_at_once_and_each_gives_its_turn_back(room: Room, http: FlaskClient):
    bearer = room.bearer("incidents:write", tenants=(ACME,))
    for _ in range(6):
        assert send(room, http, {"title": "1"})[0] == 200
    taken = [bulk._turns.acquire(blocking=False) for _ in range(4)]
    try:
        assert all(taken)
        answer = http.post(ADDRESS, data=b"{}", content_type="application/x-ndjson", headers=bearer)
        assert (answer.status_code, answer.json["reason"]) == (429, "too_many_bulk_requests")
        assert answer.headers["Retry-After"] == "5"
    finally:
        for _ in taken:
            bulk._turns.release()


def test_a_token_that_ends_meanwhile_ends_it_and_says_so(
    room: Room, http: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk, "_RENEWED_SECONDS", -1.0)
    asked: list[str] = []

    def caller_of(token: str, scope: str) -> Any:
        asked.append(scope)
        if len(asked) > 2:
            raise InvalidToken("invalid_token", "It was revoked.")
        return known(token, scope)

    known = room.gateway.auth.access_tokens.caller_of
    monkeypatch.setattr(room.gateway.auth.access_tokens, "caller_of", caller_of)
    _status, lines = send(room, http, {"title": "1"}, {"title": "2"}, {"title": "3"})
    assert [line.get("status") for line in lines] == [201, None]
    assert (lines[-1]["done"], lines[-1]["problem"]["reason"], lines[-1]["rows"]) == (
        False,
        "invalid_token",
        1,
    )
