"""Who may enter the console, and what its frame shows on every page."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, render_template, request

from chassis.errors import NotFound, PermissionDenied
from chassis.tenancy import Caller, Role
from services.gateway.auth.access import current_caller, current_person
from services.gateway.pages.language import gettext as _

P = ParamSpec("P")
R = TypeVar("R")
# Whoever may look after submissions and deliveries; some things in there are the administrator's alone.
OVERSEERS = frozenset({Role.PROVIDER_ADMIN, Role.DISPATCHER})


def staff_only(view: Callable[P, R]) -> Callable[P, R]:
    """Only for the provider's staff. For a client's person the console does not exist: NotFound."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not current_caller().is_staff:
            raise NotFound("not_found", "There is no such page.")
        return view(*args, **kwargs)

    return guarded


def overseers_only(view: Callable[P, R]) -> Callable[P, R]:
    """Only for dispatchers and administrators; other staff are refused, others find nothing."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_overseer(current_caller()):
            raise PermissionDenied("role_required", "This is for dispatchers and administrators.")
        return view(*args, **kwargs)

    return staff_only(guarded)


def is_overseer(caller: Caller) -> bool:
    """Whether somebody may look after submissions and deliveries."""
    return not OVERSEERS.isdisjoint(caller.roles)


def may_share_views(caller: Caller) -> bool:
    """Whether somebody may write views that all staff see; triage decides, this spares a button that would fail."""
    return not OVERSEERS.isdisjoint(caller.roles)


def wants_fragment() -> bool:
    """A script asks for a part of the page, not a person for the whole."""
    return "HX-Request" in request.headers


def render(template: str, active: str, **values: Any) -> str:
    """A page inside the console's frame."""
    return render_template(
        template, person=current_person(), active=active, places=places(current_caller()), **values
    )


@cache
def _addresses(app: Flask) -> frozenset[str]:
    """What the app answers; it learns nothing new once it serves."""
    return frozenset(rule.rule for rule in app.url_map.iter_rules())


# What somebody on the move needs; the other places stand under "more" there.
_ON_A_PHONE = frozenset({"queue", "problems", "major-incidents", "on-call"})


def places(caller: Caller) -> list[dict[str, Any]]:
    """What stands in the rail for this person."""
    offered = [
        ("queue", "/console", _("Queue"), "inbox", True),
        ("problems", "/console/problems", _("Problems"), "stack-2", caller.is_staff),
        ("dashboards", "/console/dashboards", _("Dashboards"), "chart-bar", caller.is_staff),
        ("items", "/console/items", _("Configuration items"), "server", caller.is_staff),
        ("major-incidents", "/console/major-incidents", _("Major incidents"), "flame", caller.is_staff),
        ("on-call", "/console/on-call", _("On call"), "phone", caller.is_staff),
        ("admin", "/console/admin", _("Administration"), "settings", is_overseer(caller)),
    ]
    known = _addresses(current_app._get_current_object())  # type: ignore[attr-defined]  # of werkzeug's proxy, which the stubs hide
    return [
        {"key": key, "address": address, "label": label, "icon": icon, "rest": key not in _ON_A_PHONE}
        for key, address, label, icon, may in offered
        if may and address in known
    ]
