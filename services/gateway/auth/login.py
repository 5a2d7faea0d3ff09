"""Signing in and out with a password, and setting one by a one-time link."""

from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from chassis import telemetry
from chassis.errors import InvalidArgument, ResourceExhausted
from fairlead.directory.v1.person_pb2 import Person
from services.gateway.auth.access import clear_session_cookie, current_session, set_session_cookie
from services.gateway.auth.callers import PersonDisabled
from services.gateway.auth.context import gateway

login = Blueprint("login", __name__)
_log = telemetry.logger("gateway")


@login.get("/login")
def show_login() -> BaseResponse:
    """The sign-in page; somebody who is signed in already goes on."""
    target = safe_next(request.args.get("next", ""))
    session = current_session()
    if session and target:
        return redirect(target, 303)
    return _page(target)


@login.post("/login")
def sign_in() -> BaseResponse:
    """Checks address and password. The failure never says which of them was wrong."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    target = safe_next(request.form.get("next", ""))
    address = request.remote_addr or ""
    auth = gateway().auth
    try:
        auth.sign_in_limits.count(email, address)
        person = auth.credentials.check(email, password)
        home = _home_of(person) if person else ""
    except ResourceExhausted as error:
        _log.warning("sign_in_limited", address=address)
        return _page(target, email, "too_many_attempts", {"Retry-After": error.values["retry_after"]}, 429)
    except PersonDisabled:
        person = None
    if not person:
        _log.info("sign_in_failed", address=address)
        return _page(target, email, "sign_in_failed", status=401)
    auth.sign_in_limits.forgive(email, address)
    response = redirect(target or home, 303)
    _start_session(response, person)
    return response


@login.post("/logout")
def sign_out() -> BaseResponse:
    """Ends the session of this browser."""
    gateway().sessions.end(request.cookies.get(gateway().settings.session_cookie, ""))
    response = redirect(safe_next(request.form.get("next", "")) or "/login", 303)
    clear_session_cookie(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@login.get("/password/<token>")
def show_password(token: str) -> str:
    """The page behind a one-time link."""
    provider_id, person_id = gateway().auth.credentials.holder(token)
    return _password_page(gateway().directory.person(provider_id, person_id))


@login.post("/password/<token>")
def set_password(token: str) -> BaseResponse | tuple[str, int]:
    """Sets the password once, and signs the person in."""
    credentials = gateway().auth.credentials
    provider_id, person_id = credentials.holder(token)
    person = gateway().directory.person(provider_id, person_id)
    try:
        if request.form.get("password", "") != request.form.get("repeated", ""):
            raise InvalidArgument("passwords_differ", "The two entries differ.", field="repeated")
        credentials.redeem_link(token, request.form["password"])
    except InvalidArgument as error:
        return _password_page(person, error.reason), 422
    # Whoever was signed in with the old password, or with none of their own, is no longer.
    gateway().sessions.end_all(provider_id, person_id)
    response = redirect(_home_of(person), 303)
    _start_session(response, person)
    return response


def safe_next(target: str) -> str:
    """A path of our own to go on to; "" for anything else (another site, a scheme, a backslash)."""
    parts = urlsplit(target)
    own = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    plain = own and not parts.scheme and not parts.netloc and target.isprintable()
    return target if plain and not parts.path.startswith(("/login", "/logout")) else ""


def _home_of(person: Person) -> str:
    """The console for staff, otherwise the portal of the first client. Raises PersonDisabled."""
    caller = gateway().callers.for_person(person.provider_id, person.person_id)
    if caller.is_staff:
        return "/console"
    for membership in person.memberships:
        if caller.tenant_ids and membership.tenant_id in caller.tenant_ids:
            tenant = gateway().directory.tenant(person.provider_id, membership.tenant_id)
            return f"/t/{tenant.slug}/"
    raise PersonDisabled("no_membership", "This person belongs to no active client.")


def _start_session(response: BaseResponse, person: Person) -> None:
    old = request.cookies.get(gateway().settings.session_cookie, "")
    if old:
        gateway().sessions.end(old)
    set_session_cookie(response, gateway().sessions.start(person.provider_id, person.person_id))
    _log.info("signed_in", person_id=person.person_id, provider_id=person.provider_id)


def _page(
    target: str, email: str = "", problem: str = "", headers: dict[str, str] | None = None, status: int = 200
) -> Response:
    _allow_form_to_reach(target)
    body = render_template(
        "pages/login.html", next=target, email=email, problem=problem, portal=_portal_of(target)
    )
    return Response(body, status, headers)


def _password_page(person: Person, problem: str = "") -> str:
    g.page_person = person  # the page is in their client's brand and in their language
    return render_template("pages/password.html", person=person, problem=problem)


def _portal_of(target: str) -> str:
    """The slug of the portal somebody was on the way to, for its brand; "" for none."""
    parts = target.split("?")[0].split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "t" else ""


def _allow_form_to_reach(target: str) -> None:
    """Browsers hold a form's whole chain of redirects to form-action: signing in may lead on to an OAuth client."""
    parts = urlsplit(target)
    if parts.path == "/oauth/authorize":
        query = parse_qs(parts.query)
        client_id, uri = query.get("client_id", [""])[0], query.get("redirect_uri", [""])[0]
        client = gateway().auth.clients.find(client_id)
        if client and client.check_redirect_uri(uri):
            g.form_action = uri
