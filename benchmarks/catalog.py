"""Which benchmarks there are, in the order in which they run: later ones read what earlier ones made."""

import importlib
from collections.abc import Iterable
from typing import Any, Protocol

from benchmarks.context import Context

BENCHMARKS = (
    "api_create",
    "pipeline",
    "mail_in",
    "queue_page",
    "queue_lag",
    "incident_page",
    "statement_close",
    "business_time",
    "mail_parse",
    "shared_rounds",
    "breach_lag",
    "open_clocks",
    "mail_to_console",
    "console_live",
    "cold_start",
    "memory",
)


class Benchmark(Protocol):
    """A module of this package."""

    def run(self, context: Context) -> Iterable[dict[str, Any]]:
        """The figures, one after another. Raises figures.Void."""


def load(name: str) -> Benchmark:
    """The benchmark of this name; imported only when it is to run."""
    return importlib.import_module(f"benchmarks.{name}")
