"""Whose portal a request is about, if anybody's: for its brand and its language, also on pages that belong to no portal.

Asked in this order: the address, the host name (acme.localhost), the address to go on to after signing in, the client of
the person that the page is about (a password link) or who is signed in (consent, errors). Staff see the product's own.
"""

from urllib.parse import urlsplit

from flask import g, request

from chassis.errors import FairleadError
from fairlead.directory.v1.tenant_pb2 import Brand, Tenant
from services.gateway.auth.access import current_person, current_session
from services.gateway.auth.context import gateway
from services.gateway.auth.login import safe_next


def portal_slug() -> str:
    """The portal's name in the address, in the host, or in the address to go on to after signing in; "" elsewhere."""
    if request.path.startswith("/t/"):
        return _slug_of(request.path)
    if request.path.startswith("/console"):
        return ""
    onward = ""
    if request.path.startswith(("/login", "/logout")):
        onward = _slug_of(safe_next(request.values.get("next", "")))
    return onward or slug_of_host()


def slug_of_host() -> str:
    """The name before our own host's: "acme" of acme.localhost; whether there is such a portal is another question."""
    host = urlsplit(f"//{request.host}").hostname or ""
    slug, _, domain = host.partition(".")
    return slug if domain and domain == (urlsplit(gateway().settings.origin).hostname or "") else ""


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
        elif not request.path.startswith(("/console", "/login")):
            g.portal_tenant = _tenant_of_person()
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


def _tenant_of_person() -> Tenant | None:
    """The first client of whom the page is about, or who is signed in; None for staff and visitors."""
    try:
        person = g.get("page_person") or (current_person() if current_session() else None)
        if person is None or person.grants:
            return None
        for membership in person.memberships:
            return gateway().directory.tenant(person.provider_id, membership.tenant_id)
    except FairleadError:
        pass
    return None


def _slug_of(address: str) -> str:
    parts = address.split("?")[0].split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "t" else ""
