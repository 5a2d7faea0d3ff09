"""The authorization server, over HTTP, against a real MongoDB."""

import base64
import hashlib
import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from chassis.tenancy import Role
from tests.harness.gateway import NORTH, Room

REDIRECT = "https://app.example/callback"


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def challenge() -> tuple[str, str]:
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Program:
    """A program that signs people in."""

    def __init__(self, room: Room, http: FlaskClient, **fields: object) -> None:
        self.room, self.http = room, http
        given = {
            "grant_types": ("authorization_code", "refresh_token"),
            "redirect_uris": (REDIRECT,),
            "scopes": ("incidents:read", "openid", "profile"),
            "first_party": True,
            **fields,
        }
        self.client, self.secret = room.register(**given)
        self.verifier, self.challenge = challenge()

    def address(self, **changes: str | None) -> str:
        given = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": REDIRECT,
            "scope": "incidents:read",
            "state": "xyz",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            **changes,
        }
        return "/oauth/authorize?" + urlencode({name: v for name, v in given.items() if v is not None})

    def answer(self, **changes: str | None) -> dict[str, str]:
        """What the browser brings back to the program."""
        response = self.http.get(self.address(**changes))
        assert response.status_code == 303, response.text
        assert response.location.startswith(REDIRECT)
        return {name: values[0] for name, values in parse_qs(urlsplit(response.location).query).items()}

    def redeem(self, code: str, **changes: str) -> object:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": self.verifier,
            **changes,
        }
        return self.room.app().test_client().post(
            "/oauth/token", data=form, headers=basic(self.client.client_id, self.secret)
        )  # fmt: skip

    def refresh(self, token: str, **changes: str) -> object:
        form = {"grant_type": "refresh_token", "refresh_token": token, **changes}
        return self.room.app().test_client().post(
            "/oauth/token", data=form, headers=basic(self.client.client_id, self.secret)
        )  # fmt: skip


@pytest.fixture
def program(room: Room, http: FlaskClient) -> Program:
    room.sign_in(http, "per_ana")
    return Program(room, http)


def test_a_program_gets_a_token_with_its_credentials_and_the_api_takes_it(room: Room, http: FlaskClient):
    client, secret = room.register(scopes=("incidents:read",))
    answer = http.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers=basic(client.client_id, secret)
    )
    assert answer.status_code == 200
    assert answer.json["token_type"] == "Bearer" and answer.json["scope"] == "incidents:read"
    assert "refresh_token" not in answer.json
    assert answer.headers["Cache-Control"] == "no-store"
    me = http.get("/api/v1/me", headers={"Authorization": f"Bearer {answer.json['access_token']}"})
    assert me.json["subject"] == f"client:{client.client_id}"


def test_access_tokens_are_jwts_after_rfc_9068_that_the_published_keys_verify(room: Room, http: FlaskClient):
    keys = KeySet.import_key_set(http.get("/oauth/jwks").json)
    decoded = jwt.decode(room.token("incidents:read"), keys, algorithms=["RS256"])
    assert decoded.header["typ"] == "at+jwt"
    assert decoded.claims["aud"] == f"{room.settings.origin}/api/v1"
    assert decoded.claims["exp"] - decoded.claims["iat"] == 900
    assert {"iss", "sub", "client_id", "jti", "scope"} <= set(decoded.claims)


def test_published_keys_hold_no_private_part(http: FlaskClient):
    for key in http.get("/oauth/jwks").json["keys"]:
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(key)


def test_a_token_signed_by_a_former_key_stays_valid_after_rotation(room: Room, http: FlaskClient):
    headers = room.bearer()
    room.gateway.auth.keys.rotate()
    assert len(http.get("/oauth/jwks").json["keys"]) == 2
    assert http.get("/api/v1/me", headers=headers).status_code == 200


@pytest.mark.parametrize("grant", ["password", "implicit", ""])
def test_grants_that_oauth_2_1_dropped_are_refused(room: Room, http: FlaskClient, grant: str):
    client, secret = room.register()
    answer = http.post("/oauth/token", data={"grant_type": grant}, headers=basic(client.client_id, secret))
    assert answer.status_code == 400


def test_a_wrong_secret_is_refused_like_an_unknown_client(room: Room, http: FlaskClient):
    client, _ = room.register()
    for client_id in (client.client_id, "cli_00000000000000000000000000"):
        answer = http.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, headers=basic(client_id, "no")
        )
        assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith('Basic realm="fairlead", error="invalid_client"')


def test_two_ways_to_authenticate_at_once_are_refused(room: Room, http: FlaskClient):
    client, secret = room.register()
    form = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}
    assert http.post("/oauth/token", data=form).status_code == 200
    answer = http.post("/oauth/token", data=form, headers=basic(client.client_id, secret))
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_parameters_in_the_address_are_refused(room: Room, http: FlaskClient):
    client, secret = room.register()
    answer = http.post("/oauth/token?grant_type=client_credentials", headers=basic(client.client_id, secret))
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_a_program_cannot_ask_for_more_than_it_was_registered_for(room: Room, http: FlaskClient):
    client, secret = room.register(scopes=("incidents:read",))
    form = {"grant_type": "client_credentials", "scope": "incidents:read admin"}
    answer = http.post("/oauth/token", data=form, headers=basic(client.client_id, secret))
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_scope")


def test_a_person_signs_in_to_a_program_with_code_and_s256(program: Program, http: FlaskClient):
    answer = program.answer()
    assert answer["state"] == "xyz" and answer["iss"] == program.room.settings.origin
    tokens = program.redeem(answer["code"]).json
    me = http.get("/api/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json
    assert me["person_id"] == "per_ana" and me["roles"] == ["requester"] and me["tenant_ids"] == ["ten_acme"]


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": None, "code_challenge_method": None},
    ],
)
def test_only_s256_challenges_are_taken(program: Program, changes: dict[str, str | None]):
    assert program.answer(**changes)["error"] == "invalid_request"


@pytest.mark.parametrize(
    "uri", ["https://app.example/callback/", "https://app.example/callback?x=1", "https://evil.example/"]
)
def test_nobody_is_sent_to_a_redirect_uri_that_is_not_registered_exactly(program: Program, uri: str):
    response = program.http.get(program.address(redirect_uri=uri))
    assert response.status_code == 400 and not response.location


def test_a_redirect_uri_is_never_guessed(program: Program):
    assert program.http.get(program.address(redirect_uri=None)).status_code == 400


@pytest.mark.parametrize("changes", [{"code_verifier": "x" * 43}, {"redirect_uri": "https://evil.example/"}])
def test_a_code_needs_the_verifier_and_redirect_uri_it_was_made_for(
    program: Program, changes: dict[str, str]
):
    code = program.answer()["code"]
    assert program.redeem(code, **changes).json["error"] == "invalid_grant"
    assert program.redeem(code).status_code == 200  # a mistaken request does not spend it


def test_a_code_of_one_program_is_nothing_to_another(program: Program):
    other = Program(program.room, program.http)
    other.verifier = program.verifier
    assert other.redeem(program.answer()["code"]).json["error"] == "invalid_grant"


def test_of_many_that_redeem_one_code_at_once_exactly_one_succeeds(program: Program):
    code = program.answer()["code"]
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: program.redeem(code).status_code, range(50)))
    assert statuses.count(200) == 1 and set(statuses) == {200, 400}


def test_redeeming_a_code_twice_ends_what_the_first_one_got(program: Program, http: FlaskClient):
    code = program.answer()["code"]
    tokens = program.redeem(code).json
    assert program.redeem(code).json["error"] == "invalid_grant"
    assert program.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"
    answer = http.get("/api/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert answer.status_code == 401


def test_a_refresh_token_is_replaced_at_every_use(program: Program):
    first = program.redeem(program.answer()["code"]).json
    second = program.refresh(first["refresh_token"]).json
    assert second["refresh_token"] != first["refresh_token"]
    assert program.refresh(second["refresh_token"]).status_code == 200


def test_of_many_uses_of_one_refresh_token_at_once_exactly_one_succeeds(program: Program):
    token = program.redeem(program.answer()["code"]).json["refresh_token"]
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: program.refresh(token).status_code, range(50)))
    assert statuses.count(200) == 1 and set(statuses) == {200, 400}


def test_using_a_spent_refresh_token_ends_the_family(program: Program, http: FlaskClient):
    first = program.redeem(program.answer()["code"]).json
    second = program.refresh(first["refresh_token"]).json
    assert program.refresh(first["refresh_token"]).status_code == 400
    assert program.refresh(second["refresh_token"]).status_code == 400
    answer = http.get("/api/v1/me", headers={"Authorization": f"Bearer {second['access_token']}"})
    assert answer.status_code == 401


def test_a_refresh_can_narrow_the_scope_once_but_never_widen_it(program: Program):
    first = program.redeem(program.answer(scope="incidents:read profile")["code"]).json
    narrow = program.refresh(first["refresh_token"], scope="incidents:read").json
    assert narrow["scope"] == "incidents:read"
    again = program.refresh(narrow["refresh_token"]).json
    assert set(again["scope"].split()) == {"incidents:read", "profile"}
    assert program.refresh(again["refresh_token"], scope="openid").json["error"] == "invalid_scope"


def test_a_disabled_person_gets_no_more_tokens(program: Program):
    tokens = program.redeem(program.answer()["code"]).json
    program.room.directory.people["per_ana"].state = 2
    assert program.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_a_public_program_needs_no_secret_but_the_verifier(room: Room, http: FlaskClient):
    room.sign_in(http, "per_ana")
    program = Program(room, http, auth_method="none")
    form = {
        "grant_type": "authorization_code",
        "client_id": program.client.client_id,
        "code": program.answer()["code"],
        "redirect_uri": REDIRECT,
    }
    assert http.post("/oauth/token", data=form).status_code == 400
    assert http.post("/oauth/token", data={**form, "code_verifier": program.verifier}).status_code == 200


def test_a_confidential_program_cannot_pass_for_a_public_one(program: Program, http: FlaskClient):
    form = {
        "grant_type": "authorization_code",
        "client_id": program.client.client_id,
        "code": program.answer()["code"],
        "redirect_uri": REDIRECT,
        "code_verifier": program.verifier,
    }
    assert http.post("/oauth/token", data=form).json["error"] == "invalid_client"


def test_who_is_not_signed_in_is_asked_to_and_comes_back(room: Room, http: FlaskClient):
    program = Program(room, http)
    response = http.get(program.address(), headers={"Accept": "text/html"})
    assert response.status_code == 303 and response.location.startswith("/login?next=%2Foauth%2Fauthorize")


def test_prompt_none_never_shows_a_page(room: Room, http: FlaskClient):
    assert Program(room, http).answer(prompt="none")["error"] == "login_required"
    room.sign_in(http, "per_ana")
    assert Program(room, http, first_party=False).answer(prompt="none")["error"] == "consent_required"


def test_a_program_of_somebody_else_needs_consent(room: Room, http: FlaskClient):
    room.sign_in(http, "per_ana")
    program = Program(room, http, first_party=False)
    page = http.get(program.address())
    assert page.status_code == 200 and "Read incidents" in page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    assert http.post(program.address(), data={"decision": "allow"}).status_code == 403  # no form token
    refused = http.post(program.address(), data={"csrf_token": token, "decision": "deny"})
    assert "error=access_denied" in refused.location
    allowed = http.post(program.address(), data={"csrf_token": token, "decision": "allow"})
    assert allowed.status_code == 303 and "code=" in allowed.location
    assert (
        "https://app.example" in page.headers["Content-Security-Policy"].split("form-action")[1].split(";")[0]
    )


def test_openid_adds_an_id_token_about_the_person(program: Program, http: FlaskClient):
    tokens = program.redeem(program.answer(scope="openid profile", nonce="n-1")["code"]).json
    keys = KeySet.import_key_set(http.get("/oauth/jwks").json)
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
    assert (
        claims["sub"] == "per_ana" and claims["nonce"] == "n-1" and claims["aud"] == program.client.client_id
    )
    info = http.get("/oauth/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert info.json["name"] == "Ana Ruiz" and "email" not in info.json


def test_revoking_an_access_token_ends_it(room: Room, http: FlaskClient):
    client, secret = room.register()
    headers = basic(client.client_id, secret)
    token = http.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=headers).json[
        "access_token"
    ]
    assert http.post("/oauth/introspect", data={"token": token}, headers=headers).json["active"] is True
    assert http.post("/oauth/revoke", data={"token": token}, headers=headers).status_code == 200
    assert http.post("/oauth/introspect", data={"token": token}, headers=headers).json == {"active": False}
    assert http.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_revoking_a_refresh_token_ends_its_family(program: Program, http: FlaskClient):
    tokens = program.redeem(program.answer()["code"]).json
    headers = basic(program.client.client_id, program.secret)
    anonymous = program.room.app().test_client()
    assert (
        anonymous.post("/oauth/revoke", data={"token": tokens["refresh_token"]}, headers=headers).status_code
        == 200
    )
    assert program.refresh(tokens["refresh_token"]).status_code == 400
    assert (
        http.get("/api/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}).status_code
        == 401
    )


def test_a_program_sees_and_revokes_nothing_of_another(program: Program, http: FlaskClient):
    tokens = program.redeem(program.answer()["code"]).json
    stranger, secret = program.room.register()
    headers = basic(stranger.client_id, secret)
    for token in (tokens["access_token"], tokens["refresh_token"]):
        assert http.post("/oauth/introspect", data={"token": token}, headers=headers).json == {
            "active": False
        }
        assert http.post("/oauth/revoke", data={"token": token}, headers=headers).status_code == 200
    assert program.refresh(tokens["refresh_token"]).status_code == 200


def test_revoking_what_was_never_a_token_is_no_error(room: Room, http: FlaskClient):
    client, secret = room.register()
    assert (
        http.post("/oauth/revoke", data={"token": "?"}, headers=basic(client.client_id, secret)).status_code
        == 200
    )


def assertion(room: Room, key: OKPKey, **changes: object) -> dict[str, str]:
    now = int(time.time())
    claims = {
        "iss": "operator",
        "sub": "operator",
        "aud": f"{room.settings.origin}/oauth/token",
        "exp": now + 60,
        "iat": now,
        "jti": secrets.token_hex(8),
        **changes,
    }
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode({"alg": "Ed25519"}, claims, key, algorithms=["Ed25519"]),
    }


@pytest.fixture
def operator_key(room: Room) -> OKPKey:
    return OKPKey.import_key((room.settings.key_dir / "operator.key").read_bytes())


def test_the_operator_proves_itself_with_its_key_and_may_make_providers(
    room: Room, http: FlaskClient, operator_key: OKPKey
):
    answer = http.post("/oauth/token", data=assertion(room, operator_key))
    assert answer.status_code == 200, answer.json
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    me = http.get("/api/v1/me", headers=headers).json
    assert Role.OPERATOR in me["roles"] and "provider_id" not in me
    made = http.post(
        "/api/v1/api-clients",
        json={"name": "Seed", "scopes": ["admin"], "roles": ["provider_admin"], "provider_id": NORTH},
        headers=headers,
    )
    assert made.status_code == 201 and made.json["client_secret"].startswith("fls_")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://elsewhere.example"},
        {"exp": 1},
        {"exp": 9_999_999_999},
        {"iss": "cli_x"},
        {"jti": None},
    ],
)
def test_an_assertion_that_is_not_quite_right_proves_nothing(
    room: Room, http: FlaskClient, operator_key: OKPKey, changes: dict[str, object]
):
    answer = http.post("/oauth/token", data=assertion(room, operator_key, **changes))
    assert answer.json["error"] == "invalid_client"


def test_another_services_key_does_not_make_an_operator(room: Room, http: FlaskClient):
    key = OKPKey.import_key((room.settings.key_dir / "intake.key").read_bytes())
    assert http.post("/oauth/token", data=assertion(room, key)).json["error"] == "invalid_client"


def test_an_assertion_is_good_for_one_use(room: Room, http: FlaskClient, operator_key: OKPKey):
    form = assertion(room, operator_key)
    assert http.post("/oauth/token", data=form).status_code == 200
    assert http.post("/oauth/token", data=form).json["error"] == "invalid_client"


@pytest.mark.parametrize("path", ["oauth-authorization-server", "openid-configuration"])
def test_discovery_names_what_is_there(room: Room, http: FlaskClient, path: str):
    document = http.get(f"/.well-known/{path}").json
    assert document["issuer"] == room.settings.origin
    assert document["code_challenge_methods_supported"] == ["S256"]
    rules = {rule.rule for rule in room.app().url_map.iter_rules()}
    for name, address in document.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            assert address.removeprefix(room.settings.origin) in rules


@pytest.mark.parametrize("header", ["Basic !!!", "Basic /w==", "Basic", "Bearer x", "Basic Og=="])
def test_a_broken_authorization_header_is_no_crash(http: FlaskClient, header: str):
    answer = http.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers={"Authorization": header}
    )
    assert answer.status_code == 401
