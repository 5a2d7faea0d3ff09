"""A rule as a form: conditions as rows, and what it sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import rule_pb2
from services.gateway.backends.words import number_of, word_of
from services.gateway.pages.console.admin.choices import (
    channel_choices,
    field_choices,
    kind_choices,
    level_choices,
    operator_choices,
)
from services.gateway.pages.console.admin.forms import lines_of, whole
from services.gateway.pages.language import gettext as _

_FIELD = rule_pb2.ConditionField.DESCRIPTOR
_OPERATOR = rule_pb2.ConditionOperator.DESCRIPTOR
_KIND = incident_pb2.IncidentKind.DESCRIPTOR
_IMPACT, _URGENCY = incident_pb2.Impact.DESCRIPTOR, incident_pb2.Urgency.DESCRIPTOR
_EMPTY_ROWS = 2


@dataclass(frozen=True)
class Row:
    """One condition as it is typed; `values` a line each. A row without values counts for nothing."""

    field: str = "words"
    operator: str = "contains_any"
    negate: str = ""
    values: str = ""
    key: str = ""


def rows_of(rule: rule_pb2.Rule | None) -> list[Row]:
    """The rule's conditions, and empty rows for more."""
    kept = [
        Row(
            word_of(_FIELD, one.field) or "",
            word_of(_OPERATOR, one.operator) or "",
            "1" if one.negate else "",
            "\n".join(one.values),
            one.key,
        )
        for one in (rule.conditions if rule else ())
    ]
    return kept + [Row()] * (_EMPTY_ROWS if not kept else 1)


def typed_rows(more: int = 0) -> list[Row]:
    """The rows as they were sent, and so many empty ones."""
    columns = [
        request.form.getlist(f"condition_{name}") for name in ("field", "operator", "negate", "values", "key")
    ]
    return [Row(*row) for row in zip_longest(*columns, fillvalue="")] + [Row()] * more


def form_of(rule: rule_pb2.Rule) -> MultiDict[str, str]:
    """The other fields, filled with a rule."""
    actions = rule.actions
    return MultiDict(
        {
            "name": rule.name,
            "tenant_id": rule.tenant_id,
            "category": actions.category,
            "kind": word_of(_KIND, actions.kind) or "",
            "impact": word_of(_IMPACT, actions.impact) or "",
            "urgency": word_of(_URGENCY, actions.urgency) or "",
            "assignment_group_id": actions.assignment_group_id,
            "assignee_id": actions.assignee_id,
            "no_page": "1" if actions.no_page else "",
            "stop": "1" if actions.stop else "",
            "match_any": "1" if rule.match_any else "",
            "revision": str(rule.revision),
        }
    )


def rule_of(position: int, rule_id: str = "") -> rule_pb2.Rule:
    """What was typed; the service checks it."""
    form = request.form
    made = rule_pb2.Rule(
        rule_id=rule_id,
        name=form.get("name", "").strip(),
        tenant_id=form.get("tenant_id", ""),
        position=position,
        revision=whole(form.get("revision", "")) or 0,
        actions=rule_pb2.RuleActions(
            category=form.get("category", "").strip(),
            kind=number_of(_KIND, form.get("kind", "")),
            impact=number_of(_IMPACT, form.get("impact", "")),
            urgency=number_of(_URGENCY, form.get("urgency", "")),
            assignment_group_id=form.get("assignment_group_id", ""),
            assignee_id=form.get("assignee_id", ""),
            no_page=form.get("no_page") == "1",
            stop=form.get("stop") == "1",
        ),
        match_any=form.get("match_any") == "1",
    )
    for row in typed_rows():
        values = lines_of(row.values)
        if values:
            made.conditions.add(
                field=number_of(_FIELD, row.field),
                operator=number_of(_OPERATOR, row.operator),
                values=values,
                negate=row.negate == "1",
                key=row.key.strip(),
            )
    return made


def condition_words(condition: rule_pb2.Condition) -> str:
    """A condition as a sentence."""
    field = dict(field_choices()).get(word_of(_FIELD, condition.field) or "", "")
    operator = dict(operator_choices()).get(word_of(_OPERATOR, condition.operator) or "", "")
    values = ", ".join(f"“{value}”" for value in condition.values)
    if condition.key:
        field = _("%(field)s (%(key)s)", field=field, key=condition.key)
    said = _("%(field)s %(operator)s %(values)s", field=field, operator=operator, values=values)
    return _("not: %(condition)s", condition=said) if condition.negate else said


def rule_words(rule: rule_pb2.Rule) -> str:
    """When it holds, in one sentence."""
    joint = _(" or ") if rule.match_any else _(" and ")
    return joint.join(condition_words(one) for one in rule.conditions)


def action_words(
    actions: rule_pb2.RuleActions, groups: Mapping[str, str], people: Mapping[str, str]
) -> list[str]:
    """What a rule sets and does, each as words."""
    levels, kinds = dict(level_choices()), dict(kind_choices())
    said = {
        _("category"): actions.category,
        _("kind"): kinds.get(word_of(_KIND, actions.kind) or "", ""),
        _("impact"): levels.get(word_of(_IMPACT, actions.impact) or "", ""),
        _("urgency"): levels.get(word_of(_URGENCY, actions.urgency) or "", ""),
        _("group"): groups.get(actions.assignment_group_id, actions.assignment_group_id),
        _("person"): people.get(actions.assignee_id, actions.assignee_id),
    }
    done = [_("nobody is called")] * actions.no_page + [_("no later rule is tried")] * actions.stop
    # A colon in French has a space before it; the translation of the whole says so.
    return [_("%(name)s: %(value)s", name=name, value=value) for name, value in said.items() if value] + done


def decided_words(names: list[str]) -> str:
    """What a rule was the first to set, in words."""
    labels = {
        "category": _("category"),
        "kind": _("kind"),
        "impact": _("impact"),
        "urgency": _("urgency"),
        "assignment_group": _("group"),
        "assignee": _("person"),
        "no_page": _("that nobody is called"),
    }
    return ", ".join(labels.get(name, name) for name in names)


def offers() -> dict[str, Any]:
    """What the selects offer."""
    return {
        "fields": field_choices(),
        "operators": operator_choices(),
        "kinds": kind_choices(),
        "levels": level_choices(),
        "channels": channel_choices(),
    }
