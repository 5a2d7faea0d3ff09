"""One module a sender's protocol: each reads a payload and tells its signals, or raises InvalidArgument."""

from collections.abc import Callable
from enum import StrEnum

from services.intake.domain.alerts.mapping import AlertMapping, mapped
from services.intake.domain.alerts.payload import Payload, RefusedEvent
from services.intake.domain.alerts.senders import (
    alertmanager,
    cloudevents,
    datadog,
    grafana,
    nagios,
    pagerduty,
    sentry,
    sns,
    zabbix,
)
from services.intake.domain.alerts.signal import Signal


class Sender(StrEnum):
    """Whose protocol; it is also the last part of the receiver's address."""

    ALERTMANAGER = "alertmanager"
    GRAFANA = "grafana"
    PAGERDUTY = "pagerduty"
    ZABBIX = "zabbix"
    NAGIOS = "nagios"
    DATADOG = "datadog"
    SNS = "sns"
    SENTRY = "sentry"
    CLOUDEVENTS = "cloudevents"
    GENERIC = "generic"


# Other names by which people look for a receiver.
ALIASES = {"prometheus": "alertmanager", "icinga": "nagios", "cloudwatch": "sns", "webhook": "generic"}

_READERS: dict[Sender, Callable[[Payload], tuple[Signal, ...]]] = {
    Sender.ALERTMANAGER: alertmanager.read,
    Sender.GRAFANA: grafana.read,
    Sender.PAGERDUTY: pagerduty.read,
    Sender.ZABBIX: zabbix.read,
    Sender.NAGIOS: nagios.read,
    Sender.DATADOG: datadog.read,
    Sender.SNS: sns.read,
    Sender.SENTRY: sentry.read,
    Sender.CLOUDEVENTS: cloudevents.read,
}


def sender_of(name: str) -> Sender | None:
    """The receiver of this name; None for an unknown one."""
    name = ALIASES.get(name.lower(), name.lower())
    return Sender(name) if name in set(Sender) else None


def read(sender: Sender, payload: Payload, mapping: AlertMapping) -> tuple[Signal, ...]:
    """The signals of a payload, in its order. Raises InvalidArgument."""
    if sender is Sender.GENERIC:
        is_form = payload.media_type == "application/x-www-form-urlencoded"
        return mapped(payload.fields() if is_form else payload.json(), mapping)
    return _READERS[sender](payload)


def refused(sender: Sender, payload: Payload) -> tuple[RefusedEvent, ...]:
    """What `read` leaves out of a payload that it reads: only CloudEvents answers for each event of a batch."""
    return cloudevents.refused(payload) if sender is Sender.CLOUDEVENTS else ()
