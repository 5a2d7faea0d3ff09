"""The one place that reads the wall clock. Domain code takes times as arguments."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present, in UTC, cut to whole milliseconds: what MongoDB keeps, so a saved time equals itself."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
