"""An alert group as an incident: what its submission says."""

from datetime import datetime

from services.intake.domain.alerts.group import Alert, Group
from services.intake.domain.alerts.signal import digest_key
from services.intake.domain.submission import Channel, Evidence, Party, State, Submission, title_of

_LISTED = 20


def submission_id_of(group: Group) -> str:
    """Always the same for one incident of the group, so that it is opened once."""
    # Ids begin with a digit below 8.
    return f"sub_0{digest_key(group.group_id, group.cycle)[:25]}"


def submission_of(group: Group, now: datetime) -> Submission:
    """What opens the group's incident. Nobody asked for it, so nobody is answered."""
    first = next((alert for alert in group.alerts if alert.firing), group.alerts[0])
    weight = group.policy.weight_of(group.worst)
    return Submission(
        submission_id=submission_id_of(group),
        provider_id=group.provider_id,
        tenant_id=group.tenant_id,
        channel=Channel.ALERT,
        state=State.RECEIVED,
        sender=Party("", group.source_name),
        subject=title_of(first.title),
        text=description(group),
        verified=True,
        receive_time=group.create_time,
        evidence=Evidence(
            automatic=True,
            impact=weight.impact,
            urgency=weight.urgency,
            configuration_item=first.configuration_item,
        ),
        attempt_time=now,
    )


def description(group: Group) -> str:
    """What is known of the alerts, for whoever reads the incident."""
    firing = [alert for alert in group.alerts if alert.firing] or list(group.alerts)
    parts = [group.text, *(_said(alert) for alert in firing[:_LISTED])]
    if len(firing) > _LISTED:
        parts.append(f"… and {len(firing) - _LISTED} more.")
    return "\n\n".join(filter(None, parts))


def _said(alert: Alert) -> str:
    lines = [f"{alert.title} ({alert.severity})"]
    if alert.configuration_item:
        lines.append(f"On: {alert.configuration_item}")
    if alert.link:
        lines.append(f"Link: {alert.link}")
    labels = ", ".join(f"{name}={value}" for name, value in alert.labels)
    if labels:
        lines.append(f"Labels: {labels}")
    return "\n".join(lines)


def worsening_text(group: Group) -> str:
    """Why it is more urgent than it was, for the record."""
    worst = next(alert for alert in group.alerts if alert.firing and alert.severity is group.worst)
    return f"the alert “{title_of(worst.title)}” is {worst.severity} by now"


def recovery_text(group: Group) -> str:
    """Why it is over, for the record."""
    count = len(group.alerts)
    return "Recovered: the alert is over." if count == 1 else f"Recovered: all {count} alerts are over."
