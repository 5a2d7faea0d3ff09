"""What this service asks of others, and of processes and keys outside itself."""

from services.sla.clients.directory import DirectoryTenants
from services.sla.clients.printing import ChildPrinter
from services.sla.clients.signing import StatementKeys

__all__ = ["ChildPrinter", "DirectoryTenants", "StatementKeys"]
