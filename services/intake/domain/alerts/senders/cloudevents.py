"""CloudEvents 1.0 over HTTP: structured, batched and binary."""

import base64
import json
from typing import Any
from urllib.parse import unquote

from chassis.errors import InvalidArgument
from services.intake.domain.alerts.guess import guess, is_over
from services.intake.domain.alerts.payload import (
    Payload,
    RefusedEvent,
    dict_of,
    first_of,
    item_of,
    labels_of,
    list_of,
    malformed,
    text_of,
    time_of,
)
from services.intake.domain.alerts.severity import severity_of
from services.intake.domain.alerts.signal import Action, Signal

_REQUIRED = ("specversion", "id", "source", "type")
_CORE = (*_REQUIRED, "time", "subject", "datacontenttype", "dataschema", "data", "data_base64")


def read(payload: Payload) -> tuple[Signal, ...]:
    """Each event of a batch that can be read, or the one. Raises InvalidArgument for what is no event of version 1.0, and
    for a batch in which there is none.
    """
    if _is_batch(payload):
        signals, left_out = _batch(payload)
        if left_out and not signals:
            raise malformed(left_out[0].message, left_out[0].field)
        return signals
    if payload.media_type.startswith("application/cloudevents") or "ce-specversion" not in payload.headers:
        return (_signal(payload.fields()),)
    return (_signal(_binary(payload)),)


def refused(payload: Payload) -> tuple[RefusedEvent, ...]:
    """Those of a batch that `read` leaves out, in its order."""
    return _batch(payload)[1] if _is_batch(payload) else ()


def _is_batch(payload: Payload) -> bool:
    return payload.media_type.startswith("application/cloudevents-batch")


def _batch(payload: Payload) -> tuple[tuple[Signal, ...], tuple[RefusedEvent, ...]]:
    """One event that cannot be read takes none of its neighbors along: they would never be told of again."""
    found = payload.json()
    if not isinstance(found, list):
        raise malformed("A batch is a JSON array.")
    signals, left_out = [], []
    for index, one in enumerate(list_of(found)):
        try:
            signals.append(_signal(dict_of(one)))
        except InvalidArgument as error:
            field = str(error.values.get("field", ""))
            left_out.append(RefusedEvent(index, error.reason, field, error.message))
    return tuple(signals), tuple(left_out)


def _binary(payload: Payload) -> dict[str, Any]:
    """Attributes from the ce- headers, percent-encoded there; the body is the data."""
    event: dict[str, Any] = {
        name.removeprefix("ce-"): unquote(value)
        for name, value in payload.headers.items()
        if name.startswith("ce-")
    }
    is_json = payload.media_type in ("", "application/json", "text/json") or payload.media_type.endswith(
        "+json"
    )
    if payload.body:
        event["data"] = payload.json() if is_json else payload.body.decode("utf-8", "replace")
    return event


def _signal(event: dict[str, Any]) -> Signal:
    missing = [name for name in _REQUIRED if not isinstance(event.get(name), str) or not event[name]]
    if missing:
        raise malformed(f"{missing[0]} is missing.", missing[0])
    if event["specversion"] != "1.0":
        raise malformed("Only version 1.0 is understood.", "specversion")
    data = _data(event)
    kind, subject = text_of(event["type"]), text_of(event.get("subject"))
    extensions = {name: value for name, value in event.items() if name not in _CORE}
    labels = dict(labels_of(extensions, data.get("labels"))) | {"source": event["source"], "type": kind}
    title = (
        first_of(data, "title", "summary", "message", "name", "alertname", "description") or subject or kind
    )
    guessed = guess({"title": title, **data})
    said = first_of(data, "status", "state", "action") or first_of(extensions, "status", "state")
    key = first_of(data, "dedup_key", "dedupKey", "fingerprint", "alert_id") or first_of(
        extensions, "dedupkey", "partitionkey"
    )
    return Signal(
        action=Action.RECOVER if is_over(said) or (not said and is_over(kind)) else Action.FIRE,
        # One alert is named by where it is and about what: its type says "firing" or "resolved".
        dedup_key=key or "\n".join((event["source"], subject or title)),
        title=title,
        severity=severity_of(
            first_of(extensions, "severity") or first_of(data, "severity", "level", "priority")
        ),
        text=first_of(data, "description", "text", "details", "message"),
        configuration_item=item_of({name: text_of(value) for name, value in data.items()} | labels)
        or subject,
        link=guessed.link,
        labels=tuple(labels.items()),
        event_id=digest_of(event),
        start_time=time_of(event.get("time")),
    )


def digest_of(event: dict[str, Any]) -> str:
    """Source and id together name an event for good."""
    return f"{event['source']}#{event['id']}"


def _data(event: dict[str, Any]) -> dict[str, Any]:
    data = event.get("data")
    if data is None and isinstance(event.get("data_base64"), str):
        try:
            data = json.loads(base64.b64decode(event["data_base64"], validate=True))
        except (ValueError, RecursionError) as error:
            raise malformed("data_base64 cannot be read.", "data_base64") from error
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            data = {"message": data}
    return dict_of(data)
