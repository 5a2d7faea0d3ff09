"""Twenty client organizations with their programs and requesters: the load spreads over them as a real one does.

One program has a bucket of API calls of its own for each client, and one mailbox a number of acknowledgements an
hour: neither limit is lifted, the load just comes from as many places as it would.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx

from benchmarks.context import Context

TENANTS = 20
PEOPLE_PER_TENANT = 50
_SCOPES = ["incidents:read", "incidents:write"]
# What people report, so that the rules have something to decide; a number makes each one of its own.
TOPICS = (
    ("VPN drops every few minutes", "Since this morning the VPN disconnects when I open the shared drive."),
    ("Cannot print on the second floor", "The printer says it is offline, but it is switched on."),
    ("Laptop is very slow", "It takes ten minutes until I can work after starting it."),
    ("Outlook asks for my password again and again", "I typed it five times. Nothing changes."),
    ("Need access to the finance folder", "I took over from a colleague and cannot open the folder."),
    ("Server room alarm", "The temperature alarm shows 31 degrees. Nobody can work, it is urgent."),
    ("Password reset please", "I am locked out of my account after my holiday."),
    ("Wi-Fi does not reach the warehouse", "The scanners lose the connection behind the third rack."),
)


@dataclass(frozen=True)
class Client:
    """One client organization and the program that works for it."""

    tenant_id: str
    slug: str
    client_id: str
    client_secret: str

    def requester(self, number: int) -> str:
        """The address of one of its people."""
        return f"person{number % PEOPLE_PER_TENANT:02d}@{self.slug}.example"


class Api:
    """REST as one program by client credentials; for preparing and reading back, not for load."""

    def __init__(self, base_url: str, client_id: str, client_secret: str) -> None:
        self.http = httpx.Client(base_url=base_url, timeout=30, trust_env=False)
        self._pair = (client_id, client_secret)
        self.renew()

    def renew(self) -> str:
        """A new token, used from here on; a long run outlives one."""
        answer = self.http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=self._pair)
        token = str(answer.raise_for_status().json()["access_token"])
        self.http.headers["authorization"] = f"Bearer {token}"
        return token

    def get(self, path: str, **query: Any) -> Any:
        answer = self.http.get(f"/api/v1{path}", params=query)
        if answer.status_code == 401:
            self.renew()
            answer = self.http.get(f"/api/v1{path}", params=query)
        return answer.raise_for_status().json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.http.post(f"/api/v1{path}", json=body).raise_for_status().json()

    def all_of(self, path: str, name: str, **query: Any) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        found: list[dict[str, Any]] = []
        token = ""
        while True:
            page = self.get(path, page_size=200, page_token=token, **query)
            found += page[name]
            token = page.get("next_page_token", "")
            if not token:
                return found


@dataclass
class Desk:
    """What was prepared. `provider` is the program of the provider itself, which sees every client."""

    provider: Api
    clients: list[Client]
    base_url: str

    def tokens(self) -> list[dict[str, str]]:
        """A fresh token for each client's program, with its tenant."""

        def one(client: Client) -> dict[str, str]:
            api = Api(self.base_url, client.client_id, client.client_secret)
            found = {
                "token": api.renew(),
                "tenant_id": client.tenant_id,
                "slug": client.slug,
            }
            api.http.close()
            return found

        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(one, self.clients))


def make_desk(context: Context) -> Desk:
    """The demonstration's four clients and as many more as make twenty, by the REST API alone."""
    document = context.document
    own = document["api_client"]
    provider = Api(context.installation.base_url, own["client_id"], own["client_secret"])
    clients = [
        Client(one["tenant_ids"][0], one["tenant"], one["client_id"], one["client_secret"])
        for one in document["api_clients"]
        if one["tenant"]
    ]
    for number in range(len(clients) + 1, TENANTS + 1):
        clients.append(_make_client(provider, f"bench{number:02d}", f"BENCH{number:02d}"))
    context.progress(f"{len(clients)} clients, {PEOPLE_PER_TENANT} people each")
    return Desk(provider, clients, context.installation.base_url)


def more_tenants(context: Context, count: int) -> list[str]:
    """So many clients in all, by id; those beside the desk's own have neither people nor programs. Made when missing."""
    kept: list[str] = context.kept.setdefault("tenants", [one.tenant_id for one in context.desk.clients])
    for number in range(len(kept) + 1, count + 1):
        tenant = _make_tenant(context.desk.provider, f"bench{number:03d}", f"BENCH{number:03d}")
        kept.append(tenant["tenant_id"])
    return kept[:count]


def _make_tenant(provider: Api, slug: str, prefix: str) -> Any:
    return provider.post(
        "/tenants",
        {
            "name": f"Client {prefix}",
            "slug": slug,
            "number_prefix": prefix,
            "time_zone": "Europe/London",
            "support_address": f"support@{slug}.northstar.example",
        },
    )


def _make_client(provider: Api, slug: str, prefix: str) -> Client:
    tenant = _make_tenant(provider, slug, prefix)
    provider.post(f"/tenants/{tenant['tenant_id']}/mail-domains", {"domain": f"{slug}.example"})
    program = provider.post(
        "/api-clients",
        {"name": f"{slug} load", "roles": [], "scopes": _SCOPES, "tenant_ids": [tenant["tenant_id"]]},
    )
    return Client(tenant["tenant_id"], slug, program["client_id"], program["client_secret"])
