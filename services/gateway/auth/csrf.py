"""Form tokens against cross-site request forgery.

A token is an HMAC over the session's key, or for a visitor over a random cookie of theirs, so nothing is
stored. Forms carry it as `csrf_token`; htmx and fetch send it as the header `X-CSRF-Token` (put it in
`<body hx-headers:inherited='{"X-CSRF-Token": "{{ csrf_token() }}"}'>`). Endpoints that authenticate by something
else than a cookie are exempt.
"""

import hashlib
import hmac
import secrets

from flask import Response, g, request

from chassis.errors import PermissionDenied
from services.gateway.auth.access import current_session
from services.gateway.auth.context import gateway

HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Programs authenticate these by a header or their own credentials; a browser cannot be made to send those.
_EXEMPT = ("/api/", "/v2/enqueue", "/oauth/token", "/oauth/revoke", "/oauth/introspect")
# The secret in their address decides alone, whoever is signed in: nobody can forge it, and who has it needs nobody's browser.
# The windows in which mail programs open links often keep no cookies.
_BY_ADDRESS = frozenset({"portal_answers.give_answer", "console_page_answers.answer_page"})


def csrf_token() -> str:
    """The token for forms of this response."""
    binding = _binding(make=True)
    known: tuple[str, str] = g.get("csrf_token", ("", ""))  # a page has a dozen forms
    if known[0] != binding:
        known = g.csrf_token = (binding, _token(binding))
    return known[1]


def check_csrf() -> None:
    """Refuses an unsafe request without the right token. Raises PermissionDenied("csrf_token_invalid")."""
    if request.method in _SAFE or request.path.startswith(_EXEMPT):
        return
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    binding = _binding(make=False)
    cross_site = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if request.endpoint in _BY_ADDRESS and not cross_site:
        return
    if cross_site or not binding or not hmac.compare_digest(sent.encode(), _token(binding).encode()):
        message = "This form has expired, or came from elsewhere. Load the page again."
        raise PermissionDenied("csrf_token_invalid", message)


def keep_visitor(response: Response) -> Response:
    """Sends the visitor's cookie when a form was bound to it for the first time."""
    visitor = g.get("new_visitor")
    if visitor:
        settings = gateway().settings
        response.set_cookie(
            settings.visitor_cookie,
            visitor,
            secure=settings.secure_cookies,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response


def _binding(make: bool) -> str:
    session = current_session()
    if session:
        return "session:" + session.key
    visitor = request.cookies.get(gateway().settings.visitor_cookie, "") or g.get("new_visitor", "")
    if not visitor and make:
        visitor = g.new_visitor = secrets.token_urlsafe(24)
    return "visitor:" + visitor if visitor else ""


def _token(binding: str) -> str:
    return hmac.new(gateway().secret, b"csrf:" + binding.encode(), hashlib.sha256).hexdigest()
