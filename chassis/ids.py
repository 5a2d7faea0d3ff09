"""Identifiers: a readable prefix and 26 characters that sort by the time they were made.

The characters are Crockford's base32 in lower case (as ULID lays them out: 48 bits of Unix
milliseconds, 80 random bits), so an id is safe in NATS subjects, URLs and file names.
"""

import re
import secrets
import threading
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SHAPE = re.compile(r"[a-z]{2,8}_[0-7][0-9a-hjkmnp-tv-z]{25}")
_RANDOM_BITS = 80

_lock = threading.Lock()
_last = 0


def new_id(prefix: str) -> str:
    """A new id such as `inc_01j…`; ids made one after another in one process sort in that order."""
    global _last
    fresh = (time.time_ns() // 1_000_000 << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS - 1)
    with _lock:
        # Within one millisecond, or after the clock stepped back, a random stride keeps order
        # and keeps ids unguessable from one another.
        _last = fresh if fresh >> _RANDOM_BITS > _last >> _RANDOM_BITS else _last + 1 + secrets.randbits(60)
        value = _last
    return f"{prefix}_{_encode(value)}"


def is_id(text: str, prefix: str = "") -> bool:
    """Whether a text has the shape of an id, of this prefix where one is given."""
    return bool(_SHAPE.fullmatch(text)) and (not prefix or text.startswith(f"{prefix}_"))


def _encode(value: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))
