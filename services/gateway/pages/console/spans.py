"""Lengths of time as short as a chip needs them: "2 h 5 min". static/js/console/spans.js says the same."""

from services.gateway.auth.context import gateway
from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import in_each_language
from services.gateway.pages.moments import Moment, as_datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@in_each_language
def span_words() -> dict[str, str]:
    """The units in the page's language, for scripts as well."""
    return {
        "seconds": _("less than 1 min"),
        "minutes": _("%(num)s min"),
        "hours": _("%(num)s h"),
        "days": _("%(num)s d"),
        "left": _("left"),
        "late": _("%(time)s late"),
    }


def span(seconds: float) -> str:
    """The two largest units of a length of time, its sign ignored, rounded down: "3 d 4 h", "2 h 5 min", "12 min"."""
    words, rest = span_words(), int(abs(seconds))
    if rest < _MINUTE:
        return words["seconds"]
    days, rest = divmod(rest, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = rest // _MINUTE
    parts = [("days", days), ("hours", hours), ("minutes", minutes)]
    while not parts[0][1]:
        parts.pop(0)
    return " ".join(words[unit] % {"num": number} for unit, number in parts[:2] if number)


def chip_time(due_time: Moment) -> str:
    """What a running clock's chip says: "2 h 5 min left", "12 min late"."""
    words = span_words()
    seconds = (as_datetime(due_time) - gateway().clock()).total_seconds()
    if seconds < 0:
        return words["late"] % {"time": span(seconds)}
    return f"{span(seconds)} {words['left']}"
