"""Reading under load: one address or several, at concurrency 8, and the lines that come of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks import cpu
from benchmarks.context import Context
from benchmarks.figures import line, per_second, percentile, require, require_good
from benchmarks.generator import generate

CONCURRENCY = 8


def read(
    context: Context,
    name: str,
    requests: Sequence[tuple[str, dict[str, str]]],
    needle: str,
    best: float,
    best_p95: float,
) -> Iterator[dict[str, Any]]:
    """Pages a second, p95 and CPU. requests: paths with their headers. needle: what every good answer holds. best: of the help desks compared with."""
    job = {
        "kind": "get",
        "port": context.installation.http_port,
        "connections": CONCURRENCY,
        "requests": list(requests),
        "needle": needle,
    }
    generate({**job, "seconds": 2.0})
    meter = cpu.CpuMeter(context.installation)
    load = generate({**job, "seconds": context.seconds})
    used = meter.seconds()
    require_good(load["statuses"], {"200"})
    require(load["lacking"] == 0, f"{load['lacking']} answers lack {needle!r}")
    count = len(load["milliseconds"])
    rate = per_second(count, load["seconds"])
    yield line(
        name, rate, "1/s", concurrency=CONCURRENCY, bytes=load["bytes"], best_help_desk=best,
        times_best=round(rate / best, 2),
    )  # fmt: skip
    p95 = percentile(load["milliseconds"], 0.95)
    yield line(
        f"{name}_p95",
        p95,
        "ms",
        best_help_desk=best_p95,
        p50=round(percentile(load["milliseconds"], 0.5), 1),
    )
    yield line(
        f"{name}_server_cpu",
        1000 * sum(used.values()) / count,
        "ms/op",
        by_process=cpu.per_operation(used, count),
        generator=round(1000 * load["cpu_seconds"] / count, 2),
    )
