"""A time that somebody writes down for a person: they take over, or are away."""

from datetime import datetime, timedelta

from chassis.errors import InvalidArgument
from services.triage.domain.oncall.piece import Watcher

_LONGEST = timedelta(days=366)


def check_spell(watcher: Watcher, start_time: datetime, end_time: datetime, now: datetime) -> None:
    """Raises InvalidArgument naming the field: person_missing, override_over, override_too_long."""
    if not watcher.person_id:
        raise InvalidArgument("person_missing", "Say who it is.", field="person_id")
    if not start_time < end_time or end_time <= now:
        raise InvalidArgument(
            "override_over", "It ends after it began, and later than now.", field="end_time"
        )
    if end_time - start_time > _LONGEST:
        raise InvalidArgument("override_too_long", "At most 366 days.", field="end_time")
