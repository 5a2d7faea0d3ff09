"""Key figures as tables: of each client, and of each assignment group."""

from collections.abc import Iterable, Mapping, Sequence

from fairlead.incidents.v1 import incident_service_pb2
from fairlead.knowledge.v1 import article_service_pb2
from fairlead.sla.v1 import clock_service_pb2
from services.gateway.backends.figures import deflection_percent, kept_percent, with_all_rows
from services.gateway.pages.figures.reading import Figures
from services.gateway.pages.figures.tables import Cell, Column, Kind, Table
from services.gateway.pages.language import gettext as _

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
Kept = Iterable[clock_service_pb2.Attainment]
Answered = Sequence[article_service_pb2.Deflections] | None


def kpi_tables(figures: Figures) -> dict[str, Table | None]:
    """By key; None for what could not be read. Without the sla service its column alone is empty."""
    if figures.kpis is None:
        return {"kpis": None, "kpi_groups": None}
    found = with_all_rows(figures.kpis, figures.attainment, figures.deflections)
    kept = figures.attainment or clock_service_pb2.CountAttainmentResponse()
    days = figures.wanted.days
    answered = figures.deflections.deflections if figures.deflections else None
    total = (_("Total"), *_cells(found.total, kept.totals))
    return {
        "kpis": Table(
            "kpis",
            _("Key figures by client, last %(num)s days", num=days),
            (*_columns(_("Client")), Column(_("Answered by articles"), Kind.PERCENT)),
            _clients(found, kept, figures.tenants, answered),
            [(each.tenant_id,) for each in found.tenants],
            (*total, _answered(found.total.asked, answered)),
        ),
        "kpi_groups": Table(
            "kpi_groups",
            _("Key figures by assignment group, last %(num)s days", num=days),
            _columns(_("Assignment group")),
            _groups(found, kept),
            [(each.assignment_group_id,) for each in found.groups],
            total,
        ),
    }


def _columns(whose: str) -> tuple[Column, ...]:
    return (
        Column(whose, Kind.TEXT),
        Column(_("Arrived incidents")),
        Column(_("Time to acknowledge, minutes"), Kind.TENTHS),
        Column(_("Resolved incidents")),
        Column(_("Time to resolve, hours"), Kind.TENTHS),
        Column(_("Without holds, hours"), Kind.TENTHS),
        Column(_("Solved at first contact"), Kind.PERCENT),
        Column(_("Reopened"), Kind.PERCENT),
        Column(_("Satisfaction, of 5"), Kind.HUNDREDTHS),
        Column(_("Service levels kept"), Kind.PERCENT),
        Column(_("Open now")),
        Column(_("Mean age, days"), Kind.TENTHS),
    )


def _clients(
    found: incident_service_pb2.CountKpisResponse,
    kept: clock_service_pb2.CountAttainmentResponse,
    tenants: Mapping[str, str],
    answered: Answered,
) -> list[tuple[Cell, ...]]:
    return [
        (
            tenants.get(each.tenant_id, each.tenant_id),
            *_cells(each.kpis, (one for one in kept.attainments if one.tenant_id == each.tenant_id)),
            _answered(each.kpis.asked, answered, each.tenant_id),
        )
        for each in found.tenants
    ]


def _groups(
    found: incident_service_pb2.CountKpisResponse, kept: clock_service_pb2.CountAttainmentResponse
) -> list[tuple[Cell, ...]]:
    return [
        (
            each.name or each.assignment_group_id or _("In no group"),
            *_cells(
                each.kpis,
                (one for one in kept.groups if one.assignment_group_id == each.assignment_group_id),
            ),
        )
        for each in found.groups
    ]


def _answered(asked: int, answered: Answered, tenant_id: str = "") -> float | None:
    """Of one client, or of all; None while it cannot be read."""
    if answered is None:
        return None
    deflected = sum(each.deflected for each in answered if tenant_id in ("", each.tenant_id))
    return deflection_percent(deflected, asked)


def _cells(kpis: incident_service_pb2.Kpis, kept: Kept) -> tuple[Cell, ...]:
    def said(name: str, unit: int = 0) -> float | None:
        if not kpis.HasField(name):
            return None
        value = getattr(kpis, name)
        return round(value / unit, 1) if unit else float(value)

    return (
        kpis.arrived,
        said("mean_acknowledge_seconds", _MINUTE),
        kpis.resolved,
        said("mean_resolve_seconds", _HOUR),
        said("mean_work_seconds", _HOUR),
        said("first_contact_percent"),
        said("reopen_percent"),
        said("mean_score"),
        kept_percent(kept),
        kpis.backlog,
        said("mean_backlog_seconds", _DAY),
    )
