"""Forms of clients: written with plain controls or as a JSON Schema, looked at, published, withdrawn."""

from typing import Any

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from chassis.errors import FairleadError
from fairlead.incidents.v1 import incident_pb2
from fairlead.intake.v1 import form_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.console.admin.choices import kind_choices as incident_kinds
from services.gateway.pages.console.admin.choices import level_choices, tenant_choices
from services.gateway.pages.console.admin.doing import Problems, Refused, address, next_key, submitted
from services.gateway.pages.console.admin.form_rows import (
    Row,
    condition_choices,
    definition_of,
    kind_choices,
    rearranged,
    rows_of,
    typed_rows,
    with_keys,
)
from services.gateway.pages.console.admin.forms import whole
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.language import gettext as _
from services.gateway.pages.questions import questions_of

client_forms = Blueprint("admin_client_forms", __name__)
_HOME = f"{ROOT}/forms"
_ROW_NAMES = {
    "label",
    "help",
    "key",
    "options",
    "minimum",
    "maximum",
    "longest",
    "pattern",
    "most",
    "condition",
    "kind",
}


@client_forms.get("/console/admin/forms")
@overseers_only
def list_forms() -> str:
    """Of every client, or of one."""
    caller = current_caller()
    tenant_id = request.args.get("client", "")
    clients = tenant_choices(caller)
    return admin_page(
        "forms.html",
        "forms",
        forms=gateway().backends.forms.list(caller, tenant_id),
        clients=clients,
        names=dict(clients),
        chosen=tenant_id,
    )


@client_forms.get("/console/admin/forms/new")
@administrators_only
def new_form() -> str:
    """An empty form with one question."""
    return _editor(MultiDict({"tenant_id": request.args.get("client", "")}), [Row()], {})


@client_forms.post("/console/admin/forms")
@administrators_only
def create_form() -> Any:
    """Writes a form, or rearranges what is typed."""
    if do := request.form.get("do"):
        return _editor(request.form, rearranged(with_keys(typed_rows()), do), {})

    def create() -> str:
        definition = _typed()
        made = gateway().backends.forms.create(
            current_caller(), request.form.get("tenant_id", ""), definition
        )
        return address(f"{_HOME}/{made.form_id}", "form_saved")

    return _submitted(create)


@client_forms.get("/console/admin/forms/<form_id>")
@overseers_only
def show_form(form_id: str) -> str:
    """One form, to change."""
    form = gateway().backends.forms.get(current_caller(), form_id)
    return _editor(_values(form), rows_of(form.draft), {}, form)


@client_forms.post("/console/admin/forms/<form_id>")
@administrators_only
def save_form(form_id: str) -> Any:
    """Saves the draft, or rearranges what is typed."""
    kept = gateway().backends.forms.get(current_caller(), form_id)
    if do := request.form.get("do"):
        return _editor(request.form, rearranged(with_keys(typed_rows()), do), {}, kept)

    def save() -> str:
        revision = whole(request.form.get("revision", "")) or 0
        gateway().backends.forms.update(current_caller(), form_id, _typed(), revision)
        return address(f"{_HOME}/{form_id}", "form_saved")

    return _submitted(save, kept)


@client_forms.post("/console/admin/forms/<form_id>/schema")
@administrators_only
def import_schema(form_id: str) -> Any:
    """Takes a JSON Schema in place of the draft."""
    kept = gateway().backends.forms.get(current_caller(), form_id)

    def take() -> str:
        definition = form_pb2.FormDefinition(schema=request.form.get("schema", "").strip() or "null")
        gateway().backends.forms.update(current_caller(), form_id, definition)
        return address(f"{_HOME}/{form_id}", "form_saved")

    return submitted(take, lambda problems: _editor(_values(kept), rows_of(kept.draft), problems, kept))


@client_forms.get("/console/admin/forms/<form_id>/preview")
@overseers_only
def preview_form(form_id: str) -> str:
    """The draft as people will see it. Nothing is sent."""
    form = gateway().backends.forms.get(current_caller(), form_id)
    return admin_page("form_preview.html", "forms", form=form, questions=questions_of(form.draft))


@client_forms.post("/console/admin/forms/<form_id>/publish")
@administrators_only
def publish_form(form_id: str) -> Any:
    """The draft is offered from now on."""
    return _decided(form_id, "publish", "form_published")


@client_forms.post("/console/admin/forms/<form_id>/withdraw")
@administrators_only
def withdraw_form(form_id: str) -> Any:
    """It is offered no more."""
    return _decided(form_id, "withdraw", "form_withdrawn")


def _decided(form_id: str, command: str, done: str) -> Any:
    def decide() -> str:
        getattr(gateway().backends.forms, command)(current_caller(), form_id)
        return address(f"{_HOME}/{form_id}", done)

    def again(problems: Problems) -> str:
        form = gateway().backends.forms.get(current_caller(), form_id)
        return _editor(_values(form), rows_of(form.draft), problems, form)

    return submitted(decide, again)


def _typed() -> form_pb2.FormDefinition:
    return definition_of(with_keys(typed_rows()))


def _submitted(do: Any, kept: form_pb2.Form | None = None) -> Any:
    """What intake finds wrong with a question is said in that question."""

    def placed() -> str:
        try:
            return str(do())
        except FairleadError as error:
            field = error.values.get("field", "")
            if error.status == "INVALID_ARGUMENT" and field.startswith("fields["):
                number = field.removeprefix("fields[").partition("]")[0]
                raise Refused(**{f"row{number}": _row_problem(error.reason)}) from error
            raise

    def again(problems: Problems) -> str:
        form = MultiDict(request.form)
        if "conflict" in problems and kept:
            form["revision"] = str(kept.revision)
        return _editor(form, with_keys(typed_rows()), problems, kept)

    return submitted(placed, again)


def _row_problem(reason: str) -> str:
    texts = {
        "words_missing": _("This needs words, in English or French."),
        "options_missing": _("A choice needs something to choose."),
        "option_taken": _("Two options have the same value."),
        "field_key_taken": _("Another question has this key."),
        "field_key_invalid": _("A key has small letters, digits and underscores."),
        "condition_unknown": _("Its condition asks for a question that stands further down, or is gone."),
        "condition_invalid": _("Its condition asks for an answer that cannot be given."),
        "bound_invalid": _("These bounds cannot be met."),
        "pattern_invalid": _("This is no regular expression, or one with look-around or back references."),
    }
    return texts.get(reason) or _("Please check this.")


def _values(form: form_pb2.Form) -> MultiDict[str, str]:
    draft = form.draft
    return MultiDict(
        {
            "tenant_id": form.tenant_id,
            "title_en": draft.title.en,
            "title_fr": draft.title.fr,
            "introduction_en": draft.introduction.en,
            "introduction_fr": draft.introduction.fr,
            "kind": word_of(incident_pb2.IncidentKind.DESCRIPTOR, draft.kind) or "",
            "impact": word_of(incident_pb2.Impact.DESCRIPTOR, draft.impact) or "",
            "urgency": word_of(incident_pb2.Urgency.DESCRIPTOR, draft.urgency) or "",
            "category": draft.category,
            "revision": str(form.revision),
        }
    )


def _editor(
    form: MultiDict[str, str], rows: list[Row], problems: Problems, kept: form_pb2.Form | None = None
) -> str:
    caller = current_caller()
    schema = request.form.get("schema") or (kept.draft.schema if kept else "")
    return admin_page(
        "form.html",
        "forms",
        form=form,
        rows=rows,
        kept=kept,
        state=word_of(form_pb2.FormState.DESCRIPTOR, kept.state) if kept else "",
        clients=tenant_choices(caller),
        field_kinds=kind_choices(),
        kind_names=dict(kind_choices()),
        conditions=lambda number: condition_choices(rows, number),
        kinds=incident_kinds(),
        levels=level_choices(),
        schema=schema,
        problems=problems,
        once_key=next_key(problems),
    )
