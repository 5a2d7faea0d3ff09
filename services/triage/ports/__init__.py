"""What triage's use cases need from outside; each noun in a module of its own, all of them found here."""

from collections.abc import Callable
from datetime import datetime

from services.triage.ports.escalations import EscalationChange, Escalations, Policies
from services.triage.ports.learning import Advisers, Cards, Heard, Learner, Lessons, Suggestions
from services.triage.ports.on_call import Absences, Feeds, Schedules
from services.triage.ports.queue import Queue, Views
from services.triage.ports.routing import Groups, Profiles, Routings
from services.triage.ports.rules import RuleRuns, Rules
from services.triage.ports.services import Callers, Clients, Languages, Record, Staff, Taken
from services.triage.ports.windows import Held, Windows

__all__ = [
    "Absences",
    "Advisers",
    "Callers",
    "Cards",
    "Clients",
    "Clock",
    "EscalationChange",
    "Escalations",
    "Feeds",
    "Groups",
    "Heard",
    "Held",
    "Languages",
    "Learner",
    "Lessons",
    "NewId",
    "Policies",
    "Profiles",
    "Queue",
    "Record",
    "Routings",
    "RuleRuns",
    "Rules",
    "Schedules",
    "Staff",
    "Suggestions",
    "Taken",
    "Told",
    "Views",
    "Windows",
]

Clock = Callable[[], datetime]
NewId = Callable[[str], str]
Told = Callable[[Exception], None]
