"""Teams of the provider's staff."""

from typing import Any

from flask import Blueprint, request

from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.admin.choices import staff
from services.gateway.pages.console.admin.doing import Problems, address, next_key, submitted
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only
from services.gateway.pages.console.frame import overseers_only

teams = Blueprint("admin_teams", __name__)
_HOME = f"{ROOT}/teams"


@teams.get("/console/admin/teams")
@overseers_only
def list_teams() -> str:
    """Each with its members."""
    return _page({})


@teams.post("/console/admin/teams")
@administrators_only
def create_team() -> Any:
    """Makes a team."""

    def create() -> str:
        name, members = request.form.get("name", "").strip(), request.form.getlist("members")
        gateway().backends.teams.create(current_caller(), name=name, person_ids=members)
        return address(_HOME, "team_created")

    return submitted(create, _page)


@teams.post("/console/admin/teams/<team_id>/members")
@administrators_only
def set_members(team_id: str) -> Any:
    """Replaces who is in it."""

    def save() -> str:
        members = request.form.getlist("members")
        gateway().backends.teams.set_members(current_caller(), team_id, members)
        return address(_HOME, "team_saved")

    return submitted(save, lambda problems: _page(problems, team_id))


def _page(problems: Problems, team_id: str = "") -> str:
    caller = current_caller()
    return admin_page(
        "teams.html",
        "teams",
        teams=gateway().backends.teams.list(caller),
        staff=staff(caller),
        values=request.form,
        chosen=request.form.getlist("members"),
        changing=team_id,
        problems=problems,
        once_key=next_key(problems),
    )
