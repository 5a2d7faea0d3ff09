"""A schedule as a form shows it, and what somebody typed as a schedule."""

import re
from collections.abc import Iterable, Mapping

from fairlead.triage.v1 import on_call_pb2
from services.gateway.pages.console.admin.doing import Refused
from services.gateway.pages.console.admin.forms import whole
from services.gateway.pages.language import gettext as _

# A form has room for one layer more than there are.
MOST_LAYERS = 20
MOST_TURNS = 100
_HOURS = re.compile(r"(?:([^\d]*?)\s+)?(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")
# As people write them in English and French; the first of each pair is shown.
_DAYS = (
    ("mon", "lun"),
    ("tue", "mar"),
    ("wed", "mer"),
    ("thu", "jeu"),
    ("fri", "ven"),
    ("sat", "sam"),
    ("sun", "dim"),
)
_NUMBER = {name: number for number, names in enumerate(_DAYS) for name in names}


def unit_choices() -> list[tuple[str, str]]:
    """What a turn's length may count."""
    return [("hours", _("hours")), ("days", _("days")), ("weeks", _("weeks"))]


def hours_text(restrictions: Iterable[on_call_pb2.OnCallRestriction], language: str) -> str:
    """A line each: "mon,tue 09:00-17:00"."""
    column = 1 if language == "fr" else 0
    lines = []
    for one in restrictions:
        days = ",".join(_DAYS[day][column] for day in one.weekdays)
        lines.append(" ".join(filter(None, (days, f"{one.start}-{one.end}"))))
    return "\n".join(lines)


def hours_of(text: str) -> list[on_call_pb2.OnCallRestriction]:
    """The way back; also "mon-fri". Raises Refused for a line that is none of that."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        match = _HOURS.fullmatch(line.strip().lower())
        days = _days_of(match[1] or "") if match else None
        if match is None or days is None:
            raise Refused(
                layers=_(
                    "Hours are written mon-fri 09:00-17:00, a line each: “%(line)s” is not.",
                    line=line.strip(),
                )
            )
        found.append(
            on_call_pb2.OnCallRestriction(weekdays=days, start=match[2].zfill(5), end=match[3].zfill(5))
        )
    return found


def _days_of(text: str) -> list[int] | None:
    days: set[int] = set()
    for part in filter(None, re.split(r"[\s,]+", text)):
        first, _dash, last = part.partition("-")
        if first[:3] not in _NUMBER or (last and last[:3] not in _NUMBER):
            return None
        begin = _NUMBER[first[:3]]
        length = (_NUMBER[last[:3]] - begin) % 7 if last else 0
        days |= {(begin + step) % 7 for step in range(length + 1)}
    return sorted(days)


def schedule_of(form: Mapping[str, str], schedule_id: str = "") -> on_call_pb2.OnCallSchedule:
    """What was typed. A layer in which nobody takes turns is left out. Raises Refused."""
    typed = on_call_pb2.OnCallSchedule(
        schedule_id=schedule_id,
        name=form.get("name", "").strip(),
        time_zone=form.get("time_zone", "").strip(),
        revision=whole(form.get("revision", "")) or 0,
    )
    for number in range(MOST_LAYERS):
        people = _in_turn(form, number)
        if people:
            typed.layers.append(_layer(form, number, people))
    return typed


def _layer(form: Mapping[str, str], number: int, people: list[str]) -> on_call_pb2.OnCallLayer:
    count = whole(form.get(f"count-{number}", "1"), least=1, most=9_000)
    if count is None:
        raise Refused(layers=_("A turn takes a whole number of hours, days or weeks."))
    if not form.get(f"start-{number}"):
        raise Refused(layers=_("Say when the first turn begins."))
    return on_call_pb2.OnCallLayer(
        name=form.get(f"layer-{number}", "").strip() or _("Layer %(number)s", number=number + 1),
        people=[on_call_pb2.OnCallPerson(person_id=one) for one in people],
        start=form[f"start-{number}"],
        turn_count=count,
        turn_unit=_unit(form.get(f"unit-{number}", "")),
        restrictions=hours_of(form.get(f"hours-{number}", "")),
        until=form.get(f"until-{number}", ""),
    )


def _unit(word: str) -> on_call_pb2.TurnUnit:
    known = {"hours": on_call_pb2.TURN_UNIT_HOURS, "days": on_call_pb2.TURN_UNIT_DAYS}
    return known.get(word, on_call_pb2.TURN_UNIT_WEEKS)


def _in_turn(form: Mapping[str, str], number: int) -> list[str]:
    """Who takes turns, in their order; places left empty do not count."""
    chosen = (form.get(f"turn-{number}-{place}", "").strip() for place in range(MOST_TURNS))
    return [person_id for person_id in chosen if person_id]
