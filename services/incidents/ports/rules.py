"""Closing rules of contracts."""

from datetime import datetime
from typing import Protocol

from chassis.tenancy import TenantScope
from services.incidents.domain.closing import ClosingRules


class Rules(Protocol):
    """Closing rules of contracts, versioned."""

    def at(self, scope: TenantScope, moment: datetime) -> ClosingRules:
        """In force for the tenant then: its own, else its provider's, else the default."""
        ...

    def keep(self, scope: TenantScope, contract_id: str, version: int, rules: ClosingRules) -> None:
        """Keeps one version; the same one again changes nothing. A provider's default lies in its own room."""
        ...
