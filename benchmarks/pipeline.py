"""The rate at which incidents go all the way, from the request to the mail handed over, with a backlog that stays.

The load holds back while more than BACKLOG incidents are begun and not done, so what is acknowledged in a second is
what went all the way in a second: nothing piles up to be paid for after the run.
"""

import time
from collections.abc import Iterator
from typing import Any

from benchmarks import cpu, floor, records
from benchmarks.api_create import CONCURRENCY, create_job, warm_up
from benchmarks.context import Context
from benchmarks.figures import line, per_second, require, require_good
from benchmarks.generator import Generator
from benchmarks.stage import Gate, Progress

BACKLOG = 200
_LOOK_SECONDS = 0.1
_DRAIN_SECONDS = 60.0


def run(context: Context) -> Iterator[dict[str, Any]]:
    """One run with a bounded backlog."""
    with Progress(context.installation) as progress:
        warm_up(context, progress)
        bare = floor.inserts_per_second(context.installation, CONCURRENCY)
        gate = Gate(context.installation.data_dir / "gate", progress)
        since, before = records.moment(), progress.opened()
        job = create_job(context, "pipe", context.seconds, gate=str(gate.path), backlog=BACKLOG)
        meter = cpu.CpuMeter(context.installation)
        generator = Generator(job)
        began, done = time.monotonic(), 0
        while generator.running:
            done = gate.update()
            time.sleep(_LOOK_SECONDS)
        taken = time.monotonic() - began
        load = generator.finish()
        drain = progress.drain(before + len(load["acknowledged"]), _DRAIN_SECONDS)
        used = meter.seconds()
    require_good(load["statuses"], {"201"})
    count = len(load["acknowledged"])
    # What was left at the end of the load is waited for, so it counts with its time.
    rate = per_second(count, load["seconds"] + drain)
    require(count > BACKLOG, "fewer went through than may wait")
    context.progress(f"{done} done in {taken:.1f} s, the last {drain:.1f} s later; reading back")
    records.read_back(context, load["acknowledged"], since)
    yield line("pipeline", rate, "1/s", floor=bare, backlog=BACKLOG, count=count, seconds=round(taken, 1))
    yield line(
        "pipeline_server_cpu",
        1000 * sum(used.values()) / count,
        "ms/op",
        by_process=cpu.per_operation(used, count),
    )
    yield line("pipeline_generator_cpu", 1000 * load["cpu_seconds"] / count, "ms/op")
