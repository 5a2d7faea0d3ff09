"""Problems of the provider (ITIL); what a refusal looks like is in `api.problems` (RFC 9457).

`shapes` is what is answered, `bodies` what is sent; `reading` and `commands` add their routes to the same ones.
"""

from services.gateway.api.problem_records import commands, reading
from services.gateway.api.problem_records.own_routes import routes

__all__ = ["commands", "reading", "routes"]
