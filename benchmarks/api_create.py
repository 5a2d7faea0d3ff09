"""POST /api/v1/incidents, acknowledged durably, at concurrency 16; and how long what was acknowledged takes to drain."""

import time
from collections.abc import Iterator
from typing import Any

from benchmarks import cpu, floor, records
from benchmarks.context import Context
from benchmarks.figures import line, per_second, percentile, require_good
from benchmarks.generator import generate
from benchmarks.stage import Progress

CONCURRENCY = 16
_DRAIN_SECONDS = 300.0
_WARM_UP_SECONDS = 4.0


def run(context: Context) -> Iterator[dict[str, Any]]:
    """The figures of one closed-loop run."""
    with Progress(context.installation) as progress:
        warm_up(context, progress)
        bare = floor.inserts_per_second(context.installation, CONCURRENCY)
        context.progress(f"floor: {bare:.0f} durable inserts a second at concurrency {CONCURRENCY}")
        since, before = records.moment(), progress.opened()
        meter = cpu.CpuMeter(context.installation)
        load = generate(create_job(context, "create", context.seconds))
        busy = meter.seconds()
        drain = progress.drain(before + len(load["acknowledged"]), _DRAIN_SECONDS)
        whole = meter.seconds()
    context.progress(f"{len(load['acknowledged'])} acknowledged, drained in {drain:.1f} s; reading back")
    require_good(load["statuses"], {"201"})
    records.read_back(context, load["acknowledged"], since)
    yield from figures(load, busy, whole, drain, bare)


def figures(
    load: dict[str, Any], busy: dict[str, float], whole: dict[str, float], drain: float, bare: float
) -> Iterator[dict[str, Any]]:
    """busy: CPU seconds by process while the load lasted; whole: until the last mail was handed over."""
    count, seconds = len(load["acknowledged"]), load["seconds"]
    yield line(
        "api_create", per_second(count, seconds), "1/s", floor=bare, concurrency=CONCURRENCY, count=count
    )
    for share in (50, 95, 99):
        value = percentile(load["milliseconds"], share / 100)
        yield line(f"api_create_p{share}", value, "ms")
    yield line(
        "api_create_server_cpu",
        1000 * sum(whole.values()) / count,
        "ms/op",
        while_loaded=round(1000 * sum(busy.values()) / count, 2),
        by_process=cpu.per_operation(whole, count),
    )
    yield line("api_create_generator_cpu", 1000 * load["cpu_seconds"] / count, "ms/op")
    yield line("drain_s", drain, "s", after=count)


def create_job(context: Context, run: str, seconds: float, **more: Any) -> dict[str, Any]:
    """A load of new incidents from every client's program. run: names it; idempotency keys carry it."""
    return {
        "kind": "create",
        "port": context.installation.http_port,
        "connections": CONCURRENCY,
        "seconds": seconds,
        "clients": context.desk.tokens(),
        "run": f"{run}{int(time.time())}",
        **more,
    }


def warm_up(context: Context, progress: Progress) -> None:
    """A short load that is not measured: connections are made, caches filled, requesters known. Once a session."""
    if context.kept.get("warm"):
        return
    people = 20 * 50
    load = generate(create_job(context, "warm", max(_WARM_UP_SECONDS, 120), limit=people))
    progress.drain(progress.opened(), _DRAIN_SECONDS)
    context.kept["warm"] = True
    context.progress(f"warm: {len(load['acknowledged'])} incidents, every requester known")
