"""Signing in with a browser: sessions, form tokens, limits, links."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.harness.gateway import ACME, NORTH, PASSWORD, Room, gateway_room

HTML = {"Accept": "text/html"}


@pytest.fixture
def known(room: Room) -> Room:
    for person_id in ("per_ana", "per_tom"):
        room.gateway.auth.credentials.set_password(NORTH, person_id, PASSWORD)
    return room


def form_token(http: FlaskClient, address: str = "/login") -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', http.get(address).text)[1]


def sign_in(http: FlaskClient, email: str = "ana@acme.example", password: str = PASSWORD, target: str = ""):
    form = {"csrf_token": form_token(http), "email": email, "password": password, "next": target}
    return http.post("/login", data=form)


def test_a_requester_comes_to_their_portal_and_staff_to_the_console(known: Room):
    for email, home in (("ana@acme.example", "/t/acme/"), ("TOM@northstar.example ", "/console")):
        answer = sign_in(known.app().test_client(), email)
        assert (answer.status_code, answer.location) == (303, home)


def test_the_session_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts(known: Room, http: FlaskClient):
    cookie = next(c for c in sign_in(http).headers.getlist("Set-Cookie") if c.startswith("__Host-fairlead="))
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie


def test_the_cookie_is_kept_as_a_hash_only(known: Room, http: FlaskClient):
    cookie = re.search(r"__Host-fairlead=([^;]+)", " ".join(sign_in(http).headers.getlist("Set-Cookie")))[1]
    stored = known.gateway.sessions._collection.collection.find_one({"person_id": "per_ana"})
    assert cookie not in str(stored)


@pytest.mark.parametrize("email", ["ana@acme.example", "nobody@acme.example", "mia@acme.example", "", "x"])
def test_a_failure_never_says_what_was_wrong(known: Room, http: FlaskClient, email: str):
    answer = sign_in(http, email, "wrong password here")
    assert answer.status_code == 401 and 'role="alert"' in answer.text
    assert not any(c.startswith("__Host-fairlead=") for c in answer.headers.getlist("Set-Cookie"))


def test_after_too_many_attempts_even_the_right_password_waits(
    mongod: str, installation: str, tmp_path: Path
):
    with gateway_room(mongod, installation, tmp_path, sign_in_attempts_per_account=3) as room:
        room.gateway.auth.credentials.set_password(NORTH, "per_ana", PASSWORD)
        http = room.app().test_client()
        for _ in range(3):
            assert sign_in(http, password="wrong password here").status_code == 401
        answer = sign_in(http)
        assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
        assert sign_in(http, "nobody@acme.example", "x").status_code == 401  # others are not held up


def test_an_address_that_tries_many_accounts_waits_too(mongod: str, installation: str, tmp_path: Path):
    with gateway_room(mongod, installation, tmp_path, sign_in_attempts_per_address=3) as room:
        http = room.app().test_client()
        statuses = [sign_in(http, f"somebody{n}@acme.example", "x").status_code for n in range(5)]
        assert statuses == [401, 401, 401, 429, 429]


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/login", "\n/x"],
)
def test_signing_in_never_leads_elsewhere(known: Room, http: FlaskClient, target: str):
    assert sign_in(http, target=target).location == "/t/acme/"


def test_signing_in_leads_back_to_where_one_was_going(known: Room, http: FlaskClient):
    assert sign_in(http, target="/t/acme/incidents?page=2").location == "/t/acme/incidents?page=2"


def test_a_form_without_its_token_is_refused(known: Room, http: FlaskClient):
    http.get("/login")
    form = {"email": "ana@acme.example", "password": PASSWORD}
    assert http.post("/login", data=form).status_code == 403
    other = known.app().test_client()
    assert http.post("/login", data={**form, "csrf_token": form_token(other)}).status_code == 403
    good = {**form, "csrf_token": form_token(http)}
    assert http.post("/login", data=good, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert http.post("/login", data=good).status_code == 303


def test_signing_in_starts_a_new_session_and_ends_the_old_one(known: Room, http: FlaskClient):
    sign_in(http)
    first = http.get_cookie("__Host-fairlead").value
    # A signed-in browser's forms are bound to its session.
    token = re.search(r'value="([0-9a-f]{64})"', http.get("/login").text)[1]
    http.post("/login", data={"csrf_token": token, "email": "tom@northstar.example", "password": PASSWORD})
    assert http.get_cookie("__Host-fairlead").value != first
    assert known.gateway.sessions.find(first) is None


def test_signing_out_ends_the_session_everywhere(known: Room, http: FlaskClient):
    sign_in(http)
    cookie = http.get_cookie("__Host-fairlead").value
    token = re.search(r'value="([0-9a-f]{64})"', http.get("/login").text)[1]
    answer = http.post("/logout", data={"csrf_token": token})
    assert answer.status_code == 303 and answer.location == "/login"
    assert known.gateway.sessions.find(cookie) is None


def test_a_person_who_is_disabled_is_signed_out(room: Room, http: FlaskClient):
    from services.gateway.auth.access import current_caller

    room.sign_in(http, "per_ana")
    room.directory.people["per_ana"].state = 2
    cookie = http.get_cookie("__Host-fairlead").value
    with room.app().test_request_context(headers={"Cookie": f"__Host-fairlead={cookie}"}), pytest.raises(Exception, match="sign_in_required"):  # fmt: skip
        current_caller()
    assert room.gateway.sessions.find(cookie) is None


def test_nobody_of_a_suspended_client_signs_in(known: Room, http: FlaskClient):
    known.directory.tenants[ACME].state = 2
    assert sign_in(http).status_code == 401


def test_a_session_ends_when_it_idles_and_when_its_time_is_over(
    mongod: str, installation: str, tmp_path: Path
):
    from services.gateway.auth.sessions import Sessions

    options = {"session_idle_seconds": 600, "session_absolute_seconds": 1500}
    with gateway_room(mongod, installation, tmp_path, **options) as room:
        start = room.gateway.clock()
        now = [start]
        sessions = Sessions(room.gateway.sessions._collection, room.settings, lambda: now[0])
        idle, used = sessions.start(NORTH, "per_ana"), sessions.start(NORTH, "per_ana")
        for minutes in (5, 12, 20):
            now[0] = start + timedelta(minutes=minutes)
            assert sessions.find(used) is not None
        assert sessions.find(idle) is None
        now[0] = start + timedelta(minutes=26)
        assert sessions.find(used) is None


def test_a_password_link_is_good_for_one_use(room: Room, http: FlaskClient):
    address = f"/password/{room.gateway.auth.credentials.make_link(NORTH, 'per_ana')}"
    token = form_token(http, address)
    short = http.post(address, data={"csrf_token": token, "password": "short", "repeated": "short"})
    assert short.status_code == 422
    differ = http.post(address, data={"csrf_token": token, "password": PASSWORD, "repeated": PASSWORD + "x"})
    assert differ.status_code == 422
    done = http.post(address, data={"csrf_token": token, "password": PASSWORD, "repeated": PASSWORD})
    assert (done.status_code, done.location) == (303, "/t/acme/")
    assert room.app().test_client().get(address).status_code == 404
    assert room.gateway.auth.credentials.check("ana@acme.example", PASSWORD)


def test_a_newer_link_ends_the_older_one(room: Room, http: FlaskClient):
    older = room.gateway.auth.credentials.make_link(NORTH, "per_ana")
    room.gateway.auth.credentials.make_link(NORTH, "per_ana")
    assert http.get(f"/password/{older}").status_code == 404


@pytest.mark.parametrize("path", ["/login", "/api/v1/me", "/nothing", "/oauth/jwks"])
def test_every_answer_carries_the_security_headers(http: FlaskClient, path: str):
    headers = http.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "style-src 'self';" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def authorize_address(room: Room) -> str:
    client, _ = room.register(
        grant_types=("authorization_code",), redirect_uris=("https://app.example/",), first_party=True
    )
    given = {"response_type": "code", "client_id": client.client_id, "redirect_uri": "https://app.example/"}
    return "/oauth/authorize?" + urlencode(
        {**given, "code_challenge": "a" * 43, "code_challenge_method": "S256"}
    )


def test_a_fragment_that_needs_a_session_gets_401_where_a_page_is_sent_to_sign_in(
    room: Room, http: FlaskClient
):
    address = authorize_address(room)
    assert http.get(address, headers=HTML).location.startswith("/login?next=")
    fragment = http.get(address, headers={**HTML, "HX-Request": "true"})
    assert (fragment.status_code, fragment.json["reason"]) == (401, "sign_in_required")


def test_while_the_directory_is_away_pages_say_so_and_nobody_is_signed_out(room: Room, http: FlaskClient):
    room.sign_in(http, "per_ana")
    cookie = http.get_cookie("__Host-fairlead").value
    room.directory.stop()
    answer = http.get(authorize_address(room), headers=HTML)
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert answer.mimetype == "text/html"
    assert room.gateway.sessions.find(cookie) is not None
