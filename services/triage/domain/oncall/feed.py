"""A calendar of shifts that other programs subscribe to: who may read it, and which shifts, each with a lasting name."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.triage.domain.oncall.piece import Piece
from services.triage.domain.oncall.schedule import Schedule

# Looked at together within 400 days: so far back is a shift's true beginning looked for.
_BACK, _AHEAD, _LOOKED_BACK = timedelta(days=14), timedelta(days=92), timedelta(days=300)
_LONGEST = timedelta(days=31)
MOST_FEEDS = 20


@dataclass(frozen=True)
class Feed:
    """schedule_id: "" for the person's own shifts by every schedule."""

    feed_id: str
    person_id: str
    schedule_id: str
    create_time: datetime


@dataclass(frozen=True)
class FeedShift:
    """uid: the same as long as the shift begins when it does; sequence: increases when its schedule changes."""

    uid: str
    sequence: int
    piece: Piece
    schedule_name: str


def shown(feed: Feed, schedules: Iterable[Schedule], now: datetime) -> list[FeedShift]:
    """What the feed holds, the earliest first."""
    found = [
        FeedShift(_uid(schedule, piece), schedule.revision, piece, schedule.name)
        for schedule in schedules
        if feed.schedule_id in ("", schedule.schedule_id)
        for piece in _pieces(schedule, now)
        if piece.watcher and (feed.schedule_id or piece.watcher.person_id == feed.person_id)
    ]
    return sorted(found, key=lambda one: (one.piece.start_time, one.uid))


def _pieces(schedule: Schedule, now: datetime) -> Iterator[Piece]:
    for piece in schedule.shifts(now - _LOOKED_BACK, now + _AHEAD):
        for part in _in_months(piece):
            if part.end_time > now - _BACK:
                yield part


def _in_months(piece: Piece) -> Iterator[Piece]:
    """A shift without an end in sight begins and ends where one looks; by months, most of it keeps its name."""
    if piece.end_time - piece.start_time <= _LONGEST:
        yield piece
        return
    start = piece.start_time
    while start < piece.end_time:
        next_month = (
            start.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)
        ).replace(day=1)
        end = min(next_month, piece.end_time)
        yield replace(piece, start_time=start, end_time=end)
        start = end


def _uid(schedule: Schedule, piece: Piece) -> str:
    person_id = piece.watcher.person_id if piece.watcher else ""
    parts = (schedule.schedule_id, person_id, piece.start_time.isoformat())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
