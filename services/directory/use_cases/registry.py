"""Providers and their client organisations."""

from collections.abc import Sequence

from chassis.errors import AlreadyExists, NotFound
from chassis.tenancy import Caller, GrantedScope, Role, SystemScope
from services.directory.domain import provider as providers_domain
from services.directory.domain import tenant as tenants_domain
from services.directory.domain import texts
from services.directory.domain.facts import TenantChanged, TenantCreated, TenantFact, TenantSuspended
from services.directory.domain.provider import Provider
from services.directory.domain.tenant import NewPersonPolicy, Tenant, TenantState
from services.directory.ports import Change, Clock, NewId, Page, Providers, Tenants
from services.directory.use_cases.reach import administered_provider, page_size, registry_scope

_UNIQUE = SystemScope("slugs and support addresses are unique in the installation")


class RegistryUseCases:
    """Sets providers and tenants up, finds and changes them."""

    def __init__(self, providers: Providers, tenants: Tenants, clock: Clock, new_id: NewId) -> None:
        self._providers = providers
        self._tenants = tenants
        self._clock = clock
        self._new_id = new_id

    def create_provider(
        self, caller: Caller, name: str, slug: str, support_addresses: Sequence[str]
    ) -> Provider:
        """Operators only; a repeated call returns the provider that the first one made."""
        caller.require(Role.OPERATOR)
        wished = providers_domain.new_provider(
            self._new_id("prv"), name, slug, support_addresses, self._clock()
        )
        existing = self._providers.find_by_slug(_UNIQUE, wished.slug)
        if existing:
            return providers_domain.same_provider(existing, wished)
        self._require_free(wished.support_addresses)
        try:
            return self._providers.add(wished)
        except AlreadyExists:  # two at once
            existing = self._providers.find_by_slug(_UNIQUE, wished.slug)
            if existing is None:
                raise
            return providers_domain.same_provider(existing, wished)

    def get_provider(self, caller: Caller, provider_id: str) -> Provider:
        """The caller's own provider; "" asks for just that."""
        wanted = provider_id or caller.provider_id
        if caller.provider_id and wanted != caller.provider_id:
            raise NotFound("provider_not_found", "There is no such provider.")
        scope = registry_scope(caller)
        # A provider's record lies in its own room, which no grant to a tenant includes.
        whole = GrantedScope(scope.provider_id, None) if isinstance(scope, GrantedScope) else scope
        return self._providers.get(whole, wanted)

    def create_tenant(
        self,
        caller: Caller,
        *,
        provider_id: str,
        name: str,
        slug: str,
        number_prefix: str,
        locale: str,
        time_zone: str,
        support_address: str,
    ) -> Tenant:
        """Administrators and operators; a repeated call returns the tenant that the first one made."""
        room = administered_provider(caller, provider_id)
        self._providers.get(room, room.provider_id)
        now = self._clock()
        wished = tenants_domain.new_tenant(
            self._new_id("ten"),
            room.provider_id,
            name=name,
            slug=slug,
            number_prefix=number_prefix,
            locale=locale,
            time_zone=time_zone,
            support_address=support_address,
            now=now,
        )
        existing = self._tenants.find_by_slug(_UNIQUE, wished.slug)
        if existing:
            return tenants_domain.same_tenant(existing, wished)
        self._require_free((wished.support_address,))
        try:
            return self._tenants.add(wished, Change(caller, now, (TenantCreated(wished),)))
        except AlreadyExists:  # two at once, or another value that is taken
            existing = self._tenants.find_by_slug(_UNIQUE, wished.slug)
            if existing is None:
                raise
            return tenants_domain.same_tenant(existing, wished)

    def get_tenant(self, caller: Caller, tenant_id: str) -> Tenant:
        return self._tenants.get(registry_scope(caller), tenant_id)

    def find_tenant_by_slug(self, caller: Caller, slug: str) -> Tenant:
        """Services only: a portal's address is all that is known before anybody signs in."""
        caller.require(Role.SERVICE)
        tenant = self._tenants.find_by_slug(registry_scope(caller), slug)
        if tenant is None:
            raise NotFound("tenant_not_found", "There is no such tenant.")
        return tenant

    def list_tenants(
        self, caller: Caller, size: int, token: str, query: str = "", state: TenantState | None = None
    ) -> Page[Tenant]:
        """By slug; a query finds parts of names, slugs and number prefixes."""
        wanted = texts.query(query)
        word = state.value if state else ""
        return self._tenants.page(registry_scope(caller), page_size(size), token, wanted, word)

    def update_tenant(
        self,
        caller: Caller,
        tenant_id: str,
        *,
        name: str,
        locale: str,
        time_zone: str,
        support_address: str,
        new_person_policy: NewPersonPolicy | None,
        revision: int,
    ) -> Tenant:
        """What is empty stays. Raises RevisionConflict when the record has moved on from `revision`."""
        tenant = self._administered(caller, tenant_id)
        tenants_domain.expect_revision(tenant.revision, revision)
        now = self._clock()
        changed = tenants_domain.changed_tenant(
            tenant,
            name=name,
            locale=locale,
            time_zone=time_zone,
            support_address=support_address,
            new_person_policy=new_person_policy,
            now=now,
        )
        if changed.support_address != tenant.support_address:
            self._require_free((changed.support_address,))
        return self._save(caller, tenant, changed, TenantChanged(changed))

    def suspend_tenant(self, caller: Caller, tenant_id: str, reason: str) -> Tenant:
        """Nobody of this client may sign in; repeating it changes nothing."""
        tenant = self._administered(caller, tenant_id)
        why = tenants_domain.suspension_reason(reason)
        changed = tenants_domain.suspended(tenant, self._clock())
        return self._save(caller, tenant, changed, TenantSuspended(changed, why))

    def activate_tenant(self, caller: Caller, tenant_id: str) -> Tenant:
        """Undoes a suspension; repeating it changes nothing."""
        tenant = self._administered(caller, tenant_id)
        changed = tenants_domain.activated(tenant, self._clock())
        return self._save(caller, tenant, changed, TenantChanged(changed))

    def _administered(self, caller: Caller, tenant_id: str) -> Tenant:
        # Found first, then permitted: a stranger learns nothing from which refusal it gets.
        tenant = self._tenants.get(registry_scope(caller), tenant_id)
        caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
        return tenant

    def _save(self, caller: Caller, before: Tenant, after: Tenant, fact: TenantFact) -> Tenant:
        if after is before:
            return before
        return self._tenants.save(after, Change(caller, after.update_time, (fact,)))

    def _require_free(self, mailboxes: Sequence[str]) -> None:
        """A mailbox of two owners would show one's mail to the other."""
        wanted = frozenset(mailbox for mailbox in mailboxes if mailbox)
        if wanted and (
            self._providers.written_to(_UNIQUE, wanted) or self._tenants.written_to(_UNIQUE, wanted)
        ):
            raise AlreadyExists(
                "support_address_taken", "This mailbox is in use already.", field="support_address"
            )
