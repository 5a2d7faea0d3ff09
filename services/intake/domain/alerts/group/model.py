"""What an alert group is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.intake.domain.alerts.severity import Severity
from services.intake.domain.alerts.source import Policy


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
    # How bad it is, as far as the record knows; None where nobody kept it.
    told_severity: Severity | None = None
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
