"""Who may enter a portal, and what its pages know.

@incidents.get("/incidents")
@portal_page
def list_incidents(portal: Portal) -> str: …
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import g, request

from chassis.errors import FairleadError
from chassis.tenancy import Caller, Role
from fairlead.directory.v1.person_pb2 import Person
from fairlead.directory.v1.tenant_pb2 import Brand, Tenant
from services.gateway.auth.access import current_caller, current_person
from services.gateway.auth.context import gateway
from services.gateway.pages.palette import light_shades_of
from services.gateway.pages.place import portal_brand

Value = TypeVar("Value")


@dataclass(frozen=True)
class Portal:
    """One client's portal as one signed-in person sees it. `caller` is narrowed to this client."""

    tenant: Tenant
    brand: Brand
    caller: Caller
    person: Person
    provider_name: str

    @property
    def tenant_id(self) -> str:
        return self.tenant.tenant_id

    @property
    def address(self) -> str:
        """Where it begins, with a slash at the end."""
        return f"/t/{self.tenant.slug}/"

    @property
    def theme_color(self) -> str:
        """The color of a browser's own bars around it."""
        return light_shades_of(self.brand).brand

    @property
    def is_staff(self) -> bool:
        return self.caller.is_staff

    @property
    def is_manager(self) -> bool:
        """Sees the whole organization."""
        return Role.CLIENT_MANAGER in self.caller.roles


def portal_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a view the portal in place of the slug.

    Raises SignInRequired for a visitor, and NotFound where there is no such portal and for whom it is not.
    """

    @wraps(view)
    def guarded(slug: str, **values: Any) -> Any:
        return view(open_portal(slug), **values)

    return guarded


def open_portal(slug: str) -> Portal:
    """The portal under a name, for the signed-in person."""
    tenant = gateway().directory.tenant_by_slug(slug)
    caller = current_caller(tenant.tenant_id)
    g.portal_tenant = tenant
    brand = portal_brand()
    assert brand is not None
    provider = gateway().directory.provider(tenant.provider_id)
    return Portal(tenant, brand, caller, current_person(), provider.name)


def if_it_answers(question: Callable[[], Value]) -> Value | None:
    """None while a service is away that a page can do without."""
    try:
        return question()
    except FairleadError as error:
        if error.status in ("UNAVAILABLE", "RESOURCE_EXHAUSTED"):
            return None
        raise


def once_key() -> str:
    """The idempotency key of a form: the one it was sent with, else a fresh one."""
    sent = request.form.get("once", "")
    return sent if 16 <= len(sent) <= 64 and sent.isascii() and sent.isprintable() else fresh_key()


def fresh_key() -> str:
    """A key for a new form."""
    return secrets.token_urlsafe(16)
