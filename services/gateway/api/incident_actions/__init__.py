"""Commands on an incident: replies, notes and the verbs of its life; what stands beside it.

`commands` acts, `beside` reads; both add to the same routes.
"""

from services.gateway.api.incident_actions import beside, commands
from services.gateway.api.incident_actions.own_routes import routes

__all__ = ["beside", "commands", "routes"]
