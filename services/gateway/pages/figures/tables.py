"""The tables of the figures: what charts draw, what a reader may open instead, and what a CSV holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_decimal, format_percent

from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_service_pb2 import CountFlowResponse
from fairlead.sla.v1 import clock_service_pb2, contract_pb2
from fairlead.triage.v1 import queue_pb2, queue_service_pb2
from services.gateway.backends.words import word_of
from services.gateway.pages.figures.reading import Figures
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import current_locale
from services.gateway.pages.signs import priority_sign, sla_sign

Cell = str | int | float | date | None
KEYS = ("priority", "sla", "clients", "flow", "attainment", "kpis", "kpi_groups")
PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
# Worst first; the last two are rare, and shown only where there are any.
SLA_STATES = ("breached", "at_risk", "ok", "paused", "no_contract", "met", "pending")
_RARE = ("met", "pending")


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    # With one decimal, or two.
    TENTHS = "tenths"
    HUNDREDTHS = "hundredths"
    PERCENT = "percent"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """A column and its head."""

    label: str
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True)
class Table:
    """Plain values in rows. `keys` name the rows for whoever draws them; `total` is a last row, where there is one."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    keys: Sequence[tuple[str, ...]]
    total: tuple[Cell, ...] | None = None

    @property
    def shown(self) -> list[list[str]]:
        """The rows as people read them, in the page's language."""
        return [self._shown(row) for row in self.rows]

    @property
    def shown_total(self) -> list[str]:
        return self._shown(self.total) if self.total else []

    @property
    def is_empty(self) -> bool:
        """Whether every number is 0."""
        counts = [n for n, column in enumerate(self.columns) if column.kind is Kind.NUMBER]
        return not any(row[n] for row in self.rows for n in counts)

    def _shown(self, row: tuple[Cell, ...]) -> list[str]:
        return [cell_text(cell, column.kind) for cell, column in zip(row, self.columns, strict=True)]


def cell_text(cell: Cell, kind: Kind) -> str:
    """A value as people read it; a dash where there is none."""
    if cell is None:
        return "–"
    if kind is Kind.PERCENT:
        return percent_text(float(str(cell)))
    if kind in (Kind.TENTHS, Kind.HUNDREDTHS):
        pattern = "#,##0.0" if kind is Kind.TENTHS else "#,##0.00"
        return format_decimal(Decimal(str(cell)), pattern, locale=current_locale())
    if isinstance(cell, date):
        return format_skeleton("yMMMEd", cell, locale=current_locale())
    return number_text(cell) if isinstance(cell, int) else str(cell)


def number_text(number: int) -> str:
    """ "1,234" or "1 234"."""
    return format_decimal(number, locale=current_locale())


def percent_text(percent: float) -> str:
    """ "98.3%" or "98,3 %"."""
    locale = current_locale()
    before, _zero, after = Locale.parse(locale).percent_formats[None].pattern.rpartition("0")
    return format_percent(Decimal(str(percent)) / 100, f"{before}0.0{after}", locale=locale)


def stock_tables(figures: Figures) -> dict[str, Table | None]:
    """What is open, what comes and goes, what was kept; by key, None for what could not be read."""
    found, flow, kept = figures.open, figures.flow, figures.attainment
    return {
        "priority": _priorities(found.total) if found else None,
        "sla": _sla_states(found.total) if found else None,
        "clients": _clients(found, figures.tenants) if found else None,
        "flow": _flow(flow) if flow else None,
        "attainment": _attainment(kept, figures.tenants) if kept else None,
    }


def target_label(kind: int) -> str:
    """What a contract promises."""
    labels: dict[int, str] = {
        contract_pb2.TARGET_KIND_FIRST_RESPONSE: _("First response"),
        contract_pb2.TARGET_KIND_RESOLUTION: _("Resolution"),
        contract_pb2.TARGET_KIND_NEXT_UPDATE: _("Next update"),
    }
    return labels.get(kind, _("Target"))


def _priorities(count: queue_service_pb2.OpenCount) -> Table:
    counted = priority_counts(count)
    signs = [priority_sign(word) for word in PRIORITIES]
    return Table(
        "priority",
        _("Open incidents by priority, now"),
        (Column(_("Priority"), Kind.TEXT), Column(_("Open incidents"))),
        [(f"{sign.word} {sign.label}", counted.get(sign.word, 0)) for sign in signs],
        [(sign.word,) for sign in signs],
        (_("Total"), count.total),
    )


def _sla_states(count: queue_service_pb2.OpenCount) -> Table:
    counted = sla_counts(count)
    shown = [word for word in SLA_STATES if word not in _RARE or counted.get(word)]
    return Table(
        "sla",
        _("Open incidents by service level, now"),
        (Column(_("Service level"), Kind.TEXT), Column(_("Open incidents"))),
        [(sla_sign(word).label, counted.get(word, 0)) for word in shown],
        [(word,) for word in shown],
        (_("Total"), count.total),
    )


def _clients(found: queue_service_pb2.CountOpenResponse, tenants: Mapping[str, str]) -> Table:
    """Every client with its counts, those with most open first."""
    counts = {each.tenant_id: each.count for each in found.tenants}
    named = {**dict.fromkeys(counts, ""), **tenants}
    order = sorted(
        named, key=lambda key: (-(counts[key].total if key in counts else 0), named[key].casefold())
    )
    none = queue_service_pb2.OpenCount()
    columns = (
        Column(_("Client"), Kind.TEXT),
        Column(_("Open incidents")),
        *(Column(word) for word in PRIORITIES),
        Column(sla_sign("breached").label),
        Column(sla_sign("at_risk").label),
    )
    return Table(
        "clients",
        _("Open incidents by client, now"),
        columns,
        [(named[key] or key, *_client_counts(counts.get(key, none))) for key in order],
        [(key,) for key in order],
        (_("Total"), *_client_counts(found.total)),
    )


def _client_counts(count: queue_service_pb2.OpenCount) -> tuple[int, ...]:
    priorities, states = priority_counts(count), sla_counts(count)
    urgent = (states.get(word, 0) for word in ("breached", "at_risk"))
    return (count.total, *(priorities.get(word, 0) for word in PRIORITIES), *urgent)


def _flow(found: CountFlowResponse) -> Table:
    rows = [(date.fromisoformat(day.date), day.arrived, day.resolved) for day in found.days]
    return Table(
        "flow",
        _("Arrived and resolved per day (%(zone)s)", zone=found.time_zone),
        (Column(_("Day"), Kind.DATE), Column(_("Arrived incidents")), Column(_("Resolved incidents"))),
        rows,
        [(day.date,) for day in found.days],
        (_("Total"), sum(row[1] for row in rows), sum(row[2] for row in rows)),
    )


def _attainment(found: clock_service_pb2.CountAttainmentResponse, tenants: Mapping[str, str]) -> Table:
    """By client, contract and target; a client's name may be missing while the directory is away."""

    def name(each: clock_service_pb2.Attainment) -> tuple[str, str, int]:
        return tenants.get(each.tenant_id, each.tenant_id), each.contract_name or each.contract_id, each.kind

    kept = sorted(found.attainments, key=lambda each: (name(each)[0].casefold(), *name(each)))
    columns = (
        Column(_("Client"), Kind.TEXT),
        Column(_("Contract"), Kind.TEXT),
        Column(_("Target"), Kind.TEXT),
        Column(_("Met in time")),
        Column(_("Breached")),
        Column(_("Still running")),
        Column(_("Attainment"), Kind.PERCENT),
    )
    return Table(
        "attainment",
        _("Service level attainment per contract and target"),
        columns,
        [(*name(each)[:2], target_label(each.kind), *_verdicts(each)) for each in kept],
        [(each.tenant_id, each.contract_id, str(each.kind)) for each in kept],
    )


def _verdicts(each: clock_service_pb2.Attainment) -> tuple[int | float | None, ...]:
    percent = each.attainment_percent if each.HasField("attainment_percent") else None
    return each.met, each.breached, each.running, percent


def priority_counts(count: queue_service_pb2.OpenCount) -> dict[str, int]:
    """By "P1" to "P5"."""
    words = incident_pb2.Priority.DESCRIPTOR
    return {word: each.count for each in count.by_priority if (word := word_of(words, each.priority))}


def sla_counts(count: queue_service_pb2.OpenCount) -> dict[str, int]:
    """By the words of SLA states."""
    words = queue_pb2.SlaState.DESCRIPTOR
    return {word: each.count for each in count.by_sla_state if (word := word_of(words, each.sla_state))}
