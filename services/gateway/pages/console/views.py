"""Saved views, as the queue's page writes them: ordinary forms that post and redirect."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request

from chassis.errors import FairleadError, NotFound
from fairlead.triage.v1.view_pb2 import View
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.console.queue import chosen_view, queue_page
from services.gateway.pages.console.view import QueueView
from services.gateway.pages.language import gettext as _
from services.gateway.pages.signs import explain

view_pages = Blueprint("console_views", __name__)
_STATUS = {"INVALID_ARGUMENT": 422, "PERMISSION_DENIED": 403, "UNAVAILABLE": 503}


@view_pages.post("/console/views")
@staff_only
def save_view() -> Any:
    """Keeps the filters that the form carries under a name; the queue then shows the new view."""
    caller, shown = current_caller(), QueueView.of(request.form)
    made = View(
        name=request.form.get("name", ""),
        shared=request.form.get("shared") == "1",
        filter=shown.kept_filter(),
        sort=shown.order(),
    )
    return _kept(shown, lambda: gateway().backends.views.create(caller, made))


@view_pages.post("/console/views/<view_id>")
@staff_only
def change_view(view_id: str) -> Any:
    """Gives a view another name, other filters or other readers. Raises NotFound for one that is not the caller's."""
    caller = current_caller()
    present = gateway().backends.views.get(caller, view_id)
    carried = QueueView.of(request.form)
    shown = chosen_view(caller, request.form) if carried.pairs() else QueueView.saved(present)
    present.name = request.form.get("name", present.name)
    present.shared = request.form.get("shared", "1" if present.shared else "") == "1"
    present.sort = shown.order()
    present.filter.CopyFrom(shown.kept_filter())
    return _kept(shown, lambda: gateway().backends.views.update(caller, present))


@view_pages.post("/console/views/<view_id>/delete")
@staff_only
def delete_view(view_id: str) -> Any:
    """Removes it for good. Raises NotFound for one that is not the caller's."""
    gateway().backends.views.delete(current_caller(), view_id)
    return redirect("/console", 303)


def _kept(shown: QueueView, keep: Callable[[], View]) -> Any:
    try:
        kept = keep()
    except NotFound:
        raise
    except FairleadError as error:
        page = queue_page(current_caller(), shown, _in_words(error), request.form.get("name", ""))
        return page, _STATUS.get(error.status, 409)
    return redirect(QueueView(view=kept.view_id).address(), 303)


def _in_words(error: FairleadError) -> str:
    own = {
        "view_name_invalid": _("A view needs a name of at most 60 characters."),
        "views_exhausted": _("There are too many views already. Remove one first."),
        "view_beyond_grant": _(
            "This view looks at more clients than you are granted, so you cannot change it."
        ),
    }
    if error.status == "ALREADY_EXISTS":
        return _("There is a view of that name already.")
    return own.get(error.reason) or explain(error)
