"""Amazon SNS, and the CloudWatch alarms that come by it. What is signed, and where a certificate may lie, is said here."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from chassis.errors import InvalidArgument, PermissionDenied
from services.intake.domain.alerts.guess import guess
from services.intake.domain.alerts.payload import (
    Payload,
    dict_of,
    first_of,
    labels_of,
    list_of,
    malformed,
    time_of,
)
from services.intake.domain.alerts.severity import Severity
from services.intake.domain.alerts.signal import Action, Signal, digest_key

_HOST = re.compile(r"sns\.[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}\.amazonaws\.com(?:\.cn)?")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
    "UnsubscribeConfirmation": (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
}
_ALARM_STATES = {"ALARM": Action.FIRE, "OK": Action.RECOVER, "INSUFFICIENT_DATA": Action.FIRE}


def kind_of(fields: dict[str, Any]) -> str:
    """Notification, SubscriptionConfirmation, UnsubscribeConfirmation; "" for what does not come from SNS."""
    kind = fields.get("Type")
    return kind if isinstance(kind, str) and kind in _SIGNED else ""


def signed_text(fields: dict[str, Any]) -> bytes:
    """What the signature is made over: names and values of the signed fields, each with a line end."""
    lines = []
    for name in _SIGNED[kind_of(fields)]:
        value = fields.get(name)
        if isinstance(value, str):
            lines += [name, value]
        elif name != "Subject":
            raise malformed(f"{name} is missing.", name)
    return "".join(f"{line}\n" for line in lines).encode()


def amazons_address(said: Any, path_end: str = "") -> str:
    """The address, where it leads to Amazon's SNS and nowhere else. Raises PermissionDenied("address_not_allowed").

    Whoever could name another host would have us ask what they like within our network, or trust their certificate.
    """
    try:
        parts = urlsplit(said if isinstance(said, str) else "")
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = parts.scheme == "https" and port in (None, 443) and not parts.username and not parts.password
    if (
        not plain
        or not _HOST.fullmatch(parts.netloc.removesuffix(":443"))
        or not parts.path.endswith(path_end)
    ):
        raise PermissionDenied("address_not_allowed", "That address is not Amazon's.")
    return parts.geturl()


def read(payload: Payload) -> tuple[Signal, ...]:
    """A notification's alarm; nothing for a confirmation. Raw delivery brings the alarm alone."""
    fields = payload.fields()
    kind = kind_of(fields)
    if kind and kind != "Notification":
        return ()
    message: Any = fields.get("Message", fields) if kind or "Message" in fields else fields
    if isinstance(message, str):
        try:
            message = json.loads(message)
        except (ValueError, RecursionError):
            message = {"message": message}
    told = dict_of(message) or {"message": str(message)}
    event_id = first_of(fields, "MessageId")
    if "AlarmName" in told:
        return (_alarm(told, event_id),)
    subject = first_of(fields, "Subject")
    return (guess({**told, **({"title": subject} if subject else {})}),)


def _alarm(told: dict[str, Any], event_id: str) -> Signal:
    trigger = dict_of(told.get("Trigger"))
    dimensions = [dict_of(one) for one in list_of(trigger.get("Dimensions"))]
    labels = {first_of(one, "name", "Name"): first_of(one, "value", "Value") for one in dimensions}
    state = first_of(told, "NewStateValue").upper()
    name, region = first_of(told, "AlarmName"), first_of(told, "Region")
    more = labels_of(
        {each: told[each] for each in ("AWSAccountId", "Region", "Namespace", "MetricName") if each in told}
    )
    text = "\n".join(filter(None, (first_of(told, "AlarmDescription"), first_of(told, "NewStateReason"))))
    severity = {"INSUFFICIENT_DATA": Severity.LOW}.get(state, _priority(told))
    return Signal(
        action=_ALARM_STATES.get(state, Action.FIRE),
        dedup_key=first_of(told, "AlarmArn") or digest_key(first_of(told, "AWSAccountId"), region, name),
        title=name,
        severity=severity,
        text=text,
        configuration_item=next(iter(labels.values()), ""),
        labels=(*more, *labels.items()),
        event_id=event_id,
        start_time=time_of(told.get("StateChangeTime")) if state == "ALARM" else None,
    )


def _priority(told: dict[str, Any]) -> Severity:
    return guess({"title": "-", "severity": first_of(told, "Severity", "Priority") or "high"}).severity


def check_version(fields: dict[str, Any]) -> str:
    """ "1" or "2": SHA-1 or SHA-256. Raises InvalidArgument for another."""
    version = first_of(fields, "SignatureVersion")
    if version not in ("1", "2"):
        raise InvalidArgument(
            "alert_malformed", "There is no such signature version.", field="SignatureVersion"
        )
    return version
