"""The process that reads mail: whatever a mail does to it, the service lives on.

    python -m services.intake.clients.reader_child CPU_SECONDS MEMORY_BYTES [--dns] [nameserver:port …]

It reads frames (8 bytes of length, then a raw mail) on standard input and answers each with a frame of JSON on
standard output. With the length's highest bit set it is asked for the attachments instead: a frame of JSON lists them,
and a frame of bytes follows for each. The kernel ends it when one mail takes more than its CPU seconds (SIGXCPU) or memory; it ends by
itself when its input does.
"""

import json
import resource
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from services.intake.domain.mail import NormalizedMail, attached, normalize

FRAME = struct.Struct("!Q")
ATTACHED = 1 << 63


def main(arguments: list[str]) -> None:
    """Serves until end of input."""
    cpu_seconds, memory = int(arguments[0]), int(arguments[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    dmarc = _dmarc(arguments[3:]) if arguments[2:3] == ["--dns"] else None
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while (asked := read_frame(source)) is not None:
        raw, for_attached = asked
        _allow(cpu_seconds)
        if for_attached:
            _give_attached(sink, raw)
        else:
            write_frame(sink, json.dumps(_answer(raw, dmarc)).encode())


def read_frame(source: BinaryIO) -> tuple[bytes, bool] | None:
    """One frame, and whether its attachments are asked for; None at the end of input."""
    head = source.read(FRAME.size)
    if len(head) < FRAME.size:
        return None
    marked = FRAME.unpack(head)[0]
    length = marked & ~ATTACHED
    body = source.read(length)
    return (body, bool(marked & ATTACHED)) if len(body) == length else None


def write_frame(sink: BinaryIO, body: bytes) -> None:
    """One frame, at once."""
    sink.write(FRAME.pack(len(body)))
    sink.write(body)
    sink.flush()


def _allow(cpu_seconds: int) -> None:
    """From here on so much processor time, counted in whole seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + 1 + cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _answer(raw: bytes, dmarc: Callable[[bytes, NormalizedMail], bool] | None) -> dict[str, Any]:
    mail = normalize(raw)
    return {
        "mail": mail.to_dict(),
        "dmarc": dmarc(raw, mail) if dmarc else False,
        "head": _head_size(raw),
    }


def _give_attached(sink: BinaryIO, raw: bytes) -> None:
    found = attached(raw)
    told = [{"filename": part.filename, "content_type": part.content_type} for part, _ in found]
    write_frame(sink, json.dumps(told).encode())
    for _, content in found:
        write_frame(sink, content)


def _head_size(raw: bytes) -> int:
    ends = [at for mark in (b"\r\n\r\n", b"\n\n") if (at := raw.find(mark)) >= 0]
    return min(ends, default=len(raw))


def _dmarc(nameservers: list[str]) -> Callable[[bytes, NormalizedMail], bool]:
    # Imported late: without DNS the child never needs them.
    from services.intake.clients.dmarc import DnsResolver, passes

    resolver = DnsResolver(nameservers)
    return lambda raw, mail: passes(raw, mail, resolver)


if __name__ == "__main__":
    main(sys.argv[1:])
