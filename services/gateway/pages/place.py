"""Whose portal a request is about, if anybody's: for its brand and its language, also on sign-in and error pages."""

from flask import g, request

from chassis.errors import FairleadError
from fairlead.directory.v1.tenant_pb2 import Brand, Tenant
from services.gateway.auth.context import gateway
from services.gateway.auth.login import safe_next


def portal_slug() -> str:
    """The portal's name in the address, or in the address to go on to after signing in; "" elsewhere."""
    if request.path.startswith("/t/"):
        return _slug_of(request.path)
    if request.path.startswith(("/login", "/logout")):
        return _slug_of(safe_next(request.values.get("next", "")))
    return ""


def portal_tenant() -> Tenant | None:
    """The client whose portal it is; None outside portals, and for one that is not there or cannot be asked for."""
    if "portal_tenant" not in g:
        g.portal_tenant = None
        slug = portal_slug()
        if slug:
            try:
                g.portal_tenant = gateway().directory.tenant_by_slug(slug)
            except FairleadError:
                pass
    return g.portal_tenant


def portal_brand() -> Brand | None:
    """Its name and looks, which everybody may see; None as for `portal_tenant`."""
    tenant = portal_tenant()
    if tenant is None:
        return None
    if "portal_brand" not in g:
        try:
            g.portal_brand = gateway().directory.brand(tenant.provider_id, tenant.tenant_id)
        except FairleadError:
            g.portal_brand = Brand(display_name=tenant.name, monogram=tenant.name[:1].upper())
    return g.portal_brand


def _slug_of(address: str) -> str:
    parts = address.split("?")[0].split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "t" else ""
