"""One form of writing for each value (RFC 8785), so that a hash of it means the value and not its spelling."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785

# What is signed begins with this, so that no signature made for another purpose can pass for a statement's.
_SIGNED = "fairlead.statement/1:"


def canonical(value: Any) -> bytes:
    """A value as canonical JSON."""
    return rfc8785.dumps(value)


def digest(value: Any) -> str:
    """sha256 over the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def signed_bytes(sha256: str) -> bytes:
    """What the signature of a statement with this hash is made over."""
    return (_SIGNED + sha256).encode("ascii")


def stamp(moment: datetime | None) -> str | None:
    """A time as statements write it: RFC 3339 in UTC, to the millisecond."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class LinesHash:
    """sha256 over many lines, each as canonical JSON and a line feed: they need not be in memory together."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, line: Mapping[str, Any]) -> None:
        self._hash.update(canonical(line) + b"\n")

    @property
    def hexdigest(self) -> str:
        return self._hash.hexdigest()
