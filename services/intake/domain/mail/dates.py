"""The time of a Date field, in the forms that mailers really write."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from services.intake.domain.mail.headers import readable

_LONGEST = 200
_COMMENT = re.compile(r"\([^()]{0,100}\)")
_ISO = re.compile(
    r"\s*(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)[T ]+(\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d{1,9})?\s*(.{0,40})$"
)
_TIME = re.compile(
    r"(?<![\d.:])(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:\.\d{1,6})?(?![.:\d])\s*([AaPp]\.?[Mm]\b)?"
)
_OFFSET = re.compile(r"(?:\b(?:GMT|UTC|UT|Z)\s?)?([+-])(\d{1,20})(?::(\d\d))?")
_NUMBER = re.compile(r"\d{1,4}")
_WORD = re.compile(r"[^\W\d_]{1,20}")
_BEFORE_MONTH = re.compile(r"\d{1,2}[\s.\-]{0,3}(?:de\s)?$")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier januar jänner janv enero ene gennaio gen januari janeiro styczeń янв января",
            "feb february février fevrier févr fév februar febrero febbraio februari fevereiro fev luty фев февраля",
            "mar march mars märz mrz mär marzo maart mrt março marzec мар марта",
            "apr april avril avr abril abr aprile kwiecień апр апреля",
            "may mai mayo maggio mag mei maio maj май мая",
            "jun june juin juni junio giugno giu junho czerwiec июн июня",
            "jul july juillet juil juli julio luglio lug julho lipiec июл июля",
            "aug august août aout agosto ago augustus sierpień авг августа",
            "sep sept september septembre septiembre settembre set setembro wrzesień сен сентября",
            "oct october octobre oktober okt octubre ottobre ott outubro out październik окт октября",
            "nov november novembre noviembre novembro listopad ноя ноября",
            "dec december décembre decembre déc dez dezember diciembre dic dicembre dezembro grudzień дек декабря",
        ),
        1,
    )
    for name in names.split()
}
_NAMES_BY_MINUTES = {
    0: "ut utc gmt z wet",
    60: "bst west cet met mez",
    120: "cest mest mesz eet sast",
    180: "eest msk",
    240: "msd",
    330: "ist",
    480: "hkt sgt awst",
    540: "jst kst",
    600: "aest",
    660: "aedt",
    720: "nzst",
    780: "nzdt",
    -180: "adt",
    -240: "ast edt",
    -300: "est cdt",
    -360: "cst mdt",
    -420: "mst pdt",
    -480: "pst akdt",
    -540: "akst",
    -600: "hst",
}
# Minutes ahead of UTC.
_ZONES = {name: minutes for minutes, names in _NAMES_BY_MINUTES.items() for name in names.split()}
_DAY_MINUTES = 24 * 60


def date(value: bytes) -> datetime | None:
    """The time of a Date field in UTC; None when it cannot be read or is absurd."""
    text = _COMMENT.sub(" ", readable(value)[:_LONGEST]).replace('"', " ").strip()
    try:
        moment = _iso(text) or _in_words(text) or _as_the_library_does(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment and 1970 <= moment.year < 2200 else None


def _iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if not match:
        return None
    year, month, day, hour, minute = (int(match[place]) for place in range(1, 6))
    return _moment(year, month, day, hour, minute, int(match[6] or 0), match[7])


def _in_words(text: str) -> datetime | None:
    """Day, month by name, year, time and zone, in whatever order they stand."""
    time = _TIME.search(text)
    named = _month_in(text)
    if not (time and named):
        return None
    zone = text[time.end() :]
    numbers = [
        found
        for found in _NUMBER.finditer(text)
        if found.end() <= time.start() or found.start() >= time.end()
    ]
    if len(numbers) < 2:
        return None
    # The day is the nearest number to the month that may be one; of "3 Mar 25" the one before it.
    days = [one for one in numbers if len(one[0]) <= 3 and 1 <= int(one[0]) <= 31]
    before = [one for one in days if one.end() <= named.start()]
    day = before[-1] if before else min(days, key=lambda one: one.start() - named.end())
    # What clings to a sign behind the time is a zone.
    years = [
        one
        for one in numbers
        if one is not day and not (one.start() >= time.end() and text[one.start() - 1] in "+-")
    ]
    year = int(years[0][0])
    year += 0 if year >= 1000 else 1900 if year >= 50 else 2000
    hour = int(time[1])
    if time[4]:
        hour = hour % 12 + (12 if time[4][0] in "pP" else 0)
    return _moment(year, _MONTHS[named[0].lower()], int(day[0]), hour, int(time[2]), int(time[3] or 0), zone)


def _month_in(text: str) -> re.Match[str] | None:
    """The name of a month; of "mar. 4 avr." (a Tuesday in April) the one behind a number."""
    named = [word for word in _WORD.finditer(text) if word[0].lower() in _MONTHS]
    behind = (word for word in named if _BEFORE_MONTH.search(text, 0, word.start()))
    return next(behind, named[0] if named else None)


def _moment(year: int, month: int, day: int, hour: int, minute: int, second: int, zone: str) -> datetime:
    """24:00 is the next day's beginning; a leap second is the last before it."""
    later = timedelta(days=1) if (hour, minute) == (24, 0) else timedelta()
    hour = 0 if later else hour
    own = timezone(timedelta(minutes=_minutes(zone)))
    return (datetime(year, month, day, hour, minute, min(second, 59), tzinfo=own) + later).astimezone(UTC)


def _minutes(zone: str) -> int:
    """What a zone is ahead of UTC; a name that nobody knows counts as none (RFC 5322, 4.3)."""
    match = _OFFSET.search(zone)
    if match:
        # "+1", "+01", "+0100" and "+01:00", and "-600", which lost its zero.
        hours, rest = (match[2][:-2], match[2][-2:]) if len(match[2]) > 2 else (match[2], match[3] or "0")
        minutes = int(hours) * 60 + int(rest)
        if minutes >= _DAY_MINUTES:
            raise ValueError(zone)
        return -minutes if match[1] == "-" else minutes
    named = (word[0].lower() for word in _WORD.finditer(zone))
    return next((_ZONES[name] for name in named if name in _ZONES), 0)


def _as_the_library_does(text: str) -> datetime | None:
    parts = parsedate_tz(text)
    if parts is None:
        return None
    zone = timezone(timedelta(seconds=parts[9])) if parts[9] else UTC
    return datetime(*parts[:6], tzinfo=zone).astimezone(UTC)
