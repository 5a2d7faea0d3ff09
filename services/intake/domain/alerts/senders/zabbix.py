"""Zabbix: what its webhook media type sends as JSON, and what its older scripts send as a form."""

from services.intake.domain.alerts.guess import guess
from services.intake.domain.alerts.payload import Payload, dict_of, first_of, labels_of
from services.intake.domain.alerts.severity import zabbix_severity
from services.intake.domain.alerts.signal import Action, Signal

_OVER = ("ok", "resolved", "0", "recovery", "recovered")


def read(payload: Payload) -> tuple[Signal, ...]:
    """One problem. Names are taken as the macros are called ({EVENT.ID}) or as people write them (event_id)."""
    fields = {_name(name): value for name, value in payload.fields().items()}
    title = first_of(fields, "eventname", "triggername", "alertsubject", "subject", "name", "title")
    key = first_of(fields, "eventid", "problemid", "triggerid")
    if not title or not key:
        return (guess(payload.fields()),)
    status = first_of(fields, "eventvalue", "eventstatus", "triggerstatus", "status").lower()
    updated = (
        first_of(fields, "eventupdatestatus") == "1" or first_of(fields, "eventackstatus").lower() == "yes"
    )
    over = status in _OVER or first_of(fields, "eventrecoveryvalue") == "0"
    firing = Action.ACKNOWLEDGE if updated and status not in _OVER else Action.FIRE
    tags = fields.get("eventtagsjson") or fields.get("eventtags") or fields.get("tags")
    return (
        Signal(
            action=Action.RECOVER if over else firing,
            # A recovery comes with the problem's id as {EVENT.ID}, so both have one name.
            dedup_key=f"event:{key}",
            title=title,
            severity=zabbix_severity(
                first_of(fields, "eventnseverity", "eventseverity", "triggerseverity", "severity")
            ),
            text=first_of(
                fields, "alertmessage", "message", "eventopdata", "triggerdescription", "description"
            ),
            configuration_item=first_of(fields, "hostname", "hosthost", "host"),
            link=first_of(fields, "link", "url", "triggerurl"),
            labels=(
                *_tags(tags),
                *(
                    (name, first_of(fields, name))
                    for name in ("hostip", "triggerid")
                    if first_of(fields, name)
                ),
            ),
        ),
    )


def _name(said: str) -> str:
    return "".join(one for one in said.lower() if one.isalnum())


def _tags(said: object) -> tuple[tuple[str, str], ...]:
    """Zabbix's list of {"tag", "value"}, its text "name:value, name", or an object."""
    if isinstance(said, str):
        pairs = (one.strip().partition(":") for one in said.split(",") if one.strip())
        return tuple((name.strip(), value.strip()) for name, _, value in pairs)
    if isinstance(said, list):
        return tuple((first_of(dict_of(one), "tag"), first_of(dict_of(one), "value")) for one in said)
    return labels_of(said)
