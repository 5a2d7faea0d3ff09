"""Triage rules: in their order, changed, moved, tried on words and on what came, switched on."""

from typing import Any

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from chassis.errors import FairleadError, NotFound, PermissionDenied
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import rule_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.choices import kind_choices, level_choices, tenant_choices
from services.gateway.pages.console.admin.doing import Problems, address, next_key, problems_of, submitted
from services.gateway.pages.console.admin.forms import whole
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only
from services.gateway.pages.console.admin.rule_forms import (
    Row,
    action_words,
    condition_words,
    decided_words,
    form_of,
    offers,
    rows_of,
    rule_of,
    rule_words,
    typed_rows,
)
from services.gateway.pages.console.admin.rule_words import (
    change_words,
    passed_words,
    switch_words,
    trial_words,
    version_changes,
)
from services.gateway.pages.console.frame import overseers_only

rules = Blueprint("admin_rules", __name__)
_HOME = f"{ROOT}/rules"
_STEP = 10
_TRIAL_SIZES = ("50", "200", "1000")
_WORDS = {
    "condition_words": condition_words,
    "decided_words": decided_words,
    "trial_words": trial_words,
    "change_words": change_words,
    "switch_words": switch_words,
    "passed_words": passed_words,
}


@rules.get("/console/admin/rules")
@overseers_only
def list_rules() -> str:
    """In the order in which they are tried: a client's own first."""
    return _list_page({})


@rules.get("/console/admin/rules/new")
@administrators_only
def new_rule() -> str:
    """An empty form."""
    return _rule_page(MultiDict(), rows_of(None), {})


@rules.post("/console/admin/rules")
@administrators_only
def create_rule() -> Any:
    """Makes a rule, the last of its kind; or adds a row to the form."""
    if request.form.get("more"):
        return _rule_page(request.form, typed_rows(1), {})

    def create() -> str:
        caller = current_caller()
        last = max((one.position for one in gateway().backends.rules.list(caller)), default=0)
        made = gateway().backends.rules.create(caller, rule_of(last + _STEP), request.form.get("note", ""))
        return address(f"{_HOME}/{made.rule_id}", "rule_created")

    return submitted(create, lambda problems: _rule_page(request.form, typed_rows(), problems))


@rules.get("/console/admin/rules/<rule_id>")
@overseers_only
def show_rule(rule_id: str) -> str:
    """One rule, to change."""
    rule = gateway().backends.rules.get(current_caller(), rule_id)
    return _rule_page(form_of(rule), rows_of(rule), {}, rule)


@rules.post("/console/admin/rules/<rule_id>")
@administrators_only
def save_rule(rule_id: str) -> Any:
    """Saves a rule, or adds a row to the form."""
    kept = gateway().backends.rules.get(current_caller(), rule_id)
    if request.form.get("more"):
        return _rule_page(request.form, typed_rows(1), {}, kept)

    def save() -> str:
        changed = rule_of(kept.position, rule_id)
        gateway().backends.rules.update(current_caller(), changed, request.form.get("note", ""))
        return address(f"{_HOME}/{rule_id}", "rule_saved")

    def again(problems: Problems) -> str:
        form = MultiDict(request.form)
        if "conflict" in problems:
            form["revision"] = str(kept.revision)
        return _rule_page(form, typed_rows(), problems, kept)

    return submitted(save, again)


@rules.post("/console/admin/rules/<rule_id>/switch")
@administrators_only
def switch_rule(rule_id: str) -> Any:
    """Switches its latest version on, which must have been tried or say why not; or the rule off."""
    rule = gateway().backends.rules.get(current_caller(), rule_id)

    def switch() -> str:
        rule.enabled = request.form.get("enabled") == "1"
        reason = request.form.get("untried_reason", "")
        gateway().backends.rules.update(current_caller(), rule, untried_reason=reason)
        return address(f"{_HOME}/{rule_id}", "rule_enabled" if rule.enabled else "rule_disabled")

    return submitted(switch, lambda problems: _rule_page(form_of(rule), rows_of(rule), problems, rule))


@rules.post("/console/admin/rules/<rule_id>/retry")
@administrators_only
def retry_rule(rule_id: str) -> Any:
    """What its latest version would have changed about the last incidents; it counts as tried."""
    caller, backend = current_caller(), gateway().backends.rules
    size = request.form.get("incidents", "")
    trial = backend.retry(caller, rule_id, int(size) if size in _TRIAL_SIZES else 0)
    rule = backend.get(caller, rule_id)
    return _rule_page(form_of(rule), rows_of(rule), {}, rule, trial=trial)


@rules.post("/console/admin/rules/<rule_id>/restore")
@administrators_only
def restore_rule(rule_id: str) -> Any:
    """What an earlier version said becomes the next."""
    caller, backend = current_caller(), gateway().backends.rules
    rule = backend.get(caller, rule_id)

    def restore() -> str:
        backend.restore(caller, rule_id, whole(request.form.get("version", "")) or 0)
        return address(f"{_HOME}/{rule_id}", "rule_saved")

    return submitted(restore, lambda problems: _rule_page(form_of(rule), rows_of(rule), problems, rule))


@rules.post("/console/admin/rules/<rule_id>/move")
@administrators_only
def move_rule(rule_id: str) -> Any:
    """One place up or down among those that it is tried with."""

    def move() -> str:
        caller, backend = current_caller(), gateway().backends.rules
        everything = backend.list(caller)
        moved = next((one for one in everything if one.rule_id == rule_id), None)
        if moved is None:
            raise NotFound("rule_not_found", "There is no such rule.")
        # A client's own rules are tried before those for everybody, whatever their positions.
        among = [one for one in everything if bool(one.tenant_id) == bool(moved.tenant_id)]
        for rule in _reordered(among, rule_id, -1 if request.form.get("to") == "up" else 1):
            # Drafts stay drafts, and what decides goes on.
            rule.ClearField("enabled")
            backend.update(caller, rule)
        return address(_HOME, "rule_moved")

    return submitted(move, _list_page)


@rules.post("/console/admin/rules/<rule_id>/remove")
@administrators_only
def remove_rule(rule_id: str) -> Any:
    """For good."""

    def remove() -> str:
        gateway().backends.rules.delete(current_caller(), rule_id)
        return address(_HOME, "rule_removed")

    return submitted(remove, _list_page)


@rules.post("/console/admin/rules/try")
@administrators_only
def try_rules() -> Any:
    """Which rules would hold for these words, and what would be decided. Nothing is saved."""
    typed = {
        name: request.form.get(name, "").strip()
        for name in ("subject", "text", "sender", "channel", "tenant_id", "configuration_item")
    }
    try:
        found = gateway().backends.rules.try_on(current_caller(), **typed)
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        return _list_page(problems_of(error)), 422
    return _list_page({}, _trial(found))


def _reordered(among: list[rule_pb2.Rule], rule_id: str, by: int) -> list[rule_pb2.Rule]:
    """Those whose position changes, with their new one."""
    at = next(number for number, one in enumerate(among) if one.rule_id == rule_id)
    to = at + by
    if not 0 <= to < len(among):
        return []
    among[at], among[to] = among[to], among[at]
    changed = []
    for number, one in enumerate(among, start=1):
        if one.position != number * _STEP:
            one.position = number * _STEP
            changed.append(one)
    return changed


def _trial(found: Any) -> dict[str, Any]:
    """The decision in words, and each rule's outcome by its id."""
    levels = dict(level_choices())
    impact = word_of(incident_pb2.Impact.DESCRIPTOR, found.impact) or ""
    urgency = word_of(incident_pb2.Urgency.DESCRIPTOR, found.urgency) or ""
    kind = word_of(incident_pb2.IncidentKind.DESCRIPTOR, found.kind) or ""
    return {
        "found": found,
        "impact": levels.get(impact, ""),
        "urgency": levels.get(urgency, ""),
        "kind": dict(kind_choices()).get(kind, ""),
        "outcomes": {one.rule_id: one for one in found.rules},
    }


def _list_page(problems: Problems, trial: dict[str, Any] | None = None) -> str:
    caller = current_caller()
    found = gateway().backends.rules.list(caller)
    groups = {one.group_id: one.name for one in names.groups(caller)}
    people = {one.person_id: one.display_name for one in names.staff(caller)}
    return admin_page(
        "rules.html",
        "rules",
        rules=found,
        clients=dict(tenant_choices(caller)),
        trial=trial,
        typed=request.form,
        condition_words=condition_words,
        rule_words=rule_words,
        action_words=lambda actions: action_words(actions, groups, people),
        decided_words=decided_words,
        problems=problems,
        once_key=next_key(problems),
        **offers(),
    )


def _rule_page(
    form: MultiDict[str, str],
    rows: list[Row],
    problems: Problems,
    rule: rule_pb2.Rule | None = None,
    trial: Any = None,
) -> str:
    caller = current_caller()
    return admin_page(
        "rule.html",
        "rules",
        form=form,
        rows=rows,
        rule=rule,
        clients=tenant_choices(caller),
        groups=[(one.group_id, one.name) for one in names.groups(caller)],
        people=[(one.person_id, one.display_name) for one in names.staff(caller)],
        categories=_categories(caller),
        problems=problems,
        **(_history(caller, rule, trial) if rule else {}),
        once_key=next_key(problems),
        **offers(),
    )


def _history(caller: Caller, rule: rule_pb2.Rule, trial: Any) -> dict[str, Any]:
    """Its versions, the latest first, what came of a trial, and what it did."""
    backend = gateway().backends.rules
    versions = backend.versions(caller, rule.rule_id)
    groups = {one.group_id: one.name for one in names.groups(caller)}
    people = {one.person_id: one.display_name for one in names.staff(caller)}
    return {
        "versions": versions[::-1],
        "changes": version_changes(versions, lambda actions: action_words(actions, groups, people)),
        "runs": backend.runs(caller, rule.rule_id, 20, request.args.get("runs", "")),
        "trial": trial,
        "trial_size": request.form.get("incidents", "200"),
        "client_names": dict(tenant_choices(caller)),
        **_WORDS,
    }


def _categories(caller: Any) -> list[str]:
    """Those that rules and groups already name."""
    used = {one.actions.category for one in gateway().backends.rules.list(caller)}
    for group in names.groups(caller):
        used.update(group.categories)
    return sorted(filter(None, used))
