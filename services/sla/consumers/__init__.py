"""What moves clocks: the incidents' events, and time."""

from services.sla.consumers.due_times import DueTimes
from services.sla.consumers.incidents import IncidentFacts

__all__ = ["DueTimes", "IncidentFacts"]
