"""Changes that the client is asked about, for its managers: what is planned and when, and their word on it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request

from chassis.errors import FairleadError, NotFound, PermissionDenied
from fairlead.incidents.v1 import change_pb2
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import in_each_language
from services.gateway.pages.portal.room import Portal, once_key, portal_page
from services.gateway.pages.signs import explain

changes = Blueprint("portal_changes", __name__)
_SHOWN, _LONGEST_COMMENT = 50, 2_000


@changes.get("/changes")
@portal_page
def list_changes(portal: Portal) -> str:
    """Those that wait for the reader first, then the others, the newest first."""
    return _page(portal)


@changes.post("/changes/<number>/decide")
@portal_page
def decide_change(portal: Portal, number: str) -> Any:
    """The reader's word on it."""
    _managers_only(portal)
    found = gateway().backends.changes.get(portal.caller, number).change
    if found.tenant_id != portal.tenant_id:
        raise NotFound("change_not_found", "There is no such change.")
    reject, comment = request.form.get("verdict") == "reject", request.form.get("comment", "").strip()
    if reject and not comment:
        return _page(portal, found.change_id, _("Say in a word why not.")), 422
    try:
        gateway().backends.changes.decide(
            portal.caller, found.change_id, reject, comment[:_LONGEST_COMMENT], f"portal:{once_key()}"
        )
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        return _page(portal, found.change_id, explain(error)), 503 if error.status == "UNAVAILABLE" else 409
    return redirect(f"{portal.address}changes?done=1", 303)


def _page(portal: Portal, refused: str = "", problem: str = "") -> str:
    _managers_only(portal)
    asked = {"tenant_id": portal.tenant_id, "page_size": _SHOWN}
    found = list(gateway().backends.changes.list(portal.caller, **asked).changes)
    mine = [one for one in found if _waits_for(portal, one)]
    return render_template(
        "pages/portal/changes.html",
        portal=portal,
        active="changes",
        mine=mine,
        others=[one for one in found if one not in mine],
        state_sign=lambda one: _states()[
            word_of(change_pb2.ChangeState.DESCRIPTOR, one.state) or "requested"
        ],
        refused=refused,
        problem=problem,
        typed=request.form.get("comment", ""),
        done=request.args.get("done") == "1",
        once=once_key(),
    )


def _waits_for(portal: Portal, change: change_pb2.Change) -> bool:
    asked = change.approval.still_asked
    return change.state == change_pb2.CHANGE_STATE_REQUESTED and any(
        one.person_id == portal.caller.person_id for one in asked
    )


def _managers_only(portal: Portal) -> None:
    """For others of the client there are none; staff have them in the console."""
    if not portal.is_manager:
        raise NotFound("not_found", "There is no such page.")


@in_each_language
def _states() -> dict[str, tuple[str, str, str]]:
    """Label, icon and tone, as a client reads them."""
    return {
        "requested": (_("Waits for approval"), "hourglass", "warn"),
        "approved": (_("Approved"), "check", "good"),
        "rejected": (_("Rejected"), "x", "quiet"),
        "scheduled": (_("Scheduled"), "calendar", "good"),
        "in_progress": (_("In progress"), "player-play", "warn"),
        "done": (_("Done"), "checks", "good"),
        "failed": (_("Failed"), "alert-triangle", "bad"),
        "backed_out": (_("Taken back"), "arrow-back-up", "bad"),
        "reviewed": (_("Over"), "check", "quiet"),
        "canceled": (_("Canceled"), "circle-x", "quiet"),
    }
