"""What a browser remembers without anybody signing in: light or dark."""

from flask import Blueprint, Response, redirect, request

from services.gateway.auth.context import gateway
from services.gateway.auth.login import safe_next

preferences = Blueprint("preferences", __name__)
COOKIE = "fairlead-theme"
THEMES = ("light", "dark")
_YEAR = 365 * 24 * 3600


def current_theme() -> str:
    """ "light" or "dark" when chosen; "" leaves it to the system."""
    kept = request.cookies.get(COOKIE, "")
    return kept if kept in THEMES else ""


@preferences.post("/preferences/theme")
def choose_theme() -> Response:
    """Keeps the choice and goes back; a script does it without leaving the page."""
    response = redirect(safe_next(request.form.get("next", "")) or "/", 303)
    chosen = request.form.get("theme", "")
    secure = gateway().settings.secure_cookies
    if chosen in THEMES:
        response.set_cookie(COOKIE, chosen, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(COOKIE, secure=secure, httponly=True, samesite="Lax")
    return response  # type: ignore[return-value]
