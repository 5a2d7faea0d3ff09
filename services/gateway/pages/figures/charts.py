"""What charts draw of the tables: lengths of bars, and where the points of lines lie.

Lengths are of 100, and points in a box of 1000 × 100 that the page stretches; nothing is styled here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from babel.dates import format_skeleton

from services.gateway.pages.figures.tables import PRIORITIES, Table, number_text, percent_text
from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import ngettext
from services.gateway.pages.moments import current_locale
from services.gateway.pages.signs import priority_sign, sla_sign

MOST_BARS = 12
WIDTH, HEIGHT = 1000, 100
# Days between the dates under a line, by the days of the period.
_DATES_EVERY = {7: 1, 30: 7, 90: 21}


@dataclass(frozen=True)
class Bar:
    """One bar: what it counts, how long it is (of 100), where it leads. tone: one of signs.py, or "" for the plain one."""

    key: str
    label: str
    number: str
    length: float
    address: str
    icon: str = ""
    tone: str = ""
    note: str = ""


def queue_address(**filters: str) -> str:
    """The queue with these filters (see pages/console/view.py)."""
    return f"/console?{urlencode({name: value for name, value in filters.items() if value})}"


def priority_bars(table: Table, tenant_id: str) -> list[Bar]:
    """P1 first; each leads to the queue of its priority."""
    most = _most(table)
    return [
        _bar(
            word, str(label), count, most, queue_address(priority=word, tenant=tenant_id), priority_sign(word)
        )
        for (word,), (label, count) in zip(table.keys, table.rows, strict=True)
    ]


def sla_bars(table: Table, tenant_id: str) -> list[Bar]:
    """Worst first; each leads to the queue in that state."""
    most = _most(table)
    return [
        _bar(word, str(label), count, most, queue_address(sla=word, tenant=tenant_id), sla_sign(word))
        for (word,), (label, count) in zip(table.keys, table.rows, strict=True)
    ]


def client_bars(table: Table) -> list[Bar]:
    """The first MOST_BARS clients; the table has all."""
    most = _most(table)
    bars = []
    for (tenant_id,), row in list(zip(table.keys, table.rows, strict=True))[:MOST_BARS]:
        urgent = [f"{row[2 + n]} {PRIORITIES[n]}" for n in (0, 1) if row[2 + n]]
        late = int(str(row[7]))
        notes = [*urgent, *([_("%(num)s late", num=number_text(late))] if late else [])]
        address = queue_address(tenant=tenant_id)
        bars.append(_bar(tenant_id, str(row[0]), row[1], most, address, note=" · ".join(notes)))
    return bars


@dataclass(frozen=True)
class Line:
    """A series: its points as an SVG path, and the same points as dots."""

    label: str
    path: str
    dots: str


@dataclass(frozen=True)
class Plot:
    """Lines over days. ticks: from the top to 0. dates: under each day, mostly empty. days: (x, width, what it says)."""

    lines: tuple[Line, ...]
    ticks: list[str]
    grid: list[float]
    dates: list[str]
    days: list[tuple[float, float, str]]
    summary: str
    has_dots: bool
    # Every day has its date: too many for a telephone.
    is_dense: bool


def flow_plot(table: Table) -> Plot:
    """Arrived and resolved, day by day."""
    locale, many = current_locale(), len(table.rows)
    step = _step(_most(table))
    band, top = WIDTH / many, 4 * step
    every = _DATES_EVERY.get(many, max(1, many // 5))
    days = [date.fromisoformat(day) for (day,) in table.keys]
    texts = [format_skeleton("MMMd", day, locale=locale) for day in days]
    series = [[int(str(row[n])) for row in table.rows] for n in (1, 2)]
    says = [
        f"{day}: " + _("%(arrived)s arrived, %(resolved)s resolved", arrived=row[1], resolved=row[2])
        for day, row in zip(texts, table.shown, strict=True)
    ]
    arrived, resolved = (str(cell) for cell in table.shown_total[1:])
    period = ngettext("Over %(num)s day", "Over %(num)s days", many)
    return Plot(
        lines=tuple(_line(table.columns[n + 1].label, counts, band, top) for n, counts in enumerate(series)),
        ticks=[number_text(step * n) for n in (4, 3, 2, 1, 0)],
        grid=[HEIGHT * n / 4 for n in range(5)],
        dates=[text if (many - 1 - n) % every == 0 else "" for n, text in enumerate(texts)],
        days=[(round(n * band, 2), round(band, 2), said) for n, said in enumerate(says)],
        summary=f"{period}: "
        + _("%(arrived)s arrived, %(resolved)s resolved", arrived=arrived, resolved=resolved),
        has_dots=many <= 31,
        is_dense=every == 1,
    )


@dataclass(frozen=True)
class Meter:
    """One kind of promise: how much of it was kept, in words and as a length (of 100)."""

    label: str
    percent: str
    length: float | None
    counts: str


@dataclass(frozen=True)
class Promises:
    """One contract of one client."""

    tenant_id: str
    client: str
    contract: str
    meters: list[Meter]


def promises_of(table: Table) -> list[Promises]:
    """In the order of the table."""
    found: dict[tuple[str, str], Promises] = {}
    for (tenant_id, contract_id, _kind), row, shown in zip(table.keys, table.rows, table.shown, strict=True):
        kept = found.setdefault(
            (tenant_id, contract_id), Promises(tenant_id, str(row[0]), str(row[1]), meters=[])
        )
        kept.meters.append(meter(str(row[2]), shown[3:6], row[6]))  # type: ignore[arg-type]  # a percentage: so the table makes it
    return list(found.values())


def meter(label: str, counts: Sequence[str], percent: float | None) -> Meter:
    """counts: met, breached and running as people read them."""
    words = _(
        "%(met)s met · %(breached)s breached · %(running)s running",
        met=counts[0],
        breached=counts[1],
        running=counts[2],
    )
    return Meter(label, percent_text(percent) if percent is not None else _("No verdict yet"), percent, words)


def _bar(
    key: str, label: str, count: object, most: int, address: str, sign: object = None, note: str = ""
) -> Bar:
    number = int(str(count))
    return Bar(
        key=key,
        label=label,
        number=number_text(number),
        length=round(100 * number / most, 2),
        address=address,
        icon=getattr(sign, "icon", ""),
        tone=getattr(sign, "tone", "") if number else "",
        note=note,
    )


def _most(table: Table) -> int:
    """The largest number that a bar or point of the table stands for; at least 1."""
    counted = slice(1, 3) if table.key == "flow" else slice(1, 2)
    return max([1, *(int(str(cell)) for row in table.rows for cell in row[counted])])


def _step(most: int) -> int:
    """A quarter of the scale: 1, 2 or 5 times a power of ten."""
    step = 1
    while step * 4 < most:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


def _line(label: str, counts: Sequence[int], band: float, top: int) -> Line:
    points = [
        (round((n + 0.5) * band, 2), round(HEIGHT - HEIGHT * count / top, 2))
        for n, count in enumerate(counts)
    ]
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    # A line of no length with a round or square end is a dot that stretching does not distort.
    return Line(label, path, "".join(f"M{x} {y}h0" for x, y in points))
