"""Sentry: the webhooks of an internal integration (resource by resource), and those of the older plug-in."""

import hashlib
import hmac
from typing import Any

from services.intake.domain.alerts.guess import guess
from services.intake.domain.alerts.payload import Payload, dict_of, first_of, labels_of, list_of, malformed
from services.intake.domain.alerts.severity import Severity, severity_of
from services.intake.domain.alerts.signal import Action, Signal

_OVER = ("resolved", "archived", "ignored")
_ASIDE = ("installation", "comment", "seer")
_METRIC = {"critical": Severity.CRITICAL, "warning": Severity.MEDIUM}


def is_signed(payload: Payload, secret: str) -> bool:
    """Whether Sentry-Hook-Signature is the HMAC of the body under this secret."""
    expected = hmac.new(secret.encode(), payload.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, payload.headers.get("sentry-hook-signature", "").strip().lower())


def read(payload: Payload) -> tuple[Signal, ...]:
    """One issue or metric; nothing for what says only that an integration was installed or somebody remarked."""
    fields = payload.fields()
    resource = payload.headers.get("sentry-hook-resource", "").strip().lower()
    action, data = first_of(fields, "action").lower(), dict_of(fields.get("data"))
    if resource in _ASIDE:
        return ()
    if resource == "metric_alert" or "metric_alert" in data:
        return (_metric(dict_of(data.get("metric_alert")), action, data),)
    if "issue" in data:
        return (_issue(dict_of(data["issue"]), action),)
    event = dict_of(data.get("event")) or dict_of(data.get("error"))
    if event:
        return (_event(event, first_of(data, "triggered_rule")),)
    if dict_of(fields.get("event")):
        return (_plug_in(fields),)
    if resource:
        raise malformed("There is no issue, event or metric in data.", "data")
    return (guess(fields),)


def _metric(alert: dict[str, Any], action: str, data: dict[str, Any]) -> Signal:
    rule = dict_of(alert.get("alert_rule"))
    title = first_of(data, "description_title") or first_of(alert, "title") or first_of(rule, "name")
    if not title:
        raise malformed("The metric alert has no title.", "data")
    projects = ", ".join(map(str, list_of(alert.get("projects"))))
    return Signal(
        action=Action.RECOVER if action in _OVER else Action.FIRE,
        dedup_key=f"metric:{first_of(alert, 'id', 'identifier') or title}",
        title=title,
        severity=_METRIC.get(action, Severity.MEDIUM),
        text=first_of(data, "description_text"),
        configuration_item=projects,
        link=first_of(data, "web_url"),
        labels=(("projects", projects),) if projects else (),
    )


def _issue(issue: dict[str, Any], action: str) -> Signal:
    project = dict_of(issue.get("project"))
    title = first_of(issue, "title") or first_of(dict_of(issue.get("metadata")), "title", "value")
    key = first_of(issue, "id", "shortId")
    if not title or not key:
        raise malformed("The issue has no title or no id.", "data")
    seen = {action, first_of(issue, "status").lower()}
    return Signal(
        action=Action.ACKNOWLEDGE
        if action == "assigned"
        else Action.RECOVER
        if seen & set(_OVER)
        else Action.FIRE,
        dedup_key=f"issue:{key}",
        title=title,
        severity=severity_of(first_of(issue, "level") or "error"),
        text=first_of(issue, "culprit"),
        configuration_item=first_of(project, "slug", "name"),
        link=first_of(issue, "web_url", "permalink", "url"),
        labels=labels_of(
            {
                "project": first_of(project, "slug"),
                "level": first_of(issue, "level"),
                "platform": first_of(issue, "platform"),
            }
        ),
    )


def _event(event: dict[str, Any], rule: str) -> Signal:
    key = first_of(event, "issue_id", "groupID", "event_id")
    title = first_of(event, "title", "message")
    if not title or not key:
        raise malformed("The event has no title or no issue.", "data")
    tags = [one for one in list_of(event.get("tags")) if isinstance(one, list) and len(one) == 2]
    labels = {str(name): str(value) for name, value in tags} | ({"rule": rule} if rule else {})
    return Signal(
        action=Action.FIRE,
        dedup_key=f"issue:{key}",
        title=title,
        severity=severity_of(first_of(event, "level") or "error"),
        text=first_of(event, "culprit"),
        configuration_item=first_of(labels, "server_name") or first_of(event, "project_slug", "project"),
        link=first_of(event, "web_url"),
        labels=tuple(labels.items()),
        event_id=first_of(event, "event_id"),
    )


def _plug_in(fields: dict[str, Any]) -> Signal:
    event = dict_of(fields["event"])
    title = first_of(event, "title") or first_of(fields, "message")
    if not title:
        raise malformed("The event has no title.", "event")
    return Signal(
        action=Action.FIRE,
        dedup_key=f"issue:{first_of(fields, 'id') or first_of(event, 'event_id')}",
        title=title,
        severity=severity_of(first_of(fields, "level") or first_of(event, "level") or "error"),
        text="\n".join(filter(None, (first_of(fields, "message"), first_of(fields, "culprit")))),
        configuration_item=first_of(fields, "project_slug", "project"),
        link=first_of(fields, "url"),
        labels=labels_of(
            {
                "project": first_of(fields, "project_slug", "project"),
                "environment": first_of(event, "environment"),
            }
        ),
        event_id=first_of(event, "event_id"),
    )
