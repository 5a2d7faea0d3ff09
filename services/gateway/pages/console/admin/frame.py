"""What every administration page has: who may enter, the areas at its side, and whether the reader may change things."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlencode

from flask import request

from chassis.errors import FairleadError, PermissionDenied
from chassis.tenancy import Caller, Role
from services.gateway.auth.access import current_caller
from services.gateway.pages.console.admin.said import done_words
from services.gateway.pages.console.frame import is_overseer, overseers_only, render
from services.gateway.pages.language import gettext as _

P = ParamSpec("P")
R = TypeVar("R")
Part = TypeVar("Part")
ROOT = "/console/admin"
PAGE = 50


@dataclass(frozen=True)
class Area:
    """One place of the administration. `admins_alone`: dispatchers are not shown it, and refused."""

    key: str
    label: str
    icon: str
    admins_alone: bool = False

    @property
    def address(self) -> str:
        return f"{ROOT}/{self.key}" if self.key else ROOT


def areas() -> list[tuple[str, list[Area]]]:
    """All areas, under their headings."""
    return [
        ("", [Area("", _("Overview"), "layout-dashboard")]),
        (
            _("Who"),
            [
                Area("clients", _("Clients"), "building"),
                Area("people", _("People"), "users"),
                Area("teams", _("Teams"), "users-group"),
            ],
        ),
        (
            _("What was agreed"),
            [
                Area("contracts", _("Contracts"), "file-text"),
                Area("calendars", _("Calendars"), "calendar"),
                Area("statements", _("Statements"), "report"),
            ],
        ),
        (
            _("Triage"),
            [
                Area("forms", _("Forms"), "clipboard"),
                Area("catalog", _("Catalog"), "inbox"),
                Area("rules", _("Rules"), "route"),
                Area("groups", _("Assignment groups"), "headset"),
                Area("routing", _("Routing"), "user-check"),
                Area("models", _("Learned models"), "sparkles"),
                Area("maintenance", _("Maintenance windows"), "player-pause"),
            ],
        ),
        (
            _("Programs"),
            [
                Area("alert-sources", _("Alert sources"), "activity", True),
                Area("api-clients", _("API clients"), "key", True),
                Area("webhooks", _("Webhooks"), "webhook", True),
                Area("mailboxes", _("Mailboxes"), "inbox", True),
            ],
        ),
        (
            _("To look after"),
            [
                Area("quarantine", _("Quarantine"), "shield"),
                Area("undelivered", _("Not delivered"), "mail"),
                Area("suppressions", _("Suppressed addresses"), "bell-off"),
                Area("dead-letters", _("Dead letters"), "archive", True),
            ],
        ),
    ]


def areas_for(caller: Caller) -> list[tuple[str, list[Area]]]:
    """Those that somebody is shown: none of them to who may not enter."""
    if not is_overseer(caller):
        return []
    allowed = is_administrator(caller)
    shown = [(title, [one for one in group if allowed or not one.admins_alone]) for title, group in areas()]
    return [(title, group) for title, group in shown if group]


def is_administrator(caller: Caller) -> bool:
    """Whether somebody may change what is set up. The services have the last word."""
    return Role.PROVIDER_ADMIN in caller.roles


def administrators_only(view: Callable[P, R]) -> Callable[P, R]:
    """Only for provider administrators; other staff are refused, others find nothing."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_administrator(current_caller()):
            raise PermissionDenied("role_required", "This is for administrators.")
        return view(*args, **kwargs)

    return overseers_only(guarded)


def admin_page(template: str, area: str, **values: Any) -> str:
    """An administration page. Its template extends layouts/admin.html."""
    return render(
        f"pages/console/admin/{template}",
        "admin",
        admin_area=area,
        areas=areas_for(current_caller()),
        root=ROOT,
        may_write=is_administrator(current_caller()),
        done=done_words().get(request.args.get("done", ""), ""),
        **values,
    )


def if_there(ask: Callable[[], Part]) -> Part | None:
    """None where a service is away: the rest of the page is still of use."""
    try:
        return ask()
    except FairleadError as error:
        if error.status in ("UNAVAILABLE", "RESOURCE_EXHAUSTED"):
            return None
        raise


def page_token() -> str:
    """Which page of a list the address asks for."""
    return request.args.get("page", "")[:2000]


def next_address(token: str) -> str:
    """The address of the following page of this list, "" where there is none."""
    if not token:
        return ""
    kept = {name: value for name, value in request.args.items() if name not in ("page", "done")}
    return f"{request.path}?{urlencode({**kept, 'page': token})}"


def first_address() -> str:
    """The address of this list's first page, "" on it."""
    if not page_token():
        return ""
    kept = {name: value for name, value in request.args.items() if name not in ("page", "done") and value}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path
