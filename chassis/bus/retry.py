"""When a failed event is tried again, and when it is given up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Retry:
    """Waits of `first` seconds doubling to `longest`; given up after `max_deliver` attempts.

    While a dependency is down attempts are not counted, and waits grow only to `longest_outage`, so that work
    resumes soon after the dependency does.
    """

    first: float = 0.2
    longest: float = 30.0
    longest_outage: float = 5.0
    max_deliver: int = 8

    def after_failure(self, attempts: int) -> float:
        """Seconds to wait after the given number of failed attempts (1, 2, …)."""
        return min(self.first * 2 ** min(attempts - 1, 30), self.longest)

    def after_outage(self, outages: int) -> float:
        """Seconds to wait after a dependency was found down for the given number of times in a row."""
        return min(self.first * 2 ** min(outages - 1, 30), self.longest_outage)
