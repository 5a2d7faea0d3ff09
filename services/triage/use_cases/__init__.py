"""What triage does: decide on what was opened, keep the queue, let people see it, keep rules, groups and views."""

from services.triage.use_cases.counting import CountOpen
from services.triage.use_cases.queue import DecideTriage, KeepQueue, Opening, RowChange, SeeQueue
from services.triage.use_cases.rules import KeepGroups, KeepRules
from services.triage.use_cases.trying import TryRules
from services.triage.use_cases.views import KeepViews, may_write

__all__ = [
    "CountOpen",
    "DecideTriage",
    "KeepGroups",
    "KeepQueue",
    "KeepRules",
    "KeepViews",
    "Opening",
    "RowChange",
    "SeeQueue",
    "TryRules",
    "may_write",
]
