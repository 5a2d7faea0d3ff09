"""What the command palette finds beside incidents: problems, changes, major incidents and configuration items."""

from collections.abc import Callable, Iterator

from chassis import telemetry
from chassis.errors import FairleadError, PermissionDenied
from chassis.tenancy import Caller
from fairlead.incidents.v1 import change_pb2
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.console.changes.said import state_words
from services.gateway.pages.console.problems.wording import problem_sign
from services.gateway.pages.language import gettext as _

# Of each kind.
_MOST = 4
# Among which a major incident is looked for: nobody has many.
_MAJORS = 50
_log = telemetry.logger("gateway")
_Found = Iterator[dict[str, str]]


def records_found(caller: Caller, query: str) -> list[dict[str, str]]:
    """Label, what it is, address and icon of each; a kind that cannot be asked, or is not theirs, is left out."""
    if not query:
        return []
    return [one for look in (_majors, _problems, _changes, _items) for one in _if_there(look, caller, query)]


def _if_there(look: Callable[[Caller, str], _Found], caller: Caller, query: str) -> list[dict[str, str]]:
    try:
        return list(look(caller, query))
    except PermissionDenied:
        return []  # not for them: the others are
    except FairleadError as error:
        # What else was found is shown all the same; whoever runs the installation reads why this was not.
        _log.warning("palette_kind_left_out", kind=look.__name__, reason=error.reason)
        return []


def _majors(caller: Caller, query: str) -> _Found:
    words = query.casefold().split()
    found = gateway().backends.majors.list(caller, page_size=_MAJORS).major_incidents
    fitting = [one for one in found if all(word in f"{one.number} {one.title}".casefold() for word in words)]
    for one in fitting[:_MOST]:
        yield _record(one.number, one.title, _("Major incident"), "/console/major-incidents", "flame")


def _problems(caller: Caller, query: str) -> _Found:
    for one in gateway().backends.problems.list(caller, words=query, page_size=_MOST).problems:
        kind = " · ".join((_("Problem"), problem_sign(one.state).label))
        yield _record(one.number, one.title, kind, "/console/problems", "alert-circle")


def _changes(caller: Caller, query: str) -> _Found:
    for one in gateway().backends.changes.list(caller, words=query, page_size=_MOST).changes:
        state = state_words()[word_of(change_pb2.ChangeState.DESCRIPTOR, one.state) or "draft"][0]
        kind = " · ".join((_("Change"), state))
        yield _record(one.number, one.title, kind, "/console/changes", "calendar-event")


def _items(caller: Caller, query: str) -> _Found:
    for one in gateway().backends.configuration_items.list(caller, words=query, page_size=_MOST).items:
        address = f"/console/items/{one.item_id}"
        also = [_("Configuration item"), *one.aliases]
        yield {"label": one.name, "more": " · ".join(also), "address": address, "icon": "server"}


def _record(number: str, title: str, kind: str, home: str, icon: str) -> dict[str, str]:
    return {"label": f"{number} {title}", "more": kind, "address": f"{home}/{number}", "icon": icon}
