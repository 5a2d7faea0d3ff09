"""Mail read a second, of one core: the mixed corpus of tests/corpus, and the same with an attachment of 2 MB each.

Beside it what the standard library takes to split the same mails into parts and decode their bodies, which is a part of the
work. Processor time, so that it does not pay for what else runs.
"""

import base64
import email
import email.policy
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.context import Context
from benchmarks.figures import line, per_second
from services.intake.domain.mail import normalize
from tests.fuzz.mails import real_mails

_LEAST_SECONDS = 3.0
_LARGE = 2_000_000


def run(context: Context) -> Iterator[dict[str, Any]]:
    """Mails a second of this process's own time."""
    mails = real_mails()
    found = _rate(mails, normalize)
    floor = _rate(mails, _by_the_library)
    mean = sum(map(len, mails)) // len(mails)
    yield line("mail_parse", found, "mails/s of CPU", against="email.message_from_bytes", mean_bytes=mean) | {
        "floor": round(floor), "ratio": round(found / floor, 2)
    }  # fmt: skip
    context.progress(f"read {len(mails)} mails of {mean:,} bytes in the mean")
    large = _rate([_with_attachment(mails[0])], normalize)
    yield line("mail_parse_large", large, "mails/s of CPU", attachment_bytes=_LARGE)


def _rate(mails: "tuple[bytes, ...] | list[bytes]", read: Callable[[bytes], object]) -> float:
    """How many a second; the best of three, since what disturbs only ever slows."""
    best = 0.0
    for _ in range(3):
        began, done = time.process_time(), 0
        while (spent := time.process_time() - began) < _LEAST_SECONDS / 3:
            for raw in mails:
                read(raw)
            done += len(mails)
        best = max(best, per_second(done, spent))
    return best


def _by_the_library(raw: bytes) -> list[object]:
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    return [part.get_payload(decode=True) for part in message.walk()]


def _with_attachment(letter: bytes) -> bytes:
    return (
        b'From: a@acme.example\r\nContent-Type: multipart/mixed; boundary="mixed"\r\n\r\n--mixed\r\n' + letter
        + b"\r\n--mixed\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(bytes(_LARGE)) + b"\r\n--mixed--\r\n"
    )  # fmt: skip
