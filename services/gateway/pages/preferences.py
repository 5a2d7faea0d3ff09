"""What a browser remembers without anybody signing in: light or dark, and whether single keys are shortcuts."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from services.gateway.auth.context import gateway
from services.gateway.auth.login import safe_next

preferences = Blueprint("preferences", __name__)
COOKIE = "fairlead-theme"
KEYS_COOKIE = "fairlead-keys"
THEMES = ("light", "dark")
_YEAR = 365 * 24 * 3600


def current_theme() -> str:
    """ "light" or "dark" when chosen; "" leaves it to the system."""
    kept = request.cookies.get(COOKIE, "")
    return kept if kept in THEMES else ""


@preferences.post("/preferences/theme")
def choose_theme() -> BaseResponse:
    """Keeps the choice and goes back; a script does it without leaving the page."""
    response = redirect(safe_next(request.form.get("next", "")) or "/", 303)
    chosen = request.form.get("theme", "")
    _keep(response, COOKIE, chosen if chosen in THEMES else "")
    return response


def keys_are_on() -> bool:
    """Whether single keys are shortcuts; they are until somebody switches them off (WCAG 2.2, 2.1.4)."""
    return request.cookies.get(KEYS_COOKIE, "") != "off"


@preferences.post("/preferences/keys")
def choose_keys() -> BaseResponse:
    """Keeps the choice and goes back; a script does it without leaving the page."""
    response = redirect(safe_next(request.form.get("next", "")) or "/", 303)
    _keep(response, KEYS_COOKIE, "off" if request.form.get("keys") == "off" else "")
    return response


def _keep(response: BaseResponse, name: str, value: str) -> None:
    """Keeps a value for a year; "" forgets it."""
    secure = gateway().settings.secure_cookies
    if value:
        response.set_cookie(name, value, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(name, secure=secure, httponly=True, samesite="Lax")
