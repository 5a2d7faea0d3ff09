"""Major incidents, their reviews, the words for updates, and the status pages of clients.

`shapes` is what is answered, `bodies` what is sent; the others add their routes to the same ones.
"""

from services.gateway.api.majors import commands, keeping, reading, reviewing, status
from services.gateway.api.majors.own_routes import routes

__all__ = ["commands", "keeping", "reading", "reviewing", "routes", "status"]
