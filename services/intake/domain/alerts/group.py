"""An alert group: the alerts of one incident, and whether they fire.

Two rules make it. Deduplication: the same alert (source and dedup key) again is counted, and nothing else happens.
Correlation: another alert of the same cause joins with a row of its own. A group is told to the record as one thing: it
fires while any of its alerts does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.intake.domain.alerts.severity import Severity
from services.intake.domain.alerts.signal import Action, Signal, digest_key
from services.intake.domain.alerts.source import AlertSource, AutoResolve, Correlation, Policy

# Rows of one group; the next alert of the same cause begins another.
MOST_ALERTS = 200
_CHANGES_KEPT = 100


class State(StrEnum):
    """fires: some alert does. recovered: none does. ended: the incident is over, and its alerts begin anew."""

    FIRING = "firing"
    RECOVERED = "recovered"
    ENDED = "ended"


class Told(StrEnum):
    """What the record knows of the group.

    nothing: its incident is still to be opened. open, resolved: as it says. left: everything has recovered, and a
    person decides what that means.
    """

    NOTHING = "nothing"
    OPEN = "open"
    RESOLVED = "resolved"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of a group. count: how often it was told to fire."""

    key: str
    source_id: str
    dedup_key: str
    title: str
    severity: Severity
    firing: bool
    count: int
    first_time: datetime
    last_time: datetime
    configuration_item: str = ""
    link: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    acknowledged: bool = False
    recover_time: datetime | None = None
    # Since when it fires, by the sender's clock.
    start_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """cycle: how many incidents it has had before this one. changes: when it last began or ceased to fire, newest last.

    handled: the deliveries of the latest batch, so that a batch repeated after a crash is not counted twice.
    """

    group_id: str
    provider_id: str
    tenant_id: str
    source_id: str
    source_name: str
    policy: Policy
    alerts: tuple[Alert, ...]
    state: State
    create_time: datetime
    update_time: datetime
    correlation_key: str = ""
    text: str = ""
    told: Told = Told.NOTHING
    cycle: int = 0
    incident_id: str = ""
    incident_number: str = ""
    recover_time: datetime | None = None
    changes: tuple[datetime, ...] = ()
    flapping: bool = False
    flapping_told: bool = False
    handled: tuple[str, ...] = ()
    # When the record is to be told something; None while it knows everything.
    due_time: datetime | None = None
    revision: int = 0

    @property
    def keys(self) -> list[str]:
        """Of its alerts, while no other group may have them."""
        return [] if self.state is State.ENDED else [alert.key for alert in self.alerts]

    @property
    def worst(self) -> Severity:
        """Of those that fire, else of all."""
        order = list(Severity)
        rows = [alert for alert in self.alerts if alert.firing] or list(self.alerts)
        return min((alert.severity for alert in rows), key=order.index)

    def has(self, key: str) -> bool:
        return any(alert.key == key for alert in self.alerts)


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
        flapping_told=after.flapping_told and present.flapping,
    )
    return due(known, now)


class Wish(StrEnum):
    """What the record is to be told."""

    NOTHING = "nothing"
    OPEN = "open"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    SAY_FLAPPING = "say_flapping"


def wish(group: Group, now: datetime) -> Wish:
    """The next thing the record must be told, if any."""
    if group.state is State.ENDED:
        return Wish.NOTHING
    if group.told is Told.NOTHING:
        return Wish.OPEN
    if group.state is State.FIRING and group.told is Told.RESOLVED:
        return Wish.REOPEN
    if group.flapping and not group.flapping_told:
        return Wish.SAY_FLAPPING
    if group.state is State.RECOVERED and group.told is Told.OPEN and now >= quiet_time(group):
        return Wish.NOTHING if group.policy.auto_resolve is AutoResolve.NEVER else Wish.RESOLVE
    return Wish.NOTHING


def quiet_time(group: Group) -> datetime:
    """From when on a recovery counts: at once, or when what flaps has kept still for a while."""
    last = group.changes[-1] if group.changes else group.update_time
    return last + group.policy.flap_window if group.flapping else last


def next_due(group: Group, now: datetime) -> datetime | None:
    """When the record is to be told something next; None when it knows everything."""
    if wish(group, now) is not Wish.NOTHING:
        return now
    waits = group.state is State.RECOVERED and group.told is Told.OPEN
    if waits and group.policy.auto_resolve is not AutoResolve.NEVER:
        return max(now, quiet_time(group))
    return None


def due(group: Group, now: datetime) -> Group:
    """The group with the time at which the record is to be told the next thing."""
    return replace(group, due_time=next_due(group, now))


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
