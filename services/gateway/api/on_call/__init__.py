"""On-call schedules: who is on call when.

`shapes` is what is answered, `bodies` what is sent; `schedules`, `absences` and `feeds` add their routes to the same ones.
"""

from services.gateway.api.on_call import absences, feeds, schedules
from services.gateway.api.on_call.bodies import Restriction
from services.gateway.api.on_call.own_routes import routes
from services.gateway.api.on_call.shapes import OnCallPerson, RestrictionView

__all__ = ["OnCallPerson", "Restriction", "RestrictionView", "absences", "feeds", "routes", "schedules"]
