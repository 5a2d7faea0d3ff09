"""Announces as triage and incidents do, for tests of who listens."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import nats as nats_client

from chassis import headers as names
from fairlead.triage.v1 import events_pb2 as triage_events
from fairlead.triage.v1.queue_pb2 import QueueEntry
from tests.harness.gateway import NORTH


class Announcer:
    """Publishes as triage and incidents do."""

    def __init__(self, url: str, installation: str) -> None:
        self._url, self._installation = url, installation
        self._run(self._make_streams)

    def row(self, tenant_id: str, incident_id: str, provider_id: str = NORTH, **fields: Any) -> int:
        entry = {
            "incident_id": incident_id,
            "tenant_id": tenant_id,
            "number": "ACME-1",
            "state": "INCIDENT_STATE_NEW",
        }
        return self.changed(triage_events.QueueEntryChanged(entry={**entry, **fields}).entry, provider_id)

    def changed(self, entry: QueueEntry, provider_id: str = NORTH) -> int:
        """Announces a whole row."""
        event = triage_events.QueueEntryChanged(entry=entry)
        return self._publish(
            "triage", entry.tenant_id, entry.incident_id, "queue_entry_changed", event, provider_id
        )

    def happened(
        self,
        fact: str,
        kind: Any,
        tenant_id: str,
        incident_id: str,
        revision: int = 3,
        requester: str = "per_ana",
    ) -> int:
        incident = {
            "requester": {"person_id": requester},
            "incident_id": incident_id,
            "tenant_id": tenant_id,
            "number": "ACME-1",
            "revision": revision,
        }
        return self._publish("incidents", tenant_id, incident_id, fact, kind(incident=incident), NORTH)

    def delete_streams(self) -> None:
        async def delete(js: Any) -> None:
            for service in ("TRIAGE", "INCIDENTS"):
                await js.delete_stream(f"{self._installation.upper()}_{service}")

        self._run(delete)
        self._run(self._make_streams)

    async def _make_streams(self, js: Any) -> None:
        for service in ("triage", "incidents"):
            name = f"{self._installation}_{service}".upper()
            await js.add_stream(name=name, subjects=[f"{self._installation}.{service}.>"])

    def _publish(
        self, service: str, tenant_id: str, aggregate: str, fact: str, event: Any, provider_id: str
    ) -> int:
        subject = f"{self._installation}.{service}.v1.{tenant_id}.{aggregate}.{fact}"

        async def publish(js: Any) -> int:
            ack = await js.publish(subject, event.SerializeToString(), headers={names.PROVIDER: provider_id})
            return ack.seq

        return self._run(publish)

    def _run(self, work: Callable[[Any], Any]) -> Any:
        async def run() -> Any:
            connection = await nats_client.connect(self._url)
            try:
                return await work(connection.jetstream())
            finally:
                await connection.close()

        # On a thread of its own: a browser test has an event loop running on this one.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(run())).result()
