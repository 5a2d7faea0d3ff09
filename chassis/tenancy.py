"""Who asks, and which tenants' records they may touch.

Every store method takes a scope first. A scope is made from a verified `Caller`, never from a
value the request carries: `caller.scope(tenant_id)` answers "not found" outside the caller's grant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chassis.errors import NotFound, PermissionDenied

# Ids stand in NATS subjects and URLs, where these characters would mean something else.
_FORBIDDEN = frozenset(" .*>/\t\r\n\x00")


def _require_id(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text, not {type(value).__name__}")
    if not value or not _FORBIDDEN.isdisjoint(value):
        raise ValueError(f"{name} must be a plain id")


@dataclass(frozen=True, slots=True)
class TenantScope:
    """One tenant of one provider. The only scope under which records are created."""

    provider_id: str
    tenant_id: str

    def __post_init__(self) -> None:
        _require_id("provider_id", self.provider_id)
        _require_id("tenant_id", self.tenant_id)

    def filter(self) -> dict[str, Any]:
        return {"provider_id": self.provider_id, "tenant_id": self.tenant_id}

    def includes(self, provider_id: str, tenant_id: str) -> bool:
        return (provider_id, tenant_id) == (self.provider_id, self.tenant_id)


@dataclass(frozen=True, slots=True)
class GrantedScope:
    """Several tenants of one provider; `tenant_ids` None means every tenant of that provider."""

    provider_id: str
    tenant_ids: frozenset[str] | None

    def __post_init__(self) -> None:
        _require_id("provider_id", self.provider_id)
        if self.tenant_ids is not None:
            object.__setattr__(self, "tenant_ids", frozenset(self.tenant_ids))
            for tenant_id in self.tenant_ids:
                _require_id("tenant_id", tenant_id)

    def filter(self) -> dict[str, Any]:
        if self.tenant_ids is None:
            return {"provider_id": self.provider_id}
        return {"provider_id": self.provider_id, "tenant_id": {"$in": sorted(self.tenant_ids)}}

    def includes(self, provider_id: str, tenant_id: str) -> bool:
        return provider_id == self.provider_id and (self.tenant_ids is None or tenant_id in self.tenant_ids)


@dataclass(frozen=True, slots=True)
class SystemScope:
    """Every record of the installation, for the few documented uses; the reason says which."""

    reason: str

    def __post_init__(self) -> None:
        if not self.reason:
            raise ValueError("a system scope must say why")

    def filter(self) -> dict[str, Any]:
        return {}

    def includes(self, provider_id: str, tenant_id: str) -> bool:
        return True


Scope = TenantScope | GrantedScope | SystemScope


class Role(StrEnum):
    """What a caller is to the provider or tenant; OAuth scopes are a separate, narrower thing."""

    REQUESTER = "requester"
    CLIENT_MANAGER = "client_manager"
    TECHNICIAN = "technician"
    DISPATCHER = "dispatcher"
    PROVIDER_ADMIN = "provider_admin"
    API_CLIENT = "api_client"
    SERVICE = "service"
    OPERATOR = "operator"


# An API client counts as staff when it was also given the technician's role.
_STAFF = frozenset({Role.TECHNICIAN, Role.DISPATCHER, Role.PROVIDER_ADMIN, Role.SERVICE, Role.OPERATOR})


@dataclass(frozen=True)
class Caller:
    """An authenticated subject with its grant and roles, as a signed token carries it.

    subject: "person:per_…", "client:cli_…", "service:triage" or "operator:cli".
    provider_id: "" only for an operator or for a service's work across providers.
    tenant_ids: None means all tenants of the provider.
    token: the signed token this caller came in, "" when it never travelled.
    """

    subject: str
    provider_id: str
    tenant_ids: frozenset[str] | None
    roles: frozenset[Role]
    scopes: frozenset[str] = frozenset()
    name: str = ""
    locale: str = "en"
    token: str = field(default="", compare=False, repr=False)

    @property
    def person_id(self) -> str:
        """The person's id, "" when the caller is not a person."""
        kind, _, rest = self.subject.partition(":")
        return rest if kind == "person" else ""

    @property
    def is_staff(self) -> bool:
        """Works for the provider: may see internal notes of the tenants it is granted."""
        return not _STAFF.isdisjoint(self.roles)

    def scope(self, tenant_id: str) -> TenantScope:
        """The scope of one tenant. Raises NotFound("tenant_not_found") outside the grant."""
        granted = self.tenant_ids is None or tenant_id in self.tenant_ids
        if granted and self.provider_id:
            try:
                return TenantScope(self.provider_id, tenant_id)
            except (ValueError, TypeError):
                pass  # a malformed id names no tenant: the same answer as an unknown one
        raise NotFound("tenant_not_found", "There is no such tenant.")

    def granted(self) -> GrantedScope:
        """Every tenant the caller may see. Raises NotFound("tenant_not_found") without a provider."""
        if not self.provider_id:
            raise NotFound("tenant_not_found", "There is no such tenant.")
        return GrantedScope(self.provider_id, self.tenant_ids)

    def provider_scope(self) -> TenantScope:
        """The provider's own room, where its rules, groups, calendars and articles are kept.

        Raises PermissionDenied("role_required") for anyone but staff, NotFound without a provider.
        """
        if not self.is_staff:
            raise PermissionDenied("role_required", "This needs the provider's staff.", roles="staff")
        provider_id = self.granted().provider_id
        return TenantScope(provider_id, provider_id)

    def require(self, *roles: Role) -> None:
        """Raises PermissionDenied("role_required") unless the caller has any of these roles."""
        if self.roles.isdisjoint(roles):
            wanted = ", ".join(roles)
            raise PermissionDenied("role_required", f"This needs one of: {wanted}.", roles=wanted)

    def to_claims(self) -> dict[str, Any]:
        """The caller as JSON-ready claims, without issuer and times."""
        return {
            "sub": self.subject,
            "provider_id": self.provider_id,
            "tenant_ids": None if self.tenant_ids is None else sorted(self.tenant_ids),
            "roles": sorted(self.roles),
            "scope": " ".join(sorted(self.scopes)),
            "name": self.name,
            "locale": self.locale,
        }

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any], token: str = "") -> "Caller":
        """The caller that `to_claims` described. Raises KeyError, ValueError or TypeError on other shapes."""
        tenants: Iterable[str] | None = claims["tenant_ids"]
        return cls(
            subject=claims["sub"],
            provider_id=claims["provider_id"],
            tenant_ids=None if tenants is None else frozenset(tenants),
            roles=frozenset(Role(role) for role in claims["roles"]),
            scopes=frozenset(claims.get("scope", "").split()),
            name=claims.get("name", ""),
            locale=claims.get("locale", "en"),
            token=token,
        )
