"""People: found, added, changed; which clients they belong to, and what they are granted."""

from typing import Any

from flask import Blueprint, request

from fairlead.directory.v1 import person_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.auth.tending import disable, password_link
from services.gateway.backends.words import number_of, word_of
from services.gateway.pages.console.admin.choices import grant_choices, member_choices, tenant_choices
from services.gateway.pages.console.admin.doing import Problems, Refused, address, next_key, once, submitted
from services.gateway.pages.console.admin.forms import listed
from services.gateway.pages.console.admin.frame import (
    PAGE,
    ROOT,
    admin_page,
    administrators_only,
    first_address,
    if_there,
    next_address,
    page_token,
)
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.language import gettext as _
from services.gateway.pages.portal.profile import zones

people = Blueprint("admin_people", __name__)
_HOME = f"{ROOT}/people"
_GRANTS, _MEMBERS = person_pb2.GrantRole.DESCRIPTOR, person_pb2.MembershipRole.DESCRIPTOR
_DETAILS = ("display_name", "locale", "time_zone")


@people.get("/console/admin/people")
@overseers_only
def list_people() -> str:
    """By name, in pages; `query`, `client` and `staff` narrow it."""
    caller = current_caller()
    query, client = request.args.get("query", "").strip()[:200], request.args.get("client", "")
    staff = request.args.get("staff") == "1"
    found = gateway().backends.people.list(
        caller, tenant_id=client, staff=staff, query=query, page_size=PAGE, page_token=page_token()
    )
    return admin_page(
        "people.html",
        "people",
        people=list(found.people),
        clients=tenant_choices(caller),
        query=query,
        client=client,
        staff=staff,
        grant_word=lambda role: dict(grant_choices()).get(word_of(_GRANTS, role) or "", ""),
        member_word=lambda role: dict(member_choices()).get(word_of(_MEMBERS, role) or "", ""),
        next=next_address(found.next_page_token),
        first=first_address(),
    )


@people.get("/console/admin/people/new")
@administrators_only
def new_person() -> str:
    """An empty form; `client` in the address chooses one."""
    return _new_page({})


@people.post("/console/admin/people")
@administrators_only
def create_person() -> Any:
    """Somebody of a client, or of the provider's staff."""

    def create() -> str:
        given = {name: request.form.get(name, "").strip() for name in ("email", *_DETAILS)}
        made = gateway().backends.people.create(current_caller(), **given, **_first_role())
        return address(f"{_HOME}/{made.person_id}", "person_created")

    return submitted(create, _new_page)


@people.get("/console/admin/people/<person_id>")
@overseers_only
def show_person(person_id: str) -> str:
    """One person: who, where they belong, what they are granted."""
    return _person_page(person_id)


@people.post("/console/admin/people/<person_id>")
@administrators_only
def save_person(person_id: str) -> Any:
    """Name, language and zone; of staff also what they can and speak."""

    def save() -> str:
        given: dict[str, Any] = {name: request.form.get(name, "").strip() for name in _DETAILS}
        if request.form.get("of_staff"):
            given["skills"] = listed(request.form.get("skills", ""))
            given["languages"] = request.form.getlist("languages")
        revision = request.form.get("revision", "")
        number = int(revision) if revision.isdigit() and len(revision) < 16 else 0
        gateway().backends.people.update(current_caller(), person_id, revision=number, **given)
        return _done(person_id, "person_saved")

    return submitted(save, lambda problems: _person_page(person_id, problems, "details"))


@people.post("/console/admin/people/<person_id>/membership")
@administrators_only
def set_membership(person_id: str) -> Any:
    """They belong to this client from now on, in this role."""

    def save() -> str:
        tenant_id = request.form.get("tenant_id", "")
        if not tenant_id:
            raise Refused(tenant_id=_("Choose a client."))
        role = number_of(_MEMBERS, request.form.get("member_role", ""))
        membership = person_pb2.Membership(
            tenant_id=tenant_id, role=role or person_pb2.MEMBERSHIP_ROLE_REQUESTER
        )
        gateway().backends.people.set_membership(current_caller(), person_id, membership)
        return _done(person_id, "member_set")

    return submitted(save, lambda problems: _person_page(person_id, problems, "membership"))


@people.post("/console/admin/people/<person_id>/membership/remove")
@administrators_only
def remove_membership(person_id: str) -> Any:
    """They see nothing of this client any more."""

    def remove() -> str:
        tenant_id = request.form.get("tenant_id", "")
        gateway().backends.people.remove_membership(current_caller(), person_id, tenant_id)
        return _done(person_id, "member_removed")

    return submitted(remove, lambda problems: _person_page(person_id, problems, "membership"))


@people.post("/console/admin/people/<person_id>/grant")
@administrators_only
def set_grant(person_id: str) -> Any:
    """Replaces what they are granted in this role."""

    def save() -> str:
        gateway().backends.people.set_grant(current_caller(), person_id, _grant())
        return _done(person_id, "grant_set")

    return submitted(save, lambda problems: _person_page(person_id, problems, "grant"))


@people.post("/console/admin/people/<person_id>/grant/revoke")
@administrators_only
def revoke_grant(person_id: str) -> Any:
    """They may do nothing in this role any more."""

    def revoke() -> str:
        role = number_of(_GRANTS, request.form.get("grant_role", ""))
        gateway().backends.people.revoke_grant(current_caller(), person_id, role)
        return _done(person_id, "grant_revoked")

    return submitted(revoke, lambda problems: _person_page(person_id, problems, "grant"))


@people.post("/console/admin/people/<person_id>/disable")
@administrators_only
def disable_person(person_id: str) -> Any:
    """Signed out everywhere; may not sign in."""

    def act() -> str:
        disable(gateway(), current_caller(), person_id)
        return address(f"{_HOME}/{person_id}", "person_disabled")

    return submitted(act, lambda problems: _person_page(person_id, problems, "state"))


@people.post("/console/admin/people/<person_id>/enable")
@administrators_only
def enable_person(person_id: str) -> Any:
    """May sign in again."""

    def act() -> str:
        gateway().backends.people.enable(current_caller(), person_id)
        return _done(person_id, "person_enabled")

    return submitted(act, lambda problems: _person_page(person_id, problems, "state"))


@people.post("/console/admin/people/<person_id>/password-link")
@administrators_only
def make_password_link(person_id: str) -> str:
    """Shows a one-time address under which they choose a password; former ones end."""
    link = once(lambda: password_link(gateway(), current_caller(), person_id))
    return _person_page(person_id, link=link)


def _done(person_id: str, word: str) -> str:
    """What somebody may do counts at once in this process, elsewhere within the cache's time."""
    gateway().directory.forget_person(person_id)
    return address(f"{_HOME}/{person_id}", word)


def _first_role() -> dict[str, Any]:
    if request.form.get("kind") == "staff":
        return {"grants": [_grant()]}
    tenant_id = request.form.get("tenant_id", "")
    if not tenant_id:
        raise Refused(tenant_id=_("Choose a client."))
    role = number_of(_MEMBERS, request.form.get("member_role", "")) or person_pb2.MEMBERSHIP_ROLE_REQUESTER
    return {"memberships": [person_pb2.Membership(tenant_id=tenant_id, role=role)]}


def _grant() -> person_pb2.Grant:
    role = number_of(_GRANTS, request.form.get("grant_role", ""))
    if not role:
        raise Refused(grant_role=_("Choose a role."))
    chosen = request.form.getlist("grant_tenants")
    everything = request.form.get("all_tenants") == "1" or role == person_pb2.GRANT_ROLE_PROVIDER_ADMIN
    if not everything and not chosen:
        raise Refused(grant_tenants=_("Choose all clients, or some of them."))
    tenant_ids = [] if everything else chosen
    return person_pb2.Grant(role=role, all_tenants=everything, tenant_ids=tenant_ids)


def _new_page(problems: Problems) -> str:
    values = request.form if request.method == "POST" else {"tenant_id": request.args.get("client", "")}
    return admin_page(
        "person_new.html",
        "people",
        values=values,
        chosen=request.form.getlist("grant_tenants"),
        problems=problems,
        once_key=next_key(problems),
        zones=zones(),
        clients=tenant_choices(current_caller()),
        grant_choices=grant_choices(),
        member_choices=member_choices(),
    )


def _person_page(person_id: str, problems: Problems | None = None, part: str = "", link: str = "") -> str:
    caller, problems = current_caller(), problems or {}
    person = gateway().backends.people.get(caller, person_id)
    kept = {name: getattr(person, name) for name in _DETAILS}
    own = person.time_zone
    return admin_page(
        "person.html",
        "people",
        subject=person,
        details=request.form if part == "details" else kept,
        skills=request.form.get("skills", "") if part == "details" else ", ".join(person.skills),
        spoken=request.form.getlist("languages") if part == "details" else list(person.languages),
        typed=request.form if part else {},
        chosen=request.form.getlist("grant_tenants") if part == "grant" else [],
        problems=problems,
        part=part,
        link=link,
        once_key=next_key(problems),
        zones=zones() if not own or own in zones() else [own, *zones()],
        clients=tenant_choices(caller),
        grant_choices=grant_choices(),
        member_choices=member_choices(),
        grant_of=lambda role: word_of(_GRANTS, role) or "",
        member_of=lambda role: word_of(_MEMBERS, role) or "",
        suppressed=if_there(lambda: gateway().backends.suppressions.list(caller, address=person.email)),
        is_self=caller.person_id == person_id,
        disabled=person.state == person_pb2.PERSON_STATE_DISABLED,
    )
