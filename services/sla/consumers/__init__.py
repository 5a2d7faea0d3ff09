"""What moves clocks: the incidents' events, and time."""

from services.sla.consumers.due_times import DueTimes
from services.sla.consumers.incidents import IncidentFacts
from services.sla.consumers.statements import StatementWork

__all__ = ["DueTimes", "IncidentFacts", "StatementWork"]
