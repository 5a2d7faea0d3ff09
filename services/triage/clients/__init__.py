"""Calls to other services, and to the process that learns."""

from services.triage.clients.calls import (
    DirectoryClients,
    DirectoryLanguages,
    DirectoryStaff,
    IncidentRecord,
    ServiceCallers,
)
from services.triage.clients.learner import ChildLearner

__all__ = [
    "ChildLearner",
    "DirectoryClients",
    "DirectoryLanguages",
    "DirectoryStaff",
    "IncidentRecord",
    "ServiceCallers",
]
