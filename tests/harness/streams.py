"""Reading a whole JetStream stream, as an outside witness of what was published."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import nats
from nats.js.errors import NotFoundError

from chassis import headers as names


@dataclass(frozen=True)
class Published:
    """One message of a stream."""

    stream_seq: int
    subject: str
    headers: Mapping[str, str]
    payload: bytes

    @property
    def aggregate_id(self) -> str:
        """The aggregate, from the subject."""
        return self.subject.split(".")[4]

    @property
    def seq(self) -> int:
        """The event's sequence within its aggregate."""
        return int(self.headers[names.SEQUENCE])


def read_stream(url: str, stream: str) -> list[Published]:
    """Every message of a stream, in its order; none when there is no such stream."""
    return asyncio.run(_read(url, stream))


async def _read(url: str, stream: str) -> list[Published]:
    connection = await nats.connect(url)
    try:
        jetstream = connection.jetstream()
        try:
            count = (await jetstream.stream_info(stream)).state.messages
        except NotFoundError:
            return []
        subscription = await jetstream.subscribe(">", stream=stream, ordered_consumer=True)
        found = []
        for _ in range(count):
            message = await subscription.next_msg(timeout=10)
            sequence = message.metadata.sequence.stream
            found.append(Published(sequence, message.subject, message.headers or {}, message.data))
        return found
    finally:
        await connection.close()


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a stream; empty lists are right."""

    missing: list[str]
    doubled: list[str]
    disordered: list[str]

    def __bool__(self) -> bool:
        return bool(self.missing or self.doubled or self.disordered)


def judge(published: Iterable[Published], acknowledged: Iterable[tuple[str, int]]) -> Verdict:
    """Compares a stream with a list kept outside: of (aggregate id, event sequence), all acknowledged."""
    seen: dict[str, list[int]] = defaultdict(list)
    for message in published:
        seen[message.aggregate_id].append(message.seq)
    return Verdict(
        missing=[f"{id}:{seq}" for id, seq in acknowledged if seq not in seen[id]],
        doubled=[id for id, sequences in seen.items() if len(set(sequences)) < len(sequences)],
        disordered=[id for id, sequences in seen.items() if sequences != sorted(sequences)],
    )
