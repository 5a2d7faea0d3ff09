"""Mail over SMTP at concurrency 8: how many are accepted durably in a second, and how many go all the way.

First as fast as they are accepted (the store and the way behind it catch up afterwards: `drain_s`), then with a bounded
backlog, as in pipeline.py. Every mail has a connection of its own.
"""

import time
from collections.abc import Iterator
from typing import Any

from benchmarks import cpu, floor, records
from benchmarks.api_create import warm_up
from benchmarks.context import Context
from benchmarks.figures import line, per_second, percentile, require, require_good
from benchmarks.generator import Generator, generate
from benchmarks.pipeline import BACKLOG
from benchmarks.stage import Gate, Progress

CONCURRENCY = 8
_DRAIN_SECONDS = 600.0
_LOOK_SECONDS = 0.1


def run(context: Context) -> Iterator[dict[str, Any]]:
    """The figures of the two runs."""
    with Progress(context.installation) as progress:
        warm_up(context, progress)
        bare = floor.inserts_per_second(context.installation, CONCURRENCY)
        yield from _accepted(context, progress, bare)
        yield from _all_the_way(context, progress, bare)


def _accepted(context: Context, progress: Progress, bare: float) -> Iterator[dict[str, Any]]:
    since, before = records.moment(), progress.opened()
    # A third of the time is enough to see the rate, and what is accepted must drain afterwards.
    load = generate(mail_job(context, "post", context.seconds))
    count = len(load["acknowledged"])
    drain = progress.drain(before + count, _DRAIN_SECONDS)
    context.progress(f"{count} mails accepted, drained in {drain:.1f} s; reading back")
    _read_back(context, load, since)
    yield line("mail_in", per_second(count, load["seconds"]), "1/s", floor=bare, concurrency=CONCURRENCY)
    for share in (50, 95):
        yield line(f"mail_in_p{share}", percentile(load["milliseconds"], share / 100), "ms")
    yield line("mail_in_drain_s", drain, "s", after=count)
    yield line("mail_in_generator_cpu", 1000 * load["cpu_seconds"] / count, "ms/op")


def _all_the_way(context: Context, progress: Progress, bare: float) -> Iterator[dict[str, Any]]:
    gate = Gate(context.installation.data_dir / "gate", progress)
    since, before = records.moment(), progress.opened()
    meter = cpu.CpuMeter(context.installation)
    job = mail_job(context, "letter", context.seconds, gate=str(gate.path), backlog=BACKLOG)
    generator = Generator(job)
    while generator.running:
        gate.update()
        time.sleep(_LOOK_SECONDS)
    load = generator.finish()
    count = len(load["acknowledged"])
    drain = progress.drain(before + count, _DRAIN_SECONDS)
    used = meter.seconds()
    require(count > BACKLOG, "fewer went through than may wait")
    context.progress(f"{count} mails all the way, the last {drain:.1f} s later; reading back")
    _read_back(context, load, since)
    rate = per_second(count, load["seconds"] + drain)
    yield line("mail_in_all_the_way", rate, "1/s", floor=bare, backlog=BACKLOG, count=count)
    yield line(
        "mail_in_server_cpu",
        1000 * sum(used.values()) / count,
        "ms/op",
        by_process=cpu.per_operation(used, count),
    )


def _read_back(context: Context, load: dict[str, Any], since: str) -> None:
    """Finds the incidents by the marks in their titles, and checks them as those of the API."""
    require_good(load["statuses"], {"250"})
    marks = set(load["acknowledged"])
    listed = context.desk.provider.all_of("/incidents", "incidents", updated_after=since)
    found = {one["title"].rpartition(" ")[2]: one["incident_id"] for one in listed}
    missing = marks - found.keys()
    require(not missing, f"{len(missing)} mails were accepted and opened nothing: {sorted(missing)[:3]}")
    records.read_back(context, [found[mark] for mark in marks], since)


def mail_job(context: Context, run: str, seconds: float, **more: Any) -> dict[str, Any]:
    """A load of mails from every client's people to its support mailbox."""
    return {
        "kind": "mail",
        "port": context.document["smtp"]["port"],
        "connections": CONCURRENCY,
        "seconds": seconds,
        "clients": [{"slug": client.slug} for client in context.desk.clients],
        "run": f"{run}{int(time.time())}",
        **more,
    }
