"""REST /api/v1 over fakes: what is sent on, what comes back, and how it refuses."""

import json

import pytest
from flask.testing import FlaskClient

from chassis.errors import (
    InvalidArgument,
    InvalidState,
    NotFound,
    ResourceExhausted,
    RevisionConflict,
    Unavailable,
)
from chassis.tenancy import Role
from fairlead.incidents.v1 import incident_pb2
from fairlead.intake.v1 import submission_pb2, submission_service_pb2
from fairlead.triage.v1 import queue_pb2, queue_service_pb2, rule_pb2, rule_service_pb2
from tests.harness.gateway import ACME, EVIL, LUMEN, NORTH, RIVAL, Room


@pytest.fixture
def accepted(room: Room) -> incident_pb2.Incident:
    """The incident that a submission becomes."""
    incident = room.incidents.add(incident_id="inc_1", tenant_id=ACME, title="Printer", revision=4)
    room.intake.answers["Submit"] = submission_pb2.Submission(
        submission_id="sub_1", tenant_id=ACME, state="SUBMISSION_STATE_ACCEPTED", incident_id="inc_1"
    )
    return incident


def test_an_incident_is_opened_and_answered_with_its_number(room: Room, http: FlaskClient, accepted):
    headers = {**room.bearer("incidents:write", tenants=(ACME,)), "Idempotency-Key": "k-1"}
    body = {
        "title": "Printer",
        "description": "Burns",
        "impact": "high",
        "urgency": "low",
        "requester": {"email": "ana@acme.example", "name": "Ana"},
    }
    answer = http.post("/api/v1/incidents", json=body, headers=headers)
    assert answer.status_code == 201
    assert answer.json["number"] == accepted.number and answer.json["state"] == "new"
    assert answer.headers["Location"] == "/api/v1/incidents/inc_1" and answer.headers["ETag"] == '"4"'
    sent = room.intake.requests["Submit"][0]
    assert (sent.tenant_id, sent.subject, sent.text, sent.idempotency_key) == (
        ACME,
        "Printer",
        "Burns",
        "k-1",
    )
    assert sent.impact == incident_pb2.IMPACT_HIGH and sent.channel == submission_pb2.CHANNEL_API
    assert sent.requester_email == "ana@acme.example"
    caller = room.intake.callers["Submit"][0]
    assert caller.tenant_ids == {ACME} and Role.API_CLIENT in caller.roles


def test_while_the_record_is_away_a_submission_is_kept_and_promised(room: Room, http: FlaskClient):
    room.intake.answers["Submit"] = submission_pb2.Submission(
        submission_id="sub_1", tenant_id=ACME, state="SUBMISSION_STATE_RECEIVED"
    )
    headers = room.bearer("incidents:write", tenants=(ACME,))
    answer = http.post("/api/v1/incidents", json={"title": "Printer"}, headers=headers)
    assert answer.status_code == 202 and answer.json["submission_id"] == "sub_1"
    assert answer.headers["Location"] == "/api/v1/submissions/sub_1"


def test_a_program_of_several_clients_says_for_which(room: Room, http: FlaskClient, accepted):
    headers = room.bearer("incidents:write")
    answer = http.post("/api/v1/incidents", json={"title": "Printer"}, headers=headers)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "tenant_id")
    for tenant in (ACME, "acme"):
        answer = http.post(
            "/api/v1/incidents", json={"title": "Printer", "tenant_id": tenant}, headers=headers
        )
        assert answer.status_code == 201
    assert {request.tenant_id for request in room.intake.requests["Submit"]} == {ACME}


@pytest.mark.parametrize("tenant", [LUMEN, "lumen", EVIL, "evil", "ten_none", "none"])
def test_another_clients_id_or_slug_is_not_found(room: Room, http: FlaskClient, tenant: str):
    headers = room.bearer("incidents:write", tenants=(ACME, "ten_other"))
    answer = http.post("/api/v1/incidents", json={"title": "Printer", "tenant_id": tenant}, headers=headers)
    assert (answer.status_code, answer.json["reason"]) == (404, "tenant_not_found")
    assert not room.intake.requests["Submit"]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "title", "missing"),
        ({"title": 7}, "title", "string_type"),
        ({"title": "  "}, "title", "string_pattern_mismatch"),
        ({"title": "x", "priority": "P1"}, "priority", "extra_forbidden"),
        ({"title": "x", "impact": "huge"}, "impact", "literal_error"),
        ({"title": "x", "requester": {"email": "nobody"}}, "requester.email", "string_pattern_mismatch"),
        ({"title": "x", "requester": {}}, "requester", "requester_required"),
        ([], "body", "model_type"),
    ],
)
def test_a_wrong_field_is_named(room: Room, http: FlaskClient, body: object, field: str, code: str):
    answer = http.post(
        "/api/v1/incidents", json=body, headers=room.bearer("incidents:write", tenants=(ACME,))
    )
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert [(error["field"], error["code"]) for error in answer.json["errors"]] == [(field, code)]


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("requester_email", "requester.email"),
        ("requester_person_id", "requester.person_id"),
        ("idempotency_key", "Idempotency-Key"),
        ("title", "title"),
    ],
)
def test_what_intake_refuses_is_named_as_it_was_sent(room: Room, http: FlaskClient, field: str, sent: str):
    room.intake.answers["Submit"] = InvalidArgument("wrong", "That is wrong.", field=field)
    headers = room.bearer("incidents:write", tenants=(ACME,))
    answer = http.post("/api/v1/incidents", json={"title": "Printer"}, headers=headers)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [sent]


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{", "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"", "application/json", 422),
        (b"title=x", "application/x-www-form-urlencoded", 415),
        (b"{}", "", 415),
    ],
)
def test_what_is_not_json_is_refused(
    room: Room, http: FlaskClient, content: bytes, media_type: str, status: int
):
    headers = {**room.bearer("incidents:write", tenants=(ACME,)), "Content-Type": media_type}
    answer = http.post("/api/v1/incidents", data=content, headers=headers)
    assert answer.status_code == status and answer.mimetype == "application/problem+json"


def test_a_missing_token_a_bad_one_and_a_narrow_one_are_told_apart(room: Room, http: FlaskClient):
    missing = http.get("/api/v1/incidents")
    assert missing.status_code == 401 and missing.headers["WWW-Authenticate"] == 'Bearer realm="fairlead"'
    bad = http.get("/api/v1/incidents", headers={"Authorization": "Bearer x.y.z"})
    assert bad.status_code == 401 and 'error="invalid_token"' in bad.headers["WWW-Authenticate"]
    narrow = http.get("/api/v1/incidents", headers=room.bearer("queue:read"))
    assert narrow.status_code == 403
    assert 'error="insufficient_scope"' in narrow.headers["WWW-Authenticate"]
    assert 'scope="incidents:read"' in narrow.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "claims", [{"aud": "https://elsewhere.example"}, {"exp": 1}, {"iss": "https://evil.example"}]
)
def test_a_token_for_another_audience_or_time_is_refused(
    room: Room, http: FlaskClient, claims: dict[str, object]
):
    from joserfc import jwt

    keys = room.gateway.auth.keys
    decoded = jwt.decode(room.token(), keys.public_keys(), algorithms=["RS256"])
    key = keys.signing_key()
    header = {"alg": "RS256", "typ": "at+jwt", "kid": key.kid}
    forged = jwt.encode(header, {**decoded.claims, **claims}, key, ["RS256"])
    answer = http.get("/api/v1/me", headers={"Authorization": f"Bearer {forged}"})
    assert (answer.status_code, answer.json["reason"]) == (401, "invalid_token")


def test_an_id_token_is_no_access_token(room: Room, http: FlaskClient):
    from joserfc import jwt

    key = room.gateway.auth.keys.signing_key()
    claims = jwt.decode(room.token(), key, algorithms=["RS256"]).claims
    token = jwt.encode({"alg": "RS256", "typ": "JWT", "kid": key.kid}, claims, key, ["RS256"])
    assert http.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_removed_client_is_refused_at_once_where_it_was_removed(room: Room, http: FlaskClient):
    admin = room.bearer("clients:write", "incidents:read", roles=(Role.PROVIDER_ADMIN,))
    made = http.post(
        "/api/v1/api-clients", json={"name": "Probe", "scopes": ["incidents:read"]}, headers=admin
    ).json
    client = room.gateway.auth.clients.find(made["client_id"])
    token = room.gateway.auth.access_tokens.issue(client, None, "incidents:read")
    headers = {"Authorization": f"Bearer {token}"}
    assert http.get("/api/v1/me", headers=headers).status_code == 200
    assert http.delete(f"/api/v1/api-clients/{made['client_id']}", headers=admin).status_code == 204
    assert http.get("/api/v1/me", headers=headers).status_code == 401


def test_a_repeated_request_with_its_key_is_done_once_and_answered_the_same(room: Room, http: FlaskClient):
    admin = {
        **room.bearer("clients:write", "incidents:read", roles=(Role.PROVIDER_ADMIN,)),
        "Idempotency-Key": "k",
    }
    body = {"name": "Probe", "scopes": ["incidents:read"]}
    first, second = (http.post("/api/v1/api-clients", json=body, headers=admin) for _ in range(2))
    assert first.status_code == second.status_code == 201 and first.json == second.json
    assert first.headers["Location"] == second.headers["Location"]
    listed = http.get("/api/v1/api-clients", headers=admin).json["api_clients"]
    assert [client["name"] for client in listed].count("Probe") == 2  # one is the administrator's own program
    other = http.post("/api/v1/api-clients", json={**body, "name": "Other"}, headers=admin)
    assert (other.status_code, other.json["reason"]) == (422, "idempotency_key_reused")
    stored = room.gateway.auth.repeats._collection.find_one()
    assert first.json["client_secret"].encode() not in bytes(stored["answer"])


def test_a_command_repeated_with_its_key_is_answered_as_the_first_time(room: Room, http: FlaskClient):
    incident = room.incidents.add(incident_id="inc_1", tenant_id=ACME, revision=2)
    room.gateway.backends.incidents.reply = lambda *_, **__: incident
    headers = {**room.bearer("incidents:write", tenants=(ACME,)), "Idempotency-Key": "k"}
    first = http.post("/api/v1/incidents/inc_1/replies", json={"text": "Done."}, headers=headers)
    incident.revision = 7
    again = http.post("/api/v1/incidents/inc_1/replies", json={"text": "Done."}, headers=headers)
    assert (again.status_code, again.json) == (first.status_code, first.json) and first.status_code == 201
    assert again.headers["ETag"] == first.headers["ETag"] == '"2"'
    other = http.post("/api/v1/incidents/inc_1/replies", json={"text": "Other."}, headers=headers)
    assert (other.status_code, other.json["reason"]) == (422, "idempotency_key_reused")


def test_a_full_backlog_is_429_and_says_when_to_try_again(room: Room, http: FlaskClient):
    room.intake.answers["Submit"] = ResourceExhausted("intake_backlogged", "Later.", retry_after=30)
    headers = room.bearer("incidents:write", tenants=(ACME,))
    answer = http.post("/api/v1/incidents", json={"title": "Printer"}, headers=headers)
    assert (answer.status_code, answer.json["reason"]) == (429, "intake_backlogged")
    assert answer.headers["Retry-After"] == "30"


def test_a_request_that_failed_may_be_repeated_with_its_key(room: Room, http: FlaskClient):
    headers = {**room.bearer("rules:write", roles=(Role.PROVIDER_ADMIN,)), "Idempotency-Key": "k"}
    condition = {"field": "words", "operator": "equals", "values": ["x"]}
    body = {"name": "VPN", "position": 1, "conditions": [condition], "actions": {}}
    room.triage.answers["CreateRule"] = Unavailable("store_unavailable")
    assert http.post("/api/v1/rules", json=body, headers=headers).status_code == 503
    room.triage.answers["CreateRule"] = rule_pb2.Rule(rule_id="rul_1")
    assert http.post("/api/v1/rules", json=body, headers=headers).status_code == 201


def test_api_clients_are_their_providers_alone(room: Room, http: FlaskClient):
    admin = room.bearer("clients:write", "incidents:read", roles=(Role.PROVIDER_ADMIN,))
    made = http.post(
        "/api/v1/api-clients", json={"name": "Probe", "scopes": ["incidents:read"]}, headers=admin
    ).json
    rival = room.bearer("clients:write", roles=(Role.PROVIDER_ADMIN,), provider_id=RIVAL)
    address = f"/api/v1/api-clients/{made['client_id']}"
    assert http.get(address, headers=admin).json["name"] == "Probe"
    assert "client_secret" not in http.get(address, headers=admin).json
    assert http.get(address, headers=rival).status_code == 404
    assert http.delete(address, headers=rival).status_code == 404
    listed = [
        client["client_id"] for client in http.get("/api/v1/api-clients", headers=rival).json["api_clients"]
    ]
    assert made["client_id"] not in listed


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"scopes": ["rules:write"]}, 422),
        ({"scopes": ["clients:write"], "first_party": True}, 403),
        ({"scopes": ["clients:write"], "provider_id": RIVAL}, 404),
        ({"scopes": ["clients:write"], "tenant_ids": [EVIL]}, 404),
        ({"scopes": ["clients:write"], "roles": ["operator"]}, 422),
        ({"scopes": ["clients:write"], "grant_types": ["authorization_code"]}, 422),
        ({"scopes": ["clients:write"], "grant_types": ["authorization_code"], "redirect_uris": ["http://x.example"]}, 422),
    ],
)  # fmt: skip
def test_nobody_registers_a_program_that_may_do_more_than_they(
    room: Room, http: FlaskClient, body: dict, status: int
):
    admin = room.bearer("clients:write", roles=(Role.PROVIDER_ADMIN,))
    assert (
        http.post("/api/v1/api-clients", json={"name": "Probe", **body}, headers=admin).status_code == status
    )


def test_only_administrators_register_programs(room: Room, http: FlaskClient):
    headers = room.bearer("clients:write", roles=(Role.TECHNICIAN,))
    answer = http.post(
        "/api/v1/api-clients", json={"name": "P", "scopes": ["clients:write"]}, headers=headers
    )
    assert (answer.status_code, answer.json["reason"]) == (403, "role_required")


def test_a_command_sends_revision_and_key_and_refuses_overwriting(room: Room, http: FlaskClient):
    seen = []

    def hold(request, context):
        seen.append(request)
        raise RevisionConflict("revision_conflict", "Somebody else was first.")

    room.incidents.add(incident_id="inc_1", tenant_id=ACME)
    room.gateway.backends.incidents.hold = lambda caller, incident_id, **fields: hold(fields, None)
    headers = {**room.bearer("incidents:write"), "If-Match": '"3"', "Idempotency-Key": "k"}
    body = {"awaiting": "vendor", "reason": "Part ordered"}
    answer = http.post("/api/v1/incidents/inc_1/hold", json=body, headers=headers)
    assert (answer.status_code, answer.json["reason"]) == (412, "revision_conflict")
    assert seen[0]["revision"] == 3 and seen[0]["idempotency_key"] == "k"
    assert seen[0]["awaiting"] == incident_pb2.AWAITED_PARTY_VENDOR
    del headers["If-Match"]
    assert http.post("/api/v1/incidents/inc_1/hold", json=body, headers=headers).status_code == 409


def test_a_refusal_of_the_record_carries_its_reason_and_values(room: Room, http: FlaskClient):
    room.incidents.refuse_with = InvalidState(
        "transition_not_allowed", "Not now.", state="closed", command="hold"
    )
    answer = http.get("/api/v1/incidents/inc_1", headers=room.bearer("incidents:read"))
    assert answer.status_code == 409
    assert answer.json["type"] == "urn:fairlead:problem:transition_not_allowed"
    assert answer.json["values"] == {"state": "closed", "command": "hold"}


def test_a_service_that_is_away_is_503_with_retry_after(room: Room, http: FlaskClient):
    room.incidents.refuse_with = Unavailable("store_unavailable")
    answer = http.get("/api/v1/incidents/inc_1", headers=room.bearer("incidents:read"))
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize("incident_id", ["inc_none", "ACME-99", "%20", "a%2Fb", "x%00y", "é"])
def test_an_unknown_incident_is_not_found_however_strange_its_id(
    room: Room, http: FlaskClient, incident_id: str
):
    answer = http.get(f"/api/v1/incidents/{incident_id}", headers=room.bearer("incidents:read"))
    assert answer.status_code == 404 and answer.mimetype == "application/problem+json"


def test_the_queue_is_filtered_sorted_and_paged_by_its_service(room: Room, http: FlaskClient):
    entry = queue_pb2.QueueEntry(incident_id="inc_1", tenant_id=ACME, number="ACME-1", priority="PRIORITY_P2")
    entry.state = incident_pb2.INCIDENT_STATE_ON_HOLD
    entry.due_time.FromJsonString("2026-03-02T09:30:00.250Z")
    entry.sla_state = queue_pb2.SLA_STATE_AT_RISK
    room.triage.answers["ListQueue"] = queue_service_pb2.ListQueueResponse(
        entries=[entry], next_page_token="t2"
    )
    address = "/api/v1/queue?state=new&state=on_hold&priority=P1&sla_state=at_risk&sort=due_time&page_size=10&query=vpn"
    answer = http.get(address, headers=room.bearer("queue:read", roles=(Role.TECHNICIAN,)))
    row = answer.json["entries"][0]
    assert (row["state"], row["priority"], row["sla_state"]) == ("on_hold", "P2", "at_risk")
    assert row["due_time"] == "2026-03-02T09:30:00.250Z" and answer.json["next_page_token"] == "t2"
    entry.state = incident_pb2.INCIDENT_STATE_RESOLVED
    changed = queue_service_pb2.ListQueueResponse(entries=[entry])
    room.triage.answers["ListQueue"] = changed
    again = http.get("/api/v1/queue", headers=room.bearer("queue:read", roles=(Role.TECHNICIAN,)))
    assert again.json["entries"] == [row | {"state": "resolved"}]
    sent = room.triage.requests["ListQueue"][0]
    assert list(sent.filter.states) == [incident_pb2.INCIDENT_STATE_NEW, incident_pb2.INCIDENT_STATE_ON_HOLD]
    assert (
        sent.sort == queue_service_pb2.QUEUE_SORT_DUE_TIME
        and sent.page_size == 10
        and sent.filter.query == "vpn"
    )


@pytest.mark.parametrize(
    "query", ["page_size=0", "page_size=x", "colour=red", "sort=name", "sort=priority&sort=due_time"]
)
def test_a_wrong_parameter_is_named(room: Room, http: FlaskClient, query: str):
    answer = http.get(f"/api/v1/queue?{query}", headers=room.bearer("queue:read"))
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == query.split("=")[0]


def test_a_rule_goes_in_and_comes_out_as_it_is_written(room: Room, http: FlaskClient):
    def create(request: rule_service_pb2.CreateRuleRequest, caller) -> rule_pb2.Rule:
        return rule_pb2.Rule(rule_id="rul_1", revision=1) if request.rule.rule_id else _with_id(request.rule)

    def _with_id(rule: rule_pb2.Rule) -> rule_pb2.Rule:
        rule.rule_id, rule.revision = "rul_1", 1
        return rule

    room.triage.answers["CreateRule"] = create
    body = {
        "name": "VPN",
        "position": 10,
        "enabled": True,
        "conditions": [{"field": "words", "operator": "contains_any", "values": ["vpn"], "negate": False}],
        "actions": {"category": "network", "impact": "high", "no_page": False, "stop": False},
    }
    answer = http.post(
        "/api/v1/rules", json=body, headers=room.bearer("rules:write", roles=(Role.PROVIDER_ADMIN,))
    )
    assert answer.status_code == 201
    assert {name: answer.json[name] for name in body} == body


def test_the_raw_bytes_of_a_submission_come_verbatim(room: Room, http: FlaskClient):
    raw = bytes(range(256))
    room.intake.answers["DownloadRaw"] = [submission_service_pb2.RawChunk(data=raw[:100]), submission_service_pb2.RawChunk(data=raw[100:])]  # fmt: skip
    answer = http.get("/api/v1/submissions/sub_1/raw", headers=room.bearer("submissions:read"))
    assert answer.data == raw and answer.headers["Content-Disposition"].startswith("attachment")
    room.intake.answers["DownloadRaw"] = NotFound("submission_not_found")
    answer = http.get("/api/v1/submissions/sub_1/raw", headers=room.bearer("submissions:read"))
    assert (answer.status_code, answer.json["reason"]) == (404, "submission_not_found")


def test_a_tenants_programs_share_a_rate_and_others_have_their_own(mongod: str, installation: str, tmp_path):
    from tests.harness.gateway import gateway_room

    with gateway_room(mongod, installation, tmp_path, api_requests_per_second=0.001, api_burst=2) as room:
        http = room.app().test_client()
        one, other = room.bearer(tenants=(ACME,)), room.bearer(tenants=(ACME,))
        assert [http.get("/api/v1/me", headers=headers).status_code for headers in (one, other)] == [200, 200]
        answer = http.get("/api/v1/me", headers=one)
        assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
        assert http.get("/api/v1/me", headers=room.bearer(tenants=(LUMEN,))).status_code == 200


def test_an_administrator_sets_passwords_and_makes_links_for_their_own_people(room: Room, http: FlaskClient):
    admin = room.bearer("admin", roles=(Role.PROVIDER_ADMIN,))
    body = {"password": "correct horse battery"}
    assert http.put("/api/v1/people/per_ana/password", json=body, headers=admin).status_code == 204
    assert room.gateway.auth.credentials.check("ana@acme.example", body["password"]).person_id == "per_ana"
    link = http.post("/api/v1/people/per_ana/password-link", headers=admin)
    assert link.status_code == 201 and "/password/" in link.json["url"]
    assert http.put("/api/v1/people/per_eve/password", json=body, headers=admin).status_code == 404
    technician = room.bearer("admin", roles=(Role.TECHNICIAN,))
    assert http.put("/api/v1/people/per_ana/password", json=body, headers=technician).status_code == 403
    short = http.put("/api/v1/people/per_ana/password", json={"password": "short"}, headers=admin)
    assert short.status_code == 422 and "short" not in json.dumps(short.json["errors"][0]["message"])


def test_unknown_paths_and_methods_are_problems_too(room: Room, http: FlaskClient):
    for method, path, status in (("GET", "/api/v1/nothing", 404), ("PUT", "/api/v1/incidents", 405)):
        answer = http.open(path, method=method, headers=room.bearer())
        assert answer.status_code == status and answer.mimetype == "application/problem+json"
    assert {"GET", "POST"} <= set(http.put("/api/v1/incidents").headers["Allow"].split(", "))


def test_nothing_of_another_provider_is_reached_by_number_space(room: Room):
    """The caller that goes to the services is the program's own, whatever the request says."""
    http = room.app().test_client()
    http.get(f"/api/v1/queue?tenant_id={EVIL}", headers=room.bearer("queue:read", tenants=(ACME,)))
    caller = room.triage.callers["ListQueue"][0]
    assert caller.provider_id == NORTH and caller.tenant_ids == {ACME}


def test_clocks_of_an_incident_that_was_opened_a_moment_ago_are_pending(
    room: Room, http: FlaskClient, accepted
):
    room.sla.answers["GetClocks"] = NotFound("incident_not_found", "There is no such incident.")
    answer = http.get(
        "/api/v1/incidents/inc_1/clocks", headers=room.bearer("incidents:read", tenants=(ACME,))
    )
    assert answer.status_code == 200
    assert (answer.json["pending"], answer.json["clocks"]) == (True, [])
    missing = http.get(
        "/api/v1/incidents/inc_2/clocks", headers=room.bearer("incidents:read", tenants=(ACME,))
    )
    assert missing.status_code == 404


def test_a_submission_is_released_to_a_client_named_by_its_slug(room: Room, http: FlaskClient):
    headers = room.bearer("submissions:write", tenants=(ACME,))
    http.post("/api/v1/submissions/sub_1/release", json={"tenant_id": "acme"}, headers=headers)
    assert room.intake.requests["ReleaseSubmission"][0].tenant_id == ACME
