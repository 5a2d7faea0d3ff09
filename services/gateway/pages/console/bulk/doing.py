"""What an action of many, or a macro, comes to on one incident, and how that is said."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.errors import NotFound
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.bulk import Step, offers
from services.gateway.bulk.macros import Macro
from services.gateway.pages.console import choices
from services.gateway.pages.console.actions import FORMS, Fields
from services.gateway.pages.language import gettext as _
from services.gateway.pages.signs import awaited_label, priority_sign, state_sign

KEEP = "keep"
MACRO = "macro"
ACTIONS = ("assign", "prioritize", "hold", "resolve", MACRO)
_READ_BY_CLIENT = frozenset({"reply", "hold", "resolve"})


@dataclass(frozen=True)
class Change:
    """One step as people read it. told: the client reads the text."""

    action: str
    label: str
    before: str = ""
    after: str = ""
    text: str = ""
    told: bool = False


def action_named(name: str) -> str:
    """Raises NotFound for one that there is not."""
    if name not in ACTIONS:
        raise NotFound("not_found", "There is no such page.")
    return name


def chosen_macro(caller: Caller, form: Mapping[str, str]) -> Macro:
    """Raises NotFound("macro_not_found")."""
    return gateway().macros.get(caller, form.get("macro", ""))


def steps_of(caller: Caller, action: str, incident: Incident, form: Mapping[str, str]) -> tuple[Step, ...]:
    """Raises what reading the form of the single action does, and what planning a macro does."""
    if action == MACRO:
        return gateway().planner.steps(caller, chosen_macro(caller, form), incident)
    fields = FORMS[action](caller, incident, _values(action, incident, form))
    return (Step(action, fields, action == "assign" and form.get("group") == KEEP),)


def hindrance(caller: Caller, steps: tuple[Step, ...] | None, action: str, incident: Incident) -> str:
    """Why this cannot be done in the state that it is in; "" if it can."""
    commands = [step.command for step in steps] if steps else [] if action == MACRO else [action]
    if all(command in offers(incident, caller.person_id) for command in commands):
        return ""
    return _("Not possible: %(state)s", state=state_sign(incident.state).label)


def before(action: str, incident: Incident) -> str:
    """How the incident stands in what the action changes."""
    if action == "assign":
        return incident.assignee_name or incident.assignment_group_name or _("Unassigned")
    if action == "prioritize":
        return priority_sign(incident.priority).word or "–"
    if action == "classify":
        return incident.category or "–"
    return state_sign(incident.state).label


def change_of(step: Step, incident: Incident) -> Change:
    """The step in words, with the text as it will be sent."""
    action, fields = step.command, step.fields
    text = fields.get("text", "") or (fields.get("reason", "") if action == "hold" else "")
    if action in ("reply", "note"):
        return Change(action, _labels()[action], text=text, told=action == "reply")
    return Change(
        action,
        _labels()[action],
        before(action, incident),
        after(action, {**fields}),
        text,
        told=action in _READ_BY_CLIENT,
    )


def after(action: str, fields: Fields) -> str:
    """What it becomes."""
    if action == "assign":
        named = [fields["assignee_name"], fields["assignment_group_name"]]
        return ", ".join(filter(None, named)) or _("Unassigned")
    if action == "prioritize":
        impact = word_of(incident_pb2.Impact.DESCRIPTOR, fields["impact"]) or ""
        urgency = word_of(incident_pb2.Urgency.DESCRIPTOR, fields["urgency"]) or ""
        return f"{choices.impact_label(impact)} × {choices.urgency_label(urgency)}"
    if action == "classify":
        return str(fields["category"])
    if action == "hold":
        return _("On hold: it waits for %(party)s", party=awaited_label(fields["awaiting"]))
    return state_sign("resolved").label


def _values(action: str, incident: Incident, form: Mapping[str, str]) -> dict[str, str]:
    """The form as it would stand beside this incident: what is to be kept is the incident's own."""
    values = {**form}
    if action == "assign" and values.get("group") == KEEP:
        values["group"] = incident.assignment_group_id
    return values


def _labels() -> dict[str, str]:
    return {
        "assign": _("Assign"),
        "classify": _("Classify"),
        "prioritize": _("Priority"),
        "note": _("Internal note"),
        "reply": _("Reply to the client"),
        "hold": _("Hold"),
        "resolve": _("Resolve"),
    }
