"""Processor time of everything that runs for an installation, servers included, by what it is."""

import os
from collections import defaultdict
from pathlib import Path

from benchmarks.installation import Installation

_TICK = 1.0 / os.sysconf("SC_CLK_TCK")


class CpuMeter:
    """Counts from the moment it is made. A process that begins in between counts whole."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._before = {pid: used_seconds(pid) for pid in installation.processes()}

    def seconds(self) -> dict[str, float]:
        """Seconds of CPU since then, by process name, most first."""
        used: dict[str, float] = defaultdict(float)
        for pid, name in self._installation.processes().items():
            used[name] += used_seconds(pid) - self._before.get(pid, 0.0)
        return dict(sorted(used.items(), key=lambda one: -one[1]))


def used_seconds(pid: int) -> float:
    """User and system time of a process and of its children that have ended; 0 for one that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) * _TICK


def per_operation(seconds: dict[str, float], count: int) -> dict[str, float]:
    """Milliseconds an operation, by process; what rounds to nothing is left out."""
    each = {name: round(1000 * used / max(count, 1), 2) for name, used in seconds.items()}
    return {name: value for name, value in each.items() if value >= 0.01}
