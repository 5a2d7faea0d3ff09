"""When somebody cannot be on call, by whatever schedule: on holiday, sick."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import groupby

from services.triage.domain.oncall.piece import Piece, Watcher
from services.triage.domain.oncall.spell import check_spell
from services.triage.domain.oncall.wall_clock import instant_of, zone_of
from services.triage.domain.working import WorkProfile

MOST_ABSENCES = 500


@dataclass(frozen=True)
class Unavailable:
    """[start_time, end_time); absence_id: "" where the days away of a person's work profile say so."""

    absence_id: str
    watcher: Watcher
    start_time: datetime
    end_time: datetime
    reason: str = ""
    made_by: str = ""

    def check(self, now: datetime) -> None:
        """Raises InvalidArgument naming the field."""
        check_spell(self.watcher, self.start_time, self.end_time, now)


def by_profile(profile: WorkProfile) -> list[Unavailable]:
    """The days away of somebody, each from midnight to midnight where they are."""
    zone, watcher = zone_of(profile.time_zone), Watcher(profile.person_id, profile.name)
    return [
        Unavailable(
            "",
            watcher,
            instant_of(datetime.combine(one.first_day, time()), zone),
            instant_of(datetime.combine(one.last_day + timedelta(days=1), time()), zone),
        )
        for one in profile.absences
    ]


def stretches(away: Iterable[Unavailable]) -> Mapping[str, Sequence[tuple[datetime, datetime]]]:
    """By person, sorted and apart."""
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    by_person = sorted(away, key=lambda one: (one.watcher.person_id, one.start_time))
    for person_id, entries in groupby(by_person, key=lambda one: one.watcher.person_id):
        apart: list[tuple[datetime, datetime]] = []
        for one in entries:
            if apart and one.start_time <= apart[-1][1]:
                apart[-1] = apart[-1][0], max(apart[-1][1], one.end_time)
            else:
                apart.append((one.start_time, one.end_time))
        found[person_id] = apart
    return found


def without_absent(
    pieces: Iterable[Piece], away: Mapping[str, Sequence[tuple[datetime, datetime]]]
) -> list[Piece]:
    """The parts in which whoever has them is there."""
    left: list[Piece] = []
    for piece in pieces:
        reached = piece.start_time
        for start, end in away.get(piece.watcher.person_id, ()) if piece.watcher else ():
            if end <= reached or start >= piece.end_time:
                continue
            if reached < start:
                left.append(replace(piece, start_time=reached, end_time=start))
            reached = end
        if reached < piece.end_time:
            left.append(replace(piece, start_time=reached))
    return left
