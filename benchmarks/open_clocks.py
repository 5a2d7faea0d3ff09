"""A million open clocks in one installation: what they take, how fast what is due is found among them, and how late it is told.

Planted are incidents with one running clock each (their resolution; the first response is met), so a million clocks are
a million documents and a million entries of the due index.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from benchmarks import floor
from benchmarks.breach_lag import lag_line, spread
from benchmarks.breaches import measured
from benchmarks.context import Context
from benchmarks.figures import line, per_second, percentile, require
from benchmarks.planting import FAR, GOALS, PROVIDER, TENANTS, Garden, far
from benchmarks.sla_alone import SlaAlone
from chassis import clock
from chassis.errors import Unavailable
from chassis.tenancy import GrantedScope, SystemScope
from cli.memory import proportional_set_kib
from services.sla.use_cases.firing import BATCH

PER_SECOND = 20
_LIVES = 2_000
_LOOKS, _BATCHES = 500, 50
_SCOPE = SystemScope("a benchmark's own database")


def run(context: Context) -> Iterator[dict[str, Any]]:
    """Planting, start and memory with and without them, finding what is due, the lag of breaches, attainment."""
    bare = floor.inserts_per_second(context.installation, 1)
    with SlaAlone(context.installation) as sla:
        empty = {"empty_s": round(sla.start(), 2)}
        empty_mib = round(sla.memory_mib(), 1)
        garden = Garden(sla.database, sla.signer)
        yield _planted(context, sla, garden)
        sla.stop()
        yield line("open_clocks_start", sla.start(), "s", **empty)
        yield from _found(garden)
        context.progress(f"{PER_SECOND} due a second amid them")
        found, facts = measured(sla, garden, spread(PER_SECOND, round(context.seconds)), "s")
        yield lag_line("open_clocks_breach_lag", found, bare) | facts
        mongod_mib = round(proportional_set_kib(context.document["mongod"]["pid"]) / 1024)
        yield line("open_clocks_memory", sla.memory_mib(), "MiB", empty_mib=empty_mib, mongod_mib=mongod_mib)
        yield from _counted(context, garden)


def _planted(context: Context, sla: SlaAlone, garden: Garden) -> dict[str, Any]:
    context.progress(f"planting {context.clocks} clocks")
    began, now = time.monotonic(), clock.now()
    garden.plant(far(min(_LIVES, context.clocks), now), context.clocks, now, "f")
    taken = time.monotonic() - began
    told = sla.database.command("collStats", "clock_sets")
    require(told["count"] == context.clocks, f"{told['count']} clocks run instead of {context.clocks}")
    mib = {name: round(told[name] / 2**20) for name in ("size", "storageSize", "totalIndexSize")}
    due = round(told["indexSizes"]["next_due_time"] / 2**20, 1)
    sizes = {
        "documents_mib": mib["size"],
        "on_disk_mib": mib["storageSize"],
        "indexes_mib": mib["totalIndexSize"],
    }
    rate = round(per_second(context.clocks, taken))
    return line(
        "open_clocks_planted", taken, "s", clocks=context.clocks, per_second=rate, **sizes, due_index_mib=due
    )


def _found(garden: Garden) -> Iterator[dict[str, Any]]:
    """The two questions the service asks, through its own store: when next, and what is due."""
    sets, now = garden.sets, clock.now()
    yield _timed("open_clocks_next_due", lambda: sets.next_due_time(_SCOPE), _LOOKS)
    yield _timed("open_clocks_none_due", lambda: sets.due(_SCOPE, now, BATCH), _LOOKS)
    all_due = now + GOALS[FAR]
    yield _timed("open_clocks_batch_due", lambda: sets.due(_SCOPE, all_due, BATCH), _BATCHES, batch=BATCH)


def _counted(context: Context, garden: Garden) -> Iterator[dict[str, Any]]:
    """What dashboards ask, of one of the twenty clients and of the whole provider: all verdicts of a month, and all that
    has none yet.
    """
    context.progress("attainment of a client and of the provider")
    now = clock.now()
    for name, tenants in (("client", frozenset(TENANTS[:1])), ("provider", None)):
        begun = time.monotonic()
        try:
            tallies = garden.sets.tallies(GrantedScope(PROVIDER, tenants), now - timedelta(days=30), now)
        except Unavailable:
            waited = time.monotonic() - begun
            yield {"name": f"open_clocks_attainment_{name}", "void": f"no answer in {waited:.0f} s"}
        else:
            counted = sum(one.count for one in tallies)
            yield line(f"open_clocks_attainment_{name}", time.monotonic() - begun, "s", counted=counted)


def _timed(name: str, ask: Callable[[], object], times: int, **more: Any) -> dict[str, Any]:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - begun) * 1000)
    shares = {"p50": round(percentile(taken, 0.5), 2), "load_average": round(os.getloadavg()[0], 1)}
    return line(name, percentile(taken, 0.99), "ms p99", **shares, **more)
