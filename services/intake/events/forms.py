"""Forms as their protos, both ways."""

import json
from typing import Any

from chassis.errors import InvalidArgument
from fairlead.intake.v1 import form_pb2
from services.intake.domain.forms import (
    Condition,
    Definition,
    Field,
    Form,
    Kind,
    Option,
    Words,
    definition_of,
    schema_of,
)

_LARGEST_SCHEMA = 262_144
_KINDS = {getattr(form_pb2, f"FIELD_KIND_{kind.value.upper()}"): kind for kind in Kind}


def form_message(form: Form, with_draft: bool) -> form_pb2.Form:
    """The proto of a form; drafts are for staff."""
    message = form_pb2.Form(
        form_id=form.form_id,
        provider_id=form.provider_id,
        tenant_id=form.tenant_id,
        state=f"FORM_STATE_{form.state.upper()}",
        version=form.version,
        published=definition_message(form.current) if form.current else None,
        revision=form.revision,
    )
    if with_draft:
        message.draft.CopyFrom(definition_message(form.draft))
        message.changed = form.changed
    message.create_time.FromDatetime(form.create_time)
    message.update_time.FromDatetime(form.update_time)
    return message


def definition_message(definition: Definition) -> form_pb2.FormDefinition:
    """With the JSON Schema that it amounts to."""
    return form_pb2.FormDefinition(
        title=_words(definition.title),
        introduction=_words(definition.introduction),
        fields=[_field(one) for one in definition.fields],
        kind=definition.kind,
        impact=definition.impact,
        urgency=definition.urgency,
        category=definition.category,
        schema=json.dumps(schema_of(definition), ensure_ascii=False, indent=2),
    )


def definition_from(message: form_pb2.FormDefinition) -> Definition:
    """What a request says, by its schema when it has one. Raises InvalidArgument."""
    if message.schema:
        if len(message.schema) > _LARGEST_SCHEMA:
            raise InvalidArgument("schema_too_large", "A schema has 256 KiB at most.", field="schema")
        try:
            return definition_of(json.loads(message.schema))
        except (ValueError, RecursionError) as error:
            raise InvalidArgument("schema_malformed", "The schema is not JSON.", field="schema") from error
    return Definition(
        title=_words_of(message.title),
        introduction=_words_of(message.introduction),
        fields=tuple(_field_of(each, number) for number, each in enumerate(message.fields)),
        kind=message.kind,
        impact=message.impact,
        urgency=message.urgency,
        category=message.category.strip(),
    )


def _field(field: Field) -> form_pb2.FormField:
    condition = field.condition
    return form_pb2.FormField(
        key=field.key,
        kind=f"FIELD_KIND_{field.kind.upper()}",
        label=_words(field.label),
        help=_words(field.help),
        required=field.required,
        options=[form_pb2.FormOption(value=one.value, label=_words(one.label)) for one in field.options],
        as_list=field.as_list,
        minimum=field.minimum,
        maximum=field.maximum,
        whole=field.whole,
        longest=field.longest,
        pattern=field.pattern,
        most=field.most,
        condition=form_pb2.FormCondition(key=condition.key, value=condition.value) if condition else None,
    )


def _field_of(message: Any, number: int) -> Field:
    kind = _KINDS.get(message.kind)
    if kind is None:
        raise InvalidArgument("field_kind_missing", "What does it take?", field=f"fields[{number}].kind")
    has = message.HasField
    return Field(
        key=message.key,
        kind=kind,
        label=_words_of(message.label),
        help=_words_of(message.help),
        required=message.required,
        options=tuple(Option(one.value.strip(), _words_of(one.label)) for one in message.options),
        as_list=message.as_list,
        minimum=message.minimum if has("minimum") else None,
        maximum=message.maximum if has("maximum") else None,
        whole=message.whole,
        longest=message.longest,
        pattern=message.pattern,
        most=message.most,
        condition=Condition(message.condition.key, message.condition.value) if has("condition") else None,
    )


def _words(words: Words) -> form_pb2.FormWords:
    return form_pb2.FormWords(en=words.en, fr=words.fr)


def _words_of(message: form_pb2.FormWords) -> Words:
    return Words(message.en, message.fr).trimmed()
