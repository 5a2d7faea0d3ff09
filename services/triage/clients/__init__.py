"""Calls to other services, and to the process that learns."""

from services.triage.clients.calls import DirectoryClients, DirectoryStaff, IncidentRecord, ServiceCallers
from services.triage.clients.learner import ChildLearner

__all__ = ["ChildLearner", "DirectoryClients", "DirectoryStaff", "IncidentRecord", "ServiceCallers"]
