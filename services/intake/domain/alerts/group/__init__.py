"""An alert group: the alerts of one incident, and whether they fire.

Two rules make it. Deduplication: the same alert (source and dedup key) again is counted, and nothing else happens.
Correlation: another alert of the same cause joins with a row of its own. A group is told to the record as one thing: it
fires while any of its alerts does.
"""

from services.intake.domain.alerts.group.changes import (
    MOST_ALERTS,
    admits,
    alert_key,
    another_incident,
    ended,
    handled_by,
    heard,
    is_past,
    learned,
    left_to_people,
    opened,
    settled_by_people,
)
from services.intake.domain.alerts.group.model import (
    Alert,
    Group,
    State,
    Told,
)
from services.intake.domain.alerts.group.wishes import (
    Wish,
    due,
    has_worsened,
    next_due,
    quiet_time,
    wish,
)

__all__ = [
    "MOST_ALERTS",
    "Alert",
    "Group",
    "State",
    "Told",
    "Wish",
    "admits",
    "alert_key",
    "another_incident",
    "due",
    "ended",
    "handled_by",
    "has_worsened",
    "heard",
    "is_past",
    "learned",
    "left_to_people",
    "next_due",
    "opened",
    "quiet_time",
    "settled_by_people",
    "wish",
]
