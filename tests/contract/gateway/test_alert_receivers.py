"""Where monitoring systems send: what each is answered, and where the key may stand."""

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient

from chassis.errors import InvalidArgument, NotFound, PermissionDenied, Unavailable
from chassis.tenancy import Role
from fairlead.intake.v1 import alert_pb2, alert_service_pb2
from tests.harness.gateway import ACME, Room

KEY = "k" * 32
EVENT = {
    "routing_key": KEY,
    "event_action": "trigger",
    "payload": {"summary": "Down", "source": "web-1", "severity": "critical"},
}


@pytest.fixture(autouse=True)
def taken(room: Room) -> None:
    room.intake.answers["ReceiveAlert"] = alert_service_pb2.ReceiveAlertResponse(
        delivery_id="ald_1", dedup_keys=["disk"]
    )


def _basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"zabbix:{password}".encode()).decode()}


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        (f"/api/v1/alerts/alertmanager/{KEY}", {}),
        (f"/api/v1/alerts/alertmanager?key={KEY}", {}),
        ("/api/v1/alerts/alertmanager", {"Authorization": f"Bearer {KEY}"}),
        ("/api/v1/alerts/alertmanager", _basic(KEY)),
        ("/api/v1/alerts/alertmanager", {"X-Fairlead-Key": KEY}),
    ],
)
def test_the_key_may_stand_wherever_a_sender_can_put_it(
    room: Room, http: FlaskClient, address: str, headers: dict[str, str]
):
    answer = http.post(address, data=b"{}", headers={**headers, "Content-Type": "text/plain"})
    assert (answer.status_code, answer.json["delivery_id"]) == (202, "ald_1")
    sent = room.intake.requests["ReceiveAlert"][-1]
    assert (sent.sender, sent.key, sent.body, sent.content_type) == ("alertmanager", KEY, b"{}", "text/plain")
    caller = room.intake.callers["ReceiveAlert"][-1]
    assert (caller.provider_id, caller.roles) == ("", {Role.SERVICE})


def test_what_senders_say_in_headers_is_passed_on_and_nothing_else(room: Room, http: FlaskClient):
    headers = {
        "ce-id": "1",
        "Sentry-Hook-Resource": "issue",
        "X-Amz-Sns-Topic-Arn": "a",
        "Cookie": "secret=1",
    }
    http.post(f"/api/v1/alerts/sentry/{KEY}", json={}, headers=headers)
    assert dict(room.intake.requests["ReceiveAlert"][-1].headers) == {
        "ce-id": "1",
        "sentry-hook-resource": "issue",
        "x-amz-sns-topic-arn": "a",
    }


def test_a_wrong_key_is_told_as_its_place_has_it(room: Room, http: FlaskClient):
    room.intake.answers["ReceiveAlert"] = NotFound("alert_source_not_found")
    assert http.post(f"/api/v1/alerts/generic/{KEY}", json={}).status_code == 404
    asked = http.post("/api/v1/alerts/generic", json={})
    assert asked.status_code == 401 and "Basic" in asked.headers["WWW-Authenticate"]
    refused = http.post("/v2/enqueue", json=EVENT)
    assert refused.status_code == 400 and refused.json["status"] == "invalid event"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidArgument("json_malformed"), 400),
        (InvalidArgument("alert_malformed"), 422),
        (InvalidArgument("alert_too_large"), 413),
        (PermissionDenied("signature_invalid"), 403),
        (Unavailable("store_unavailable"), 503),
    ],
)
def test_refusals_are_problems(room: Room, http: FlaskClient, error: Exception, status: int):
    room.intake.answers["ReceiveAlert"] = error
    answer = http.post(f"/api/v1/alerts/generic/{KEY}", data=b"{")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_who_keeps_coming_with_a_wrong_key_is_told_to_wait(room: Room, http: FlaskClient):
    room.intake.answers["ReceiveAlert"] = NotFound("alert_source_not_found")
    statuses = [http.post("/api/v1/alerts/generic/x", json={}).status_code for _ in range(40)]
    assert statuses[0] == 404 and statuses[-1] == 429


def test_pagerdutys_door_answers_as_pagerduty_does(room: Room, http: FlaskClient):
    answer = http.post("/v2/enqueue", json=EVENT)
    assert answer.status_code == 202
    assert answer.json == {"status": "success", "message": "Event processed", "dedup_key": "disk"}
    assert room.intake.requests["ReceiveAlert"][-1].key == KEY


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"event_action": "trigger"}', b'{"routing_key": 7}'])
def test_pagerdutys_door_refuses_as_pagerduty_does(http: FlaskClient, body: bytes):
    answer = http.post("/v2/enqueue", data=body)
    assert answer.status_code == 400
    assert answer.json["message"] == "Event object is invalid" and answer.json["errors"]


def test_each_thing_that_is_wrong_with_an_event_is_said(room: Room, http: FlaskClient):
    errors = ["'event_action' is missing or blank", "'payload' is missing or blank"]
    room.intake.answers["ReceiveAlert"] = InvalidArgument("pagerduty_event_invalid", "; ".join(errors))
    assert http.post("/v2/enqueue", json=EVENT).json["errors"] == errors


def test_an_event_that_is_too_large_is_refused_as_pagerduty_does(room: Room, http: FlaskClient):
    room.intake.answers["ReceiveAlert"] = InvalidArgument("alert_too_large", "Too large.")
    answer = http.post("/v2/enqueue", json=EVENT)
    assert (answer.status_code, answer.json["errors"]) == (413, ["Too large."])


def test_what_was_refused_of_a_batch_is_told_with_its_place(room: Room, http: FlaskClient):
    bad = alert_service_pb2.RefusedEvent(
        index=1, reason="alert_malformed", field="id", message="id is missing."
    )
    room.intake.answers["ReceiveAlert"] = alert_service_pb2.ReceiveAlertResponse(
        delivery_id="ald_1", refused_events=[bad]
    )
    answer = http.post(f"/api/v1/alerts/cloudevents/{KEY}", json=[])
    told = {"index": 1, "reason": "alert_malformed", "field": "id", "detail": "id is missing."}
    assert (answer.status_code, answer.json["refused"]) == (202, [told])


def test_cloudevents_may_ask_beforehand_whether_they_are_wanted(http: FlaskClient):
    asked = http.options("/api/v1/alerts/cloudevents", headers={"WebHook-Request-Origin": "events.example"})
    assert asked.status_code == 200 and asked.headers["WebHook-Allowed-Origin"] == "events.example"


def test_a_source_is_made_by_a_program_and_its_key_shown_once(room: Room, http: FlaskClient):
    made = alert_pb2.AlertSource(source_id="als_1", tenant_id=ACME, name="Prometheus", key=KEY)
    room.intake.answers["CreateAlertSource"] = made
    room.intake.answers["GetAlertSource"] = made
    headers = room.bearer("alerts:write", "alerts:read", tenants=(ACME,))
    body: dict[str, Any] = {"name": "Prometheus", "sender": "alertmanager", "policy": {"correlation": "none"}}
    answer = http.post("/api/v1/alert-sources", json=body, headers=headers)
    assert (answer.status_code, answer.json["key"]) == (201, KEY)
    asked = room.intake.requests["CreateAlertSource"][-1].source
    assert (asked.tenant_id, asked.policy.flap_changes, asked.policy.reopen_minutes) == (ACME, 6, 60)
    assert "key" not in http.get("/api/v1/alert-sources/als_1", headers=headers).json
