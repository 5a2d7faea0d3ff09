"""Forms: what may be asked, the schema underneath, and what counts as an answer."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chassis.errors import InvalidArgument, InvalidState
from services.intake.domain.forms import (
    Condition,
    Definition,
    Field,
    Form,
    FormState,
    Kind,
    Option,
    Words,
    answered,
    definition_of,
    schema_of,
)
from services.intake.domain.forms.answers import check_patterns, upload_ids, validated
from tests.harness.form_values import ANSWERS, LAPTOP

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def wrong(definition: Definition, answers: object) -> dict[str, str]:
    """Pointer → code of what is refused."""
    with pytest.raises(InvalidArgument, match="answers_invalid") as refused:
        validated(definition, answers)
    return {each["pointer"]: each["code"] for each in json.loads(refused.value.values["errors"])}


def test_good_answers_pass_and_are_told_in_the_forms_order_and_in_both_languages():
    told = answered("frm_1", 3, LAPTOP, validated(LAPTOP, ANSWERS), {})
    assert [each.field for each in told.answers] == [
        "name",
        "model",
        "screens",
        "start",
        "extras",
        "remote",
        "code",
    ]
    assert told.subject("en") == "A laptop for somebody new: Ana Ruiz"
    assert told.text("en").splitlines()[1] == "Which one?: A light one"
    assert "Lequel ?: Un léger" in told.text("fr") and "Travaille à domicile ?: Oui" in told.text("fr")
    assert (told.form_id, told.version, json.loads(told.answers[2].value)) == ("frm_1", 3, 2)


def test_each_wrong_answer_is_named_once_by_its_pointer_in_the_forms_order():
    answers = {
        "name": "  ",
        "model": "golden",
        "screens": 4,
        "extras": ["bag", "bag"],
        "remote": "no",
        "code": "x",
        "other": 1,
    }
    assert list(wrong(LAPTOP, answers).items()) == [
        ("/name", "required"),
        ("/model", "not_an_option"),
        ("/screens", "too_large"),
        ("/start", "required"),
        ("/extras", "repeated"),
        ("/remote", "type"),
        ("/code", "pattern"),
        ("/other", "unknown_field"),
    ]


@pytest.mark.parametrize("answers", [[], "x", 3, True, [1]])
def test_what_is_no_object_is_refused(answers: object):
    assert wrong(LAPTOP, answers) == {"": "type"} or wrong(LAPTOP, answers) == {"/": "type"}


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("2026-02-30", "format"),
        ("yesterday", "format"),
        (20260302, "type"),
        ("2026-03-02T10:00:00Z", "format"),
    ],
)
def test_a_date_is_one(start: object, code: str):
    assert wrong(LAPTOP, {**ANSWERS, "start": start}) == {"/start": code}


def test_a_field_is_asked_only_when_its_condition_holds():
    assert wrong(LAPTOP, {**ANSWERS, "model": "strong"}) == {"/why": "required"}
    assert validated(LAPTOP, {**ANSWERS, "model": "strong", "why": "Video"})["why"] == "Video"
    assert wrong(LAPTOP, {**ANSWERS, "why": "Video"}) == {"/why": "not_asked"}


def test_a_pattern_that_would_hang_other_engines_does_not():
    before = time.process_time()
    evil = "C" * 39 + "!"
    assert wrong(LAPTOP, {**ANSWERS, "code": evil}) == {"/code": "pattern"}
    # Backtracking would take 2^39 steps.
    assert time.process_time() - before < 5


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "(", "(a{1000}){1000}"])
def test_a_pattern_that_is_none_or_not_linear_is_refused_beforehand(pattern: str):
    field = Field("code", Kind.TEXT, Words("Code"), pattern=pattern)
    with pytest.raises(InvalidArgument, match="pattern_invalid") as refused:
        check_patterns(Definition(Words("T"), fields=(field,)))
    assert refused.value.values["field"] == "fields[0].pattern"


def test_a_form_is_its_schema_and_back():
    assert definition_of(json.loads(json.dumps(schema_of(LAPTOP)))) == LAPTOP


def test_somebody_elses_schema_becomes_a_form():
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Access",
        "type": "object",
        "required": ["system"],
        "properties": {
            "system": {"oneOf": [{"const": "crm", "title": "The CRM"}, {"const": "erp"}]},
            "until": {"type": "string", "format": "date"},
            "seats": {"type": "integer", "minimum": 1},
            "reason": {"type": "string", "title": "Why?", "maxLength": 5000},
        },
    }
    form = definition_of(schema).checked()
    assert [(each.key, each.kind, each.required) for each in form.fields] == [
        ("system", Kind.CHOICE, True),
        ("until", Kind.DATE, False),
        ("seats", Kind.NUMBER, False),
        ("reason", Kind.LONG_TEXT, False),
    ]
    assert form.fields[0].options[0] == Option("crm", Words("The CRM"))
    assert form.fields[2].whole and form.fields[3].label.en == "Why?"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"a": {"$ref": "#"}}, "/properties/a/$ref"),
        ({"a": {"type": "object"}}, "/properties/a/type"),
        ({"a": {"type": "string", "format": "uri"}}, "/properties/a/format"),
        ({"a": {"type": ["string", "null"]}}, "/properties/a/type"),
        ({"a": {"type": "array", "items": {"type": "object"}}}, "/properties/a/items/type"),
        ({"a": 3}, "/properties/a"),
    ],
)
def test_what_no_form_can_show_is_refused_by_its_pointer(change: dict, pointer: str):
    with pytest.raises(InvalidArgument) as refused:
        definition_of({"title": "T", "type": "object", "properties": change}).checked()
    # An array of objects has no options, which is found later.
    assert refused.value.values.get("pointer", pointer) == pointer


@pytest.mark.parametrize(
    ("fields", "reason", "place"),
    [
        ((Field("A b", Kind.TEXT, Words("x")),), "field_key_invalid", "fields[0].key"),
        (
            (Field("a", Kind.TEXT, Words("x")), Field("a", Kind.TEXT, Words("y"))),
            "field_key_taken",
            "fields[1].key",
        ),
        ((Field("a", Kind.TEXT, Words()),), "words_missing", "fields[0].label"),
        ((Field("a", Kind.CHOICE, Words("x")),), "options_missing", "fields[0].options"),
        (
            (
                Field("a", Kind.TEXT, Words("x"), condition=Condition("b", "yes")),
                Field("b", Kind.YES_NO, Words("y")),
            ),
            "condition_unknown",
            "fields[0].condition",
        ),
        ((Field("a", Kind.NUMBER, Words("x"), minimum=3, maximum=2),), "bound_invalid", "fields[0].minimum"),
    ],
)
def test_what_is_wrong_with_a_form_is_named_by_its_place(fields: tuple, reason: str, place: str):
    with pytest.raises(InvalidArgument, match=reason) as refused:
        Definition(Words("T"), fields=fields).checked()
    assert refused.value.values["field"] == place


def test_uploads_are_named_by_file_fields_alone():
    answers = {**ANSWERS, "quote": ["att_1", "att_2"]}
    assert upload_ids(LAPTOP, validated(LAPTOP, answers)) == ["att_1", "att_2"]
    told = answered("frm_1", 1, LAPTOP, answers, {"att_1": "quote.pdf"})
    assert told.answers[-1].text.en == "quote.pdf, …"
    assert wrong(LAPTOP, {**ANSWERS, "quote": ["att_1", "att_2", "att_3"]}) == {"/quote": "too_many"}
    assert wrong(LAPTOP, {**ANSWERS, "quote": ["../etc/passwd"]}) == {"/quote/0": "pattern"}


def test_a_form_keeps_its_versions():
    form = Form("frm_1", "prv_n", "ten_a", LAPTOP, NOW, NOW)
    first = form.published(NOW)
    assert (first.state, first.version, first.current, first.changed) == (
        FormState.PUBLISHED,
        1,
        LAPTOP,
        False,
    )
    assert first.published(NOW).version == 1  # the same again is no new version
    other = replace(LAPTOP, category="access")
    second = first.rewritten(other, NOW)
    assert (second.version, second.current, second.changed) == (1, LAPTOP, True)
    assert (second.published(NOW).version, second.published(NOW).current) == (2, other)
    gone = second.withdrawn(NOW)
    assert gone.state is FormState.WITHDRAWN
    with pytest.raises(InvalidState, match="form_not_published"):
        gone.withdrawn(NOW)
    with pytest.raises(InvalidState, match="form_empty"):
        replace(form, draft=replace(LAPTOP, fields=())).published(NOW)
