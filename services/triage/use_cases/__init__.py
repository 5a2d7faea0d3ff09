"""What triage does: decide on what was opened, keep the queue, let people see it, keep rules, groups and views."""

from services.triage.ports import Heard
from services.triage.use_cases.counting import CountOpen
from services.triage.use_cases.learning import Advise, Learn
from services.triage.use_cases.queue import DecideTriage, KeepQueue, Opening, RowChange, SeeQueue
from services.triage.use_cases.rules import KeepGroups, KeepRules, RuleChange
from services.triage.use_cases.runs import SeeRuns
from services.triage.use_cases.trying import TryRules
from services.triage.use_cases.views import KeepViews, may_write

__all__ = [
    "Advise",
    "CountOpen",
    "DecideTriage",
    "Heard",
    "KeepGroups",
    "KeepQueue",
    "KeepRules",
    "KeepViews",
    "Learn",
    "Opening",
    "RowChange",
    "RuleChange",
    "SeeQueue",
    "SeeRuns",
    "TryRules",
    "may_write",
]
