"""How long after a record was changed the queue shows it, at fifty changes a second.

Counted from the time that the record itself gives its change until an answer of /queue that shows it has come, the time
between two looks included.
"""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from benchmarks import cpu, floor
from benchmarks.api_create import CONCURRENCY, warm_up
from benchmarks.context import Context
from benchmarks.desk import Api
from benchmarks.figures import line, percentile, require, require_all, require_good
from benchmarks.generator import Generator
from benchmarks.stage import Progress

CHANGES_PER_SECOND = 50
_LOOK_SECONDS = 0.05
_ROWS = 100
_LAST_SECONDS = 10.0
# Of one program; the API lets each ask so often.
_SCOPES = ["incidents:read", "incidents:write", "queue:read"]


def run(context: Context) -> Iterator[dict[str, Any]]:
    """One run; every change must be shown in the end."""
    with Progress(context.installation) as progress:
        warm_up(context, progress)
    bare = floor.inserts_per_second(context.installation, CONCURRENCY)
    writer, reader = _program(context, "queue lag writer"), _program(context, "queue lag reader")
    incidents = context.desk.provider.all_of("/queue", "entries", sort="update_time")
    job = {
        "kind": "note",
        "port": context.installation.http_port,
        "connections": 8,
        "seconds": context.seconds,
        "paced": CHANGES_PER_SECOND,
        "token": writer.renew(),
        "incident_ids": [row["incident_id"] for row in incidents],
    }
    meter, watch = cpu.CpuMeter(context.installation), _Watch(reader)
    generator = Generator(job)
    while generator.running:
        watch.look()
    load = generator.finish()
    require_good(load["statuses"], {"201"})
    changes = [(incident_id, revision, _seconds(moment)) for incident_id, revision, moment in load["changes"]]
    require(
        len(changes) >= 0.9 * CHANGES_PER_SECOND * context.seconds, "the changes came more slowly than asked"
    )
    end = time.time() + _LAST_SECONDS
    while watch.missing(changes) and time.time() < end:
        watch.look()
    used = meter.seconds()
    require_all(
        "shown", (each[0] for each in changes), {each[0] for each in changes} - watch.missing(changes)
    )
    lags = [1000 * (watch.shown_at(key, revision) - moment) for key, revision, moment in changes]
    yield line(
        "queue_lag",
        percentile(lags, 0.99),
        "ms",
        target=1000,
        **{f"p{share}": round(percentile(lags, share / 100)) for share in (50, 95)},
        worst=round(max(lags)),
        changes=len(changes),
        looks=watch.looks,
        # Not a ratio: it says how busy the machine was.
        inserts_per_second=round(bare),
    )
    count = len(changes)
    yield line(
        "queue_lag_server_cpu",
        1000 * sum(used.values()) / count,
        "ms/op",
        by_process=cpu.per_operation(used, count),
    )


def _program(context: Context, name: str) -> Api:
    made = context.desk.provider.post(
        "/api-clients", {"name": name, "roles": ["technician"], "scopes": _SCOPES}
    )
    return Api(context.installation.base_url, made["client_id"], made["client_secret"])


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()


class _Watch:
    """Somebody who looks at the newest rows again and again."""

    def __init__(self, reader: Api) -> None:
        self._reader = reader
        self._shown: dict[str, list[tuple[int, float]]] = {}
        self.looks = 0

    def look(self) -> None:
        """One look; no sooner than a moment after the last one began."""
        began = time.time()
        page = self._reader.get("/queue", page_size=_ROWS, sort="update_time")
        now = time.time()
        self.looks += 1
        for row in page["entries"]:
            seen = self._shown.setdefault(row["incident_id"], [])
            if not seen or row["incident_revision"] > seen[-1][0]:
                seen.append((row["incident_revision"], now))
        time.sleep(max(0.0, began + _LOOK_SECONDS - time.time()))

    def shown_at(self, incident_id: str, revision: int) -> float:
        """When that revision, or a later one, was seen first; infinity when it was not."""
        found = (when for seen, when in self._shown.get(incident_id, ()) if seen >= revision)
        return next(found, float("inf"))

    def missing(self, changes: list[tuple[str, int, float]]) -> set[str]:
        """Which incidents' changes were not seen yet."""
        return {key for key, revision, _ in changes if self.shown_at(key, revision) == float("inf")}
