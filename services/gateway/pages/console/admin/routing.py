"""Who is given how much, when nothing, and what clients agreed about who works for them: people and clients on one page."""

import re
from typing import Any

from flask import Blueprint, request

from fairlead.triage.v1 import routing_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.choices import staff, tenant_choices
from services.gateway.pages.console.admin.doing import Problems, Refused, address, next_key, submitted
from services.gateway.pages.console.admin.forms import lines_of, number_problem, whole
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.language import gettext as _
from services.gateway.pages.portal.profile import zones

routing = Blueprint("admin_routing", __name__)
_HOME = f"{ROOT}/routing"
_ABSENCE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*[-–]\s*(\d{4}-\d{2}-\d{2}))?")
_EVERY = "*"


@routing.get("/console/admin/routing")
@overseers_only
def show_routing() -> str:
    """All of them; `person` and `client` in the address open the form of one."""
    return _page({}, request.args.get("person", ""), request.args.get("client", ""))


@routing.post("/console/admin/routing/people/<person_id>")
@administrators_only
def save_profile(person_id: str) -> Any:
    """Limits and days off."""

    def save() -> str:
        gateway().backends.routing.save_profile(current_caller(), _profile(person_id))
        return address(_HOME, "routing_saved")

    return submitted(save, lambda problems: _page(problems, person_id=person_id))


@routing.post("/console/admin/routing/clients/<tenant_id>")
@administrators_only
def save_client(tenant_id: str) -> Any:
    """The groups that the contract names, and whom the client asked for."""

    def save() -> str:
        gateway().backends.routing.save_client(current_caller(), _client(tenant_id))
        return address(_HOME, "routing_saved")

    return submitted(save, lambda problems: _page(problems, tenant_id=tenant_id))


def _profile(person_id: str) -> routing_pb2.WorkProfile:
    return routing_pb2.WorkProfile(
        person_id=person_id,
        load_cap=_number("load_cap"),
        pressing_cap=_number("pressing_cap"),
        time_zone=request.form.get("time_zone", ""),
        absences=[_absence(line) for line in lines_of(request.form.get("absences", ""))],
        revision=whole(request.form.get("revision", "")) or 0,
    )


def _number(name: str) -> int:
    number = whole(request.form.get(name, "") or "0", most=10_000)
    if number is None:
        raise Refused(**{name: number_problem()})
    return number


def _absence(line: str) -> routing_pb2.Absence:
    found = _ABSENCE.fullmatch(line)
    if not found:
        raise Refused(
            absences=_(
                "Days are written 2026-12-24 or 2026-12-24 – 2027-01-02: “%(line)s” is not.", line=line
            )
        )
    return routing_pb2.Absence(first_day=found[1], last_day=found[2] or found[1])


def _client(tenant_id: str) -> routing_pb2.ClientRouting:
    form = request.form
    named = zip(form.getlist("category"), form.getlist("group"), strict=False)
    return routing_pb2.ClientRouting(
        tenant_id=tenant_id,
        groups=[
            routing_pb2.AgreedGroup(
                category="" if category.strip() == _EVERY else category.strip(), assignment_group_id=group_id
            )
            for category, group_id in named
            if group_id
        ],
        preferred_ids=form.getlist("preferred"),
        by_history=form.get("by_history") == "1",
        revision=whole(form.get("revision", "")) or 0,
    )


def _page(problems: Problems, person_id: str = "", tenant_id: str = "") -> str:
    caller, backend = current_caller(), gateway().backends.routing
    typed = request.form if request.method == "POST" else None
    profile = backend.profile(caller, person_id) if person_id else None
    client = backend.client(caller, tenant_id) if tenant_id else None
    shown = _client(tenant_id) if client and typed is not None else client
    if client and shown and "conflict" in problems:
        shown.revision = client.revision
    return admin_page(
        "routing.html",
        "routing",
        staff=staff(caller),
        profiles={one.person_id: one for one in backend.profiles(caller)},
        client_names=tenant_choices(caller),
        agreed={one.tenant_id: one for one in backend.clients(caller)},
        groups=names.groups(caller),
        profile=profile,
        values=_values(profile, typed, problems) if profile else {},
        client=shown,
        zones=zones(),
        days=_days,
        problems=problems,
        once_key=next_key(problems),
    )


def _values(profile: routing_pb2.WorkProfile, typed: Any, problems: Problems) -> dict[str, Any]:
    """What the form of a person shows: what is kept, or what was typed."""
    kept = {
        "load_cap": profile.load_cap,
        "pressing_cap": profile.pressing_cap,
        "time_zone": profile.time_zone,
        "absences": "\n".join(_days(one) for one in profile.absences),
        "revision": profile.revision,
    }
    if typed is None:
        return kept
    return {
        **kept,
        **{name: typed.get(name, "") for name in kept if name != "revision" or not problems.get("conflict")},
    }


def _days(absence: routing_pb2.Absence) -> str:
    """As it is typed."""
    if absence.first_day == absence.last_day:
        return absence.first_day
    return f"{absence.first_day} – {absence.last_day}"
