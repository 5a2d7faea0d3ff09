"""Pieces of time that belong to somebody: sorted, apart, and laid over one another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class Watcher:
    """Somebody of the provider's staff who can be on call."""

    person_id: str
    name: str = ""


@dataclass(frozen=True)
class Piece:
    """[start_time, end_time) is the watcher's, or nobody's; source: the layer's name, or the override's id."""

    start_time: datetime
    end_time: datetime
    watcher: Watcher | None
    source: str = ""
    override_id: str = ""

    def within(self, start: datetime, end: datetime) -> "Piece | None":
        """The part of it in [start, end)."""
        first, last = max(self.start_time, start), min(self.end_time, end)
        return replace(self, start_time=first, end_time=last) if first < last else None


def within(pieces: Iterable[Piece], start: datetime, end: datetime) -> list[Piece]:
    """Those in [start, end), cut to it."""
    return [cut for piece in pieces if (cut := piece.within(start, end))]


def laid_over(below: Sequence[Piece], above: Sequence[Piece]) -> list[Piece]:
    """Both, sorted; where they meet, only what lies above."""
    shown: list[Piece] = []
    waiting = iter(above)
    cover = next(waiting, None)
    for piece in below:
        rest = piece
        while cover and cover.end_time <= rest.start_time:
            shown.append(cover)
            cover = next(waiting, None)
        while cover and cover.start_time < rest.end_time:
            if before := rest.within(rest.start_time, cover.start_time):
                shown.append(before)
            after = rest.within(cover.end_time, rest.end_time)
            if after is None:
                break
            shown.append(cover)
            cover, rest = next(waiting, None), after
        else:
            shown.append(rest)
    shown.extend([cover] if cover else [])
    shown.extend(waiting)
    return shown


def filled(pieces: Sequence[Piece], start: datetime, end: datetime) -> list[Piece]:
    """Sorted pieces within [start, end), with nobody's in between: together they are all of it."""
    complete, reached = [], start
    for piece in pieces:
        if reached < piece.start_time:
            complete.append(Piece(reached, piece.start_time, None))
        complete.append(piece)
        reached = piece.end_time
    if reached < end:
        complete.append(Piece(reached, end, None))
    return complete


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbors that are alike as one."""
    result: list[Piece] = []
    for piece in pieces:
        last = result[-1] if result else None
        if last and last.end_time == piece.start_time and _alike(last, piece):
            result[-1] = replace(last, end_time=piece.end_time)
        else:
            result.append(piece)
    return result


def _alike(one: Piece, other: Piece) -> bool:
    return (one.watcher, one.source, one.override_id) == (other.watcher, other.source, other.override_id)
