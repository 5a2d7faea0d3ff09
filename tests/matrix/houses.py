"""Who there is: Northstar with the clients acme and lumen, Southwind with port; in each house people of every kind.

Everything a house owns bears its mark in every text, so that a leak of words shows like a leak of ids.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message

from chassis.tenancy import Caller, Role
from services.gateway.auth.clients import OAuthClient
from services.gateway.auth.grants import Subject
from services.gateway.auth.scopes import SCOPES
from tests.matrix.platform import Platform
from tests.matrix.surfaces import rpc_methods

_CALLER_SECONDS = 120.0
# Roles, and under which name the house knows its person or program.
_KINDS = {
    "requester": (frozenset({Role.REQUESTER}), "requester_id"),
    "client_manager": (frozenset({Role.CLIENT_MANAGER}), "manager_id"),
    "technician": (frozenset({Role.TECHNICIAN}), "technician_id"),
    "api_client": (frozenset({Role.API_CLIENT}), "api_client_id"),
    "admin": (frozenset({Role.PROVIDER_ADMIN, Role.DISPATCHER, Role.TECHNICIAN}), "admin_id"),
}
Ids = dict[str, str]
Maker = Callable[["World", "House"], Ids]


@dataclass
class House:
    """One client and its provider, with the people who act for it. `own` fills the places of a request."""

    slug: str
    mark: str
    provider_slug: str
    own: Ids = field(default_factory=dict)
    # Ids that nobody outside may ever be shown, and those the provider's other clients may know.
    private: set[str] = field(default_factory=set)
    tokens: dict[str, str] = field(default_factory=dict)
    shared: dict[str, Ids] = field(default_factory=dict)

    @property
    def provider_id(self) -> str:
        return self.own["provider_id"]

    @property
    def tenant_id(self) -> str:
        return self.own["tenant_id"]

    def secrets_from(self, other: "House") -> set[str]:
        """What must not stand in an answer to somebody of another house."""
        there = {self.mark, *self.private}
        if other.provider_id != self.provider_id:
            there |= {
                self.provider_slug,
                self.own["provider_id"],
                self.own["admin_id"],
                self.own["technician_id"],
            }
        return there


class World:
    """The houses, and callers and tokens for each kind of person in them."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        # By what kinds of scope the collections were searched that are exempt for that very reason.
        self.scopes_used: dict[tuple[str, str], set[type]] = {}
        self.acme = House("acme", "zephyrine", "northstar")
        self.lumen = House("lumen", "quartzlike", "northstar")
        self.port = House("port", "umbraline", "southwind")
        self._callers: dict[tuple[str, str], tuple[float, Caller]] = {}
        for house in self.houses:
            self._build(house)
        for house in self.houses:
            self._register_clients(house)

    @property
    def houses(self) -> tuple[House, House, House]:
        return self.acme, self.lumen, self.port

    @cached_property
    def methods(self) -> dict[str, tuple[str, MethodDescriptor]]:
        return rpc_methods(self.platform)

    def caller(self, house: House, kind: str) -> Caller:
        """As RPCs are given it; minted anew long before it expires."""
        minted, caller = self._callers.get((house.slug, kind), (0.0, None))
        if caller is None or time.monotonic() - minted > _CALLER_SECONDS:
            caller = self._mint(house, kind)
            self._callers[house.slug, kind] = (time.monotonic(), caller)
        return caller

    def _mint(self, house: House, kind: str) -> Caller:
        provider, tenants = house.provider_id, frozenset({house.tenant_id})
        if kind == "operator":
            return self.platform.operator()
        if kind == "service":
            return self.platform.peer("intake", provider)
        roles, named = _KINDS[kind]
        subject = f"{'client' if kind == 'api_client' else 'person'}:{house.own[named]}"
        granted = None if kind == "admin" else tenants
        return self.platform.mint("gateway", Caller(subject, provider, granted, roles, name=kind))

    def send(self, name: str, fields: dict[str, Any], caller: Caller) -> list[Message]:
        """Calls "<service> <Service>.<Method>" with these fields; a stream of requests stands under "messages"."""
        service, method = self.methods[name]
        if method.client_streaming:
            message = message_factory.GetMessageClass(method.input_type)
            stream = [ParseDict(each, message()) for each in fields["messages"]]
            return self.platform.call(service, method, stream, caller)
        request = message_factory.GetMessageClass(method.input_type)()
        return self.platform.call(service, method, ParseDict(fields, request), caller)

    def ask(self, name: str, fields: dict[str, Any], caller: Caller) -> dict[str, Any]:
        """The one answer as a dict with the protos' own field names."""
        answer = self.send(name, fields, caller)[0]
        return json_format.MessageToDict(answer, preserving_proto_field_name=True)

    def as_admin(self, house: House, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        return self.ask(name, fields, self.caller(house, "admin"))

    def record(self, maker: Maker, house: House) -> Ids:
        """The house's one record of this kind, made when first asked for."""
        if maker.__name__ not in house.shared:
            house.shared[maker.__name__] = maker(self, house)
        return house.shared[maker.__name__]

    def _build(self, house: House) -> None:
        operator = self.platform.operator()
        provider = self.ask(
            "directory TenantService.CreateProvider",
            {
                "name": house.provider_slug.title(),
                "slug": house.provider_slug,
                "support_addresses": [f"help@{house.provider_slug}.example"],
            },
            operator,
        )
        house.own["provider_id"] = provider["provider_id"]
        tenant = self.ask(
            "directory TenantService.CreateTenant",
            {
                "provider_id": house.provider_id,
                "name": f"{house.slug} {house.mark}",
                "slug": house.slug,
                "number_prefix": house.slug.upper(),
                "locale": "en",
                "time_zone": "Europe/London",
                "support_address": f"support@{house.slug}.{house.provider_slug}.example",
            },
            operator,
        )
        house.own |= {
            "tenant_id": tenant["tenant_id"],
            "slug": house.slug,
            "support": f"support@{house.slug}.{house.provider_slug}.example",
        }
        here = {"memberships": [{"tenant_id": house.tenant_id, "role": "MEMBERSHIP_ROLE_REQUESTER"}]}
        leads = {"memberships": [{"tenant_id": house.tenant_id, "role": "MEMBERSHIP_ROLE_CLIENT_MANAGER"}]}
        works = {"grants": [{"role": "GRANT_ROLE_TECHNICIAN", "tenant_ids": [house.tenant_id]}]}
        rules = {"grants": [{"role": "GRANT_ROLE_PROVIDER_ADMIN", "all_tenants": True}]}
        staff = f"{house.provider_slug}.example"
        for name, address, more in (
            ("requester", f"req@{house.slug}.example", here),
            ("manager", f"boss@{house.slug}.example", leads),
            ("spare", f"spare@{house.slug}.example", here),
            ("technician", f"tech-{house.slug}@{staff}", works),
            ("admin", f"admin@{staff}", rules),
        ):
            shown = f"{name.title()} {house.mark}" if "@" + house.slug in address else name.title()
            person = self.ask(
                "directory PersonService.CreatePerson",
                {"provider_id": house.provider_id, "email": address, "display_name": shown, **more},
                operator,
            )
            house.own[f"{name}_id"] = person["person_id"]
        self.as_admin(
            house,
            "directory TenantService.AddMailDomain",
            {"tenant_id": house.tenant_id, "domain": f"{house.slug}.example"},
        )
        house.private |= {house.tenant_id, house.own["requester_id"], house.own["manager_id"]}
        house.private.add(house.own["spare_id"])

    def _register_clients(self, house: House) -> None:
        """An OAuth client of the house, and tokens for it and for its people through a first-party client."""
        gateway = self.platform.gateway
        of_house = _oauth_client(house.provider_id, frozenset({house.tenant_id}), ("client_credentials",))
        made, secret = gateway.auth.clients.register(of_house)
        house.own["api_client_id"] = made.client_id
        house.private.add(made.client_id)
        answer = self.platform.web.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(made.client_id, secret)
        )
        house.tokens["api_client"] = answer.raise_for_status().json()["access_token"]
        console, _ = gateway.auth.clients.register(
            _oauth_client(house.provider_id, None, ("authorization_code",), ("https://console.example/cb",))
        )
        scope = " ".join(SCOPES)
        for kind in ("requester", "technician", "admin"):
            subject = Subject(
                provider_id=house.provider_id,
                person_id=house.own[f"{kind}_id"],
                family_id=secrets.token_urlsafe(8),
            )
            house.tokens[kind] = gateway.auth.access_tokens.issue(console, subject, scope)
        house.tokens["client_manager"] = gateway.auth.access_tokens.issue(
            console,
            Subject(house.provider_id, house.own["manager_id"], secrets.token_urlsafe(8)),
            scope,
        )
        operator = gateway.auth.clients.find("operator")
        assert operator is not None
        house.tokens["operator"] = gateway.auth.access_tokens.issue(operator, None, "admin")


def _oauth_client(
    provider_id: str, tenant_ids: frozenset[str] | None, grants: tuple[str, ...], uris: tuple[str, ...] = ()
) -> OAuthClient:
    return OAuthClient(
        client_id="",
        provider_id=provider_id,
        tenant_ids=tenant_ids,
        name="Probe",
        auth_method="client_secret",
        grant_types=grants,
        scopes=tuple(SCOPES),
        roles=frozenset(),
        redirect_uris=uris,
        first_party=bool(uris),
    )
