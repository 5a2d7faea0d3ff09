"""A client's form on a page: its questions in the reader's language, what was typed, and what is wrong with it.

questions = questions_of(definition, typed, problems)     # for {{ question(one) }} of components/questions.html
typed = typed_answers(definition, request.form)
answers = answers_of(definition, typed)                   # what intake is sent; what is not asked is left out
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from babel.dates import format_date
from werkzeug.datastructures import MultiDict

from chassis.errors import FairleadError
from fairlead.incidents.v1.incident_pb2 import FilledForm, FormAnswer
from fairlead.intake.v1.form_pb2 import FieldKind, FormDefinition, FormField, FormWords
from services.gateway.backends.words import word_of
from services.gateway.pages.attaching import KeptFile
from services.gateway.pages.language import current_language
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import current_locale

_KIND = FieldKind.DESCRIPTOR
_USUAL_LENGTHS = {"text": 200, "long_text": 10_000}
Typed = dict[str, list[str]]


@dataclass(frozen=True)
class Question:
    """One field as it is asked. `key` is what it is called in the form; `only_if` says when it is asked at all."""

    key: str
    kind: str
    label: str
    help: str
    required: bool
    options: list[tuple[str, str]]
    as_list: bool
    attributes: dict[str, Any]
    values: list[str]
    problem: str = ""
    only_if: str = ""
    when: str = ""
    equals: str = ""
    most: int = 1
    # Whether what is answered so far makes it asked.
    asked: bool = True
    files: tuple[KeptFile, ...] = field(default=())

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def anchor(self) -> str:
        """Where a link leads to it: the control, or the first of several."""
        if self.kind in ("choices", "yes_no") or (self.kind == "choice" and not self.as_list):
            return f"fl-q-{self.key}-1"
        return f"fl-q-{self.key}"


def questions_of(
    definition: FormDefinition,
    typed: Typed | None = None,
    problems: Mapping[str, str] | None = None,
    files: Mapping[str, tuple[KeptFile, ...]] | None = None,
) -> list[Question]:
    """All of a form's questions, in their order."""
    by_key = {each.key: each for each in definition.fields}
    answers = answers_of(definition, typed or {}, {})
    made = []
    for each in definition.fields:
        values, problem = (typed or {}).get(each.key, []), (problems or {}).get(each.key, "")
        one = _question(each, by_key, values, problem, (files or {}).get(each.key, ()))
        made.append(replace(one, asked=_is_asked(each, answers)))
    return made


def said(words: FormWords) -> str:
    """In the reader's language, where it has any words in it."""
    return (words.fr if current_language() == "fr" else "") or words.en or words.fr


def typed_answers(definition: FormDefinition, form: MultiDict[str, str]) -> Typed:
    """What a form was sent with, by field."""
    return {each.key: form.getlist(f"q-{each.key}") for each in definition.fields}


def answers_of(definition: FormDefinition, typed: Typed, uploads: Mapping[str, list[str]]) -> dict[str, Any]:
    """As the form's schema takes them; empty ones are left out, and those that are not asked, whatever was typed."""
    answers: dict[str, Any] = {}
    for each in definition.fields:
        if not _is_asked(each, answers):
            continue
        answer = _answer(each, typed.get(each.key, []), uploads.get(each.key, []))
        if answer is not None:
            answers[each.key] = answer
    return answers


def problems_in(error: FairleadError, definition: FormDefinition) -> dict[str, str]:
    """Field → what is wrong with its answer, in the reader's language."""
    by_key = {each.key: each for each in definition.fields}
    found: dict[str, str] = {}
    for each in json.loads(error.values.get("errors", "[]")):
        key = each["pointer"].lstrip("/").partition("/")[0]
        if key in by_key:
            found.setdefault(key, _wrong(by_key[key], each["code"], each.get("limit", "")))
    return found


def answer_lines(form: FilledForm) -> list[tuple[str, str]]:
    """What was filled in, as label and answer, in the reader's language."""
    language = current_language()
    return [(each.label[language], _readable(each, language)) for each in form.answers]


def _readable(answer: FormAnswer, language: str) -> str:
    if answer.kind == "date":
        with suppress(ValueError):
            return format_date(date.fromisoformat(answer.text[language]), "long", locale=current_locale())
    return answer.text[language]


def own_words(text: str, form: FilledForm) -> str:
    """What was written beside the answers: the record's text has both, for mails and for searching."""
    for language in ("en", "fr"):
        lines = (
            f"{each.label[language]}:{chr(10) if each.kind == 'long_text' else ' '}{each.text[language]}"
            for each in form.answers
        )
        listed = "\n".join(lines)
        if text.endswith(listed):
            return text.removesuffix(listed).strip()
    return text


def _question(
    asked: FormField,
    by_key: Mapping[str, FormField],
    values: list[str],
    problem: str,
    files: tuple[KeptFile, ...],
) -> Question:
    kind = word_of(_KIND, asked.kind) or "text"
    when = asked.condition.key if asked.HasField("condition") else ""
    options = [(one.value, said(one.label)) for one in asked.options]
    if kind == "yes_no":
        options = [("yes", _("Yes")), ("no", _("No"))]
    return Question(
        key=asked.key,
        kind=kind,
        label=said(asked.label),
        help=said(asked.help),
        required=asked.required,
        options=options,
        as_list=asked.as_list,
        attributes=_attributes(asked, kind),
        values=values,
        problem=problem,
        only_if=_only_if(asked, by_key[when]) if when in by_key else "",
        when=when,
        equals=asked.condition.value,
        most=asked.most or 1,
        files=files,
    )


def _attributes(asked: FormField, kind: str) -> dict[str, Any]:
    """What a browser may hold an answer to before it is sent."""
    if kind == "number":
        # Not type="number": that takes no decimal comma in an English browser, and says nothing of what it dropped.
        return {"inputmode": "numeric" if asked.whole else "decimal", "autocomplete": "off"}
    if kind in _USUAL_LENGTHS:
        return {"maxlength": asked.longest or _USUAL_LENGTHS[kind]}
    return {}


def _only_if(asked: FormField, of: FormField) -> str:
    answer = {one.value: said(one.label) for one in of.options} | {"yes": _("Yes"), "no": _("No")}
    value = asked.condition.value
    return _(
        "Only if “%(question)s” is “%(answer)s”.", question=said(of.label), answer=answer.get(value, value)
    )


def _is_asked(asked: FormField, answers: Mapping[str, Any]) -> bool:
    if not asked.HasField("condition"):
        return True
    given = answers.get(asked.condition.key)
    wanted = asked.condition.value
    return given == wanted or (isinstance(given, bool) and given is (wanted == "yes"))


def _answer(asked: FormField, typed: list[str], uploads: list[str]) -> Any:
    kind = word_of(_KIND, asked.kind)
    first = typed[0].strip() if typed else ""
    if kind == "file":
        return uploads or None
    if kind == "choices":
        return [each for each in typed if each] or None
    if not first:
        return None
    if kind == "yes_no":
        return {"yes": True, "no": False}.get(first, first)
    return _number(first) if kind == "number" else first


def _number(text: str) -> Any:
    """A number as people type it, with a comma in French; what is none is sent on as it is, and refused."""
    plain = text.replace(" ", "").replace("\u202f", "").replace("\xa0", "").replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return text
    if number != number or abs(number) > 2**53:
        return text
    return int(number) if number.is_integer() else number


def _wrong(asked: FormField, code: str, limit: str) -> str:
    kind = word_of(_KIND, asked.kind)
    if code == "required":
        return _("Choose one of these.") if kind in ("choice", "choices", "yes_no") else _("This is needed.")
    texts = {
        "too_long": _("At most %(count)s characters.", count=limit),
        "too_many": _("At most %(count)s files.", count=limit),
        "too_small": _("At least %(limit)s.", limit=_plain(limit)),
        "too_large": _("At most %(limit)s.", limit=_plain(limit)),
        "pattern": _("This does not look as it should."),
        "format": _("A date is needed, as 2026-03-31."),
        "not_an_option": _("Choose one of these."),
    }
    if code == "type" and kind == "number":
        return _("A whole number is needed.") if asked.whole else _("A number is needed.")
    return texts.get(code) or _("Please check this.")


def _plain(limit: str) -> str:
    return limit.removesuffix(".0")


def sorted_forms(forms: Iterable[Any]) -> list[Any]:
    """By what they are called in the reader's language."""
    return sorted(forms, key=lambda form: said(form.published.title).casefold())
