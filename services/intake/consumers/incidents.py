"""The record's news about incidents that alerts opened."""

from typing import Any

from chassis.bus import Event, EventFailed
from chassis.tenancy import TenantScope
from fairlead.incidents.v1 import events_pb2
from services.intake.use_cases.alerts import Hearing

_FACTS = {
    "resolved": events_pb2.Resolved,
    "reopened": events_pb2.Reopened,
    "closed": events_pb2.Closed,
    "canceled": events_pb2.Canceled,
}
FACTS = tuple(_FACTS)


class IncidentFacts:
    """Passes on what concerns alerts; the rest is over at a glance."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing

    def handle(self, events: list[Event]) -> None:
        """Each for itself: one that fails holds up no other."""
        failed: dict[str, Exception] = {}
        for event in events:
            try:
                self._handle(event)
            except Exception as error:
                failed[event.id] = error
        if failed:
            raise EventFailed(failed)

    def _handle(self, event: Event) -> None:
        message: Any = event.parse(_FACTS[event.fact])
        if message.incident.channel != "alert":
            return
        room = TenantScope(event.provider_id, event.tenant_id)
        ours = message.actor.subject == "service:intake"
        self._hearing.hear(room, message.incident.incident_id, event.fact, by_person=not ours)
