"""A schedule: layers, later ones over earlier ones, overrides over all; and who is on call by it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.errors import InvalidArgument, NotFound
from services.triage.domain.oncall.absence import Unavailable, stretches, without_absent
from services.triage.domain.oncall.layer import Layer
from services.triage.domain.oncall.piece import Piece, Watcher, filled, joined, laid_over, within
from services.triage.domain.oncall.spell import check_spell
from services.triage.domain.oncall.wall_clock import zone_of

# What may be asked for at once, and how far ahead a hand-off is looked for.
LONGEST_RANGE = timedelta(days=400)
_LOOK_AHEAD = (timedelta(days=2), timedelta(days=15), timedelta(days=70), LONGEST_RANGE)
_MOST_LAYERS, _MOST_OVERRIDES = 20, 500
# An override that is over is kept for as long as people ask who it was.
_KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Override:
    """Somebody is on call from start_time until end_time, whatever the layers say; the last one made counts."""

    override_id: str
    watcher: Watcher
    start_time: datetime
    end_time: datetime
    reason: str = ""
    made_by: str = ""

    def check(self, now: datetime) -> None:
        """Raises InvalidArgument naming the field."""
        check_spell(self.watcher, self.start_time, self.end_time, now)


@dataclass(frozen=True)
class OnCall:
    """Who is on call at a moment, and until when; until None: as far ahead as anybody looked. Then follows `next`."""

    watcher: Watcher | None
    source: str
    override_id: str
    until: datetime | None
    next: Watcher | None


@dataclass(frozen=True)
class Schedule:
    """Who is on call when, for one provider."""

    schedule_id: str
    name: str
    time_zone: str
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()
    revision: int = 0
    # When those whom it names cannot be on call: known from elsewhere, and not kept with it.
    away: tuple[Unavailable, ...] = ()

    def check(self) -> None:
        """Raises InvalidArgument naming the field."""
        if not 1 <= len(self.name.strip()) <= 120:
            raise InvalidArgument("schedule_name_invalid", "Between 1 and 120 characters.", field="name")
        zone_of(self.time_zone)
        if not 1 <= len(self.layers) <= _MOST_LAYERS:
            raise InvalidArgument("layers_invalid", "Between 1 and 20 layers.", field="layers")
        for number, layer in enumerate(self.layers):
            layer.check(number)

    @property
    def person_ids(self) -> frozenset[str]:
        """All whom it names."""
        named = [one.person_id for layer in self.layers for one in layer.people]
        return frozenset([*named, *(override.watcher.person_id for override in self.overrides)])

    def shifts(self, start: datetime, end: datetime) -> list[Piece]:
        """[start, end) without a hole: who is on call, or nobody, one after the other. Raises InvalidArgument."""
        if not start < end:
            raise InvalidArgument("range_invalid", "It ends after it begins.", field="end_time")
        if end - start > LONGEST_RANGE:
            raise InvalidArgument("range_too_long", "At most 400 days.", field="end_time")
        zone, away = zone_of(self.time_zone), stretches(self.away)
        shown: list[Piece] = []
        for layer in self.layers:
            shown = laid_over(shown, without_absent(layer.pieces(zone, start, end), away))
        for one in self.overrides:
            piece = Piece(one.start_time, one.end_time, one.watcher, one.reason, one.override_id)
            shown = laid_over(shown, without_absent(within([piece], start, end), away))
        return joined(filled(shown, start, end))

    def gaps(self, start: datetime, end: datetime) -> list[Piece]:
        """When nobody is on call."""
        return [piece for piece in self.shifts(start, end) if piece.watcher is None]

    def on_call(self, moment: datetime) -> OnCall:
        """Who is on call then, and until when."""
        first: Piece | None = None
        for ahead in _LOOK_AHEAD:
            pieces = self.shifts(moment, moment + ahead)
            first = pieces[0]
            for piece in pieces:
                if piece.watcher != first.watcher:
                    return OnCall(
                        first.watcher, first.source, first.override_id, piece.start_time, piece.watcher
                    )
        return (
            OnCall(first.watcher, first.source, first.override_id, None, None)
            if first
            else OnCall(None, "", "", None, None)
        )

    def with_override(self, override: Override, now: datetime) -> "Schedule":
        """Raises InvalidArgument; person_unavailable for whoever is not there at any time of it."""
        override.check(now)
        piece = Piece(override.start_time, override.end_time, override.watcher)
        if not without_absent([piece], stretches(self.away)):
            message = "They are unavailable for all of that time."
            raise InvalidArgument("person_unavailable", message, field="person_id")
        kept = tuple(one for one in self.overrides if one.end_time > now - _KEPT)
        if len(kept) >= _MOST_OVERRIDES:
            raise InvalidArgument("too_many_overrides", "At most 500 overrides.", field="overrides")
        return replace(self, overrides=(*kept, override))

    def override(self, override_id: str) -> Override:
        """Raises NotFound("override_not_found")."""
        for one in self.overrides:
            if one.override_id == override_id:
                return one
        raise NotFound("override_not_found", "There is no such override.")

    def without_override(self, override_id: str, now: datetime) -> "Schedule":
        """What has been stays as it was: one that has begun ends now. Raises NotFound("override_not_found")."""
        ended = self.override(override_id)
        others = tuple(one for one in self.overrides if one.override_id != override_id)
        if not ended.start_time < now < ended.end_time:
            return replace(self, overrides=others if ended.start_time >= now else self.overrides)
        index = self.overrides.index(ended)
        kept = (*self.overrides[:index], replace(ended, end_time=now), *self.overrides[index + 1 :])
        return replace(self, overrides=kept)
