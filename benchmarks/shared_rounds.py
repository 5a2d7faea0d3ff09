"""What one change costs all told, from its save to its event in JetStream, by how many changes share a round.

A change is a save with one event; a round is what the relay does: read what is pending, archive, publish, strike out. All of it is
processor time, which other work on the machine inflates but does not decide: the sizes are to be compared with each other.
"""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import nats
from pymongo.database import Database

from benchmarks.context import Context
from benchmarks.cpu import used_seconds
from benchmarks.figures import line, require
from chassis import clock, mongo
from chassis.config import Settings
from chassis.outbox import AggregateStore, OutboundEvent, ledger
from chassis.outbox.publisher import Publisher
from chassis.streams import ensure_stream
from chassis.tenancy import Caller, TenantScope
from chassis.tokens import CallerSigner
from fairlead.triage.v1.events_pb2 import QueueEntryChanged

SIZES = (1, 5, 20, 60)
_CHANGES = 300
_TENANTS = 20
_PROVIDER = "prv_rounds"


def run(context: Context) -> Iterator[dict[str, Any]]:
    """Each size once, on the installation's servers but under a prefix of its own."""
    installation = context.installation
    settings = Settings(
        service="triage",
        installation=f"rounds{os.getpid()}",
        mongodb_uri=installation.mongodb_uri,
        nats_url=installation.document["nats"]["url"],
        key_dir=installation.data_dir / "keys",
    )
    database = mongo.connect(settings)
    servers = {name: installation.document[name]["pid"] for name in ("mongod", "nats")}
    try:
        asyncio.run(_prepare(settings))
        for size in SIZES:
            context.progress(f"{_CHANGES} changes, {size} a round")
            used = asyncio.run(_measured(settings, database, servers, size))
            each = {name: round(1000 * seconds / _CHANGES, 2) for name, seconds in used.items()}
            total = sum(used.values()) * 1000 / _CHANGES
            yield line(f"change_in_rounds_of_{size}", total, "ms of CPU", by_process=each, changes=_CHANGES)
    finally:
        asyncio.run(_forget(settings))
        database.client.drop_database(database.name)
        database.client.close()


async def _measured(
    settings: Settings, database: Database, servers: dict[str, int], size: int
) -> dict[str, float]:
    """Seconds of CPU, by process; ours does what a service does."""
    signer = CallerSigner.load(settings.key_dir, settings.service)
    work = _Work(AggregateStore(database["changes"], noun="change", signer=signer), signer)
    work.store.ensure_indexes()
    client = await nats.connect(settings.nats_url)
    try:
        publisher = Publisher(client, settings.service, settings.subject_root, settings.stream_name)
        before = {name: used_seconds(pid) for name, pid in servers.items()}
        began = time.process_time()
        for start in range(0, _CHANGES, size):
            ids = [f"chg_{size}_{number}" for number in range(start, min(start + size, _CHANGES))]
            await work.round(publisher, ids)
        ours = time.process_time() - began
        used = {name: used_seconds(pid) - before[name] for name, pid in servers.items()}
    finally:
        await client.close()
    return {"service": ours, **used}


@dataclass(frozen=True)
class _Work:
    store: AggregateStore
    signer: CallerSigner

    async def round(self, publisher: Publisher, ids: Sequence[str]) -> None:
        saved = self.store.create_many([self._new(number, id) for number, id in enumerate(ids)])
        require(all(result.ok for result in saved), "a change was not saved")
        waiting = ledger.read(self.store, ())
        ledger.archive(self.store, waiting)
        await publisher.publish(waiting)
        ledger.strike(self.store, waiting)
        require(len(waiting) == len(ids) and not any(each.unpublished for each in waiting), "some wait")

    def _new(self, number: int, id: str) -> tuple[TenantScope, str, dict[str, Any], list[OutboundEvent]]:
        now, tenant_id = clock.now(), f"ten_{number % _TENANTS}"
        caller: Caller = self.signer.service_caller(now, _PROVIDER, frozenset({tenant_id}))
        changed = QueueEntryChanged()
        changed.entry.title = "As long as the fields of a row are, taken together. " * 6
        event = OutboundEvent("queue_entry_changed", changed, now, caller)
        return TenantScope(_PROVIDER, tenant_id), id, {"update_time": now, "title": "A row"}, [event]


async def _prepare(settings: Settings) -> None:
    client = await nats.connect(settings.nats_url)
    try:
        await ensure_stream(client, settings.installation, settings.service, settings.stream_replicas)
    finally:
        await client.close()


async def _forget(settings: Settings) -> None:
    client = await nats.connect(settings.nats_url)
    try:
        await client.jetstream().delete_stream(settings.stream_name)
    except nats.js.errors.NotFoundError:
        pass  # it was never made
    finally:
        await client.close()
