"""What REST answers to requests that are wrong: problem details that name what is."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from pymongo import MongoClient

from chassis import clock
from services.gateway.auth.keys import SigningKeys
from services.gateway.auth.wiring import derive_secret
from services.gateway.config import GatewaySettings
from tests.harness.journey import opened_for
from tests.harness.platform import Api, Platform

pytestmark = pytest.mark.e2e

GOOD = {"tenant_id": "acme", "title": "Fine", "requester": {"email": "sam.okafor@acme.example"}}


@pytest.fixture
def acme(platform: Platform) -> Iterator[Api]:
    api = platform.api_of("acme")
    yield api
    api.close()


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem details (RFC 9457), which must agree with the status line."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["type"].startswith("urn:fairlead:problem:")
    return body


def test_a_body_that_is_no_json_is_refused(platform: Platform) -> None:
    headers = {"content-type": "application/json"}
    answer = platform.api.request("POST", "/incidents", content=b'{"title": "half', headers=headers)
    body = problem(answer, 422)
    assert body["reason"] == "malformed_json"
    assert [error["field"] for error in body["errors"]] == ["body"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"title": 7}, "title"),
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"impact": "enormous"}, "impact"),
        ({"requester": "Sam"}, "requester"),
        ({"requester": {"email": "no address"}}, "requester.email"),
        ({"requester": {"mail": "sam.okafor@acme.example"}}, "requester.mail"),
        ({"requester": {}}, "requester"),
        ({"description": ["a", "list"]}, "description"),
    ],
)
def test_a_wrong_field_is_named(platform: Platform, change: dict[str, Any], field: str) -> None:
    found = problem(platform.api.post("/incidents", {**GOOD, **change}), 422)
    assert field in [error["field"] for error in found["errors"]]
    assert all(error["message"] for error in found["errors"])


def test_a_missing_field_is_named(platform: Platform) -> None:
    found = problem(platform.api.post("/incidents", {"tenant_id": "acme"}), 422)
    assert [error["field"] for error in found["errors"]] == ["title"]


def test_a_wrong_parameter_is_named(platform: Platform) -> None:
    for query, field in (
        ({"page_size": "many"}, "page_size"),
        ({"page_size": "0"}, "page_size"),
        ({"colour": "red"}, "colour"),
        ({"page_token": "made up"}, "page_token"),
    ):
        found = problem(platform.api.get("/incidents", **query), 422)
        assert field in [error["field"] for error in found["errors"]]


def test_another_media_type_is_refused(platform: Platform) -> None:
    answer = platform.api.request(
        "POST", "/incidents", content=b"title=x", headers={"content-type": "text/plain"}
    )
    problem(answer, 415)


def test_without_a_token_nothing_is_answered(platform: Platform) -> None:
    answer = platform.api.http.get("/api/v1/incidents")
    problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_tokens_that_are_expired_forged_or_for_another_audience_are_refused(platform: Platform) -> None:
    token = platform.api.token().json()["access_token"]
    head, claims, signature = token.split(".")
    opened = json.loads(base64.urlsafe_b64decode(claims + "=="))

    def with_claims(**changes: Any) -> str:
        """The claims changed and the signature left: nobody without our key can do better."""
        raw = json.dumps({**opened, **changes}).encode()
        return f"{head}.{base64.urlsafe_b64encode(raw).rstrip(b'=').decode()}.{signature}"

    stranger = RSAKey.generate_key(2048)
    alien = jwt.encode({"alg": "RS256", "typ": "at+jwt"}, opened, stranger, ["RS256"])
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').rstrip(b"=").decode()
    for name, bad in {
        "expired": with_claims(exp=opened["iat"] - 60),
        "another audience": with_claims(aud="https://elsewhere.example/api"),
        "another provider": with_claims(provider_id="prv_other"),
        "another's key": alien,
        "unsigned": f"{unsigned}.{claims}.",
        "no token": "nonsense",
        "cut": token[:-3],
    }.items():
        answer = platform.api.request("GET", "/incidents", headers={"authorization": f"Bearer {bad}"})
        assert problem(answer, 401)["reason"] == "invalid_token", name
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    for header in ("Basic Zm9vOmJhcg==", "Bearer", token):
        problem(platform.api.request("GET", "/incidents", headers={"authorization": header}), 401)


def test_not_even_the_gateways_own_key_makes_a_wrong_token_right(platform: Platform) -> None:
    claims = json.loads(
        base64.urlsafe_b64decode(platform.api.token().json()["access_token"].split(".")[1] + "==")
    )
    with MongoClient(platform.document["mongod"]["uri"], tz_aware=True) as client:
        key_dir = platform.data_dir / "keys"
        secret = derive_secret(key_dir / "gateway.key", b"signing keys")
        collection = client["fl_gateway"]["signing_keys"]
        key = SigningKeys(collection, secret, GatewaySettings(key_dir=key_dir), clock.now).signing_key()

    def answer(typ: str = "at+jwt", **changes: Any) -> httpx.Response:
        head = {"alg": "RS256", "typ": typ, "kid": key.kid}
        token = jwt.encode(head, {**claims, "jti": secrets.token_hex(8), **changes}, key, ["RS256"])
        return platform.api.request("GET", "/incidents", headers={"authorization": f"Bearer {token}"})

    # The positive twin: this is how a token is made.
    assert answer().status_code == 200
    now = claims["iat"]
    for name, refused in {
        "expired": answer(iat=now - 900, exp=now - 1),
        "another audience": answer(aud="https://elsewhere.example/api/v1"),
        "another issuer": answer(iss="https://elsewhere.example"),
        "of tomorrow": answer(iat=now + 86_400, exp=now + 90_000),
        "an ID token": answer(typ="JWT"),
        "a client that is gone": answer(client_id="cli_00000000000000000000000000"),
    }.items():
        assert problem(refused, 401)["reason"] == "invalid_token", name


def test_a_wrong_secret_gets_no_token(platform: Platform) -> None:
    wrong = Api(platform.base_url, {**platform.client("acme"), "client_secret": "fls_" + "x" * 43})
    answer = wrong.token()
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    wrong.close()


def test_a_token_of_another_scope_may_not(platform: Platform, acme: Api) -> None:
    # Asked for by its maker ...
    found = problem(acme.get("/queue"), 403)
    assert found["reason"] == "insufficient_scope"
    # ... or by itself.
    narrow = acme.token("incidents:read").json()["access_token"]
    headers = {"authorization": f"Bearer {narrow}"}
    assert acme.request("GET", "/incidents", headers=headers).status_code == 200
    answer = acme.request("POST", "/incidents", headers=headers, json={"title": "x"})
    problem(answer, 403)
    assert 'scope="incidents:write"' in answer.headers["www-authenticate"]
    refused = acme.token("queue:read")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


def test_a_scope_without_the_role_does_not_help(platform: Platform, acme: Api) -> None:
    """Notes are for staff, whatever scope a client's program was given."""
    body = {"title": "Ours", "requester": {"email": "sam.okafor@acme.example"}}
    incident = acme.do("/incidents", body)
    problem(acme.post(f"/incidents/{incident['incident_id']}/notes", {"text": "hm"}), 403)


def test_another_clients_things_are_not_found(platform: Platform, acme: Api) -> None:
    theirs = opened_for(platform, "lumen", "priya.nair@lumen.example", f"Lumen's {secrets.token_hex(4)}")
    incident, lumen = theirs["incident_id"], platform.document["tenants"]["lumen"]
    missing = acme.get("/incidents/inc_00000000000000000000000000").json()
    for path in ("", "/timeline", "/clocks", "/suggestions"):
        found = problem(acme.get(f"/incidents/{incident}{path}"), 404)
        # Told apart by nothing from one that never was.
        assert (found["reason"], found["detail"]) == (missing["reason"], missing["detail"])
    problem(acme.get(f"/incidents/{theirs['number']}"), 404)
    problem(acme.post(f"/incidents/{incident}/replies", {"text": "hello"}), 404)
    problem(acme.post("/incidents", {"title": "Planted", "tenant_id": lumen}), 404)
    problem(acme.post("/incidents", {"title": "Planted", "tenant_id": "lumen"}), 404)
    assert acme.get("/incidents", tenant_id=lumen).status_code in (200, 404)
    assert theirs["number"] not in acme.get("/incidents", page_size=200).text
    # The positive twin: its owner does see it.
    owner = platform.api_of("lumen")
    assert owner.read(f"/incidents/{incident}")["number"] == theirs["number"]
    owner.close()


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(platform: Platform) -> None:
    incident = opened_for(platform, "acme", "sam.okafor@acme.example", f"Contested {secrets.token_hex(4)}")
    path = f"/incidents/{incident['incident_id']}"
    platform.api.do(f"{path}/notes", {"text": "first"})
    stale = platform.api.post(f"{path}/notes", {"text": "second"}, If_Match='"1"')
    problem(stale, 412)


def test_a_verb_that_the_state_forbids_is_a_conflict(platform: Platform) -> None:
    incident = opened_for(platform, "acme", "sam.okafor@acme.example", f"Too early {secrets.token_hex(4)}")
    found = problem(platform.api.post(f"/incidents/{incident['incident_id']}/resume"), 409)
    assert found["reason"] == "transition_not_allowed"


def test_unknown_addresses_and_methods_are_problems_too(platform: Platform) -> None:
    problem(platform.api.get("/nothing"), 404)
    problem(platform.api.request("PATCH", "/incidents"), 405)
