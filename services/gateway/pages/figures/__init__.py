"""Figures as pages show them: read once, laid into tables, and drawn or written as CSV from those tables alone.

    figures = read_figures(caller, Wanted(days=30, zone="Europe/Paris"))
    tables_of(figures)["flow"]            # a Table; None while its service is away
    sheet(table)                          # the same table as CSV

What the numbers mean is said in docs/figures.md and decided by the services that count them.
"""

from services.gateway.pages.figures.reading import Figures, Wanted, read_figures
from services.gateway.pages.figures.sheet import sheet
from services.gateway.pages.figures.tables import KEYS, Column, Table
from services.gateway.pages.figures.whole import tables_of

__all__ = ["KEYS", "Column", "Figures", "Table", "Wanted", "read_figures", "sheet", "tables_of"]
