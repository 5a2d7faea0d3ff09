"""The catalog: what clients may order, who approves it, what is done for it."""

from typing import Any

from flask import Blueprint, request

from fairlead.incidents.v1 import approval_pb2, catalog_pb2, incident_pb2
from fairlead.intake.v1.form_pb2 import FORM_STATE_PUBLISHED
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of, word_of
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.choices import Choices, staff, tenant_choices
from services.gateway.pages.console.admin.doing import Problems, Refused, address, next_key, submitted
from services.gateway.pages.console.admin.forms import number_problem, whole
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only, if_there
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.language import gettext as _

catalog = Blueprint("admin_catalog", __name__)
_HOME = f"{ROOT}/catalog"
_DAY = 86_400
_MANAGERS, _KEPT = "managers", "kept"
_MOST_STEPS, _MOST_TASKS = 10, 30
# Empty rows at the end of each list, to be filled.
_SPARE = 2


@catalog.get("/console/admin/catalog")
@overseers_only
def list_items() -> str:
    """By name, what is retired last."""
    caller = current_caller()
    items = sorted(gateway().backends.catalog.list(caller), key=lambda item: item.retired)
    return admin_page("catalog.html", "catalog", items=items, clients=dict(tenant_choices(caller)))


@catalog.get("/console/admin/catalog/new")
@administrators_only
def new_item() -> str:
    """An empty form."""
    return _page({}, catalog_pb2.CatalogItem(contents={"steps": [{"roles": ["client_manager"]}]}))


@catalog.post("/console/admin/catalog")
@administrators_only
def create_item() -> Any:
    """Adds an item, offered at once."""

    def create() -> str:
        gateway().backends.catalog.create(current_caller(), _contents(catalog_pb2.CatalogItem()))
        return address(_HOME, "catalog_created")

    return submitted(create, lambda problems: _page(problems, _typed(catalog_pb2.CatalogItem())))


@catalog.get("/console/admin/catalog/<item_id>")
@overseers_only
def show_item(item_id: str) -> str:
    """One item, as it is or as it was at a version."""
    version = whole(request.args.get("version", "") or "0") or 0
    return _page({}, gateway().backends.catalog.get(current_caller(), item_id, version))


@catalog.post("/console/admin/catalog/<item_id>")
@administrators_only
def save_item(item_id: str) -> Any:
    """The next version."""
    kept = gateway().backends.catalog.get(current_caller(), item_id)

    def save() -> str:
        revision = whole(request.form.get("revision", ""), most=2**53) or 0
        gateway().backends.catalog.update(current_caller(), item_id, _contents(kept), revision)
        return address(_HOME, "catalog_saved")

    return submitted(save, lambda problems: _page(problems, _typed(kept)))


@catalog.post("/console/admin/catalog/<item_id>/retire")
@administrators_only
def retire_item(item_id: str) -> Any:
    """Offers it to nobody any more, or again."""
    retired = request.form.get("retired") == "1"

    def retire() -> str:
        gateway().backends.catalog.retire(current_caller(), item_id, retired)
        return address(_HOME, "catalog_retired" if retired else "catalog_offered")

    kept = gateway().backends.catalog.get(current_caller(), item_id)
    return submitted(retire, lambda problems: _page(problems, kept))


def _contents(kept: catalog_pb2.CatalogItem) -> catalog_pb2.CatalogContents:
    """What was typed. Raises Refused for what is no number."""
    problems = {}
    if whole(request.form.get("delivery_hours", "") or "0") is None:
        problems["delivery_hours"] = number_problem()
    if not request.form.get("name_en", "").strip():
        problems["name_en"] = _("It needs a name.")
    for number in range(_MOST_TASKS):
        if _task_name(number) and None in (_number(f"stage-{number}", 1), _number(f"share-{number}", 0)):
            problems["tasks"] = number_problem()
    for number in range(_MOST_STEPS):
        numbers = (_number(f"{name}-{number}", 0) for name in ("count", "remind", "expire"))
        if _step_name(number) and None in numbers:
            problems["steps"] = number_problem()
    if problems:
        raise Refused(**problems)
    return _typed(kept).contents


def _typed(kept: catalog_pb2.CatalogItem) -> catalog_pb2.CatalogItem:
    """The item with what was typed, as far as it can be read."""
    form = request.form
    typed = catalog_pb2.CatalogItem()
    typed.CopyFrom(kept)
    typed.contents.CopyFrom(
        catalog_pb2.CatalogContents(
            name={"en": form.get("name_en", "").strip(), "fr": form.get("name_fr", "").strip()},
            summary={"en": form.get("summary_en", "").strip(), "fr": form.get("summary_fr", "").strip()},
            tenant_ids=form.getlist("tenants"),
            form_id=form.get("form_id", ""),
            category=form.get("category", "").strip(),
            priority=number_of(incident_pb2.Priority.DESCRIPTOR, form.get("priority") or None),
            delivery_hours=whole(form.get("delivery_hours", "") or "0", most=10**6) or 0,
            steps=[_step(kept, number) for number in range(_MOST_STEPS) if _step_name(number)],
            tasks=[_task(number) for number in range(_MOST_TASKS) if _task_name(number)],
        )
    )
    return typed


def _step(kept: catalog_pb2.CatalogItem, number: int) -> approval_pb2.ApprovalStep:
    form, who = request.form, request.form.get(f"who-{number}", _MANAGERS)
    step = approval_pb2.ApprovalStep(
        name=_step_name(number),
        rule=number_of(approval_pb2.ApprovalRule.DESCRIPTOR, form.get(f"rule-{number}", "any")),
        count=_number(f"count-{number}", 0) or 0,
        own_allowed=form.get(f"own-{number}") == "1",
        remind_after_seconds=(_number(f"remind-{number}", 0) or 0) * _DAY,
        expire_after_seconds=(_number(f"expire-{number}", 0) or 0) * _DAY,
    )
    if who == _KEPT and number < len(kept.contents.steps):
        before = kept.contents.steps[number]
        step.roles.extend(before.roles)
        step.people.extend(before.people)
    elif who.startswith("per_"):
        found = next((one for one in staff(current_caller()) if one.person_id == who), None)
        step.people.add(person_id=who, name=found.display_name if found else "")
    else:
        step.roles.append("client_manager")
    return step


def _task(number: int) -> catalog_pb2.TaskTemplate:
    group_id = request.form.get(f"group-{number}", "")
    known = {group.group_id: group.name for group in names.groups(current_caller())}
    return catalog_pb2.TaskTemplate(
        name=_task_name(number),
        stage=_number(f"stage-{number}", 1) or 1,
        assignment_group_id=group_id if group_id in known else "",
        assignment_group_name=known.get(group_id, ""),
        due_share=_number(f"share-{number}", 0) or 0,
    )


def _step_name(number: int) -> str:
    return request.form.get(f"step-{number}", "").strip()


def _task_name(number: int) -> str:
    return request.form.get(f"task-{number}", "").strip()


def _number(name: str, default: int) -> int | None:
    return whole(request.form.get(name, "").strip() or str(default), most=10_000)


def _who(step: approval_pb2.ApprovalStep) -> str:
    """Which choice stands for a step's approvers."""
    if [*step.roles] == ["client_manager"] and not step.people:
        return _MANAGERS
    if len(step.people) == 1 and not step.roles:
        return step.people[0].person_id
    return _KEPT if step.roles or step.people else _MANAGERS


def _page(problems: Problems, item: catalog_pb2.CatalogItem) -> str:
    caller, contents = current_caller(), item.contents
    people = [(one.person_id, one.display_name) for one in staff(caller)]
    steps, tasks = [*contents.steps], [*contents.tasks]
    steps += [approval_pb2.ApprovalStep() for _n in range(min(_SPARE, _MOST_STEPS - len(steps)))]
    tasks += [catalog_pb2.TaskTemplate(stage=1) for _n in range(min(_SPARE, _MOST_TASKS - len(tasks)))]
    return admin_page(
        "catalog_item.html",
        "catalog",
        item=item,
        contents=contents,
        steps=[
            (step, _who(step), word_of(approval_pb2.ApprovalRule.DESCRIPTOR, step.rule)) for step in steps
        ],
        tasks=tasks,
        day=_DAY,
        priority=word_of(incident_pb2.Priority.DESCRIPTOR, contents.priority) or "",
        who_choices=[(_MANAGERS, _("The client's managers")), (_KEPT, _("As it is")), *people],
        rule_choices=[("any", _("One of them")), ("all", _("All of them")), ("some", _("So many:"))],
        groups=[(group.group_id, group.name) for group in names.groups(caller)],
        forms=_form_choices(),
        clients=tenant_choices(caller),
        problems=problems,
        once_key=next_key(problems),
    )


def _form_choices() -> Choices:
    caller = current_caller()
    clients = dict(tenant_choices(caller))
    found = if_there(lambda: gateway().backends.forms.list(caller)) or []
    return [
        (form.form_id, f"{form.published.title.en} ({clients.get(form.tenant_id, _('every client'))})")
        for form in found
        if form.state == FORM_STATE_PUBLISHED
    ]
