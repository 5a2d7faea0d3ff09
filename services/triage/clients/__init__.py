"""Calls to other services, and to the process that learns."""

from services.triage.clients.calls import DirectoryClients, DirectoryStaff, IncidentRecord, ServiceCallers

__all__ = ["DirectoryClients", "DirectoryStaff", "IncidentRecord", "ServiceCallers"]
