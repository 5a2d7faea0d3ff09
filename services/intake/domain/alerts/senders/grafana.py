"""Grafana's webhooks: unified alerting (Alertmanager's form, with more), and the legacy form of one rule."""

from typing import Any

from services.intake.domain.alerts.guess import guess
from services.intake.domain.alerts.payload import (
    Payload,
    dict_of,
    first_of,
    item_of,
    labels_of,
    list_of,
    text_of,
)
from services.intake.domain.alerts.senders import alertmanager
from services.intake.domain.alerts.severity import severity_of
from services.intake.domain.alerts.signal import Action, Signal

_LEGACY_STATES = {"ok": Action.RECOVER, "paused": Action.RECOVER, "pending": Action.FIRE}


def read(payload: Payload) -> tuple[Signal, ...]:
    """Unified alerting where there are alerts, the legacy form where a rule is named, else what can be guessed."""
    fields = payload.fields()
    if isinstance(fields.get("alerts"), list):
        return alertmanager.read(payload)
    if "ruleName" in fields or "ruleId" in fields:
        return (_legacy(fields),)
    summary = first_of(dict_of(fields.get("annotations")), "summary")
    return (guess({**fields, "summary": summary} if summary else fields),)


def _legacy(fields: dict[str, Any]) -> Signal:
    state = first_of(fields, "state").lower()
    tags = dict(labels_of(fields.get("tags")))
    values = [
        f"{first_of(dict_of(one), 'metric')}: {text_of(dict_of(one).get('value'))}"
        for one in list_of(fields.get("evalMatches"))
    ]
    rule = first_of(fields, "ruleId", "ruleUid", "ruleName")
    # "[Alerting] CPU high" says the state, which changes; the rule's name does not.
    return Signal(
        action=_LEGACY_STATES.get(state, Action.FIRE),
        dedup_key=f"rule:{first_of(fields, 'orgId')}:{rule}",
        title=first_of(fields, "ruleName", "title"),
        severity=severity_of(
            tags.get("severity") or tags.get("priority") or ("high" if state == "alerting" else "")
        ),
        text="\n".join([first_of(fields, "message"), *values]).strip(),
        configuration_item=item_of(tags),
        link=first_of(fields, "ruleUrl"),
        labels=tuple(tags.items()),
    )
