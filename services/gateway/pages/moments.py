"""Times as people read them: in their own zone and language, with the exact moment in the markup.

In templates, with a protobuf Timestamp or an aware datetime:

    {{ moment(entry.time) }}                 <time datetime="2026-11-23T13:05:00Z" title="…">23 Nov 2026, 14:05</time>
    {{ moment(entry.time, "relative") }}     <time …>3 minutes ago</time>
    {{ moment(clock.due_time, "due") }}      <time …>tomorrow at 09:30</time>
    {{ duration(5400) }}                     2 hours
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_datetime_format
from flask import Flask, g
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from markupsafe import Markup, escape

from chassis.errors import FairleadError
from services.gateway.auth.access import current_person, current_session
from services.gateway.auth.context import gateway
from services.gateway.pages.language import current_language, of_page
from services.gateway.pages.language import gettext as _
from services.gateway.pages.place import portal_tenant

Moment = datetime | Timestamp
# What does not depend on what time it is now.
_LASTING = frozenset({"medium", "date", "clock"})


def add_moments(app: Flask) -> None:
    """Gives templates `moment`, `duration`, `due_text`, `due_stamp`, `time_to` and `given`."""
    app.jinja_env.globals.update(
        moment=moment,
        duration=duration,
        due_text=due_text,
        due_stamp=stamp,
        time_to=time_to,
        given=given,
    )


def given(message: Message, field: str) -> Timestamp | None:
    """A time of a message, None where it is not set (protobuf would give 1970)."""
    return getattr(message, field) if message.HasField(field) else None


def stamp(value: Moment) -> str:
    """RFC 3339, UTC, whole seconds."""
    return as_datetime(value).isoformat(timespec="seconds").replace("+00:00", "Z")


def time_to(value: Moment) -> str:
    """How far away a moment is, either way: "40 minutes"."""
    return duration((as_datetime(value) - gateway().clock()).total_seconds())


def as_datetime(value: Moment) -> datetime:
    """An aware UTC datetime."""
    return value.ToDatetime(tzinfo=UTC) if isinstance(value, Timestamp) else value.astimezone(UTC)


def moment(value: Moment, style: str = "medium") -> Markup:
    """A <time> element. Styles: "medium" (date and time), "date", "relative" (how long ago), "due" (near dates by name),
    "clock" (the time of day alone).
    """
    zone, locale = _reader()
    if isinstance(value, Timestamp) and style in _LASTING:
        return _settled_at(value.seconds, zone, locale, style)
    when = as_datetime(value)
    if style == "relative":
        return _element(when, zone, locale, _relative(when))
    if style == "due":
        return _element(when, zone, locale, due_text(when))
    return _settled(when, zone, locale, style)


def due_text(value: Moment) -> str:
    """A day near today by its name, and the time: "today at 16:30", "Friday at 09:00", "3 December at 10:00"."""
    local, locale = as_datetime(value).astimezone(current_zone()), current_locale()
    today = gateway().clock().astimezone(current_zone()).date()
    time = _time_of_day(local.hour, local.minute, locale)
    days = (local.date() - today).days
    if days == 0:
        return _("today at %(time)s", time=time)
    if days == 1:
        return _("tomorrow at %(time)s", time=time)
    if days == -1:
        return _("yesterday at %(time)s", time=time)
    if 1 < days < 7:
        return _("%(weekday)s at %(time)s", weekday=_day(local.date(), "EEEE", locale), time=time)
    return _("%(date)s at %(time)s", date=_day(local.date(), "d MMMM", locale), time=time)


def duration(seconds: float) -> str:
    """A length of time in words, rounded to its largest unit."""
    return format_timedelta(timedelta(seconds=abs(seconds)), locale=current_locale(), threshold=1.2)


def current_zone() -> ZoneInfo:
    """The reader's zone: the person's, else the client's, else UTC."""
    known: ZoneInfo | None = g.get("zone")
    if known is None:
        known = g.zone = _zone(_asked(_zone_of_person)) or _zone(_asked(_zone_of_tenant)) or ZoneInfo("UTC")
    return known


def current_locale() -> str:
    """How dates are written: the page's language as it is written where the reader's zone lies."""
    return _locale(current_language(), current_zone().key)


def _reader() -> tuple[ZoneInfo, str]:
    """Zone and locale of this page."""
    known: tuple[ZoneInfo, str] | None = of_page().get("zone_and_locale")
    if known is None:
        known = g.zone_and_locale = (current_zone(), current_locale())
    return known


@lru_cache(maxsize=1_024)
def _locale(language: str, zone_key: str) -> str:
    american = zone_key.startswith(("America/", "US/", "Canada/"))
    if language == "fr":
        return "fr_CA" if american else "fr_FR"
    return "en_US" if american else "en_GB"


@lru_cache(maxsize=8_192)
def _settled_at(seconds: int, zone: ZoneInfo, locale: str, style: str) -> Markup:
    """As `_settled`, by seconds since 1970: what a message brings is no datetime yet, and need not become one."""
    return _settled(datetime.fromtimestamp(seconds, UTC), zone, locale, style)


# A page says a hundred moments, many of them on the same day: Babel takes 60 microseconds for each that is told whole,
# and a fifth of that where locale, day and zone are known already.
@lru_cache(maxsize=8_192)
def _settled(when: datetime, zone: ZoneInfo, locale: str, style: str) -> Markup:
    """What does not depend on what time it is now."""
    local = when.astimezone(zone)
    if style == "date":
        return _element(when, zone, locale, _day(local.date(), "long", locale))
    if style == "clock":
        return _element(when, zone, locale, _time_of_day(local.hour, local.minute, locale))
    day, time = _day(local.date(), "medium", locale), _time_of_day(local.hour, local.minute, locale)
    return _element(when, zone, locale, f"{day}, {time}")


def _element(when: datetime, zone: ZoneInfo, locale: str, shown: str) -> Markup:
    exact = _exactly(when, zone, locale)
    return Markup(  # noqa: S704 - both texts are escaped here
        f'<time datetime="{stamp(when)}" title="{escape(exact)}">{escape(shown)}</time>'
    )


@lru_cache(maxsize=8_192)
def _exactly(when: datetime, zone: ZoneInfo, locale: str) -> str:
    """Babel's "full" date and time, from its parts."""
    local, known = when.astimezone(zone), _parsed(locale)
    told = str(get_datetime_format("full", locale=known)).replace("'", "")
    time = format_time(local, "full", locale=known)
    return told.replace("{0}", time).replace("{1}", _day(local.date(), "full", locale))


@lru_cache(maxsize=4_096)
def _day(day: date, style: str, locale: str) -> str:
    return format_date(day, style, locale=_parsed(locale))


@lru_cache(maxsize=8_192)
def _time_of_day(hour: int, minute: int, locale: str) -> str:
    return format_time(time_of_day(hour, minute), "short", locale=_parsed(locale))


@cache
def _parsed(locale: str) -> Locale:
    return Locale.parse(locale)


def _relative(when: datetime) -> str:
    passed = when - gateway().clock()
    if abs(passed) < timedelta(seconds=45):
        return _("just now")
    return format_timedelta(passed, locale=current_locale(), add_direction=True, threshold=1.2)


def _asked(question: Callable[[], str]) -> str:
    """A page is still made while the directory is away."""
    try:
        return question()
    except FairleadError:
        return ""


def _zone_of_person() -> str:
    return current_person().time_zone if current_session() else ""


def _zone_of_tenant() -> str:
    tenant = portal_tenant()
    if tenant is None and current_session():
        person = current_person()
        for membership in person.memberships:
            tenant = gateway().directory.tenant(person.provider_id, membership.tenant_id)
            break
    return tenant.time_zone if tenant else ""


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
