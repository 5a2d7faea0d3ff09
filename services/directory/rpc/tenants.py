"""fairlead.directory.v1.TenantService."""

import grpc

from chassis.rpc import caller_of
from fairlead.directory.v1 import tenant_pb2
from fairlead.directory.v1 import tenant_service_pb2 as pb
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceServicer
from services.directory.domain.tenant import NewPersonPolicy, TenantState
from services.directory.events import messages
from services.directory.use_cases import BrandUseCases, MailUseCases, RegistryUseCases

_STATES = {
    tenant_pb2.TENANT_STATE_ACTIVE: TenantState.ACTIVE,
    tenant_pb2.TENANT_STATE_SUSPENDED: TenantState.SUSPENDED,
}
_POLICIES = {
    tenant_pb2.NEW_PERSON_POLICY_CREATE: NewPersonPolicy.CREATE,
    tenant_pb2.NEW_PERSON_POLICY_HOLD: NewPersonPolicy.HOLD,
    tenant_pb2.NEW_PERSON_POLICY_REJECT: NewPersonPolicy.REJECT,
}


class TenantServicer(TenantServiceServicer):
    """Providers, tenants, mail domains and brands."""

    def __init__(self, registry: RegistryUseCases, mail: MailUseCases, brands: BrandUseCases) -> None:
        self._registry = registry
        self._mail = mail
        self._brands = brands

    def CreateProvider(
        self, request: pb.CreateProviderRequest, context: grpc.ServicerContext
    ) -> tenant_pb2.Provider:
        provider = self._registry.create_provider(
            caller_of(context), request.name, request.slug, list(request.support_addresses)
        )
        return messages.provider(provider)

    def GetProvider(
        self, request: pb.GetProviderRequest, context: grpc.ServicerContext
    ) -> tenant_pb2.Provider:
        provider = self._registry.get_provider(caller_of(context), request.provider_id)
        return messages.provider(provider)

    def CreateTenant(
        self, request: pb.CreateTenantRequest, context: grpc.ServicerContext
    ) -> tenant_pb2.Tenant:
        tenant = self._registry.create_tenant(
            caller_of(context),
            provider_id=request.provider_id,
            name=request.name,
            slug=request.slug,
            number_prefix=request.number_prefix,
            locale=request.locale,
            time_zone=request.time_zone,
            support_address=request.support_address,
        )
        return messages.tenant(tenant)

    def GetTenant(self, request: pb.GetTenantRequest, context: grpc.ServicerContext) -> tenant_pb2.Tenant:
        return messages.tenant(self._registry.get_tenant(caller_of(context), request.tenant_id))

    def FindTenantBySlug(
        self, request: pb.FindTenantBySlugRequest, context: grpc.ServicerContext
    ) -> tenant_pb2.Tenant:
        return messages.tenant(self._registry.find_tenant_by_slug(caller_of(context), request.slug))

    def ListTenants(
        self, request: pb.ListTenantsRequest, context: grpc.ServicerContext
    ) -> pb.ListTenantsResponse:
        page = self._registry.list_tenants(
            caller_of(context),
            request.page_size,
            request.page_token,
            request.query,
            _STATES.get(request.state),
        )
        return pb.ListTenantsResponse(
            tenants=[messages.tenant(tenant) for tenant in page.records],
            next_page_token=page.next_token,
        )

    def UpdateTenant(
        self, request: pb.UpdateTenantRequest, context: grpc.ServicerContext
    ) -> tenant_pb2.Tenant:
        tenant = self._registry.update_tenant(
            caller_of(context),
            request.tenant_id,
            name=request.name,
            locale=request.locale,
            time_zone=request.time_zone,
            support_address=request.support_address,
            new_person_policy=_POLICIES.get(request.new_person_policy),
            revision=request.revision,
        )
        return messages.tenant(tenant)

    def SuspendTenant(
        self, request: pb.SuspendTenantRequest, context: grpc.ServicerContext
    ) -> tenant_pb2.Tenant:
        tenant = self._registry.suspend_tenant(caller_of(context), request.tenant_id, request.reason)
        return messages.tenant(tenant)

    def ActivateTenant(
        self, request: pb.ActivateTenantRequest, context: grpc.ServicerContext
    ) -> tenant_pb2.Tenant:
        return messages.tenant(self._registry.activate_tenant(caller_of(context), request.tenant_id))

    def AddMailDomain(
        self, request: pb.AddMailDomainRequest, context: grpc.ServicerContext
    ) -> tenant_pb2.MailDomain:
        added = self._mail.add_mail_domain(caller_of(context), request.tenant_id, request.domain)
        return messages.mail_domain(added)

    def RemoveMailDomain(
        self, request: pb.RemoveMailDomainRequest, context: grpc.ServicerContext
    ) -> pb.RemoveMailDomainResponse:
        self._mail.remove_mail_domain(caller_of(context), request.tenant_id, request.domain)
        return pb.RemoveMailDomainResponse()

    def ListMailDomains(
        self, request: pb.ListMailDomainsRequest, context: grpc.ServicerContext
    ) -> pb.ListMailDomainsResponse:
        found = self._mail.list_mail_domains(caller_of(context), request.tenant_id)
        return pb.ListMailDomainsResponse(mail_domains=[messages.mail_domain(each) for each in found])

    def ResolveMail(
        self, request: pb.ResolveMailRequest, context: grpc.ServicerContext
    ) -> pb.ResolveMailResponse:
        found = self._mail.resolve_mail(
            caller_of(context), request.sender, list(request.recipients), list(request.mentioned)
        )
        return pb.ResolveMailResponse(
            provider_id=found.filing.provider_id,
            tenant_id=found.filing.tenant_id,
            person_id=found.person_id,
            outsiders=found.outsiders,
            staff_person_id=found.staff_person_id,
            staff_tenant_id=found.staff_tenant_id,
            candidate_tenant_ids=found.filing.candidates,
            new_person_policy=f"NEW_PERSON_POLICY_{found.new_person_policy.upper()}",
        )

    def GetBrand(self, request: pb.GetBrandRequest, context: grpc.ServicerContext) -> tenant_pb2.Brand:
        return messages.brand(self._brands.get_brand(caller_of(context), request.tenant_id))

    def SetBrand(self, request: pb.SetBrandRequest, context: grpc.ServicerContext) -> tenant_pb2.Brand:
        brand = self._brands.set_brand(
            caller_of(context),
            request.tenant_id,
            display_name=request.display_name,
            primary_color=request.primary_color,
            accent_color=request.accent_color,
            surface_color=request.surface_color,
            monogram=request.monogram,
            welcome_text=request.welcome_text,
        )
        return messages.brand(brand)
