"""Opaque cursors: where the next page of a sorted list begins."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chassis.errors import InvalidArgument


def encode_cursor(values: Sequence[Any]) -> str:
    """An opaque text for the sort values of a page's last row: text, numbers, booleans, None, datetimes."""
    packed = [{"t": _milliseconds(value)} if isinstance(value, datetime) else value for value in values]
    text = json.dumps(packed, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str, length: int | None = None) -> list[Any]:
    """The values that `encode_cursor` took, `length` of them where given.

    Raises InvalidArgument("cursor_invalid", field="page_token") for anything else: cursors come from clients.
    """
    try:
        packed = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        if not isinstance(packed, list) or length not in (None, len(packed)):
            raise ValueError("not a cursor")
        return [_unpack(value) for value in packed]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        message = "This page token was not issued for this list."
        raise InvalidArgument("cursor_invalid", message, field="page_token") from error


def page_after(sort: Sequence[tuple[str, int]], values: Sequence[Any]) -> dict[str, Any]:
    """The filter for rows that come after `values` in this order.

    The sort must end in a unique field (`_id`), and every sort field must be present and of one type.
    """
    branches: list[dict[str, Any]] = []
    equal: dict[str, Any] = {}
    for (name, direction), value in zip(sort, values, strict=True):
        branches.append({**equal, name: {"$gt" if direction > 0 else "$lt": value}})
        equal[name] = value
    return {"$or": branches}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _unpack(value: Any) -> Any:
    # Only plain values leave here, so a forged cursor cannot smuggle in a query operator.
    if isinstance(value, dict):
        if set(value) != {"t"}:
            raise ValueError("not a cursor")
        seconds, milliseconds = divmod(int(value["t"]), 1000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
    if isinstance(value, list):
        raise ValueError("not a cursor")
    return value
