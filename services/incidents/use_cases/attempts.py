"""How often to try again when somebody else saved first."""

import secrets
import time
from collections.abc import Iterator

_SECONDS = 2.5
_FIRST, _LONGEST = 0.002, 0.06


def attempts() -> Iterator[None]:
    """Yields until it is no use any more, with a growing pause of random length in between.

    Random, so that those who collided do not meet again; and a pause at all, because a change that made ours
    fail may not be readable yet (reads see what a majority holds).
    """
    deadline, longest = time.monotonic() + _SECONDS, _FIRST
    while True:
        yield
        if time.monotonic() >= deadline:
            return
        time.sleep(longest * secrets.randbelow(1000) / 1000)
        longest = min(longest * 2, _LONGEST)
