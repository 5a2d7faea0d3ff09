"""What others know: the directory, and the scanner of files."""

from dataclasses import dataclass

from chassis import clock
from chassis.tokens import CallerSigner
from services.incidents.clients import (
    ClamdScanner,
    DirectoryApprovers,
    DirectoryChangeApprovers,
    DirectoryClients,
    DirectoryStaff,
    DirectoryTenants,
)
from services.incidents.config import IncidentsSettings


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """One client each. scanner: None where none is set up, and files are not scanned."""

    tenants: DirectoryTenants
    staff: DirectoryStaff
    approvers: DirectoryApprovers
    change_approvers: DirectoryChangeApprovers
    clients: DirectoryClients
    scanner: ClamdScanner | None


def elsewhere(settings: IncidentsSettings, signer: CallerSigner) -> Elsewhere:
    """All of them; none is asked anything yet."""
    approvers = DirectoryApprovers(settings, signer, clock.now)
    return Elsewhere(
        tenants=DirectoryTenants(settings, signer, clock.now),
        staff=DirectoryStaff(settings, signer, clock.now),
        approvers=approvers,
        change_approvers=DirectoryChangeApprovers(settings, signer, clock.now, approvers),
        clients=DirectoryClients(settings, signer, clock.now),
        scanner=ClamdScanner(settings.clamd, settings.clamd_seconds) if settings.clamd else None,
    )
