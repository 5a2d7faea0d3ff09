"""A payload as it came by HTTP, and reading it without trusting it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from chassis.errors import InvalidArgument

_DEEPEST = 40
MOST_ALERTS = 1_000


@dataclass(frozen=True, slots=True)
class Payload:
    """headers: names in lower case, those that senders speak by."""

    body: bytes
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        return self.content_type.partition(";")[0].strip().lower()

    def json(self) -> Any:
        """Whatever its content type says: AWS sends JSON as text. Raises InvalidArgument("json_malformed")."""
        try:
            value = json.loads(self.body)
            _check_depth(value)
        except (ValueError, RecursionError) as error:
            raise InvalidArgument("json_malformed", "The body is no JSON that can be read.") from error
        return value

    def fields(self) -> dict[str, Any]:
        """A JSON object, or a form as one. Raises InvalidArgument."""
        if self.media_type == "application/x-www-form-urlencoded":
            try:
                # Old systems send what their host speaks.
                body = _utf_8(self.body) or self.body.decode("cp1252", "replace")
                pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=500)
            except ValueError as error:
                raise InvalidArgument("form_malformed", "The form cannot be read.") from error
            return dict(pairs)
        value = self.json()
        if not isinstance(value, dict):
            raise InvalidArgument("alert_malformed", "The body is no JSON object.")
        return value


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """One of a batch that cannot be read. index: its place there, from zero; field: what it lacks, if anything."""

    index: int
    reason: str
    field: str
    message: str


def _utf_8(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return ""


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return
    raise ValueError("too deep")


def malformed(what: str, field: str = "") -> InvalidArgument:
    """What a sender's message lacks."""
    return InvalidArgument("alert_malformed", what, **({"field": field} if field else {}))


def text_of(value: Any) -> str:
    """Any plain value as text; "" for nothing, JSON for what has parts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def first_of(fields: Mapping[str, Any], *names: str) -> str:
    """The first of these that says something, as text."""
    for name in names:
        value = fields.get(name)
        if value not in (None, "", [], {}) and text_of(value).strip():
            return text_of(value).strip()
    return ""


def dict_of(value: Any) -> dict[str, Any]:
    """A JSON object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """A JSON array, or an empty one. Raises InvalidArgument for more alerts than one message may bring."""
    found = value if isinstance(value, list) else []
    if len(found) > MOST_ALERTS:
        raise InvalidArgument("too_many_alerts", f"At most {MOST_ALERTS} alerts in one message.")
    return found


def labels_of(*sources: Any) -> tuple[tuple[str, str], ...]:
    """Labels out of objects; later ones win."""
    found: dict[str, str] = {}
    for source in sources:
        found |= {str(name): text_of(value) for name, value in dict_of(source).items()}
    return tuple(found.items())


def time_of(value: Any) -> datetime | None:
    """An RFC 3339 time; None for what is none, and for the year 1 that Go writes for nothing."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC) if moment.year > 1970 else None
    except (ValueError, OverflowError):
        return None


ITEM_NAMES = ("host", "hostname", "instance", "node", "device", "server", "service", "pod", "job")


def item_of(labels: Mapping[str, str]) -> str:
    """The configuration item that labels name, by the names in use; a port says nothing about what it is."""
    for name in ITEM_NAMES:
        value = labels.get(name, "").strip()
        if value:
            host, colon, port = value.rpartition(":")
            return host if colon and port.isdecimal() and host and ":" not in host else value
    return ""
