"""Providers, client organizations, their mail domains and brands."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from fairlead.directory.v1 import tenant_pb2
from services.gateway.api import words
from services.gateway.api.contracts import Zone
from services.gateway.api.incidents import paged
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Email, Id, Line, Locale, PageQuery, Revision, Shape, Slug, Time
from services.gateway.backends.words import number_of

routes = Routes("tenants", "Client organizations, each an isolation boundary of its own.")

Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Domain = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$", max_length=253)
]  # fmt: skip
NumberPrefix = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]


class Provider(Shape):
    provider_id: str
    name: str
    slug: str
    support_addresses: list[str]
    create_time: Time | None = None
    revision: int


class Tenant(Shape):
    tenant_id: str
    provider_id: str
    name: str
    slug: str
    number_prefix: str
    locale: str
    time_zone: str
    state: words.TenantState
    support_address: str | None = None
    new_person_policy: words.NewPersonPolicy | None = Field(
        None, description="What becomes of mail from its domains whose sender nobody knows."
    )
    create_time: Time | None = None
    update_time: Time | None = None
    revision: int


class TenantPage(Shape):
    tenants: list[Tenant]
    next_page_token: str | None = None


class Brand(Shape):
    tenant_id: str
    display_name: str
    primary_color: str
    accent_color: str
    surface_color: str
    monogram: str
    welcome_text: str
    revision: int


class MailDomain(Shape):
    domain: str
    tenant_id: str
    create_time: Time | None = None


class MailDomainList(Shape):
    mail_domains: list[MailDomain]


class NewProvider(Body):
    name: Line
    slug: Slug
    support_addresses: list[Email] = Field([], max_length=20)


class NewTenant(Body):
    name: Line
    slug: Slug
    number_prefix: NumberPrefix
    locale: Locale = "en"
    time_zone: Zone = "UTC"
    support_address: Email | None = None
    provider_id: Id | None = Field(None, description="Only for the operator, who belongs to no provider.")


class TenantChange(Body):
    """What is left out stays as it is."""

    name: Line | None = None
    locale: Locale | None = None
    time_zone: Zone | None = None
    support_address: Email | None = None
    new_person_policy: words.NewPersonPolicy | None = None
    revision: Revision = 0


class TenantQuery(PageQuery):
    query: str = Field("", max_length=200, description="Part of a name, slug or number prefix.")
    state: words.TenantState | None = None


class BrandBody(Body):
    display_name: Line
    primary_color: Color
    accent_color: Color
    surface_color: Color
    monogram: str = Field(min_length=1, max_length=2, pattern=r"[^\x00-\x20\x7f-\xa0]")
    welcome_text: str = Field("", max_length=500)


class MailDomainBody(Body):
    domain: Domain = Field(examples=["acme.example"])


class Suspension(Body):
    reason: str = Field("", max_length=500)


@routes.post(
    "/providers",
    "Make a provider",
    scope="admin",
    body=NewProvider,
    returns=Provider,
    status=201,
    conflicts=True,
)
def create_provider(call: Call) -> Answer:
    """Operator only. Asked again with the same name and slug, it answers the same provider."""
    return Provider.of(backends().tenants.create_provider(call.caller, **_given(call.body)))


@routes.get("/providers/{provider_id}", "Get a provider", scope="directory:read", returns=Provider)
def get_provider(call: Call, provider_id: str) -> Answer:
    return Provider.of(backends().tenants.get_provider(call.caller, provider_id))


@routes.get("/tenants", "List clients", scope="directory:read", query=TenantQuery, returns=TenantPage)
def list_tenants(call: Call) -> Answer:
    """By slug."""
    query: TenantQuery = call.query
    state = number_of(tenant_pb2.TenantState.DESCRIPTOR, query.state)
    page = backends().tenants.list(call.caller, query.page_size, query.page_token, query.query, state)
    return paged("tenants", Tenant.all_of(page.tenants), page.next_page_token)


@routes.post(
    "/tenants",
    "Add a client",
    scope="directory:write",
    body=NewTenant,
    returns=Tenant,
    status=201,
    conflicts=True,
)
def create_tenant(call: Call) -> Answer:
    return Tenant.of(backends().tenants.create(call.caller, **_given(call.body)))


@routes.get("/tenants/{tenant_id}", "Get a client", scope="directory:read", returns=Tenant)
def get_tenant(call: Call, tenant_id: str) -> Answer:
    return Tenant.of(backends().tenants.get(call.caller, tenant_id))


@routes.patch(
    "/tenants/{tenant_id}",
    "Change a client",
    scope="directory:write",
    body=TenantChange,
    returns=Tenant,
    conflicts=True,
)
def update_tenant(call: Call, tenant_id: str) -> Answer:
    given = _given(call.body)
    if word := given.pop("new_person_policy", ""):
        given["new_person_policy"] = number_of(tenant_pb2.NewPersonPolicy.DESCRIPTOR, word)
    return Tenant.of(backends().tenants.update(call.caller, tenant_id, **given))


@routes.post(
    "/tenants/{tenant_id}/suspend",
    "Suspend a client",
    scope="directory:write",
    body=Suspension,
    body_required=False,
    returns=Tenant,
    conflicts=True,
)
def suspend_tenant(call: Call, tenant_id: str) -> Answer:
    """Nobody of it may sign in; its mail is still kept."""
    return Tenant.of(backends().tenants.suspend(call.caller, tenant_id, call.body.reason))


@routes.post(
    "/tenants/{tenant_id}/activate",
    "Activate a client",
    scope="directory:write",
    returns=Tenant,
    conflicts=True,
)
def activate_tenant(call: Call, tenant_id: str) -> Answer:
    return Tenant.of(backends().tenants.activate(call.caller, tenant_id))


@routes.get("/tenants/{tenant_id}/brand", "Get the brand", scope="directory:read", returns=Brand)
def get_brand(call: Call, tenant_id: str) -> Answer:
    return Brand.of(backends().tenants.get_brand(call.caller, tenant_id))


@routes.put(
    "/tenants/{tenant_id}/brand",
    "Set the brand",
    scope="directory:write",
    body=BrandBody,
    returns=Brand,
    conflicts=True,
)
def set_brand(call: Call, tenant_id: str) -> Answer:
    """Refused when no readable ink exists for a color."""
    return Brand.of(backends().tenants.set_brand(call.caller, tenant_id, **_given(call.body)))


@routes.get(
    "/tenants/{tenant_id}/mail-domains",
    "List mail domains",
    scope="directory:read",
    returns=MailDomainList,
)
def list_mail_domains(call: Call, tenant_id: str) -> Answer:
    found = backends().tenants.list_mail_domains(call.caller, tenant_id)
    return {"mail_domains": MailDomain.all_of(found)}


@routes.post(
    "/tenants/{tenant_id}/mail-domains",
    "Add a mail domain",
    scope="directory:write",
    body=MailDomainBody,
    returns=MailDomain,
    status=201,
    conflicts=True,
)
def add_mail_domain(call: Call, tenant_id: str) -> Answer:
    """Mail from its senders is filed under this client. It never authenticates anybody."""
    return MailDomain.of(backends().tenants.add_mail_domain(call.caller, tenant_id, call.body.domain))


@routes.delete("/tenants/{tenant_id}/mail-domains/{domain}", "Remove a mail domain", scope="directory:write")
def remove_mail_domain(call: Call, tenant_id: str, domain: str) -> Answer:
    backends().tenants.remove_mail_domain(call.caller, tenant_id, domain)


def _given(body: Any) -> dict[str, Any]:
    return {name: value for name in type(body).model_fields if (value := getattr(body, name)) is not None}
