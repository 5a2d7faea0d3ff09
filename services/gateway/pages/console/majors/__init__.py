"""Major incidents: the list and what is still to be done, one's own room, and how they are handled."""

from services.gateway.pages.console.majors.listing import major_pages
from services.gateway.pages.console.majors.room import major_room
from services.gateway.pages.console.majors.settings import major_settings

MAJORS = (major_settings, major_pages, major_room)

__all__ = ["MAJORS"]
