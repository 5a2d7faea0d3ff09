"""Configuration items as a table of comma-separated values (RFC 4180), and back.

Columns: name, type, criticality, state, aliases, description, depends_on, runs_on, part_of, connects_to, and one
"attribute:…" for each attribute. Several values in a cell stand on lines of their own, or between "|". What is written
out can be read in again, and changes nothing then.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from chassis.errors import InvalidArgument
from fairlead.incidents.v1 import configuration_item_pb2 as items
from services.gateway.backends.cells import as_text, unmarked
from services.gateway.backends.words import number_of, word_of, words_of

MOST_ROWS = 1_000
_ATTRIBUTE = "attribute:"
_PLAIN = ("name", "type", "description")
_ENUMS = {"criticality": items.Criticality.DESCRIPTOR, "state": items.ItemState.DESCRIPTOR}
_KINDS = {word: number for number, word in words_of(items.RelationKind.DESCRIPTOR).items()}
COLUMNS = ("name", "type", "criticality", "state", "aliases", "description", *_KINDS)
_BETWEEN = re.compile(r"[|\r\n]+")


@dataclass(frozen=True)
class Sheet:
    """The rows, and which fields they speak of."""

    rows: list[items.ConfigurationItem]
    fields: list[str]


def written(found: Iterable[items.ConfigurationItem]) -> bytes:
    """A head and a row each; in UTF-8 with a mark, by which spreadsheets know it."""
    rows = list(found)
    attributes = sorted({name for one in rows for name in one.attributes})
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *(_ATTRIBUTE + name for name in attributes)])
    for one in rows:
        cells = [
            *(_cell(one, column) for column in COLUMNS),
            *(one.attributes.get(a, "") for a in attributes),
        ]
        writer.writerow([as_text(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def read(text: str) -> Sheet:
    """Raises InvalidArgument: csv_invalid, column_unknown, column_missing, too_many."""
    try:
        dialect = csv.Sniffer().sniff(text.partition("\n")[0], delimiters=",;\t")
        table = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=dialect.delimiter, strict=True))
    except csv.Error:
        table = _read_with_commas(text)
    head = [cell.strip() for cell in table[0]] if table else []
    columns = [cell if cell.startswith(_ATTRIBUTE) else cell.lower().replace(" ", "_") for cell in head]
    unknown = [one for one in columns if one not in COLUMNS and not _is_attribute(one)]
    if unknown:
        message = f"There is no column {unknown[0]!r}; there are {', '.join(COLUMNS)} and attribute:…"
        raise InvalidArgument("column_unknown", message, field="csv", column=unknown[0][:100])
    if "name" not in columns or len(set(columns)) < len(columns):
        raise InvalidArgument("column_missing", "A column “name” is needed, and each once.", field="csv")
    lines = [line for line in table[1:] if any(cell.strip() for cell in line)]
    if len(lines) > MOST_ROWS:
        raise InvalidArgument("too_many", f"At most {MOST_ROWS} rows at once.", field="csv", limit=MOST_ROWS)
    fields = {
        "relations" if one in _KINDS else "attributes" if _is_attribute(one) else one for one in columns
    }
    return Sheet([_item(dict(zip(columns, line, strict=False))) for line in lines], sorted(fields))


def _read_with_commas(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text.lstrip("\ufeff")), strict=True))
    except csv.Error as error:
        raise InvalidArgument("csv_invalid", f"This is no table: {error}.", field="csv") from error


def _is_attribute(column: str) -> bool:
    return column.startswith(_ATTRIBUTE) and len(column) > len(_ATTRIBUTE)


def _cell(one: items.ConfigurationItem, column: str) -> str:
    if column in _PLAIN:
        return str(getattr(one, column))
    if column in _ENUMS:
        return word_of(_ENUMS[column], getattr(one, column)) or ""
    if column == "aliases":
        return "\n".join(one.aliases)
    return "\n".join(to.name for to in one.relations if to.kind == _KINDS[column])


def _item(cells: dict[str, str]) -> items.ConfigurationItem:
    cells = {column: unmarked(cell) for column, cell in cells.items()}
    one = items.ConfigurationItem(
        **{column: cells.get(column, "") for column in _PLAIN},
        aliases=_several(cells.get("aliases", "")),
        attributes={
            column.removeprefix(_ATTRIBUTE).strip(): cell
            for column, cell in cells.items()
            if _is_attribute(column) and cell
        },
        relations=[
            items.ItemRelation(kind=kind, name=name)
            for word, kind in _KINDS.items()
            for name in _several(cells.get(word, ""))
        ],
    )
    for column, enum in _ENUMS.items():
        setattr(one, column, number_of(enum, cells.get(column, "").strip().lower().replace(" ", "_")))
    return one


def _several(cell: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(cell) if part.strip()]
