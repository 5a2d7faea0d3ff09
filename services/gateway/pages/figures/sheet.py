"""A table as CSV (RFC 4180): CRLF, quotes where needed, a head; in UTF-8 with a mark, by which spreadsheets know it.

Numbers are plain (a point, no grouping), dates ISO 8601, and what has no value is empty, so that programs can read it.
"""

import csv
import io

from services.gateway.backends.cells import as_text
from services.gateway.pages.figures.tables import Cell, Table


def sheet(table: Table) -> bytes:
    """The columns' heads and the rows; a total is left to whoever adds up."""
    text = io.StringIO()
    writer = csv.writer(text)  # its default dialect is RFC 4180's: commas, double quotes, CRLF
    writer.writerow([column.label for column in table.columns])
    writer.writerows([[_plain(cell) for cell in row] for row in table.rows])
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return as_text(cell) if isinstance(cell, str) else str(cell)
