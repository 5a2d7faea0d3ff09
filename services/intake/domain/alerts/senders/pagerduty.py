"""PagerDuty's Events API, version 2: for whatever can send there, with its own words of refusal."""

from typing import Any

from chassis.errors import InvalidArgument
from services.intake.domain.alerts.payload import (
    Payload,
    dict_of,
    first_of,
    item_of,
    labels_of,
    list_of,
    text_of,
    time_of,
)
from services.intake.domain.alerts.severity import severity_of
from services.intake.domain.alerts.signal import Action, Signal, digest_key

_ACTIONS = {"trigger": Action.FIRE, "acknowledge": Action.ACKNOWLEDGE, "resolve": Action.RECOVER}
_SEVERITIES = ("critical", "error", "warning", "info")


def read(payload: Payload) -> tuple[Signal, ...]:
    """One event. Raises InvalidArgument("pagerduty_event_invalid"), the message's sentences parted by "; "."""
    fields = payload.fields()
    told = dict_of(fields.get("payload"))
    errors = _errors(fields, told)
    if errors:
        raise InvalidArgument("pagerduty_event_invalid", "; ".join(errors))
    action = _ACTIONS[first_of(fields, "event_action")]
    labels = dict(labels_of(told.get("custom_details")))
    labels |= {name: first_of(told, name) for name in ("group", "class", "component") if first_of(told, name)}
    links = [first_of(dict_of(one), "href") for one in list_of(fields.get("links"))]
    detail = told.get("custom_details")
    return (
        Signal(
            action=action,
            # Made of the event itself, so that one sent again after a lost answer is the same alert.
            dedup_key=first_of(fields, "dedup_key") or digest_key(payload.body.decode("utf-8", "replace")),
            title=first_of(told, "summary") or "Event",
            severity=severity_of(told.get("severity")),
            text=detail if isinstance(detail, str) else "",
            configuration_item=first_of(told, "component", "source") or item_of(labels),
            link=first_of(fields, "client_url") or next(iter(filter(None, links)), ""),
            labels=tuple(labels.items()),
            start_time=time_of(told.get("timestamp")) if action is Action.FIRE else None,
        ),
    )


def _errors(fields: dict[str, Any], told: dict[str, Any]) -> list[str]:
    errors = []
    action = fields.get("event_action")
    if not text_of(action):
        errors.append("'event_action' is missing or blank")
    elif not isinstance(action, str) or action not in _ACTIONS:
        errors.append(
            "'event_action' is invalid (should be one of the following: 'trigger', 'acknowledge', 'resolve')"
        )
    key = fields.get("dedup_key")
    if key is not None and (not isinstance(key, str) or len(key) > 255):
        errors.append("'dedup_key' is invalid (should be text of at most 255 characters)")
    if action in ("acknowledge", "resolve") and not key:
        errors.append("'dedup_key' is missing or blank")
    if action == "trigger":
        if not isinstance(fields.get("payload"), dict):
            errors.append("'payload' is missing or blank")
        else:
            errors += [
                f"'payload.{name}' is missing or blank"
                for name in ("summary", "source", "severity")
                if not first_of(told, name)
            ]
            if first_of(told, "severity") and told["severity"] not in _SEVERITIES:
                errors.append(
                    "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')"
                )
    return errors
