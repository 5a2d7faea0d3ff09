"""REST calls as probes send them, over HTTP to the served gateway."""

from typing import Any

import httpx

from tests.matrix.houses import Ids, World
from tests.matrix.probes import INTRUDERS, Answer, Asker, compact

_KINDS = {403: "denied", 404: "not_found"}
# What a refusal may be told apart by; Date and the like change by themselves.
_HEADERS = ("content-type", "etag", "location", "retry-after", "www-authenticate", "allow", "cache-control")


class RestFace:
    """`request` holds query, json, files, rows (lines of JSON) and further path places ("path")."""

    intruders = INTRUDERS

    def ask(self, world: World, asker: Asker, surface: str, request: dict[str, Any], ids: Ids) -> Answer:
        method, _, path = surface.partition(" ")
        response = world.platform.web.request(
            method,
            "/api/v1" + path.format_map(ids | request.get("path", {})),
            params=request.get("query"),
            json=request.get("json"),
            files=request.get("files"),
            content=request.get("rows"),
            headers={
                "Authorization": f"Bearer {asker.home(world).tokens[asker.kind]}",
                **({"Content-Type": "application/x-ndjson"} if request.get("rows") else {}),
            },
        )
        if response.is_success:
            return Answer("granted", "", response.text)
        return refusal(response)


def refusal(response: httpx.Response) -> Answer:
    told = response.json()
    told.pop("trace_id", None)
    told["headers"] = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    return Answer(_KINDS.get(response.status_code, str(response.status_code)), told["reason"], compact(told))
