"""What becomes of a group when its alerts speak, when people act, and when the record answers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.intake.domain.alerts.group.model import Alert, Group, State, Told
from services.intake.domain.alerts.group.wishes import due
from services.intake.domain.alerts.signal import Action, Signal, digest_key
from services.intake.domain.alerts.source import AlertSource, Correlation

# Rows of one group; the next alert of the same cause begins another.
MOST_ALERTS = 200
_CHANGES_KEPT = 100


def alert_key(source_id: str, signal: Signal) -> str:
    """What makes an alert the same one: its source, and the name the source gives it."""
    return digest_key(source_id, signal.dedup_key)


def opened(group_id: str, source: AlertSource, signal: Signal, correlation_key: str, now: datetime) -> Group:
    """A group of one alert that fires."""
    return Group(
        group_id=group_id,
        provider_id=source.provider_id,
        tenant_id=source.tenant_id,
        source_id=source.source_id,
        source_name=source.name,
        policy=source.policy,
        alerts=(_row(source.source_id, signal, now),),
        state=State.FIRING,
        create_time=now,
        update_time=now,
        correlation_key=correlation_key,
        text=signal.text,
        due_time=now,
    )


def admits(group: Group, correlation_key: str, now: datetime) -> bool:
    """Whether an alert that is not of the group joins it, as of the same cause."""
    policy = group.policy
    if not correlation_key or group.correlation_key != correlation_key or len(group.alerts) >= MOST_ALERTS:
        return False
    if policy.correlation is Correlation.TIME_WINDOW:
        return (
            group.state is State.FIRING
            and (now - group.update_time).total_seconds() <= policy.correlation_minutes * 60
        )
    return not is_past(group, now)


def is_past(group: Group, now: datetime) -> bool:
    """Whether an alert that fires now is another story: the group has been quiet for longer than it may."""
    if group.state is State.ENDED:
        return True
    if group.state is State.FIRING or group.recover_time is None or group.told is not Told.RESOLVED:
        return False  # its incident is still open: there it belongs, however long ago it was
    return now - group.recover_time > group.policy.reopen_window


def heard(group: Group, source_id: str, signal: Signal, now: datetime) -> Group:
    """The group after a signal. A recovery or acknowledgement of what is not there changes nothing."""
    key = alert_key(source_id, signal)
    known = next((alert for alert in group.alerts if alert.key == key), None)
    if known is None:
        if signal.action is not Action.FIRE:
            return group
        return _settled(group, (*group.alerts, _row(source_id, signal, now)), now)
    changed = _after(known, signal, now)
    if changed is known:
        return group
    return _settled(group, tuple(changed if alert is known else alert for alert in group.alerts), now)


def ended(group: Group, now: datetime) -> Group:
    """Its incident is over: whatever fires next is a new story."""
    quiet = tuple(replace(alert, firing=False) for alert in group.alerts)
    return replace(group, state=State.ENDED, alerts=quiet, due_time=None, update_time=now)


def settled_by_people(group: Group, now: datetime) -> Group:
    """Somebody resolved its incident: that counts as the recovery of all its alerts."""
    quiet = tuple(
        replace(alert, firing=False, recover_time=now) if alert.firing else alert for alert in group.alerts
    )
    return replace(
        group,
        alerts=quiet,
        state=State.RECOVERED,
        told=Told.RESOLVED,
        recover_time=now,
        update_time=now,
        due_time=None,
    )


def left_to_people(group: Group, now: datetime) -> Group:
    """Somebody took it up again, or works on it: when it is over is for them to say."""
    return replace(group, told=Told.LEFT, update_time=now, due_time=None)


def another_incident(group: Group, now: datetime) -> Group:
    """It fires, and its incident cannot come back: the same alerts open another."""
    return replace(
        group,
        cycle=group.cycle + 1,
        told=Told.NOTHING,
        incident_id="",
        incident_number="",
        told_severity=None,
        flapping_told=False,
        due_time=now,
        update_time=now,
    )


def learned(present: Group, before: Group, after: Group, now: datetime) -> Group:
    """The group as it is now, with what was learned from `before` to `after` while it changed."""
    if after.state is State.ENDED:
        return ended(present, now)
    if present.state is State.ENDED or present.told is not before.told or present.cycle != before.cycle:
        return present  # somebody knows better
    known = replace(
        present,
        told=after.told,
        cycle=after.cycle,
        incident_id=after.incident_id,
        incident_number=after.incident_number,
        told_severity=after.told_severity,
        flapping_told=after.flapping_told and present.flapping,
    )
    return due(known, now)


def _row(source_id: str, signal: Signal, now: datetime) -> Alert:
    return Alert(
        key=alert_key(source_id, signal),
        source_id=source_id,
        dedup_key=signal.dedup_key,
        title=signal.title,
        severity=signal.severity,
        firing=True,
        count=1,
        first_time=now,
        last_time=now,
        configuration_item=signal.configuration_item,
        link=signal.link,
        labels=signal.labels,
        start_time=signal.start_time,
    )


def _after(alert: Alert, signal: Signal, now: datetime) -> Alert:
    if signal.action is Action.FIRE:
        return replace(
            alert,
            firing=True,
            count=alert.count + 1,
            last_time=now,
            title=signal.title,
            severity=signal.severity,
            configuration_item=signal.configuration_item or alert.configuration_item,
            link=signal.link or alert.link,
            labels=signal.labels or alert.labels,
            acknowledged=alert.acknowledged and alert.firing,
            recover_time=None,
            start_time=signal.start_time,
        )
    if signal.action is Action.ACKNOWLEDGE:
        return replace(alert, acknowledged=True) if alert.firing and not alert.acknowledged else alert
    late = signal.start_time and alert.start_time and signal.start_time < alert.start_time
    if not alert.firing or late:
        # It has recovered already, or this is the end of an earlier time that was told too late.
        return alert
    return replace(alert, firing=False, recover_time=now)


def _settled(group: Group, alerts: tuple[Alert, ...], now: datetime) -> Group:
    """The group with these alerts: does it fire, does it flap, and is there something to tell."""
    state = State.FIRING if any(alert.firing for alert in alerts) else State.RECOVERED
    changes = group.changes if state is group.state else (*group.changes, now)[-_CHANGES_KEPT:]
    lately = [change for change in changes if now - change <= group.policy.flap_window]
    flaps = bool(group.policy.flap_changes) and len(lately) >= group.policy.flap_changes
    # Once it flaps it does so until it has kept still for the whole window.
    flapping = flaps or (group.flapping and bool(lately))
    changed = replace(
        group,
        alerts=alerts,
        state=state,
        changes=changes,
        flapping=flapping,
        flapping_told=group.flapping_told and flapping,
        recover_time=now
        if state is State.RECOVERED and group.state is not State.RECOVERED
        else group.recover_time,
        update_time=now,
    )
    if state is State.FIRING and group.told is Told.LEFT:
        # Fires anew in somebody's hands: once it is over, they are told again.
        changed = replace(changed, told=Told.OPEN)
    return due(changed, now)


def handled_by(group: Group, delivery_ids: Iterable[str]) -> Group:
    """Remembers what it has taken in."""
    return replace(group, handled=tuple(delivery_ids))
