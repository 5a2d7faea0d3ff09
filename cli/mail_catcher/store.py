"""Caught messages on disk, one after another in one file: a line that says what is known of one, then its bytes as they came.

Several that come together are written and brought to the disk at once; a file for each cost a third of what taking a mail
does. What a crash cut off was never acknowledged, so it goes.
"""

import contextlib
import email
import json
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

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

    def fields(self) -> dict[str, Any]:
        """By name; nothing of it is copied."""
        return {name: getattr(self, name) for name in self.__slots__}

    def to_json(self) -> dict[str, Any]:
        """The same with the envelope's sender under its usual name, "from"."""
        fields = self.fields()
        return {"id": fields.pop("id"), "from": fields.pop("sender"), **fields}


class _Kept(NamedTuple):
    """A message as it is held in memory: without its headers, by far the most of it, which stand in the line at that place."""

    caught: Caught
    place: int
    length: int  # of the line, with its end


class MailStore:
    """All messages of one folder. Safe for several threads of one process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "mails"
        self._lock = threading.Lock()
        self._messages: dict[str, _Kept] = {}
        self._number = 0
        _take_over(folder, self._path)
        self._file = self._path.open("a+b")
        self._load()
        _settle(folder)

    def add(self, raw: bytes, sender: str, to: list[str]) -> Caught:
        """Keeps a message; it survives any crash once this returns. Raises OSError when it cannot be written."""
        return self.add_many([(raw, sender, to)])[0]

    def add_many(self, mails: Sequence[Mail]) -> list[Caught]:
        """The same for several, which share the way to the disk. All of them, or none."""
        with self._lock:
            found = [
                describe(f"{self._number + place:08d}", *mail) for place, mail in enumerate(mails, start=1)
            ]
            self._number += len(found)
            lines = [json.dumps(caught.fields()).encode() + b"\n" for caught in found]
            place = start = self._file.seek(0, os.SEEK_END)
            try:
                self._file.write(b"".join(line + raw for line, (raw, *_) in zip(lines, mails, strict=True)))
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError:
                # What of it was written would be in the way of whatever comes next.
                self._begin_anew_at(start)
                raise
            for caught, line in zip(found, lines, strict=True):
                self._messages[caught.id] = _Kept(replace(caught, headers=[]), place, len(line))
                place += len(line) + caught.size
            return found

    def find(self, to: str = "", subject: str = "", after: str = "", limit: int = 500) -> list[Caught]:
        """Newest first. to and subject match anywhere, whatever the case; after is an id or a received time."""
        with self._lock:
            matching = (
                self._whole(kept)
                for kept in reversed(self._messages.values())
                if to.lower() in ", ".join(kept.caught.to).lower()
                and subject.lower() in kept.caught.subject.lower()
                and caught_after(kept.caught, after)
            )
            return list(islice(matching, limit))

    def get(self, identifier: str) -> tuple[Caught, bytes] | None:
        """The message with its raw bytes; None when there is none."""
        with self._lock:
            kept = self._messages.get(identifier)
            return (
                (self._whole(kept), self._read(kept.place + kept.length, kept.caught.size)) if kept else None
            )

    def clear(self) -> int:
        """Forgets all messages; how many there were. Ids go on from where they were."""
        with self._lock:
            count = len(self._messages)
            self._messages.clear()
            self._begin_anew_at(0)
            self._file.write(json.dumps({"number": self._number}).encode() + b"\n")
            self._file.flush()
            return count

    def _whole(self, kept: _Kept) -> Caught:
        return Caught(**json.loads(self._read(kept.place, kept.length)))

    def _read(self, place: int, length: int) -> bytes:
        return os.pread(self._file.fileno(), length, place)

    def _begin_anew_at(self, place: int) -> None:
        """Drops what stands behind, and what was on its way there."""
        os.truncate(self._path, place)
        with contextlib.suppress(OSError):
            self._file.close()  # a full disk: what it could not write is not wanted any more
        self._file = self._path.open("a+b")

    def _load(self) -> None:
        end = 0
        for place, length, entry in entries(self._file):
            if "id" in entry:
                caught = Caught(**entry)
                self._messages[caught.id] = _Kept(replace(caught, headers=[]), place, length)
            self._number = max(self._number, int(entry["id"] if "id" in entry else entry["number"]))
            end = place + length + entry.get("size", 0)
        if end < self._path.stat().st_size:
            self._begin_anew_at(end)


def entries(file: BinaryIO) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """The place and length of each line, and what it says, up to what was cut off: its sender was told nothing."""
    size, place = os.fstat(file.fileno()).st_size, 0
    file.seek(0)
    while (line := file.readline()).endswith(b"\n"):
        try:
            entry = json.loads(line)
        except ValueError:
            return
        following = place + len(line) + entry.get("size", 0)
        if following > size:
            return
        yield place, len(line), entry
        place = file.seek(following)


def _take_over(folder: Path, path: Path) -> None:
    """What was caught when each message had a file of its own, its line in an index."""
    index = folder / "index.jsonl"
    if not index.exists():
        return
    with path.open("ab") as mails:
        for line in index.read_bytes().splitlines(keepends=True):
            with contextlib.suppress(ValueError, KeyError, OSError):
                entry = json.loads(line)
                mails.write(
                    line + (b"" if "number" in entry else (folder / f"{entry['id']}.eml").read_bytes())
                )
        mails.flush()
        os.fsync(mails.fileno())
    index.unlink()
    for message in folder.glob("*.eml"):
        message.unlink()


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


def _settle(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
