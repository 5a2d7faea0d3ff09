"""Datadog: a webhook's JSON is a template that its administrator writes; docs/alerts.md gives ours."""

from services.intake.domain.alerts.guess import guess
from services.intake.domain.alerts.payload import Payload, first_of, item_of, text_of, time_of
from services.intake.domain.alerts.severity import Severity, severity_of
from services.intake.domain.alerts.signal import Action, Signal, digest_key

_FIRING = {
    "triggered": "",
    "re-triggered": "",
    "renotify": "",
    "warn": "warning",
    "re-warn": "warning",
    "no data": "",
}
_TYPES = {
    "error": Severity.CRITICAL,
    "warning": Severity.MEDIUM,
    "info": Severity.INFO,
    "success": Severity.INFO,
}


def read(payload: Payload) -> tuple[Signal, ...]:
    """One monitor's change. alert_cycle_key names one time that it fires; a monitor and its scope name it for good."""
    fields = payload.fields()
    title = first_of(fields, "alert_title", "event_title", "title")
    if not title:
        return (guess(fields),)
    tags = _tags(fields.get("tags"))
    scopes = text_of(fields.get("scope") or fields.get("alert_scope") or fields.get("scopes") or "")
    monitor = first_of(fields, "alert_id", "monitor_id")
    transition = first_of(fields, "alert_transition", "transition").lower()
    kind = first_of(fields, "alert_type", "type").lower()
    over = transition in ("recovered", "success") or (not transition and kind == "success")
    said = first_of(fields, "alert_priority", "priority")
    severity = (
        severity_of(said)
        if said and said.lower() not in ("normal", "low")
        else _TYPES.get(kind, Severity.MEDIUM)
    )
    named = dict(tags)
    return (
        Signal(
            action=Action.RECOVER if over else Action.FIRE,
            dedup_key=first_of(fields, "aggreg_key", "aggregation_key") or _key(monitor, scopes, title),
            title=title,
            severity=Severity.MEDIUM if _FIRING.get(transition) == "warning" else severity,
            text=first_of(fields, "body", "text", "event_msg", "message", "description"),
            configuration_item=first_of(fields, "hostname", "host") or item_of(named),
            link=first_of(fields, "link", "url"),
            labels=(*tags, *((("scope", scopes),) if scopes.strip("[]") else ())),
            event_id=first_of(fields, "id", "event_id"),
            start_time=time_of(fields.get("date")),
        ),
    )


def _key(monitor: str, scopes: str, title: str) -> str:
    return f"monitor:{monitor}:{scopes}" if monitor else digest_key(title, scopes)


def _tags(said: object) -> tuple[tuple[str, str], ...]:
    words = said if isinstance(said, list) else text_of(said).split(",")
    pairs = (text_of(one).strip().partition(":") for one in words)
    return tuple((name.strip(), value.strip() or "true") for name, _, value in pairs if name.strip())
