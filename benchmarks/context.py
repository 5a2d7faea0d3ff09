"""What every benchmark is given."""

import sys
import time
from dataclasses import dataclass, field
from typing import Any

from benchmarks.installation import Installation


@dataclass
class Context:
    """One run of the benchmarks. seconds: how long each load lasts at least."""

    installation: Installation
    seconds: float = 30.0
    # Among how many incidents pages are read.
    incidents: int = 10_000
    # How many clocks run in an installation that is to be full of them.
    clocks: int = 1_000_000
    # What one benchmark leaves for the next, such as the prepared desk.
    kept: dict[str, Any] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    @property
    def document(self) -> dict[str, Any]:
        """What `fairlead up --detach` printed."""
        return self.installation.document

    @property
    def desk(self) -> Any:
        """Tenants, their programs and requesters; made when first asked for (see desk.py)."""
        if "desk" not in self.kept:
            from benchmarks.desk import make_desk

            self.kept["desk"] = make_desk(self)
        return self.kept["desk"]

    def progress(self, text: str) -> None:
        """A line on standard error, for the person who waits."""
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", file=sys.stderr, flush=True)
