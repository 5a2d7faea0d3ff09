"""Memory of everything, servers included: what processes share is counted once (proportional set size)."""

import time
from collections.abc import Iterator
from typing import Any

from benchmarks.context import Context
from benchmarks.figures import line
from benchmarks.installation import Installation
from cli.memory import proportional_set_kib

# What was only needed to start is given back within this time, or it stays.
_SETTLE_SECONDS = 5.0
_TARGETS = {"many": 600, "one": 300}


def run(context: Context) -> Iterator[dict[str, Any]]:
    """The installation of this run as it stands after its loads, then fresh ones of both layouts."""
    yield from _measured("memory_after_load", context.installation, context.installation.layout)
    for layout in ("many", "one"):
        with Installation(layout=layout) as fresh:
            time.sleep(_SETTLE_SECONDS)
            yield from _measured(f"memory_{layout}", fresh, layout)


def _measured(name: str, installation: Installation, layout: str) -> Iterator[dict[str, Any]]:
    by_process: dict[str, float] = {}
    for pid, process in installation.processes().items():
        by_process[process] = by_process.get(process, 0.0) + proportional_set_kib(pid) / 1024
    whole = {process: round(mib, 1) for process, mib in sorted(by_process.items(), key=lambda one: -one[1])}
    yield line(name, sum(by_process.values()), "MiB", target=_TARGETS[layout], by_process=whole)
