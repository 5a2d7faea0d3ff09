"""How long to wait between rounds of work, so that what comes meanwhile shares one.

What a round costs hardly depends on how much it moves: a change that has its rounds for itself takes twenty times the
processor time of one among sixty (`make bench BENCH_ARGS=shared_rounds`). Where little comes, waiting long would only make
everybody wait; the more comes, the more is spared. So the wait follows the rate, not the last round alone: rounds that follow
each other closely would all be small, and stay so.
"""

import math

# Where little comes. The first thing after a quiet time is not held back at all: whoever takes rounds sees to that.
SHORTEST_SECONDS = 0.05
LONGEST_SECONDS = 0.4
# Ten incidents a second stay below it on every step of their way: seen on a page, half a second matters.
LITTLE_PER_SECOND = 40.0
MUCH_PER_SECOND = 80.0
_REMEMBERED_SECONDS = 1.0


class Pace:
    """Knows how much came of late. Of one thread; moments are seconds of one clock that never goes back."""

    def __init__(self) -> None:
        self._rate, self._at = 0.0, 0.0

    def took(self, count: int, now: float) -> None:
        """A round has taken so many."""
        self._rate = self.rate(now) + count / _REMEMBERED_SECONDS
        self._at = now

    def rate(self, now: float) -> float:
        """How many come in a second, as far as it looks from here."""
        return self._rate * math.exp((self._at - now) / _REMEMBERED_SECONDS)

    def breath(self, now: float) -> float:
        """How long after the beginning of a round the next one begins, in seconds."""
        share = (self.rate(now) - LITTLE_PER_SECOND) / (MUCH_PER_SECOND - LITTLE_PER_SECOND)
        return SHORTEST_SECONDS + min(max(share, 0.0), 1.0) * (LONGEST_SECONDS - SHORTEST_SECONDS)
