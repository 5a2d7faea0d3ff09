"""What the use cases need of the world.

Every method of a store takes a scope first and answers NotFound for what lies outside it. Stores raise
RevisionConflict when someone else saved first and Unavailable while they cannot be reached.
"""

from services.sla.ports.clocks import (
    AsService,
    Calendars,
    Clock,
    ClockSets,
    Contracts,
    NewId,
    Settle,
    Settled,
    Tenant,
    Tenants,
)
from services.sla.ports.statements import (
    Brand,
    CreditBook,
    LateFact,
    LateFacts,
    Objections,
    Printer,
    PublicKey,
    StatementKeys,
    StatementLines,
    StatementQuery,
    Statements,
    StatementSources,
)

__all__ = [
    "AsService",
    "Brand",
    "Calendars",
    "Clock",
    "ClockSets",
    "Contracts",
    "CreditBook",
    "LateFact",
    "LateFacts",
    "NewId",
    "Objections",
    "Printer",
    "PublicKey",
    "Settle",
    "Settled",
    "StatementKeys",
    "StatementLines",
    "StatementQuery",
    "StatementSources",
    "Statements",
    "Tenant",
    "Tenants",
]
