"""Nagios and Icinga: their notification variables, as JSON or a form, with or without the NAGIOS_ before them."""

from typing import Any

from services.intake.domain.alerts.payload import Payload, first_of, malformed
from services.intake.domain.alerts.severity import Severity
from services.intake.domain.alerts.signal import Action, Signal

_SEVERITIES = {
    "CRITICAL": Severity.CRITICAL,
    "DOWN": Severity.CRITICAL,
    "UNREACHABLE": Severity.HIGH,
    "WARNING": Severity.MEDIUM,
    "UNKNOWN": Severity.LOW,
}
_OVER = ("OK", "UP")
# Scheduled downtime and flapping are the sender's own business: they say nothing about the alert itself.
_ASIDE = (
    "DOWNTIMESTART",
    "DOWNTIMEEND",
    "DOWNTIMECANCELLED",
    "DOWNTIMEREMOVED",
    "FLAPPINGSTOP",
    "FLAPPINGDISABLED",
)


def read(payload: Payload) -> tuple[Signal, ...]:
    """One host or one service of it; nothing for what says only that a downtime began."""
    fields = {_name(name): value for name, value in payload.fields().items()}
    host = first_of(fields, "hostname", "hostdisplayname", "hostalias", "host", "hostaddress")
    service = first_of(fields, "servicedesc", "servicename", "servicedisplayname", "service")
    state = first_of(
        fields, "servicestate" if service else "hoststate", "servicestate", "hoststate", "state"
    ).upper()
    kind = first_of(fields, "notificationtype", "type").upper()
    if not host or not (state or kind):
        raise malformed("It names no HOSTNAME, or neither a state nor a NOTIFICATIONTYPE.")
    if kind in _ASIDE:
        return ()
    return (
        Signal(
            action=_action(kind, state),
            dedup_key=f"{host}!{service}" if service else host,
            title=f"{service} on {host} is {state or kind}" if service else f"{host} is {state or kind}",
            severity=_SEVERITIES.get(state, Severity.MEDIUM),
            text=_output(fields, bool(service)),
            configuration_item=host,
            link=first_of(
                fields, "serviceactionurl", "servicenotesurl", "hostactionurl", "hostnotesurl", "url"
            ),
            labels=(("host", host), *((("service", service),) if service else ()), *_rest(fields)),
        ),
    )


def _action(kind: str, state: str) -> Action:
    if kind == "ACKNOWLEDGEMENT":
        return Action.ACKNOWLEDGE
    return Action.RECOVER if kind == "RECOVERY" or state in _OVER else Action.FIRE


def _output(fields: dict[str, Any], service: bool) -> str:
    names = ("serviceoutput", "longserviceoutput") if service else ("hostoutput", "longhostoutput")
    lines = [first_of(fields, name) for name in (*names, "output", "notificationcomment", "comment")]
    return "\n".join(dict.fromkeys(filter(None, lines)))


def _rest(fields: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    wanted = ("hostaddress", "hostgroupnames", "servicegroupnames", "notificationtype")
    return tuple((name, first_of(fields, name)) for name in wanted if first_of(fields, name))


def _name(said: str) -> str:
    plain = "".join(one for one in said.lower() if one.isalnum())
    return plain.removeprefix("nagios").removeprefix("icinga")
