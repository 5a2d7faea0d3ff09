"""Statements as files: JSON that can be verified, and CSV (RFC 4180) for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.sla.domain.statements.canonical import canonical
from services.sla.domain.statements.statement import Seal

_PARTIES = ("requester", "client", "vendor", "change", "provider")
COLUMNS = (
    "statement_id", "period", "revision", "incident_number", "incident_id", "target", "cycle", "priority", "priorities",
    "start_time", "due_time", "stop_time", "decide_time", "goal_seconds", "elapsed_seconds", "paused_seconds",
    *(f"paused_{party}_seconds" for party in _PARTIES),
    "contested_pauses", "conceded_seconds", "outcome", "basis", "exclusion_reason", "exclusion_proposed_by",
    "exclusion_approved_by", "exclusion_approve_time", "contract_version", "calendar_id", "calendar_version",
)  # fmt: skip
# A spreadsheet would take a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def json_form(content: Mapping[str, Any], seal: Seal, lines: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """The file that `fairlead statement verify` reads, a piece at a time, a line of text for each line."""
    proof = {
        "algorithm": "Ed25519",
        "key_id": seal.key_id,
        "public_key": seal.public_key,
        "sha256": seal.sha256,
        "signature": seal.signature,
    }
    yield b'{"statement":' + canonical(content) + b',\n"seal":' + canonical(proof) + b',\n"lines":['
    first = True
    for line in lines:
        yield (b"\n" if first else b",\n") + canonical(line)
        first = False
    yield b"]}\n"


def csv_form(content: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A header, then a record for each line, with CRLF; UTF-8 without a byte order mark."""
    head = [content["statement_id"], content["period"]["name"], content["revision"]]
    yield _record(COLUMNS)
    for line in lines:
        yield _record([*head, *_cells(line)])


def _cells(line: Mapping[str, Any]) -> list[Any]:
    paused = {pause["awaiting"]: pause["seconds"] for pause in line["pauses"]}
    exclusion = line["exclusion"] or {}
    return [
        line["number"], line["incident_id"], line["target"], line["cycle"], f"P{line['priority']}",
        " ".join(f"P{one['priority']}@{one['from_time']}" for one in line["priorities"]),
        line["start_time"], line["due_time"], line["stop_time"], line["decide_time"],
        line["goal_seconds"], line["elapsed_seconds"], line["paused_seconds"],
        *(paused.get(party, 0) for party in _PARTIES),
        len(line["contested_pauses"]), line["conceded_seconds"], line["outcome"], line["basis"],
        _text(exclusion.get("reason")), _name(exclusion.get("proposed_by")), _name(exclusion.get("approved_by")),
        exclusion.get("approve_time"), line["contract_version"], line["calendar_id"], line["calendar_version"],
    ]  # fmt: skip


def _name(somebody: Mapping[str, Any] | None) -> str:
    return _text(somebody["name"] or somebody["subject"]) if somebody else ""


def _text(words: str | None) -> str:
    words = words or ""
    return "'" + words if words.startswith(_FORMULA) else words


def _record(cells: Iterable[Any]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow("" if cell is None else cell for cell in cells)
    return written.getvalue().encode()
