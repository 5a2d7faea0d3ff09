"""How much waits for the record: beyond a bound nobody new is promised that it will be taken soon."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chassis.errors import ResourceExhausted
from services.intake.ports import Clock, Submissions

_REMEMBERED = timedelta(seconds=1)
_RETRY_SECONDS = 30


class Backlog:
    """Refuses what comes by call while too much waits. Mail is kept whatever waits: its sender sees no answer of ours.

    most: submissions of the whole installation that may wait; 0 for any number.
    """

    def __init__(self, submissions: Submissions, most: int, clock: Clock) -> None:
        self._count: Callable[[int], int] = submissions.waiting
        self._most = most
        self._clock = clock
        self._full = False
        self._until: datetime | None = None

    def check(self) -> None:
        """Raises ResourceExhausted("intake_backlogged") with the seconds to wait. Counts once a second at most."""
        if not self._most:
            return
        now = self._clock()
        if self._until is None or now >= self._until:
            self._full = self._count(self._most) >= self._most
            self._until = now + _REMEMBERED
        if self._full:
            message = "Too much waits to be taken just now. Nothing was kept; send it again later."
            raise ResourceExhausted("intake_backlogged", message, retry_after=_RETRY_SECONDS)
