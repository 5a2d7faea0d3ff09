"""What this service asks of others: the directory, and a virus scanner where there is one."""

from services.incidents.clients.approvers import DirectoryApprovers
from services.incidents.clients.change_approvers import DirectoryChangeApprovers
from services.incidents.clients.clamd import ClamdScanner
from services.incidents.clients.directory import DirectoryStaff, DirectoryTenants
from services.incidents.clients.readers import DirectoryClients

__all__ = [
    "ClamdScanner",
    "DirectoryApprovers",
    "DirectoryChangeApprovers",
    "DirectoryClients",
    "DirectoryStaff",
    "DirectoryTenants",
]
