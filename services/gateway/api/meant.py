"""Which client a request means."""

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import Caller
from services.gateway.auth.context import gateway


def tenant_of(caller: Caller, given: str | None) -> str:
    """The tenant meant: by id, by slug, or the only one a token covers.

    Raises InvalidArgument("tenant_required"), NotFound("tenant_not_found") for one the caller may not touch.
    """
    if not given:
        if caller.tenant_ids is not None and len(caller.tenant_ids) == 1:
            return next(iter(caller.tenant_ids))
        message = "This token covers several clients: say which."
        raise InvalidArgument("tenant_required", message, field="tenant_id")
    if given.startswith("ten_"):
        return caller.scope(given).tenant_id
    tenant = gateway().directory.tenant_by_slug(given)
    if tenant.provider_id != caller.provider_id:
        raise NotFound("tenant_not_found", "There is no such tenant.")
    return caller.scope(tenant.tenant_id).tenant_id
