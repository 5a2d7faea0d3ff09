"""What an alert probably says, where nobody has told us how its sender speaks."""

from collections.abc import Iterator
from typing import Any

from services.intake.domain.alerts.payload import dict_of, first_of, item_of, labels_of, malformed, text_of
from services.intake.domain.alerts.severity import Severity, severity_of
from services.intake.domain.alerts.signal import Action, Signal, digest_key

_TITLES = (
    *("title", "summary", "alertname", "alert_name", "AlarmName", "rule_name", "ruleName", "check_name"),
    *("event_definition_title", "messageTitle", "name", "subject", "message", "event", "description"),
    *("rule", "metric", "originatingMetric"),
)
_TEXTS = (
    *("description", "message", "messageBody", "output", "body", "text", "details", "AlarmDescription"),
    *("NewStateReason", "check_error_message", "annotations", "query"),
)
_SEVERITIES = ("severity", "level", "priority", "Priority", "urgency", "criticality")
_STATES = (
    *("status", "state", "alert_action", "action", "alert_type", "event_action", "notification_type"),
    *("NewStateValue", "transition", "eventType", "type", "statusExtended"),
)
_KEYS = (
    *("dedup_key", "dedupKey", "dedup", "fingerprint", "incident_id", "incidentId", "alert_id", "alertId"),
    *("monitor_id", "monitorID", "AlarmArn", "AlarmName", "check_id", "event_definition_id", "uuid", "id"),
)
_LINKS = ("link", "url", "permalink", "alert_url", "generatorURL", "externalURL", "detectorUrl", "web_url")
_OVER = (
    "resolved",
    "resolve",
    "recover",
    "recovered",
    "recovery",
    "ok",
    "up",
    "closed",
    "close",
    "cleared",
    "inactive",
)
_WRAPPERS = (
    "alert",
    "incident",
    "issue",
    "event",
    "data",
    "payload",
    "Message",
    "monitor",
    "matchedEvent",
    "inputs",
)


def guess(fields: dict[str, Any]) -> Signal:
    """The signal of a message of unknown making. Raises InvalidArgument when not even a title can be found."""
    layers = list(_layers(fields))
    labels = dict(labels_of(*(layer.get("labels") for layer in reversed(layers))))
    title = _find(layers, _TITLES) or labels.get("alertname", "")
    if not title:
        raise malformed("Nothing in it says what the alert is about: map it to a title.")
    said = _find(layers, _SEVERITIES) or labels.get("severity", "")
    plain = {name: text_of(value) for name, value in _plain(layers).items()}
    item = item_of({**plain, **labels})
    key = _find(layers, _KEYS) or digest_key(title, item, *sorted(labels.items()))
    state = _find(layers, _STATES).lower()
    return Signal(
        action=Action.RECOVER
        if is_over(state) or said.lower() in ("ok", "normal", "cleared")
        else Action.FIRE,
        dedup_key=key,
        title=title,
        severity=severity_of(said, Severity.MEDIUM),
        text=_find(layers, _TEXTS),
        configuration_item=item,
        link=_find(layers, _LINKS),
        labels=tuple(labels.items()) or tuple(plain.items()),
    )


def is_over(state: str) -> bool:
    """Whether a sender's word says that the alert is over: "RESOLVED", "alert.resolved", "ALERT_RECOVERY"."""
    parts = state.lower().replace(".", " ").replace("_", " ").replace("-", " ").split()
    return bool(parts) and (parts[-1] in _OVER or parts[0] in ("resolved", "recovered", "closed"))


def _layers(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The message, then what senders wrap their alert into, two levels deep."""
    yield fields
    inner = [dict_of(fields.get(name)) for name in _WRAPPERS]
    yield from (one for one in inner if one)
    for one in inner:
        yield from (deeper for name in _WRAPPERS if (deeper := dict_of(one.get(name))))


def _find(layers: list[dict[str, Any]], names: tuple[str, ...]) -> str:
    """The first name that says something plain, in the outermost layer where one does."""
    for layer in layers:
        plain = {name: value for name, value in layer.items() if isinstance(value, str | int | float)}
        if said := first_of(plain, *names):
            return said
    return ""


def _plain(layers: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for layer in reversed(layers):
        found |= {
            name: value
            for name, value in layer.items()
            if isinstance(value, str | int | float) and len(str(value)) <= 200
        }
    return found
