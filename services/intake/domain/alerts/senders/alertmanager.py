"""Prometheus Alertmanager's webhook, version 4: a group of alerts, each of which fires and recovers on its own."""

from typing import Any

from services.intake.domain.alerts.guess import guess
from services.intake.domain.alerts.payload import (
    Payload,
    dict_of,
    first_of,
    item_of,
    labels_of,
    list_of,
    malformed,
    time_of,
)
from services.intake.domain.alerts.severity import severity_of
from services.intake.domain.alerts.signal import Action, Signal, digest_key

_OWN = ("summary", "description", "message", "title")


def read(payload: Payload) -> tuple[Signal, ...]:
    """Each alert of the group. What a proxy made one alert of is read as one."""
    fields = payload.fields()
    if "alerts" not in fields:
        return (guess(fields),)
    if not isinstance(fields["alerts"], list):
        raise malformed("alerts is no list.", "alerts")
    common = dict_of(fields.get("commonLabels")) | dict_of(fields.get("groupLabels"))
    notes = dict_of(fields.get("commonAnnotations"))
    base = first_of(fields, "externalURL")
    signals = tuple(signal_of(dict_of(one), common, notes, base) for one in list_of(fields["alerts"]))
    if not signals:
        raise malformed("There is no alert in the group.", "alerts")
    return signals


def signal_of(alert: dict[str, Any], common: dict[str, Any], notes: dict[str, Any], base: str = "") -> Signal:
    """One alert, with what its group has in common."""
    labels = dict(labels_of(common, alert.get("labels")))
    said = dict(labels_of(notes, alert.get("annotations")))
    name = labels.get("alertname", "")
    title = first_of(said, "summary", "title") or name or first_of(said, "description", "message")
    if not title:
        raise malformed("An alert has neither a name nor a summary.", "alerts")
    more = [f"{key}: {value}" for key, value in said.items() if key not in _OWN and not key.startswith("__")]
    text = "\n".join([first_of(said, "description", "message"), first_of(alert, "valueString"), *more])
    own = tuple(sorted(labels.items()))
    return Signal(
        action=Action.RECOVER if first_of(alert, "status").lower() == "resolved" else Action.FIRE,
        # Grafana and Alertmanager name an alert by a digest of its labels; so do we where it is missing.
        dedup_key=first_of(alert, "fingerprint") or digest_key(*own),
        title=title,
        severity=severity_of(labels.get("severity") or labels.get("priority")),
        text=text.strip(),
        configuration_item=item_of(labels),
        link=first_of(alert, "panelURL", "dashboardURL", "generatorURL") or base,
        labels=own,
        start_time=time_of(alert.get("startsAt")),
    )
