"""How a client's statements are printed for one reader."""

from chassis.errors import NotFound
from chassis.tenancy import Caller
from fairlead.sla.v1 import statement_service_pb2 as messages
from services.gateway.auth.context import Gateway


def statement_brand(gateway: Gateway, caller: Caller, tenant_id: str) -> messages.StatementBrand:
    """The client's colors and name, in the reader's language. Raises NotFound for a client that is not the caller's."""
    tenants = gateway.backends.tenants
    brand = tenants.get_brand(caller, tenant_id)
    try:
        provider = tenants.get_provider(caller, caller.provider_id).name
    except NotFound:
        provider = ""
    return messages.StatementBrand(
        display_name=brand.display_name,
        provider_name=provider,
        primary_color=brand.primary_color,
        accent_color=brand.accent_color,
        locale=caller.locale,
    )
