"""Macros: the list, and one to change. They are run by the pages of bulk actions."""

from services.gateway.pages.console.macros.pages import macro_pages

__all__ = ["macro_pages"]
