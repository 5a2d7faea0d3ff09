"""Changes: a calendar of what is planned, and each change with its risk, approval and what speaks against its window."""

from services.gateway.pages.console.changes.listing import change_list
from services.gateway.pages.console.changes.one import change_pages

CHANGES = (change_list, change_pages)
