"""Providers, client organizations, their mail domains and brands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.directory.v1 import tenant_pb2 as tenant
from fairlead.directory.v1 import tenant_service_pb2 as messages
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub

MailDomains = list[tenant.MailDomain]


class Tenants:
    """Client of fairlead.directory.v1.TenantService."""

    def __init__(self, channel: Any) -> None:
        self._stub = TenantServiceStub(channel)

    def create_provider(self, caller: Caller, **fields: Any) -> tenant.Provider:
        """Operator only. Fields: name, slug, support_addresses."""
        return call(self._stub.CreateProvider, messages.CreateProviderRequest(**fields), caller)

    def get_provider(self, caller: Caller, provider_id: str) -> tenant.Provider:
        return call(self._stub.GetProvider, messages.GetProviderRequest(provider_id=provider_id), caller)

    def create(self, caller: Caller, **fields: Any) -> tenant.Tenant:
        """Fields: name, slug, number_prefix, locale, time_zone, support_address, provider_id."""
        return call(self._stub.CreateTenant, messages.CreateTenantRequest(**fields), caller)

    def get(self, caller: Caller, tenant_id: str) -> tenant.Tenant:
        return call(self._stub.GetTenant, messages.GetTenantRequest(tenant_id=tenant_id), caller)

    def find_by_slug(self, caller: Caller, slug: str) -> tenant.Tenant:
        """Only for a service caller: use `gateway().tenants.by_slug`, which caches."""
        return call(self._stub.FindTenantBySlug, messages.FindTenantBySlugRequest(slug=slug), caller)

    def list(
        self, caller: Caller, page_size: int = 50, page_token: str = "", query: str = "", state: int = 0
    ) -> messages.ListTenantsResponse:
        request = messages.ListTenantsRequest(
            page_size=page_size, page_token=page_token, query=query, state=state
        )
        return call(self._stub.ListTenants, request, caller)

    def all(self, caller: Caller) -> Iterator[tenant.Tenant]:
        """Every tenant the caller may see, fetched page by page."""
        token = ""
        while True:
            page = self.list(caller, page_size=200, page_token=token)
            yield from page.tenants
            token = page.next_page_token
            if not token:
                return

    def update(self, caller: Caller, tenant_id: str, **fields: Any) -> tenant.Tenant:
        """Fields: name, locale, time_zone, support_address, new_person_policy, revision; empty ones stay as they are."""
        request = messages.UpdateTenantRequest(tenant_id=tenant_id, **fields)
        return call(self._stub.UpdateTenant, request, caller)

    def suspend(self, caller: Caller, tenant_id: str, reason: str = "") -> tenant.Tenant:
        request = messages.SuspendTenantRequest(tenant_id=tenant_id, reason=reason)
        return call(self._stub.SuspendTenant, request, caller)

    def activate(self, caller: Caller, tenant_id: str) -> tenant.Tenant:
        return call(self._stub.ActivateTenant, messages.ActivateTenantRequest(tenant_id=tenant_id), caller)

    def add_mail_domain(self, caller: Caller, tenant_id: str, domain: str) -> tenant.MailDomain:
        request = messages.AddMailDomainRequest(tenant_id=tenant_id, domain=domain)
        return call(self._stub.AddMailDomain, request, caller)

    def remove_mail_domain(self, caller: Caller, tenant_id: str, domain: str) -> None:
        request = messages.RemoveMailDomainRequest(tenant_id=tenant_id, domain=domain)
        call(self._stub.RemoveMailDomain, request, caller)

    def list_mail_domains(self, caller: Caller, tenant_id: str) -> MailDomains:
        request = messages.ListMailDomainsRequest(tenant_id=tenant_id)
        return [*call(self._stub.ListMailDomains, request, caller).mail_domains]

    def get_brand(self, caller: Caller, tenant_id: str) -> tenant.Brand:
        return call(self._stub.GetBrand, messages.GetBrandRequest(tenant_id=tenant_id), caller)

    def set_brand(self, caller: Caller, tenant_id: str, **fields: Any) -> tenant.Brand:
        """Fields: display_name, primary_color, accent_color, surface_color, monogram, welcome_text."""
        return call(self._stub.SetBrand, messages.SetBrandRequest(tenant_id=tenant_id, **fields), caller)
