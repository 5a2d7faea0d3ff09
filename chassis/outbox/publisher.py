"""Events into JetStream: each once, in order within its aggregate, whoever else publishes the same ones.

Every event carries its id, and the first one of an aggregate in each batch carries what we believe to be the
aggregate's last stream sequence. If that is wrong, JetStream refuses (10071): someone, perhaps ourselves
before a crash, published meanwhile. Then the aggregate's last message says up to which event it got, and
those are skipped. Merely taking the newer stream sequence and carrying on would publish them twice.
"""

import asyncio
import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from nats.aio.client import Client
from nats.errors import MaxPayloadError

from chassis import headers, telemetry
from chassis.outbox.events import event_id
from chassis.outbox.ledger import Waiting

EVENTS_PER_BATCH = 100  # measured: the time to sync is shared by so many
# An atomic batch has files of its own in nats-server, made, synced and removed: 5 ms of CPU and 25 ms whatever its
# size (2.15), where a message alone costs 0.15 ms. So a few go one by one, those of different aggregates together.
LEAST_WORTH_A_BATCH = 25
_BATCHES_AT_ONCE = 4
_ANSWER_SECONDS = 5.0
_SINGLE_TRIES = 5
_WRONG_LAST_SEQUENCE = 10071
_NO_MESSAGE = 10037


class PublishRefused(Exception):
    """JetStream refused for a reason that publishing again at once will not mend."""


@dataclass(frozen=True)
class Answer:
    """JetStream's answer to a publish: the stream sequence, or the error code."""

    stream_seq: int
    error: int = 0
    description: str = ""


_TOO_LARGE = Answer(0, 10054, "message size exceeds the server's maximum")


class Publisher:
    """Publishes one service's events over one connection."""

    def __init__(self, client: Client, service: str, subject_root: str, stream: str) -> None:
        self._client = client
        self._service = service
        self._root = subject_root
        self._stream = stream
        self._log = telemetry.logger(service)
        # Set when events turned out to be published already: another replica is emptying the same outbox.
        self.met_another = False

    async def publish(self, aggregates: Sequence[Waiting]) -> None:
        """Publishes what is unpublished, and notes on each aggregate how far the stream has it.

        What one aggregate cannot get in stays with it; raises the client's errors when NATS is away.
        """
        left = [aggregate for aggregate in aggregates if aggregate.unpublished]
        while left:
            batches = _batches(left)
            before = {each.id: len(each.unpublished) for each in left}
            for start in range(0, len(batches), _BATCHES_AT_ONCE):
                together = batches[start : start + _BATCHES_AT_ONCE]
                outcomes = await asyncio.gather(*map(self._publish_batch, together), return_exceptions=True)
                for outcome in outcomes:
                    if isinstance(outcome, BaseException):
                        raise outcome
            left = [each for each in left if each.unpublished and not each.refused]
            left = [each for each in left if len(each.unpublished) < before[each.id]]

    async def _publish_batch(self, batch: list[tuple[Waiting, int]]) -> None:
        """One batch of so many events of each aggregate: as one, once more after a look, then one by one."""
        for attempt in range(2):
            if attempt:
                await asyncio.gather(*(self._look(aggregate) for aggregate, _ in batch))
                batch = [(each, min(count, len(each.unpublished))) for each, count in batch]
                batch = [(each, count) for each, count in batch if count and not each.refused]
            if sum(count for _, count in batch) < LEAST_WORTH_A_BATCH:
                break
            answer = await self._send_atomically(batch)
            if not answer.error:
                self._note(batch, answer.stream_seq)
                return
        outcomes = await asyncio.gather(
            *(self._publish_singly(*each) for each in batch), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _send_atomically(self, batch: list[tuple[Waiting, int]]) -> Answer:
        messages = []
        for aggregate, count in batch:
            for place, event in enumerate(aggregate.unpublished[:count]):
                # Only the first: expectations are checked against the stream as it was before the batch.
                messages.append(self._message(aggregate, event, expect=place == 0))
        batch_id = uuid.uuid4().hex
        for number, (subject, payload, fields) in enumerate(messages[:-1], start=1):
            fields |= {headers.BATCH_ID: batch_id, headers.BATCH_SEQUENCE: str(number)}
            try:
                await self._client.publish(subject, payload, headers=fields)
            except MaxPayloadError:
                return _TOO_LARGE  # the server forgets a batch that is never committed
        subject, payload, fields = messages[-1]
        fields |= {headers.BATCH_ID: batch_id, headers.BATCH_SEQUENCE: str(len(messages))}
        return await self._request(subject, payload, fields | {headers.BATCH_COMMIT: "1"})

    def _note(self, batch: list[tuple[Waiting, int]], last_stream_seq: int) -> None:
        # The messages of a batch follow one another in the stream.
        stream_seq = last_stream_seq - sum(count for _, count in batch)
        for aggregate, count in batch:
            stream_seq += count
            aggregate.published(count, stream_seq)

    async def _publish_singly(self, aggregate: Waiting, count: int) -> None:
        """Publishes so many events one by one, up to the first that is refused: later ones must wait."""
        until = aggregate.unpublished[count - 1]["seq"]
        conflicts = 0
        while not aggregate.refused and aggregate.unpublished and aggregate.unpublished[0]["seq"] <= until:
            answer = await self._request(*self._message(aggregate, aggregate.unpublished[0], expect=True))
            if not answer.error:
                aggregate.published(1, answer.stream_seq)
            elif answer.error == _WRONG_LAST_SEQUENCE and conflicts < _SINGLE_TRIES:
                conflicts += 1
                await self._look(aggregate)
            else:
                self._refuse(aggregate, answer.error, answer.description)

    def _refuse(self, aggregate: Waiting, code: int, description: str) -> None:
        aggregate.refused = True
        self._log.error(
            "event_refused",
            event_id=event_id(aggregate.id, aggregate.unpublished[0]["seq"]),
            tenant_id=aggregate.tenant_id,
            error_code=code,
            description=description,
        )

    async def _look(self, aggregate: Waiting) -> None:
        """Learns from the aggregate's last message in the stream where it stands, and skips what is there."""
        stream_seq, fields = await self._last(self._subject(aggregate, "*"))
        if stream_seq and fields.get(headers.COLLECTION) != aggregate.store.collection.name:
            # Skipping would lose events that were never published: they are another aggregate's sequences.
            self._refuse(aggregate, 0, "its id is used in two collections of the service")
            return
        aggregate.stream_seq = stream_seq
        waiting = len(aggregate.unpublished)
        self.skip(aggregate, int(fields.get(headers.SEQUENCE, 0)))
        self.met_another = self.met_another or len(aggregate.unpublished) < waiting

    @staticmethod
    def skip(aggregate: Waiting, event_seq: int) -> None:
        """The rule that keeps each event single: every event at or below the stream's last one is there."""
        there = [event for event in aggregate.unpublished if event["seq"] <= event_seq]
        if there:
            aggregate.done_seq = there[-1]["seq"]
            del aggregate.unpublished[: len(there)]

    async def _last(self, subject: str) -> tuple[int, dict[str, str]]:
        # Asked of the stream's leader; a direct get may be answered by a replica that lags behind.
        request = json.dumps({"last_by_subj": subject}).encode()
        reply = await self._client.request(
            f"$JS.API.STREAM.MSG.GET.{self._stream}", request, timeout=_ANSWER_SECONDS
        )
        answer = json.loads(reply.data)
        if error := answer.get("error"):
            if error.get("err_code") == _NO_MESSAGE:
                return 0, {}
            raise PublishRefused(error.get("description", "refused"))
        lines = base64.b64decode(answer["message"].get("hdrs", "")).decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines if ": " in line)
        return answer["message"]["seq"], fields

    async def _request(self, subject: str, payload: bytes, fields: dict[str, str]) -> Answer:
        try:
            reply = await self._client.request(subject, payload, timeout=_ANSWER_SECONDS, headers=fields)
        except MaxPayloadError:
            return _TOO_LARGE
        answer: dict[str, Any] = json.loads(reply.data)
        error = answer.get("error", {})
        code = error.get("err_code", error.get("code", 0))
        return Answer(answer.get("seq", 0), code, error.get("description", ""))

    def _subject(self, aggregate: Waiting, fact: str) -> str:
        return f"{self._root}.{aggregate.tenant_id}.{aggregate.id}.{fact}"

    def _message(
        self, aggregate: Waiting, event: dict[str, Any], expect: bool
    ) -> tuple[str, bytes, dict[str, str]]:
        fields = {
            headers.MESSAGE_ID: event_id(aggregate.id, event["seq"]),
            headers.TYPE: event["type"],
            headers.FACT: event["fact"],
            headers.SOURCE: self._service,
            headers.TIME: event["time"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            headers.SEQUENCE: str(event["seq"]),
            headers.REVISION: str(event["revision"]),
            headers.COLLECTION: aggregate.store.collection.name,
            headers.PROVIDER: aggregate.provider_id,
            headers.CALLER: event["token"],
        }
        if event["trace"]:
            fields[headers.TRACEPARENT] = event["trace"]
        if expect:
            fields[headers.EXPECTED_LAST] = str(aggregate.stream_seq)
            fields[headers.EXPECTED_LAST_SUBJECT] = self._subject(aggregate, "*")
        return self._subject(aggregate, event["fact"]), bytes(event["payload"]), fields


def _batches(aggregates: Sequence[Waiting]) -> list[list[tuple[Waiting, int]]]:
    """Batches of at most EVENTS_PER_BATCH; an aggregate is in one only: its next events build on that."""
    batches: list[list[tuple[Waiting, int]]] = []
    room = 0
    for aggregate in aggregates:
        count = min(len(aggregate.unpublished), EVENTS_PER_BATCH)
        if count > room:
            batches.append([])
            room = EVENTS_PER_BATCH
        batches[-1].append((aggregate, count))
        room -= count
    return batches
