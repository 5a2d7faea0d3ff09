"""Who and what a provider is made of: clients, people, teams, programs. See records.py."""

import secrets

from tests.matrix.houses import House, Ids, World


def provider(world: World, house: House) -> Ids:
    return {"provider_id": house.provider_id}


def tenant(world: World, house: House) -> Ids:
    """The house itself."""
    return {"tenant_id": house.tenant_id}


def slug(world: World, house: House) -> Ids:
    return {"slug": house.slug}


def registered(world: World, house: House) -> Ids:
    """What the house is registered under: unique in the installation."""
    return {"slug": house.slug, "prefix": house.slug.upper(), "name": f"{house.slug} {house.mark}"} | {
        "support": f"support@{house.slug}.{house.provider_slug}.example"
    }


def domain(world: World, house: House) -> Ids:
    return {"domain": f"{house.slug}.example"}


def support_mailbox(world: World, house: House) -> Ids:
    """Where the provider takes mail that names no client."""
    return {"email": f"help@{house.provider_slug}.example"}


def brand(world: World, house: House) -> Ids:
    colors = {"primary_color": "#1e3a8a", "accent_color": "#9a3412", "surface_color": "#ffffff"}
    fields = {"tenant_id": house.tenant_id, "display_name": f"Brand {house.mark}", "monogram": "B", **colors}
    world.as_admin(house, "directory TenantService.SetBrand", fields)
    return {"tenant_id": house.tenant_id}


def new_mailbox(world: World, house: House) -> Ids:
    """The address of somebody who was not there before."""
    person_id = person(world, house)["person_id"]
    return {
        "email": world.as_admin(house, "directory PersonService.GetPerson", {"person_id": person_id})["email"]
    }


def mailbox(world: World, house: House) -> Ids:
    return {"email": f"req@{house.slug}.example"}


def another_tenant(world: World, house: House) -> Ids:
    """A further client of the provider, to be suspended or given its first contract."""
    name = word()
    fields = {
        "name": f"{house.mark} {name}",
        "slug": name,
        "number_prefix": name[:8].upper(),
        "locale": "en",
        "time_zone": "UTC",
    }
    made = world.as_admin(house, "directory TenantService.CreateTenant", fields)
    return private(house, tenant_id=made["tenant_id"])


def mail_domain(world: World, house: House) -> Ids:
    name = f"{word()}.example"
    fields = {"tenant_id": house.tenant_id, "domain": name}
    world.as_admin(house, "directory TenantService.AddMailDomain", fields)
    return private(house, domain=name) | {"tenant_id": house.tenant_id}


def person(world: World, house: House) -> Ids:
    fields = {
        "email": f"{word()}@{house.slug}.example",
        "display_name": f"Somebody {house.mark}",
        "memberships": [{"tenant_id": house.tenant_id, "role": "MEMBERSHIP_ROLE_REQUESTER"}],
    }
    made = world.as_admin(house, "directory PersonService.CreatePerson", fields)
    return private(house, person_id=made["person_id"])


def member(world: World, house: House) -> Ids:
    """A person, and the client they belong to."""
    return person(world, house) | {"tenant_id": house.tenant_id}


def technician(world: World, house: House) -> Ids:
    """Somebody of the provider's staff."""
    return {"technician_id": house.own["technician_id"]}


def team(world: World, house: House) -> Ids:
    """The provider's: all its staff know it."""
    fields = {"name": word(), "person_ids": [house.own["technician_id"]]}
    return {"team_id": world.as_admin(house, "directory PersonService.CreateTeam", fields)["team_id"]}


def api_client(world: World, house: House) -> Ids:
    body = {"name": f"Probe {house.mark}", "tenant_ids": [house.tenant_id], "scopes": ["incidents:read"]}
    answer = world.platform.web.post(
        "/api/v1/api-clients", json=body, headers={"Authorization": f"Bearer {house.tokens['admin']}"}
    )
    return private(house, client_id=answer.raise_for_status().json()["client_id"])


def word() -> str:
    """A word that nothing else is called by."""
    return f"w{secrets.token_hex(6)}"


def private(house: House, **ids: str) -> Ids:
    """The ids, which from now on nobody outside the house may be shown."""
    house.private |= {value for value in ids.values() if value}
    return ids
