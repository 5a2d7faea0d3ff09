"""The signed-in person of the current request, as explicit functions and decorators for pages.

@portal.get("/t/<slug>/incidents")
@login_required
def my_incidents(slug):
tenant = gateway().directory.tenant_by_slug(slug)
caller = current_caller(tenant.tenant_id)          # narrowed to this client
page = gateway().backends.incidents.list(caller, tenant_id=tenant.tenant_id, mine=True)

@console.get("/console")
@staff_required
def queue():
page = gateway().backends.queue.list(current_caller())
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import g, request
from werkzeug.wrappers import Response as BaseResponse

from chassis.errors import PermissionDenied, Unauthenticated
from chassis.tenancy import Caller, Role
from fairlead.directory.v1.person_pb2 import Person
from services.gateway.auth.callers import PersonDisabled
from services.gateway.auth.context import gateway
from services.gateway.auth.sessions import Session

P = ParamSpec("P")
R = TypeVar("R")


class SignInRequired(Unauthenticated):
    """Nobody is signed in. A page navigation is sent to the sign-in page; anything else is answered 401."""

    def __init__(self) -> None:
        super().__init__("sign_in_required", "Sign in to continue.")


def current_session() -> Session | None:
    """The signed-in session of this request, None for a visitor. Raises Unavailable while MongoDB is away."""
    if "session" not in g:
        cookie = request.cookies.get(gateway().settings.session_cookie, "")
        g.session = gateway().sessions.find(cookie)
    return g.session


def current_caller(tenant_id: str = "") -> Caller:
    """The signed-in person as a caller; with a tenant_id (a portal), narrowed to that tenant.

    Raises SignInRequired, NotFound("tenant_not_found") where the person has no business, Unavailable.
    A person who was disabled meanwhile is signed out.
    """
    session = current_session()
    if session is None:
        raise SignInRequired
    callers: dict[str, Caller] = g.setdefault("callers", {})
    if tenant_id not in callers:
        try:
            callers[tenant_id] = gateway().callers.for_person(
                session.provider_id, session.person_id, tenant_id
            )
        except PersonDisabled:
            gateway().sessions.end_all(session.provider_id, session.person_id)
            g.session = None
            raise SignInRequired from None
    return callers[tenant_id]


def current_person() -> Person:
    """The directory's record of the signed-in person. Raises SignInRequired."""
    session = current_session()
    if session is None:
        raise SignInRequired
    return gateway().directory.person(session.provider_id, session.person_id)


def login_required(view: Callable[P, R]) -> Callable[P, R]:
    """Only for somebody who is signed in and not disabled."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        current_caller()
        return view(*args, **kwargs)

    return guarded


def role_required(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only for somebody with one of these roles; others get 403."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            current_caller().require(*roles)
            return view(*args, **kwargs)

        return guarded

    return decorate


def staff_required(view: Callable[P, R]) -> Callable[P, R]:
    """Only for the provider's staff: the console."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not current_caller().is_staff:
            raise PermissionDenied("role_required", "This needs the provider's staff.", roles="staff")
        return view(*args, **kwargs)

    return guarded


def live_origin() -> str:
    """The origin of the live face for the page of this request: `live_origin() + "/live/session"`."""
    host = urlsplit(f"//{request.host}").hostname or "localhost"
    return gateway().settings.live_origin_for(host)


def set_session_cookie(response: BaseResponse, cookie: str) -> None:
    """Gives the browser its session. The cookie lasts until the browser closes or the session's end."""
    settings = gateway().settings
    response.set_cookie(
        settings.session_cookie,
        cookie,
        max_age=settings.session_absolute_seconds,
        secure=settings.secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def clear_session_cookie(response: BaseResponse) -> None:
    """Takes the session from the browser."""
    settings = gateway().settings
    response.delete_cookie(
        settings.session_cookie, path="/", secure=settings.secure_cookies, httponly=True, samesite="Lax"
    )
