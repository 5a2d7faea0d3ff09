"""The lines of an incident: all of them, and where one went that was split off."""

from chassis.tenancy import TenantScope
from services.incidents.domain.incident import Incident
from services.incidents.domain.splitting import went_to
from services.incidents.domain.timeline import TimelineEntry
from services.incidents.ports import Incidents

_AT_ONCE = 500
# Lines split off what was split off: further on nobody looks.
_LONGEST_CHAIN = 10


def whole_history(incidents: Incidents, scope: TenantScope, incident: Incident) -> list[TimelineEntry]:
    """Every line, oldest first."""
    entries: list[TimelineEntry] = []
    while True:
        after = entries[-1].seq if entries else 0
        _, page = incidents.with_timeline(scope, incident.incident_id, after, _AT_ONCE)
        entries += page
        if len(page) < _AT_ONCE:
            return entries


def where_it_went(incidents: Incidents, scope: TenantScope, incident: Incident, line: str) -> Incident:
    """Where a line of this incident went on; the incident itself, where it was not split off."""
    for _ in range(_LONGEST_CHAIN):
        if not line or not incident.split_ids:
            break
        number, line = went_to(whole_history(incidents, scope, incident), line)
        if number:
            incident = incidents.load_by_number(scope, number)
    return incident
