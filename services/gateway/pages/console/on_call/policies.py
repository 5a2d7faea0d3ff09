"""Escalation policies: whom to call, one after the other, until somebody answers."""

from typing import Any

from flask import Blueprint, request

from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import escalation_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of, word_of
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.choices import tenant_choices
from services.gateway.pages.console.admin.doing import Problems, Refused, address, submitted
from services.gateway.pages.console.admin.forms import number_problem, whole
from services.gateway.pages.console.admin.frame import if_there
from services.gateway.pages.console.frame import overseers_only, staff_only
from services.gateway.pages.console.on_call.paging import on_call_page
from services.gateway.pages.language import gettext as _

policy_pages = Blueprint("console_escalation", __name__)
_HOME = "/console/on-call/policies"
_TRIGGER = escalation_pb2.EscalationTrigger.DESCRIPTOR
_KIND = escalation_pb2.EscalationTargetKind.DESCRIPTOR
_MOST_STEPS, _MOST_TARGETS, _SPARE_TARGETS = 20, 20, 2


@policy_pages.get("/console/on-call/policies")
@staff_only
def list_policies() -> str:
    """In the order in which they are tried."""
    caller = current_caller()
    return on_call_page(
        "policies.html",
        {},
        policies=if_there(lambda: gateway().backends.escalations.policies(caller)),
        clients=names.clients(caller),
        trigger_words=_trigger_words(),
    )


@policy_pages.get("/console/on-call/policies/new")
@overseers_only
def new_policy() -> str:
    """An empty form: alerts and P1 call somebody."""
    empty = escalation_pb2.EscalationPolicy(
        enabled=True, alerts=True, priorities=[incident_pb2.PRIORITY_P1], position=100, rounds=2
    )
    return _form({}, empty)


@policy_pages.post("/console/on-call/policies")
@overseers_only
def create_policy() -> Any:
    """Makes a policy."""

    def create() -> str:
        gateway().backends.escalations.create_policy(current_caller(), _policy())
        return address(_HOME, "policy_saved")

    return submitted(create, lambda problems: _form(problems, _typed()))


@policy_pages.get("/console/on-call/policies/<policy_id>")
@overseers_only
def show_policy(policy_id: str) -> str:
    """One policy, to change."""
    return _form({}, gateway().backends.escalations.policy(current_caller(), policy_id))


@policy_pages.post("/console/on-call/policies/<policy_id>")
@overseers_only
def save_policy(policy_id: str) -> Any:
    """Saves it; what is under way goes on as it began."""

    def save() -> str:
        gateway().backends.escalations.update_policy(current_caller(), _policy(policy_id))
        return address(_HOME, "policy_saved")

    def again(problems: Problems) -> str:
        kept = _typed(policy_id)
        if "conflict" in problems:
            kept.revision = gateway().backends.escalations.policy(current_caller(), policy_id).revision
        return _form(problems, kept)

    return submitted(save, again)


@policy_pages.post("/console/on-call/policies/<policy_id>/remove")
@overseers_only
def remove_policy(policy_id: str) -> Any:
    """For good; what is under way goes on."""

    def remove() -> str:
        gateway().backends.escalations.delete_policy(current_caller(), policy_id)
        return address(_HOME, "policy_removed")

    def again(problems: Problems) -> str:
        return _form(problems, gateway().backends.escalations.policy(current_caller(), policy_id))

    return submitted(remove, again)


def _policy(policy_id: str = "") -> escalation_pb2.EscalationPolicy:
    form = request.form
    for number in range(_MOST_STEPS):
        if f"wait-{number}" in form and whole(form[f"wait-{number}"], least=1, most=10_080) is None:
            raise Refused(steps=number_problem())
    for field, least, most in (("position", 0, 100_000), ("rounds", 1, 10)):
        if whole(form.get(field, ""), least=least, most=most) is None:
            raise Refused(**{field: number_problem()})
    return _typed(policy_id)


def _typed(policy_id: str = "") -> escalation_pb2.EscalationPolicy:
    """What was typed, as far as it can be read. A step that calls nobody is left out."""
    form = request.form
    typed = escalation_pb2.EscalationPolicy(
        policy_id=policy_id,
        name=form.get("name", "").strip(),
        position=whole(form.get("position", "")) or 0,
        enabled=form.get("enabled") == "1",
        trigger=number_of(_TRIGGER, form.get("trigger", "opened")),
        alerts=form.get("alerts") == "1",
        priorities=[int(one) for one in form.getlist("priorities") if one in {"1", "2", "3", "4", "5"}],  # type: ignore[misc]  # enum values by their numbers
        tenant_ids=form.getlist("tenants"),
        rounds=whole(form.get("rounds", "")) or 1,
        revision=whole(form.get("revision", "")) or 0,
    )
    for number in range(_MOST_STEPS):
        targets = _targets(number)
        if targets:
            wait = whole(form.get(f"wait-{number}", ""), most=10_080) or 10
            typed.steps.append(escalation_pb2.EscalationStep(targets=targets, wait_minutes=wait))
    return typed


def _targets(number: int) -> list[escalation_pb2.EscalationTarget]:
    found = []
    for place in range(_MOST_TARGETS):
        kind, _colon, target_id = request.form.get(f"target-{number}-{place}", "").partition(":")
        if target_id and kind in ("person", "schedule", "group"):
            found.append(escalation_pb2.EscalationTarget(kind=number_of(_KIND, kind), target_id=target_id))
    return found


def _form(problems: Problems, policy: escalation_pb2.EscalationPolicy) -> str:
    caller = current_caller()
    steps = [_shown(step) for step in policy.steps]
    steps += [{"wait": 10, "targets": [""] * _SPARE_TARGETS}][: _MOST_STEPS - len(steps)]
    return on_call_page(
        "policy.html",
        problems,
        policy=policy,
        steps=steps,
        offered=_offered(caller),
        trigger=word_of(_TRIGGER, policy.trigger) or "opened",
        triggers=list(_trigger_words().items()),
        clients=tenant_choices(caller),
    )


def _shown(step: escalation_pb2.EscalationStep) -> dict[str, Any]:
    targets = [f"{word_of(_KIND, one.kind)}:{one.target_id}" for one in step.targets]
    spare = _SPARE_TARGETS if len(targets) + _SPARE_TARGETS <= _MOST_TARGETS else 0
    return {"wait": step.wait_minutes, "targets": [*targets, *[""] * spare]}


def _offered(caller: Caller) -> list[tuple[str, list[tuple[str, str]]]]:
    """Whom a step may call, under their headings."""
    schedules = gateway().backends.on_call.all(caller)
    return [
        (_("On-call schedules"), [(f"schedule:{one.schedule_id}", one.name) for one in schedules]),
        (_("People"), [(f"person:{one.person_id}", one.display_name) for one in names.staff(caller)]),
        (_("Assignment groups"), [(f"group:{one.group_id}", one.name) for one in names.groups(caller)]),
    ]


def _trigger_words() -> dict[str, str]:
    return {
        "opened": _("An incident is opened or becomes this pressing"),
        "warned": _("A promise to the client is at risk"),
        "breached": _("A promise to the client is broken"),
    }
