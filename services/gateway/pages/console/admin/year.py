"""A year of a calendar as twelve months of weeks, each day with its look and its words."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from babel.dates import format_date, get_day_names, get_month_names

from fairlead.sla.v1.contract_service_pb2 import DayPreview, PreviewCalendarResponse
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import current_locale, duration


@dataclass(frozen=True)
class ShownDay:
    """look: "open", "short" (own hours), "holiday", "closed"; with `change` where the clocks change."""

    number: int
    look: str
    change: bool
    words: str


@dataclass(frozen=True)
class Month:
    """weeks of seven, Monday first; None before the first and after the last day."""

    name: str
    weeks: list[list[ShownDay | None]]
    open_words: str


@dataclass(frozen=True)
class Year:
    """The year, and in words the days that are not like the others."""

    number: int
    months: list[Month]
    special: list[str]


def laid_out(found: PreviewCalendarResponse) -> Year:
    """As a page shows it."""
    locale = current_locale()
    names = get_month_names("wide", "stand-alone", locale)
    months = []
    for month, days in groupby(found.days, key=lambda day: day.date[:7]):
        of_month = list(days)
        hours = sum(day.open_seconds for day in of_month) // 3600
        months.append(
            Month(
                names[int(month[5:])].capitalize(),
                _weeks(of_month, locale),
                _("%(hours)s hours open", hours=hours),
            )
        )
    special = [
        _words(day, locale) for day in found.days if day.holiday or day.override or day.clock_change_seconds
    ]
    return Year(found.year, months, special)


def weekday_names() -> list[str]:
    """Monday first, in the reader's language."""
    names = get_day_names("wide", "stand-alone", current_locale())
    return [names[number].capitalize() for number in range(7)]


def _weeks(days: list[DayPreview], locale: str) -> list[list[ShownDay | None]]:
    before: list[ShownDay | None] = [None] * date.fromisoformat(days[0].date).weekday()
    cells = before + [_shown(day, locale) for day in days]
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def _shown(day: DayPreview, locale: str) -> ShownDay:
    look = "holiday" if day.holiday else "closed"
    if day.windows:
        look = "short" if day.override else "open"
    return ShownDay(int(day.date[8:]), look, bool(day.clock_change_seconds), _words(day, locale))


def _words(day: DayPreview, locale: str) -> str:
    said = [format_date(date.fromisoformat(day.date), "full", locale=locale)]
    if day.name:
        said.append(day.name)
    if day.windows:
        hours = ", ".join(f"{one.start}–{one.end}" for one in day.windows)
        said.append(_("open %(hours)s", hours=hours))
    else:
        said.append(_("holiday") if day.holiday and not day.name else _("closed"))
    if day.clock_change_seconds:
        length = duration(day.clock_change_seconds)
        longer = _("the clocks go back: %(length)s longer", length=length)
        shorter = _("the clocks go forward: %(length)s shorter", length=length)
        said.append(longer if day.clock_change_seconds > 0 else shorter)
    return " · ".join(said)
