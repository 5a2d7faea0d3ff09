"""API clients, and the incidents that the demonstration opens with, submitted by one of them."""

from typing import Any

from cli.seed import northstar
from cli.seed.office import Office

_OF_A_CLIENT = [
    "incidents:read",
    "incidents:write",
    "articles:read",
    "contracts:read",
    "forms:read",
    "catalog:read",
    "configuration-items:read",
    "changes:read",
]
_OF_THE_PROVIDER = [
    "incidents:read",
    "incidents:write",
    "configuration-items:read",
    "configuration-items:write",
    "changes:read",
    "changes:write",
    "queue:read",
    "queue:write",
    "directory:read",
    "directory:write",
    "contracts:read",
    "contracts:write",
    "statements:read",
    "statements:write",
    "articles:read",
    "articles:write",
    "rules:read",
    "rules:write",
    "webhooks:read",
    "webhooks:write",
    "mailboxes:read",
    "mailboxes:write",
    "submissions:read",
    "submissions:write",
    "forms:read",
    "forms:write",
    "catalog:read",
    "catalog:write",
    "deliveries:read",
    "deliveries:write",
    "on-call:read",
    "on-call:write",
    "alerts:read",
    "alerts:write",
    "clients:write",
]


def make_programs(office: Office, provider_id: str, tenants: dict[str, str]) -> list[dict[str, Any]]:
    """The provider's own program first, then one for each client; each with its secret."""
    wanted = [
        ("Northstar automation", None, ["technician", "dispatcher", "provider_admin"], _OF_THE_PROVIDER, ""),
        *(
            (f"{client.name} integration", [tenants[client.slug]], [], _OF_A_CLIENT, client.slug)
            for client in northstar.CLIENTS
        ),
    ]
    made = []
    for name, tenant_ids, roles, scopes, slug in wanted:
        body = {"name": name, "roles": roles, "scopes": scopes, "provider_id": provider_id}
        if tenant_ids:
            body["tenant_ids"] = tenant_ids
        answer = office.http("POST", "/api/v1/api-clients", json=body).json()
        made.append(
            {
                "client_id": answer["client_id"],
                "client_secret": answer["client_secret"],
                "name": name,
                "tenant": slug,
                "tenant_ids": tenant_ids or sorted(tenants.values()),
                "scopes": scopes,
            }
        )
    return made


def make_samples(office: Office, program: dict[str, Any], tenants: dict[str, str]) -> None:
    """Each once, however often the seed runs: their idempotency keys are their places in the list."""
    token = office.token_of(program["client_id"], program["client_secret"])
    names = {person.email: person.name for client in northstar.CLIENTS for person in client.people}
    for place, sample in enumerate(northstar.SAMPLES, start=1):
        body = {
            "tenant_id": tenants[sample.client],
            "title": sample.title,
            "description": sample.description,
            "requester": {"email": sample.requester, "name": names[sample.requester]},
        }
        headers = {"idempotency-key": f"demonstration-{place}"}
        office.http("POST", "/api/v1/incidents", token, json=body, headers=headers)
