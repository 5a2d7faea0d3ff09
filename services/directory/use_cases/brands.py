"""How the clients' portals and mails look."""

from dataclasses import replace

from chassis.errors import AlreadyExists
from chassis.tenancy import Caller, Role, TenantScope
from services.directory.domain.brand import Brand, new_brand
from services.directory.domain.facts import BrandChanged
from services.directory.ports import Brands, Change, Clock, Tenants
from services.directory.use_cases.reach import registry_scope


class BrandUseCases:
    """Reads and sets brands."""

    def __init__(self, tenants: Tenants, brands: Brands, clock: Clock) -> None:
        self._tenants = tenants
        self._brands = brands
        self._clock = clock

    def get_brand(self, caller: Caller, tenant_id: str) -> Brand:
        """The tenant's brand; until it has chosen one, a plain one with its name, of revision 0."""
        tenant = self._tenants.get(registry_scope(caller), tenant_id)
        chosen = self._brands.find(TenantScope(tenant.provider_id, tenant.tenant_id))
        return chosen or new_brand(tenant.tenant_id, tenant.provider_id, display_name=tenant.name[:80])

    def set_brand(
        self,
        caller: Caller,
        tenant_id: str,
        *,
        display_name: str,
        primary_color: str,
        accent_color: str,
        surface_color: str,
        monogram: str,
        welcome_text: str,
    ) -> Brand:
        """Administrators and operators; the whole brand is replaced.

        Raises InvalidArgument: "<field>_invalid", "color_unreadable".
        """
        tenant = self._tenants.get(registry_scope(caller), tenant_id)
        caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
        scope = TenantScope(tenant.provider_id, tenant.tenant_id)
        existing = self._brands.find(scope)
        brand = new_brand(
            tenant.tenant_id,
            tenant.provider_id,
            display_name=display_name or tenant.name[:80],
            primary_color=primary_color,
            accent_color=accent_color,
            surface_color=surface_color,
            monogram=monogram,
            welcome_text=welcome_text,
            revision=existing.revision if existing else 0,
        )
        if existing == brand:
            return existing
        change = Change(caller, self._clock(), (BrandChanged(brand),))
        if existing:
            return self._brands.save(brand, change)
        try:
            return self._brands.add(brand, change)
        except AlreadyExists:  # two first brands at once: the later one replaces the earlier
            first = self._brands.find(scope)
            if first is None:
                raise
            return self._brands.save(replace(brand, revision=first.revision), change)
