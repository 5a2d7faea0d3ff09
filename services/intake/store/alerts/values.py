"""Domain values of alerts ↔ what lies in MongoDB."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.intake.domain.alerts.delivery import Delivery
from services.intake.domain.alerts.delivery import State as DeliveryState
from services.intake.domain.alerts.group import Alert, Group, State, Told
from services.intake.domain.alerts.mapping import mapping_from
from services.intake.domain.alerts.senders import Sender
from services.intake.domain.alerts.severity import Severity, Weight
from services.intake.domain.alerts.signal import Action, Signal
from services.intake.domain.alerts.source import AlertSource, AutoResolve, Correlation, Policy

_OWN = ("provider_id", "tenant_id", "revision")
_SOURCE = ("name", "key_digest", "key_hint", "create_time", "enabled", "secret", "key_time", "topic")
_NOTED = ("last_alert_time", "last_error_time", "last_error")
_DELIVERY = ("source_id", "receive_time", "content_type", "identity", "error_reason", "error")
_GROUP = (
    *("source_id", "source_name", "create_time", "update_time", "correlation_key", "text", "cycle"),
    *("incident_id", "incident_number", "recover_time", "flapping", "flapping_told"),
)
_ALERT = (
    *("key", "source_id", "dedup_key", "title", "firing", "count", "first_time", "last_time"),
    *("configuration_item", "link", "acknowledged", "recover_time", "start_time"),
)


def source_state(source: AlertSource) -> dict[str, Any]:
    """What an administrator may change, and its key."""
    return {
        **{name: getattr(source, name) for name in _SOURCE},
        "sender": source.sender.value,
        "mapping": asdict(source.mapping),
        "policy": _policy_state(source.policy),
    }


def source_of(document: Mapping[str, Any]) -> AlertSource:
    """A source as it was kept."""
    known = {name: document[name] for name in (*_OWN, *_SOURCE, *_NOTED) if document.get(name) is not None}
    return AlertSource(
        source_id=document["_id"],
        sender=Sender(document["sender"]),
        mapping=mapping_from(document.get("mapping", {})),
        policy=_policy(document.get("policy", {})),
        **known,
    )


def delivery_state(delivery: Delivery) -> dict[str, Any]:
    """A payload with what it was read as."""
    return {
        **{name: getattr(delivery, name) for name in _DELIVERY},
        "state": delivery.state.value,
        "body": delivery.body,
        "signals": [_signal_state(signal) for signal in delivery.signals],
    }


def delivery_of(document: Mapping[str, Any]) -> Delivery:
    """A delivery as it was kept."""
    return Delivery(
        delivery_id=document["_id"],
        provider_id=document["provider_id"],
        tenant_id=document["tenant_id"],
        state=DeliveryState(document["state"]),
        body=bytes(document.get("body", b"")),
        signals=tuple(_signal(each) for each in document["signals"]),
        **{name: document[name] for name in _DELIVERY},
    )


def group_state(group: Group) -> dict[str, Any]:
    """A group, with the keys that no other may have."""
    return {
        **{name: getattr(group, name) for name in _GROUP},
        "state": group.state.value,
        "told": group.told.value,
        "told_severity": group.told_severity.value if group.told_severity else "",
        "keys": group.keys,
        "policy": _policy_state(group.policy),
        "alerts": [_alert_state(alert) for alert in group.alerts],
        "changes": list(group.changes),
        "handled": list(group.handled),
        "due_time": group.due_time,
    }


def group_of(document: Mapping[str, Any]) -> Group:
    """A group as it was kept."""
    return Group(
        group_id=document["_id"],
        policy=_policy(document["policy"]),
        alerts=tuple(_alert(each) for each in document["alerts"]),
        state=State(document["state"]),
        told=Told(document["told"]),
        # Groups from before it was kept have none.
        told_severity=Severity(kept) if (kept := document.get("told_severity")) else None,
        changes=tuple(document["changes"]),
        handled=tuple(document["handled"]),
        due_time=document.get("due_time"),
        **{name: document[name] for name in (*_OWN, *_GROUP)},
    )


def _policy_state(policy: Policy) -> dict[str, Any]:
    return {
        "correlation": policy.correlation.value,
        "correlation_labels": list(policy.correlation_labels),
        "correlation_minutes": policy.correlation_minutes,
        "auto_resolve": policy.auto_resolve.value,
        "reopen_minutes": policy.reopen_minutes,
        "flap_changes": policy.flap_changes,
        "flap_minutes": policy.flap_minutes,
        "weights": {severity.value: [w.impact, w.urgency] for severity, w in policy.weights.items()},
    }


def _policy(kept: Mapping[str, Any]) -> Policy:
    plain = ("correlation_minutes", "reopen_minutes", "flap_changes", "flap_minutes")
    return Policy(
        correlation=Correlation(kept["correlation"]),
        correlation_labels=tuple(kept["correlation_labels"]),
        auto_resolve=AutoResolve(kept["auto_resolve"]),
        weights={Severity(name): Weight(*pair) for name, pair in kept["weights"].items()},
        **{name: kept[name] for name in plain},
    )


def _signal_state(signal: Signal) -> dict[str, Any]:
    state = asdict(signal)
    state |= {
        "action": signal.action.value,
        "severity": signal.severity.value,
        "labels": _pairs(signal.labels),
    }
    return state


def _signal(kept: Mapping[str, Any]) -> Signal:
    changed = {"action": Action(kept["action"]), "severity": Severity(kept["severity"])}
    return Signal(**{**kept, **changed, "labels": tuple(map(tuple, kept["labels"]))})


def _alert_state(alert: Alert) -> dict[str, Any]:
    plain = {name: getattr(alert, name) for name in _ALERT}
    return {**plain, "severity": alert.severity.value, "labels": _pairs(alert.labels)}


def _alert(kept: Mapping[str, Any]) -> Alert:
    plain = {name: kept[name] for name in _ALERT}
    return Alert(**plain, severity=Severity(kept["severity"]), labels=tuple(map(tuple, kept["labels"])))


def _pairs(labels: tuple[tuple[str, str], ...]) -> list[list[str]]:
    # A list: names of labels may hold what names of fields may not.
    return [list(pair) for pair in labels]
