"""On the way from a mail's 250 to its row on a page: where the time goes, by the streams' own clocks.

Each event tells twice: when it happened (its header) and when JetStream had it. With what the page notes that makes six
hops, and they add up to the whole.
"""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import nats
from nats.errors import TimeoutError as NothingCame
from nats.js.api import ConsumerConfig, DeliverPolicy

from benchmarks.figures import percentile
from fairlead.incidents.v1.events_pb2 import IncidentOpened
from fairlead.triage.v1.events_pb2 import QueueEntryChanged

_KINDS = (
    (
        "FL_INCIDENTS",
        "fl.incidents.v1.*.*.incident_opened",
        lambda data: IncidentOpened.FromString(data).incident,
    ),
    (
        "FL_TRIAGE",
        "fl.triage.v1.*.*.queue_entry_changed",
        lambda data: QueueEntryChanged.FromString(data).entry,
    ),
)
HOPS = (
    "opened by the record",
    "announced by it",
    "in triage's queue",
    "announced by it as a row",
    "heard by the page",
    "drawn",
)


@dataclass(frozen=True)
class Moments:
    """Of one incident, in milliseconds since 1970: when it happened, and when the stream had it."""

    happened: float
    published: float


def told(url: str, run: str, since: float) -> list[dict[str, Moments]]:
    """Mark of a mail → its first announcement, of each of the two kinds. since: seconds since 1970."""
    # On a thread of its own: Playwright has an event loop running on this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(_told(url, run, since))).result()


async def _told(url: str, run: str, since: float) -> list[dict[str, Moments]]:
    client = await nats.connect(url)
    try:
        return [await _first(client, *kind, run, since) for kind in _KINDS]
    finally:
        await client.close()


async def _first(
    client: Any, stream: str, subject: str, read: Any, run: str, since: float
) -> dict[str, Moments]:
    start = datetime.fromtimestamp(since, UTC) - timedelta(seconds=1)
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_TIME, opt_start_time=start.isoformat().replace("+00:00", "Z")
    )
    subscription = await client.jetstream().subscribe(
        subject, stream=stream, ordered_consumer=True, config=config
    )
    mark, found = re.compile(rf"\(({re.escape(run)}-\d+)\)"), {}
    try:
        while True:
            message = await subscription.next_msg(timeout=1)
            if named := mark.search(read(message.data).title):
                happened = datetime.fromisoformat(message.headers["Fl-Time"].replace("Z", "+00:00"))
                published = message.metadata.timestamp.replace(tzinfo=UTC)
                moments = Moments(1000 * happened.timestamp(), 1000 * published.timestamp())
                found.setdefault(named[1], moments)
            if not message.metadata.num_pending:
                return found
    except NothingCame:
        return found
    finally:
        await subscription.unsubscribe()


def shares(
    accepted: dict[str, float],
    announced: list[dict[str, Moments]],
    heard: dict[str, float],
    drawn: dict[str, float],
) -> dict[str, list[float]]:
    """Hop → its p50 and p95 in milliseconds, over the mails of which everything is known."""
    opened, rows = announced
    known = accepted.keys() & opened.keys() & rows.keys() & heard.keys() & drawn.keys()
    took: dict[str, list[float]] = {hop: [] for hop in HOPS}
    for mark in known:
        moments = (
            *(accepted[mark], opened[mark].happened, opened[mark].published),
            *(rows[mark].happened, rows[mark].published, heard[mark], drawn[mark]),
        )
        for hop, before, after in zip(HOPS, moments, moments[1:], strict=False):
            took[hop].append(after - before)
    return {
        hop: [round(percentile(each, share)) for share in (0.5, 0.95)] for hop, each in took.items() if each
    }
