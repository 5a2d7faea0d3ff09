"""How late breaches are: from the very instant a clock is due until the event that says so stands in the stream.

That is the end of the way: by then the record with its note is saved (majority, journal), and JetStream, which syncs
every write, has the event. Times are JetStream's own, of the same machine. `decided` is the event's own time, when the
service looked. A run is void unless every clock that was due was announced as breached exactly once, and none before it
was due.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import nats
from nats.js.errors import NotFoundError

from benchmarks.figures import Void, per_second, percentile, require
from benchmarks.planting import Garden, soon
from benchmarks.sla_alone import SlaAlone
from chassis import clock, headers
from chassis.outbox.store import PENDING_INDEX
from services.sla.store.documents import DUE_INDEX

# Between now and the first due time, so that all are planted before it on a busy machine, too.
_AHEAD_SECONDS, _PLANTED_PER_SECOND = 5.0, 400
# Long after the last due time; whoever needs it has failed.
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Told:
    """One breach as it stands in the stream."""

    incident_id: str
    decided: datetime
    announced: datetime


@dataclass(frozen=True)
class Lags:
    """Of all breaches, in milliseconds, ascending."""

    decided: Sequence[float]
    announced: Sequence[float]

    def shares(self) -> dict[str, float]:
        found = {
            "p50": (self.announced, 0.5),
            "p95": (self.announced, 0.95),
            "max": (self.announced, 1.0),
            "decided_p50": (self.decided, 0.5),
            "decided_p99": (self.decided, 0.99),
        }
        return {name: round(percentile(values, share), 1) for name, (values, share) in found.items()}

    @property
    def p99(self) -> float:
        return percentile(self.announced, 0.99)


def lags(due: Mapping[str, datetime], told: Iterable[Told]) -> Lags:
    """due: by incident id. Raises Void unless each was told exactly once, and none before its time."""
    told = list(told)
    times = Counter(one.incident_id for one in told)
    twice = sorted(id for id, count in times.items() if count > 1)
    require(not twice, f"{len(twice)} breaches were told more than once: {', '.join(twice[:3])}")
    missing = sorted(due.keys() - times.keys())
    require(not missing, f"{len(missing)} breaches were not told: {', '.join(missing[:3])}")
    strange = sorted(times.keys() - due.keys())
    require(not strange, f"{len(strange)} were told that were not due: {', '.join(strange[:3])}")
    early = sorted(one.incident_id for one in told if one.decided < due[one.incident_id])
    require(not early, f"{len(early)} breaches were told before their time: {', '.join(early[:3])}")

    def late(moment: datetime, one: Told) -> float:
        return (moment - due[one.incident_id]).total_seconds() * 1000

    return Lags(
        sorted(late(one.decided, one) for one in told), sorted(late(one.announced, one) for one in told)
    )


def measured(sla: SlaAlone, garden: Garden, plan: Sequence[float], mark: str) -> tuple[Lags, dict[str, Any]]:
    """Plants one clock for each of these seconds from now on, waits them out, and reads what was announced.

    Returns the lags and what it took. Raises Void.
    """
    now = clock.now()
    first = now + timedelta(seconds=_AHEAD_SECONDS + len(plan) / _PLANTED_PER_SECOND)
    moments = [first + timedelta(milliseconds=round(at * 1000)) for at in plan]
    due = dict(garden.plant([soon(moment) for moment in moments], len(moments), now, mark))
    require(clock.now() < moments[0], "planting took so long that some were due before")
    time.sleep(max(0.0, (moments[0] - clock.now()).total_seconds()))
    before, began = sla.cpu_seconds(), time.monotonic()
    _wait_for_the_end(sla, moments[-1])
    took = time.monotonic() - began
    used = {name: seconds - before[name] for name, seconds in sla.cpu_seconds().items()}
    found = lags(due, (one for one in read(sla) if one.incident_id.startswith(f"inc_{mark}")))
    per_breach = {name: round(1000 * seconds / len(due), 2) for name, seconds in used.items()}
    span = (moments[-1] - moments[0]).total_seconds()
    facts = {"count": len(due), "due_per_second": round(per_second(len(due), span)), "cpu_ms": per_breach}
    return found, facts | {"cores": round(sum(used.values()) / took, 2)}


def _wait_for_the_end(sla: SlaAlone, last: datetime) -> None:
    """Until nothing is due and nothing waits to be announced; so nothing can come that is not in the stream."""
    collection = sla.database["clock_sets"]
    pending = {"pending_events.0": {"$exists": True}}
    deadline = last.timestamp() + _PATIENCE_SECONDS
    while True:
        time.sleep(0.25)
        now = clock.now()
        if now <= last:
            continue
        due = {"next_due_time": {"$lt": now, "$type": "date"}}
        left = ((due, DUE_INDEX), (pending, PENDING_INDEX))
        if not any(collection.find_one(wanted, ["_id"], hint=index) for wanted, index in left):
            return
        if now.timestamp() > deadline:
            raise Void(f"not everything was told {_PATIENCE_SECONDS:.0f} s after it was due")


def read(sla: SlaAlone) -> list[Told]:
    """All breaches in the service's stream."""
    return asyncio.run(_read(sla.settings.nats_url, sla.settings.stream_name))


async def _read(url: str, stream: str) -> list[Told]:
    client = await nats.connect(url)
    try:
        jetstream = client.jetstream()
        try:
            count = (await jetstream.stream_info(stream)).state.messages
        except NotFoundError:
            return []
        subscription = await jetstream.subscribe(">", stream=stream, ordered_consumer=True)
        found = []
        for _ in range(count):
            message = await subscription.next_msg(timeout=10)
            *_, incident_id, fact = message.subject.split(".")
            if fact == "target_breached":
                decided = datetime.fromisoformat((message.headers or {})[headers.TIME])
                found.append(Told(incident_id, decided, message.metadata.timestamp))
        return found
    finally:
        await client.close()
