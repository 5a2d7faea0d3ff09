"""A program at the other end: a JSON line out for each JSON line in, as soon as it came."""

import sys
import time
from collections.abc import Callable, Iterator

import click

# How often progress is told, on the standard error.
_TOLD_SECONDS = 2.0
_PIECE_BYTES = 1 << 16


def answer_all(answer: Callable[[str], str]) -> bool:
    """A line out for each line in that is not blank, as soon as it came; whether one of them told an error.

    Read in pieces, so that a program may wait for each answer, and a large file costs no more than its longest line.
    """
    failed, count = False, 0
    begun = told = time.monotonic()
    for lines in _lines():
        answers = [answer(line.decode(errors="replace")) for line in lines if line.strip()]
        if answers:
            click.echo("\n".join(answers))
            failed = failed or any('"error": ' in each for each in answers)
            count += len(answers)
        if time.monotonic() - told > _TOLD_SECONDS:
            told = time.monotonic()
            click.echo(f"{count:,} answered, {count / (told - begun):,.0f}/s", err=True)
    return failed


def _lines() -> Iterator[list[bytes]]:
    """The lines that each piece of the standard input ends; a long one is put together once, at its end."""
    begun: list[bytes] = []
    while piece := _more():
        first, *others = piece.split(b"\n")
        begun.append(first)
        if others:
            *whole, last = others
            lines, begun = [b"".join(begun), *whole], [last]
            yield lines
    yield [b"".join(begun)]


def _more() -> bytes:
    """What has come on the standard input, waiting for some; empty at its end."""
    stream = sys.stdin.buffer
    return stream.read1(_PIECE_BYTES) if hasattr(stream, "read1") else stream.read(_PIECE_BYTES)
