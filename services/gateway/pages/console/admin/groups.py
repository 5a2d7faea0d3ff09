"""Assignment groups: who works what."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, request

from fairlead.triage.v1 import on_call_pb2, rule_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.choices import staff, tenant_choices
from services.gateway.pages.console.admin.doing import Problems, Refused, address, next_key, submitted
from services.gateway.pages.console.admin.forms import lines_of, listed, number_problem, whole
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.console.on_call.typed import hours_of, hours_text
from services.gateway.pages.language import current_language
from services.gateway.pages.language import gettext as _

groups = Blueprint("admin_groups", __name__)
_HOME = f"{ROOT}/groups"
_EVERY = "*"


@groups.get("/console/admin/groups")
@overseers_only
def list_groups() -> str:
    """By name."""
    caller = current_caller()
    return admin_page(
        "groups.html", "groups", groups=names.groups(caller), clients=dict(tenant_choices(caller))
    )


@groups.get("/console/admin/groups/new")
@administrators_only
def new_group() -> str:
    """An empty form."""
    return _page({}, rule_pb2.AssignmentGroup())


@groups.post("/console/admin/groups")
@administrators_only
def create_group() -> Any:
    """Makes a group."""

    def create() -> str:
        gateway().backends.assignment_groups.create(current_caller(), _group())
        return address(_HOME, "group_created")

    return submitted(create, lambda problems: _page(problems, _typed()))


@groups.get("/console/admin/groups/<group_id>")
@overseers_only
def show_group(group_id: str) -> str:
    """One group, to change."""
    return _page({}, gateway().backends.assignment_groups.get(current_caller(), group_id))


@groups.post("/console/admin/groups/<group_id>")
@administrators_only
def save_group(group_id: str) -> Any:
    """Saves a group."""

    def save() -> str:
        gateway().backends.assignment_groups.update(current_caller(), _group(group_id))
        return address(_HOME, "group_saved")

    def again(problems: Problems) -> str:
        kept = _typed(group_id)
        if "conflict" in problems:
            kept.revision = gateway().backends.assignment_groups.get(current_caller(), group_id).revision
        return _page(problems, kept)

    return submitted(save, again)


def _group(group_id: str = "") -> rule_pb2.AssignmentGroup:
    try:
        hours_of(request.form.get("hours", "").replace(";", "\n"))
    except Refused as refused:
        raise Refused(hours=refused.problems["layers"]) from None
    for line in lines_of(request.form.get("needs", "")):
        if not listed(line.partition(":")[2]):
            raise Refused(needs=_("Needs are written network: vpn, firewall: “%(line)s” is not.", line=line))
    for person_id in request.form.getlist("members"):
        if whole(request.form.get(f"cap-{person_id}", "") or "0", most=10_000) is None:
            raise Refused(members=number_problem())
        try:
            hours_of(request.form.get(f"hours-{person_id}", "").replace(";", "\n"))
        except Refused as refused:
            raise Refused(members=refused.problems["layers"]) from None
    return _typed(group_id)


def _read_hours(typed: str) -> list[on_call_pb2.OnCallRestriction]:
    """As far as they can be read."""
    try:
        return hours_of(typed.replace(";", "\n"))
    except Refused:
        return []


def _need(line: str) -> rule_pb2.SkillNeed:
    """ "network: vpn, firewall"; * stands for every category."""
    category, _colon, skills = line.partition(":")
    return rule_pb2.SkillNeed(category=category.strip().removeprefix(_EVERY), skills=listed(skills))


def _typed(group_id: str = "") -> rule_pb2.AssignmentGroup:
    """What was typed, as far as it can be read."""
    form = request.form
    return rule_pb2.AssignmentGroup(
        group_id=group_id,
        name=form.get("name", "").strip(),
        members=[
            rule_pb2.GroupMember(
                person_id=person_id,
                load_cap=whole(form.get(f"cap-{person_id}", "") or "0", most=10_000) or 0,
                away=form.get(f"away-{person_id}") == "1",
                hours=_read_hours(form.get(f"hours-{person_id}", "")),
            )
            for person_id in form.getlist("members")
        ],
        categories=listed(form.get("categories", "")),
        tenant_ids=form.getlist("tenants"),
        is_default=form.get("is_default") == "1",
        time_zone=form.get("time_zone", "").strip(),
        schedule_id=form.get("schedule_id", ""),
        hours=_read_hours(form.get("hours", "")),
        holiday_country=form.get("holiday_country", "").strip(),
        holiday_region=form.get("holiday_region", "").strip(),
        needs=[_need(line) for line in lines_of(form.get("needs", ""))],
        revision=whole(form.get("revision", "")) or 0,
    )


def _one_line(hours: Iterable[on_call_pb2.OnCallRestriction]) -> str:
    return hours_text(hours, current_language()).replace("\n", "; ")


def _page(problems: Problems, group: rule_pb2.AssignmentGroup) -> str:
    caller = current_caller()
    return admin_page(
        "group.html",
        "groups",
        group=group,
        members={one.person_id: one for one in group.members},
        hours={one.person_id: _one_line(one.hours) for one in group.members},
        group_hours=request.form.get("hours") or _one_line(group.hours),
        needs=request.form.get("needs")
        or "\n".join(f"{one.category or _EVERY}: {', '.join(one.skills)}" for one in group.needs),
        schedules=gateway().backends.on_call.all(caller),
        staff=staff(caller),
        clients=tenant_choices(caller),
        categories=request.form.get("categories") or "\n".join(group.categories),
        problems=problems,
        once_key=next_key(problems),
    )
