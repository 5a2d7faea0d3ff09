"""Shifts as a page lists them: by day, each with its times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from fairlead.triage.v1 import on_call_pb2
from services.gateway.pages.dots import COLORS
from services.gateway.pages.moments import as_datetime, current_zone


@dataclass(frozen=True)
class Span:
    """One shift or gap. dot: the color of its person, "" for a gap."""

    start_time: datetime
    end_time: datetime
    name: str
    source: str
    by_override: bool
    dot: str


@dataclass(frozen=True)
class Day:
    """The shifts that begin on one day of the reader's."""

    day: date
    spans: list[Span]


def drawn(shifts: Iterable[on_call_pb2.OnCallShift]) -> list[Day]:
    """By the day on which they begin, in the reader's zone."""
    colors: dict[str, int] = {}
    spans = [_span(one, colors) for one in shifts]
    zone = current_zone()
    by_day = groupby(spans, key=lambda one: one.start_time.astimezone(zone).date())
    return [Day(day, list(found)) for day, found in by_day]


def _span(shift: Any, colors: dict[str, int]) -> Span:
    person = shift.person if shift.HasField("person") else None
    color = colors.setdefault(person.person_id, len(colors) % COLORS) if person else 0
    return Span(
        as_datetime(shift.start_time),
        as_datetime(shift.end_time),
        person.name if person else "",
        shift.source,
        bool(shift.override_id),
        f"fl-dot-{color}" if person else "",
    )
