"""A rule as a form: conditions as rows, and what it sets."""

from collections.abc import Mapping
from dataclasses import dataclass
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


def rows_of(rule: rule_pb2.Rule | None) -> list[Row]:
    """The rule's conditions, and empty rows for more."""
    kept = [
        Row(
            word_of(_FIELD, one.field) or "",
            word_of(_OPERATOR, one.operator) or "",
            "1" if one.negate else "",
            "\n".join(one.values),
        )
        for one in (rule.conditions if rule else ())
    ]
    return kept + [Row()] * (_EMPTY_ROWS if not kept else 1)


def typed_rows(more: int = 0) -> list[Row]:
    """The rows as they were sent, and so many empty ones."""
    columns = [
        request.form.getlist(f"condition_{name}") for name in ("field", "operator", "negate", "values")
    ]
    return [Row(*row) for row in zip(*columns, strict=False)] + [Row()] * more


def form_of(rule: rule_pb2.Rule) -> MultiDict[str, str]:
    """The other fields, filled with a rule."""
    actions = rule.actions
    return MultiDict(
        {
            "name": rule.name,
            "tenant_id": rule.tenant_id,
            "enabled": "1" if rule.enabled else "",
            "category": actions.category,
            "kind": word_of(_KIND, actions.kind) or "",
            "impact": word_of(_IMPACT, actions.impact) or "",
            "urgency": word_of(_URGENCY, actions.urgency) or "",
            "assignment_group_id": actions.assignment_group_id,
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
        enabled=form.get("enabled") == "1",
        revision=whole(form.get("revision", "")) or 0,
        actions=rule_pb2.RuleActions(
            category=form.get("category", "").strip(),
            kind=number_of(_KIND, form.get("kind", "")),
            impact=number_of(_IMPACT, form.get("impact", "")),
            urgency=number_of(_URGENCY, form.get("urgency", "")),
            assignment_group_id=form.get("assignment_group_id", ""),
        ),
    )
    for row in typed_rows():
        values = lines_of(row.values)
        if values:
            made.conditions.add(
                field=number_of(_FIELD, row.field),
                operator=number_of(_OPERATOR, row.operator),
                values=values,
                negate=row.negate == "1",
            )
    return made


def condition_words(condition: rule_pb2.Condition) -> str:
    """A condition as a sentence."""
    field = dict(field_choices()).get(word_of(_FIELD, condition.field) or "", "")
    operator = dict(operator_choices()).get(word_of(_OPERATOR, condition.operator) or "", "")
    values = ", ".join(f"“{value}”" for value in condition.values)
    said = _("%(field)s %(operator)s %(values)s", field=field, operator=operator, values=values)
    return _("not: %(condition)s", condition=said) if condition.negate else said


def action_words(actions: rule_pb2.RuleActions, groups: Mapping[str, str]) -> list[str]:
    """What a rule sets, each as words."""
    levels, kinds = dict(level_choices()), dict(kind_choices())
    said = {
        _("category"): actions.category,
        _("kind"): kinds.get(word_of(_KIND, actions.kind) or "", ""),
        _("impact"): levels.get(word_of(_IMPACT, actions.impact) or "", ""),
        _("urgency"): levels.get(word_of(_URGENCY, actions.urgency) or "", ""),
        _("group"): groups.get(actions.assignment_group_id, actions.assignment_group_id),
    }
    return [f"{name}: {value}" for name, value in said.items() if value]


def decided_words(names: list[str]) -> str:
    """What a rule was the first to set, in words."""
    labels = {
        "category": _("category"),
        "kind": _("kind"),
        "impact": _("impact"),
        "urgency": _("urgency"),
        "assignment_group": _("group"),
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
