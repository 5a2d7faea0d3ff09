"""A form in its editor: each question a row of plain controls, added, moved and removed without a script."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from flask import request

from fairlead.incidents.v1 import incident_pb2
from fairlead.intake.v1 import form_pb2
from services.gateway.backends.words import number_of, word_of
from services.gateway.pages.console.admin.doing import Refused
from services.gateway.pages.console.admin.forms import lines_of, whole
from services.gateway.pages.language import gettext as _

_KIND = form_pb2.FieldKind.DESCRIPTOR
_MOST_ROWS = 60


@dataclass(frozen=True)
class Row:
    """One question as it is typed. options: a line each, "value | English | French". condition: "key=value"."""

    key: str = ""
    kind: str = "text"
    label_en: str = ""
    label_fr: str = ""
    help_en: str = ""
    help_fr: str = ""
    required: str = ""
    options: str = ""
    as_list: str = ""
    minimum: str = ""
    maximum: str = ""
    whole: str = ""
    longest: str = ""
    pattern: str = ""
    most: str = ""
    condition: str = ""


def kind_choices() -> list[tuple[str, str]]:
    """What a question may take."""
    return [
        ("text", _("A short text")),
        ("long_text", _("A long text")),
        ("number", _("A number")),
        ("date", _("A date")),
        ("choice", _("One of several")),
        ("choices", _("Several of several")),
        ("yes_no", _("Yes or no")),
        ("file", _("A file")),
    ]


def rows_of(definition: form_pb2.FormDefinition) -> list[Row]:
    """The form's questions."""
    return [_row(each) for each in definition.fields]


def typed_rows() -> list[Row]:
    """The rows as they were sent, in their order."""
    count = min(whole(request.form.get("count", "")) or 0, _MOST_ROWS)
    names = [each.name for each in fields(Row)]
    return [
        Row(**{name: request.form.get(f"f{number}-{name}", "").strip() for name in names})
        for number in range(count)
    ]


def rearranged(rows: list[Row], do: str) -> list[Row]:
    """After a button of the editor: "add:text", "up:2", "down:2", "remove:2"."""
    what, _colon, of = do.partition(":")
    if what == "add":
        return [*rows, Row(kind=of)] if of in dict(kind_choices()) and len(rows) < _MOST_ROWS else rows
    at = whole(of)
    if at is None or at >= len(rows):
        return rows
    if what == "remove":
        return rows[:at] + rows[at + 1 :]
    to = at + (-1 if what == "up" else 1)
    if not 0 <= to < len(rows):
        return rows
    moved = list(rows)
    moved[at], moved[to] = moved[to], moved[at]
    return moved


def condition_choices(rows: list[Row], number: int) -> list[tuple[str, str]]:
    """What a question's condition may ask of those before it."""
    found = [("", _("always"))]
    for row in rows[:number]:
        label = row.label_en or row.label_fr or row.key
        if row.kind == "yes_no":
            answers = [("yes", _("Yes")), ("no", _("No"))]
        else:
            answers = _options_of(row.options) if row.kind == "choice" else []
        found += [
            (f"{row.key}={value}", _("if “%(question)s” is “%(answer)s”", question=label, answer=text))
            for value, text in answers
        ]
    return found


def with_keys(rows: Iterable[Row]) -> list[Row]:
    """Each with a key: its own, else one made of its label. A key never changes by itself, as answers are kept by it."""
    taken: set[str] = set()
    named = []
    for number, row in enumerate(rows, start=1):
        key = row.key or _key_of(row.label_en or row.label_fr) or f"question_{number}"
        while not row.key and key in taken:
            key = f"{key[:40]}_{number}"
        taken.add(key)
        named.append(replace(row, key=key))
    return named


def definition_of(rows: list[Row]) -> form_pb2.FormDefinition:
    """What was typed; intake checks it. Raises Refused for a number that is none."""
    form = request.form
    made = form_pb2.FormDefinition(
        title=_words("title"),
        introduction=_words("introduction"),
        kind=number_of(incident_pb2.IncidentKind.DESCRIPTOR, form.get("kind", "")),
        impact=number_of(incident_pb2.Impact.DESCRIPTOR, form.get("impact", "")),
        urgency=number_of(incident_pb2.Urgency.DESCRIPTOR, form.get("urgency", "")),
        category=form.get("category", "").strip(),
    )
    for number, row in enumerate(rows):
        _fill(made.fields.add(), row, number)
    return made


def _fill(made: form_pb2.FormField, row: Row, number: int) -> None:
    made.key, made.kind = row.key, number_of(_KIND, row.kind)
    made.label.CopyFrom(form_pb2.FormWords(en=row.label_en, fr=row.label_fr))
    made.help.CopyFrom(form_pb2.FormWords(en=row.help_en, fr=row.help_fr))
    made.required, made.as_list, made.whole = row.required == "1", row.as_list == "1", row.whole == "1"
    made.pattern = row.pattern
    for name in ("longest", "most"):
        setattr(made, name, _count(getattr(row, name), number))
    for name in ("minimum", "maximum"):
        if getattr(row, name):
            setattr(made, name, _bound(getattr(row, name), number))
    if row.kind in ("choice", "choices"):
        for line in lines_of(row.options):
            value, english, french = _parts(line)
            made.options.add(value=value, label=form_pb2.FormWords(en=english, fr=french))
    if row.condition:
        key, _equals, value = row.condition.partition("=")
        made.condition.CopyFrom(form_pb2.FormCondition(key=key, value=value))


def _row(field: form_pb2.FormField) -> Row:
    return Row(
        key=field.key,
        kind=word_of(_KIND, field.kind) or "text",
        label_en=field.label.en,
        label_fr=field.label.fr,
        help_en=field.help.en,
        help_fr=field.help.fr,
        required="1" if field.required else "",
        options="\n".join(_line(one) for one in field.options),
        as_list="1" if field.as_list else "",
        minimum=f"{field.minimum:g}" if field.HasField("minimum") else "",
        maximum=f"{field.maximum:g}" if field.HasField("maximum") else "",
        whole="1" if field.whole else "",
        longest=str(field.longest or ""),
        pattern=field.pattern,
        most=str(field.most or ""),
        condition=f"{field.condition.key}={field.condition.value}" if field.HasField("condition") else "",
    )


def _line(option: form_pb2.FormOption) -> str:
    parts = [option.value, option.label.en, option.label.fr]
    return " | ".join(parts if option.label.fr else parts[:2])


def _parts(line: str) -> tuple[str, str, str]:
    """ "value | English | French"; of a line without bars a value is made."""
    parts = [part.strip() for part in line.split("|")]
    if len(parts) == 1:
        return _key_of(parts[0]) or parts[0], parts[0], ""
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""


def _options_of(text: str) -> list[tuple[str, str]]:
    return [(value, english or french) for value, english, french in map(_parts, lines_of(text))]


def _words(name: str) -> form_pb2.FormWords:
    form = request.form
    return form_pb2.FormWords(en=form.get(f"{name}_en", "").strip(), fr=form.get(f"{name}_fr", "").strip())


def _count(text: str, number: int) -> int:
    count = whole(text) if text else 0
    if count is None:
        raise Refused(**{f"row{number}": _("A whole number is needed.")})
    return count


def _bound(text: str, number: int) -> float:
    try:
        bound = float(text.replace(",", "."))
    except ValueError:
        bound = float("nan")
    if not abs(bound) <= 2**53:
        raise Refused(**{f"row{number}": _("A number is needed.")})
    return bound


def _key_of(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].lstrip("0123456789_")
