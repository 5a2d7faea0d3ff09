"""Forms: what a client's people are asked; filled in by POST /incidents with `form` and `answers`."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from fairlead.intake.v1 import form_pb2
from services.gateway.api import words
from services.gateway.api.meant import tenant_of
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Query, Revision, Shape, Time, fill

routes = Routes(
    "forms",
    "Forms of clients, each a JSON Schema (2020-12). Written as a draft, published at a version, filled in by POST "
    "/incidents with `form` and `answers`; an incident keeps the version it was answered on.",
)
_SCHEMA = (
    "The JSON Schema (2020-12) that answers must meet; words in French, order and looks under `x-fairlead`."
)


class WordsShape(Shape):
    en: str
    fr: str


class OptionShape(Shape):
    value: str
    label: WordsShape | None = None


class ConditionShape(Shape):
    key: str
    value: str


class FieldShape(Shape):
    key: str
    kind: words.FieldKind
    label: WordsShape | None = None
    help: WordsShape | None = None
    required: bool
    options: list[OptionShape] = []
    as_list: bool
    minimum: float | None = None
    maximum: float | None = None
    whole: bool
    longest: int
    pattern: str | None = None
    most: int
    condition: ConditionShape | None = None


class DefinitionShape(Shape):
    title: WordsShape | None = None
    introduction: WordsShape | None = None
    fields: list[FieldShape]
    kind: words.IncidentKind | None = None
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    category: str | None = None
    json_schema: dict[str, Any] = Field({}, description=_SCHEMA)


class Form(Shape):
    form_id: str = Field(examples=["frm_01jd8q4k3v7x2m9t6b5n0c1r8e"])
    tenant_id: str
    state: words.FormState
    version: int = Field(description="The latest published one; 0 before the first.")
    published: DefinitionShape | None = Field(None, description="What people are asked at `version`.")
    draft: DefinitionShape | None = Field(
        None, description="What is being written. For the provider's staff."
    )
    changed: bool = Field(False, description="Whether the draft says anything else than what is published.")
    revision: int
    create_time: Time | None = None
    update_time: Time | None = None


class FormList(Shape):
    forms: list[Form]


class WordsBody(Body):
    """The same in English and in French; where one is missing, the other is shown."""

    en: str = Field("", max_length=4000)
    fr: str = Field("", max_length=4000)


class OptionBody(Body):
    value: str = Field(min_length=1, max_length=300)
    label: WordsBody


class ConditionBody(Body):
    """Asked only if an earlier choice was answered with this option, or an earlier yes or no with "yes" or "no"."""

    key: str = Field(max_length=50)
    value: str = Field(max_length=300)


class FieldBody(Body):
    key: str = Field(pattern="^[a-z][a-z0-9_]{0,49}$", description="Its name among the answers.")
    kind: words.FieldKind
    label: WordsBody
    help: WordsBody | None = None
    required: bool = False
    options: list[OptionBody] = Field([], max_length=100)
    as_list: bool = Field(False, description="A choice is shown as a list to open.")
    minimum: float | None = Field(None, ge=-(2**53), le=2**53)
    maximum: float | None = Field(None, ge=-(2**53), le=2**53)
    whole: bool = Field(False, description="A number without fractions.")
    longest: int = Field(0, ge=0, le=10_000, description="Characters; 0: as many as usual.")
    pattern: str = Field(
        "", max_length=300, description="Matched in linear time: no look-around, no back references."
    )
    most: int = Field(0, ge=0, le=20, description="Files; 0: one.")
    condition: ConditionBody | None = None


class FormBody(Body):
    """A form by its title and fields, or by a JSON Schema alone."""

    title: WordsBody | None = None
    introduction: WordsBody | None = None
    fields: list[FieldBody] = Field([], max_length=60)
    kind: words.IncidentKind | None = None
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    category: str | None = Field(None, max_length=100)
    json_schema: dict[str, Any] | None = Field(None, description="In place of all the others. " + _SCHEMA)


class NewForm(FormBody):
    tenant_id: Id | None = Field(
        None,
        description="Id or slug of the client. Needed when the token covers several. The provider's own id: for catalog "
        "items that many clients are offered.",
    )


class FormChange(FormBody):
    revision: Revision = 0


class Publishing(Body):
    revision: Revision = 0


class FormsQuery(Query):
    tenant_id: Id | None = None
    published: bool = Field(False, description="Only what people are offered now.")


class VersionQuery(Query):
    version: int = Field(0, ge=0, le=2**31 - 1, description="As it was published then; 0: the latest.")


@routes.get("/forms", "List forms", scope="forms:read", query=FormsQuery, returns=FormList)
def list_forms(call: Call) -> Answer:
    """By title. The client's people and programs are given what is published."""
    found = backends().forms.list(call.caller, call.query.tenant_id or "", call.query.published)
    return {"forms": [_shown(form) for form in found]}


@routes.post(
    "/forms", "Write a form", scope="forms:write", body=NewForm, returns=Form, status=201, conflicts=True
)
def create_form(call: Call) -> Answer:
    """A draft: publish it to have it offered."""
    given = call.body.tenant_id
    own = given == call.caller.provider_id
    tenant_id = given if own and given else tenant_of(call.caller, given)
    return _shown(backends().forms.create(call.caller, tenant_id, _definition(call.body)))


@routes.get("/forms/{form_id}", "Get a form", scope="forms:read", query=VersionQuery, returns=Form)
def get_form(call: Call, form_id: str) -> Answer:
    return _shown(backends().forms.get(call.caller, form_id, call.query.version))


@routes.put(
    "/forms/{form_id}", "Change a form", scope="forms:write", body=FormChange, returns=Form, conflicts=True
)
def update_form(call: Call, form_id: str) -> Answer:
    """Changes the draft; what is published stays until it is published again."""
    changed = _definition(call.body)
    return _shown(backends().forms.update(call.caller, form_id, changed, call.body.revision))


@routes.post(
    "/forms/{form_id}/publish",
    "Publish a form",
    scope="forms:write",
    body=Publishing,
    body_required=False,
    returns=Form,
    conflicts=True,
)
def publish_form(call: Call, form_id: str) -> Answer:
    """The draft becomes the next version, unless it says the same as the present one."""
    return _shown(backends().forms.publish(call.caller, form_id, call.body.revision))


@routes.post(
    "/forms/{form_id}/withdraw",
    "Withdraw a form",
    scope="forms:write",
    body=Publishing,
    body_required=False,
    returns=Form,
    conflicts=True,
)
def withdraw_form(call: Call, form_id: str) -> Answer:
    """It is offered no more. What was answered stays readable."""
    return _shown(backends().forms.withdraw(call.caller, form_id, call.body.revision))


def _definition(body: FormBody) -> form_pb2.FormDefinition:
    definition = fill(form_pb2.FormDefinition(), body)
    if body.json_schema is not None:
        definition.schema = json.dumps(body.json_schema)
    return definition


def _shown(form: form_pb2.Form) -> dict[str, Any]:
    shown = Form.of(form)
    for part in ("published", "draft"):
        if part in shown:
            _complete(shown[part], getattr(form, part))
    return shown


def _complete(shown: dict[str, Any], definition: form_pb2.FormDefinition) -> None:
    """What a shape cannot tell: the schema as an object, and a bound that is zero."""
    try:
        shown["json_schema"] = json.loads(definition.schema or "{}")
    except ValueError:
        shown["json_schema"] = {}
    for field, message in zip(shown["fields"], definition.fields, strict=True):
        for bound in ("minimum", "maximum"):
            if message.HasField(bound):
                field[bound] = getattr(message, bound)
