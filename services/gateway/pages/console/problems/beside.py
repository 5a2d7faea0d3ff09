"""What stands of problems beside an incident: its own with their workarounds, and those it is perhaps due to."""

from typing import Any

from chassis.tenancy import Caller
from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.auth.context import gateway


def problems_beside(caller: Caller, incident: Incident, just_linked: bool) -> dict[str, Any]:
    """Raises what the service raises. Most incidents have none; whether this one has, the record may know a second late."""
    if not (incident.problems_beside or just_linked):
        return {"own": [], "likely": []}
    found = gateway().backends.problems.of_incident(caller, incident.incident_id)
    return {
        "own": [
            {
                "problem": one,
                "published": any(each.tenant_id == incident.tenant_id for each in one.publications),
            }
            for one in found.problems
        ],
        "likely": list(found.likely),
    }
