"""When figures are counted in tests, of whom, and who asks."""

from datetime import UTC, datetime

from chassis.tenancy import Caller, Role

# Paris and New York have changed their clocks within the last weeks.
NOW = datetime(2026, 4, 2, 15, 20, tzinfo=UTC)
TENANTS = ("ten_a", "ten_b", "ten_c")


def staff(provider: str, *tenant_ids: str) -> Caller:
    """Granted these clients, or all of the provider's."""
    granted = frozenset(tenant_ids) if tenant_ids else None
    return Caller("person:per_tech", provider, granted, frozenset({Role.TECHNICIAN}))
