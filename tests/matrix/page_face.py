"""Pages as probes open them: over HTTP, signed in by a session's cookie, forms with their token."""

import hashlib
import hmac
from typing import Any

from services.gateway.auth.sessions import session_key
from tests.matrix.houses import Ids, World
from tests.matrix.probes import Answer, Asker
from tests.matrix.rest_face import refusal


class PageFace:
    """`request` holds query, form and further path places ("path"). Refusals are asked for as problems, to compare."""

    intruders = (Asker("lumen", "requester"), Asker("lumen", "technician"), Asker("port", "admin"))

    def ask(self, world: World, asker: Asker, surface: str, request: dict[str, Any], ids: Ids) -> Answer:
        gateway, home = world.platform.gateway, asker.home(world)
        cookie = gateway.sessions.start(home.provider_id, home.own[f"{asker.kind}_id"])
        binding = f"csrf:session:{session_key(cookie)}".encode()
        method, _, path = surface.partition(" ")
        response = world.platform.web.request(
            method,
            path.format_map(ids | request.get("path", {})),
            params=request.get("query"),
            data=request.get("form"),
            headers={
                "Cookie": f"{gateway.settings.session_cookie}={cookie}",
                "X-CSRF-Token": hmac.new(gateway.secret, binding, hashlib.sha256).hexdigest(),
                "Accept": "*/*",
            },
        )
        if response.status_code < 400:
            return Answer("granted", "", response.headers.get("location", "") + response.text)
        if "json" not in response.headers["content-type"]:
            return Answer(str(response.status_code), "", response.text)
        return refusal(response)
