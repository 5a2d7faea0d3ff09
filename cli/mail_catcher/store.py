"""Caught messages on disk: <id>.eml as it came, and index.jsonl, whose lines say which messages exist.

A message counts once its index line is on disk; an .eml without a line was never acknowledged, so it goes.
"""

import contextlib
import email
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

# A header longer than this is shown cut: decoding is slow, and nobody reads it.
LONGEST_HEADER = 20_000
MOST_PARTS = 200
# Its bytes, and the envelope's sender and recipients.
Mail = tuple[bytes, str, list[str]]


@dataclass(frozen=True, slots=True)
class Caught:
    """What is known of a message without opening it. Times are UTC, ISO 8601; sender and recipients are the envelope's."""

    id: str
    sender: str
    to: list[str]
    subject: str
    message_id: str
    date: str
    received_time: str
    headers: list[list[str]]
    size: int

    def to_json(self) -> dict[str, Any]:
        """The same with the envelope's sender under its usual name, "from"."""
        fields = asdict(self)
        return {"id": fields.pop("id"), "from": fields.pop("sender"), **fields}


class _Kept(NamedTuple):
    """A message as it is held in memory: its headers, by far the most of it, as the bytes of their JSON."""

    caught: Caught
    headers: bytes

    @classmethod
    def of(cls, caught: Caught) -> "_Kept":
        return cls(replace(caught, headers=[]), json.dumps(caught.headers).encode())

    def whole(self) -> Caught:
        return replace(self.caught, headers=json.loads(self.headers))


class MailStore:
    """All messages of one folder. Safe for several threads of one process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._index = folder / "index.jsonl"
        self._lock = threading.Lock()
        self._messages: dict[str, _Kept] = {}
        self._number = 0
        self._load()

    def add(self, raw: bytes, sender: str, to: list[str]) -> Caught:
        """Keeps a message; it survives any crash once this returns. Raises OSError when it cannot be written."""
        return self.add_many([(raw, sender, to)])[0]

    def add_many(self, mails: Sequence[Mail]) -> list[Caught]:
        """The same for several, which share the index's and the folder's way to the disk. All of them, or none."""
        with self._lock:
            found: list[Caught] = []
            for raw, sender, to in mails:
                self._number += 1
                found.append(describe(f"{self._number:08d}", raw, sender, to))
                _write_file(self._folder / f"{found[-1].id}.eml", raw)
            _settle(self._folder)
            with self._index.open("a") as index:
                index.write("".join(f"{json.dumps(asdict(caught))}\n" for caught in found))
                index.flush()
                os.fsync(index.fileno())
            self._messages |= {caught.id: _Kept.of(caught) for caught in found}
            return found

    def find(self, to: str = "", subject: str = "", after: str = "", limit: int = 500) -> list[Caught]:
        """Newest first. to and subject match anywhere, whatever the case; after is an id or a received time."""
        with self._lock:
            newest_first = list(reversed(self._messages.values()))
        matching = (
            kept.whole()
            for kept in newest_first
            if to.lower() in ", ".join(kept.caught.to).lower()
            and subject.lower() in kept.caught.subject.lower()
            and caught_after(kept.caught, after)
        )
        return list(islice(matching, limit))

    def get(self, identifier: str) -> tuple[Caught, bytes] | None:
        """The message with its raw bytes; None when there is none."""
        with self._lock:
            kept = self._messages.get(identifier)
        return (kept.whole(), (self._folder / f"{identifier}.eml").read_bytes()) if kept else None

    def clear(self) -> int:
        """Forgets all messages; how many there were. Ids go on from where they were."""
        with self._lock:
            count = len(self._messages)
            for identifier in self._messages:
                (self._folder / f"{identifier}.eml").unlink(missing_ok=True)
            self._messages.clear()
            self._index.write_text(json.dumps({"number": self._number}) + "\n")
            return count

    def _load(self) -> None:
        kept = []
        for line in self._index.read_text().splitlines() if self._index.exists() else []:
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # The last line of a crash: its sender was told nothing and sends again.
            kept.append(line)
            if "number" in entry:
                self._number = int(entry["number"])
            elif (self._folder / f"{entry['id']}.eml").exists():
                caught = Caught(**entry)
                self._messages[caught.id] = _Kept.of(caught)
                self._number = max(self._number, int(caught.id))
        # Rewritten whole, so that a torn last line does not swallow the next one.
        draft = self._index.with_suffix(".new")
        _write_file(draft, "".join(f"{line}\n" for line in kept).encode())
        _settle(self._folder)
        draft.replace(self._index)
        for path in self._folder.glob("*.eml"):
            if path.stem not in self._messages:
                path.unlink()


def caught_after(caught: Caught, after: str) -> bool:
    """Whether the message is newer than that id or that time."""
    if not after:
        return True
    if after.isdigit():
        return int(caught.id) > int(after)
    try:
        moment = datetime.fromisoformat(after)
    except ValueError:
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.fromisoformat(caught.received_time) > moment


def describe(identifier: str, raw: bytes, sender: str, to: list[str]) -> Caught:
    """Reads the headers; never fails, whatever the bytes."""
    # The header alone: parsing would make a pattern of each message's boundary.
    message = BytesHeaderParser().parsebytes(raw.split(b"\r\n\r\n", 1)[0][:1_000_000] + b"\r\n\r\n")
    headers = [[name, readable(str(value))] for name, value in message.items()][:500]
    first = {name.lower(): value for name, value in reversed(headers)}
    return Caught(
        id=identifier,
        sender=sender,
        to=to,
        subject=first.get("subject", ""),
        message_id=first.get("message-id", ""),
        date=first.get("date", ""),
        received_time=datetime.now(UTC).isoformat(timespec="milliseconds"),
        headers=headers,
        size=len(raw),
    )


def readable(value: str) -> str:
    """A header as a person reads it: unfolded, encoded words decoded where that works."""
    value = " ".join(value[:LONGEST_HEADER].split())
    if "=?" not in value and value.isascii():
        return value
    with contextlib.suppress(MessageError, LookupError, UnicodeError, ValueError):
        return str(make_header(decode_header(value)))
    return value


def bodies(raw: bytes) -> dict[str, str]:
    """{"text", "html"}: the first part of each kind that is no attachment; "" where there is none."""
    found = {"text": "", "html": ""}
    try:
        parts = list(email.message_from_bytes(raw).walk())[:MOST_PARTS]
    except RecursionError:
        return found
    for part in parts:
        kind = {"text/plain": "text", "text/html": "html"}.get(part.get_content_type())
        if kind and not found[kind] and part.get_content_disposition() != "attachment":
            found[kind] = _decoded(part)
    return found


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _write_file(path: Path, content: bytes) -> None:
    """Its bytes are on disk, its name once its folder is settled."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
