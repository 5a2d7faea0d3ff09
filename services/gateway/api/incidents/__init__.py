"""Incidents: open, list and read them. Every command of their life is in `incident_actions`.

`shapes` is what is answered, `bodies` what is sent, `opening` and `reading` the routes, `places` what other routes share.
"""

from services.gateway.api.incidents import opening, reading
from services.gateway.api.incidents.bodies import NewIncident
from services.gateway.api.incidents.opening import answer_opened, submission_fields
from services.gateway.api.incidents.own_routes import routes
from services.gateway.api.incidents.places import incident_id_of, paged
from services.gateway.api.incidents.shapes import Actor, Attachment, Hold, Incident

__all__ = [
    "Actor",
    "Attachment",
    "Hold",
    "Incident",
    "NewIncident",
    "answer_opened",
    "incident_id_of",
    "opening",
    "paged",
    "reading",
    "routes",
    "submission_fields",
]
