"""All tables together."""

from services.gateway.pages.figures.kpis import kpi_tables
from services.gateway.pages.figures.reading import Figures
from services.gateway.pages.figures.tables import Table, stock_tables


def tables_of(figures: Figures) -> dict[str, Table | None]:
    """By key (tables.KEYS); None for what could not be read."""
    return {**stock_tables(figures), **kpi_tables(figures)}
