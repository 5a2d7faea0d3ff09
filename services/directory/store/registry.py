"""Providers, tenants and brands."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pymongo.database import Database

from chassis.mongo import decode_cursor, encode_cursor, page_after
from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, TenantScope
from chassis.tokens import CallerSigner
from services.directory import events
from services.directory.domain.brand import Brand
from services.directory.domain.facts import BrandChanged, TenantFact
from services.directory.domain.provider import Provider
from services.directory.domain.tenant import NewPersonPolicy, Tenant, TenantState
from services.directory.ports import Change, Page
from services.directory.store.documents import BrandDocument, ProviderDocument, TenantDocument, checked
from services.directory.store.refusals import named
from services.directory.store.searching import containing

_TAKEN = {
    "slug": "slug_taken",
    "number_prefix": "number_prefix_taken",
    "support_address": "support_address_taken",
    "support_addresses": "support_address_taken",
}
_BY_SLUG = (("slug", 1), ("_id", 1))


class ProviderStore:
    """Providers, each in its own room."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.records = AggregateStore(database["providers"], noun="provider", signer=signer)

    def add(self, provider: Provider) -> Provider:
        room = TenantScope(provider.provider_id, provider.provider_id)
        state = {
            "name": provider.name,
            "slug": provider.slug,
            "support_addresses": list(provider.support_addresses),
            "create_time": provider.create_time,
        }
        with named(_TAKEN):
            self.records.create(room, provider.provider_id, checked(ProviderDocument, state), [])
        return replace(provider, revision=1)

    def get(self, scope: Scope, provider_id: str) -> Provider:
        return _provider(self.records.load(scope, provider_id))

    def find_by_slug(self, scope: Scope, slug: str) -> Provider | None:
        found = self.records.find_one(scope, {"slug": slug})
        return _provider(found) if found else None

    def written_to(self, scope: Scope, mailboxes: frozenset[str]) -> list[str]:
        wanted = {"support_addresses": {"$in": sorted(mailboxes)}}
        return [found["_id"] for found in self.records.find(scope, wanted, sort=[("_id", 1)])]


class TenantStore:
    """Tenants; each is a tenant of itself, so every scope shows exactly the tenants it grants."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.records = AggregateStore(database["tenants"], noun="tenant", signer=signer)

    def add(self, tenant: Tenant, change: Change[TenantFact]) -> Tenant:
        facts = events.outbound(change.facts, 1, change.time, change.caller)
        with named(_TAKEN):
            self.records.create(_own_scope(tenant), tenant.tenant_id, _tenant_state(tenant), facts)
        return replace(tenant, revision=1)

    def save(self, tenant: Tenant, change: Change[TenantFact]) -> Tenant:
        facts = events.outbound(change.facts, tenant.revision + 1, change.time, change.caller)
        with named(_TAKEN):
            revision = self.records.save(
                _own_scope(tenant), tenant.tenant_id, tenant.revision, _tenant_state(tenant), facts
            )
        return replace(tenant, revision=revision)

    def get(self, scope: Scope, tenant_id: str) -> Tenant:
        return _tenant(self.records.load(scope, tenant_id))

    def find_by_slug(self, scope: Scope, slug: str) -> Tenant | None:
        found = self.records.find_one(scope, {"slug": slug})
        return _tenant(found) if found else None

    def page(self, scope: Scope, size: int, token: str, query: str = "", state: str = "") -> Page[Tenant]:
        wanted = [containing(query, "name", "slug", "number_prefix")] if query else []
        if state:
            wanted.append({"state": state})
        if token:
            wanted.append(page_after(_BY_SLUG, decode_cursor(token, 2)))
        criteria = {"$and": wanted} if wanted else {}
        found = self.records.find(scope, criteria, sort=_BY_SLUG, limit=size + 1)
        tenants = tuple(_tenant(document) for document in found[:size])
        more = len(found) > size
        return Page(tenants, encode_cursor([tenants[-1].slug, tenants[-1].tenant_id]) if more else "")

    def missing(self, scope: Scope, tenant_ids: Iterable[str]) -> list[str]:
        wanted = sorted(set(tenant_ids))
        found = self.records.find(scope, {"_id": {"$in": wanted}}, projection=["_id"])
        present = {document["_id"] for document in found}
        return [tenant_id for tenant_id in wanted if tenant_id not in present]

    def written_to(self, scope: Scope, mailboxes: frozenset[str]) -> list[str]:
        wanted = {"support_address": {"$in": sorted(mailboxes), "$gt": ""}}
        return [found["provider_id"] for found in self.records.find(scope, wanted, sort=[("_id", 1)])]

    def having_mailbox(self, scope: Scope, mailboxes: frozenset[str]) -> list[TenantScope]:
        wanted = {"support_address": {"$in": sorted(mailboxes), "$gt": ""}}
        found = self.records.find(scope, wanted, sort=[("_id", 1)])
        return [TenantScope(one["provider_id"], one["_id"]) for one in found]


class BrandStore:
    """Brands, one at most for each tenant."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.records = AggregateStore(database["brands"], noun="brand", signer=signer)

    def find(self, scope: TenantScope) -> Brand | None:
        found = self.records.find_one(scope)
        return _brand(found) if found else None

    def add(self, brand: Brand, change: Change[BrandChanged]) -> Brand:
        facts = events.outbound(change.facts, 1, change.time, change.caller)
        self.records.create(_brand_scope(brand), _brand_id(brand), _brand_state(brand), facts)
        return replace(brand, revision=1)

    def save(self, brand: Brand, change: Change[BrandChanged]) -> Brand:
        facts = events.outbound(change.facts, brand.revision + 1, change.time, change.caller)
        with named({}):
            revision = self.records.save(
                _brand_scope(brand), _brand_id(brand), brand.revision, _brand_state(brand), facts
            )
        return replace(brand, revision=revision)


def _own_scope(tenant: Tenant) -> TenantScope:
    return TenantScope(tenant.provider_id, tenant.tenant_id)


def _provider(document: Mapping[str, Any]) -> Provider:
    return Provider(
        provider_id=document["_id"],
        name=document["name"],
        slug=document["slug"],
        support_addresses=tuple(document["support_addresses"]),
        create_time=document["create_time"],
        revision=document["revision"],
    )


def _tenant_state(tenant: Tenant) -> dict[str, Any]:
    state = {
        "name": tenant.name,
        "slug": tenant.slug,
        "number_prefix": tenant.number_prefix,
        "locale": tenant.locale,
        "time_zone": tenant.time_zone,
        "state": tenant.state.value,
        "support_address": tenant.support_address,
        "new_person_policy": tenant.new_person_policy.value,
        "create_time": tenant.create_time,
        "update_time": tenant.update_time,
    }
    return checked(TenantDocument, state)


def _tenant(document: Mapping[str, Any]) -> Tenant:
    return Tenant(
        tenant_id=document["_id"],
        provider_id=document["provider_id"],
        name=document["name"],
        slug=document["slug"],
        number_prefix=document["number_prefix"],
        locale=document["locale"],
        time_zone=document["time_zone"],
        support_address=document["support_address"],
        create_time=document["create_time"],
        update_time=document["update_time"],
        state=TenantState(document["state"]),
        # Older tenants have none.
        new_person_policy=NewPersonPolicy(document.get("new_person_policy", NewPersonPolicy.CREATE.value)),
        revision=document["revision"],
    )


def _brand_scope(brand: Brand) -> TenantScope:
    return TenantScope(brand.provider_id, brand.tenant_id)


def _brand_id(brand: Brand) -> str:
    return f"brand_{brand.tenant_id}"


def _brand_state(brand: Brand) -> dict[str, Any]:
    fields = ("display_name", "primary_color", "accent_color", "surface_color", "monogram", "welcome_text")
    return checked(BrandDocument, {field: getattr(brand, field) for field in fields})


def _brand(document: Mapping[str, Any]) -> Brand:
    return Brand(
        tenant_id=document["tenant_id"],
        provider_id=document["provider_id"],
        display_name=document["display_name"],
        primary_color=document["primary_color"],
        accent_color=document["accent_color"],
        surface_color=document["surface_color"],
        monogram=document["monogram"],
        welcome_text=document["welcome_text"],
        revision=document["revision"],
    )
