"""Streams of live updates as probes listen to them: everything that happened so far, up to the first heartbeat."""

import json
from typing import Any

from tests.matrix.houses import Ids, World
from tests.matrix.probes import Answer, Asker, compact


class LiveFace:
    """Sessions are people's, so no program listens here."""

    intruders = (Asker("lumen", "requester"), Asker("lumen", "technician"), Asker("port", "admin"))

    def ask(self, world: World, asker: Asker, surface: str, request: dict[str, Any], ids: Ids) -> Answer:
        gateway, home = world.platform.gateway, asker.home(world)
        cookie = gateway.sessions.start(home.provider_id, home.own[f"{asker.kind}_id"])
        headers = {"Cookie": f"{gateway.settings.session_cookie}={cookie}"}
        path = surface.partition(" ")[2].format_map(ids)
        heard: list[str] = []
        params = {"after": "0", **request.get("query", {})}
        with world.platform.live.stream("GET", path, headers=headers, params=params) as stream:
            if stream.status_code != 200:
                told = {**json.loads(stream.read()), "content-type": stream.headers["content-type"]}
                kinds = {403: "denied", 404: "not_found"}
                kind = kinds.get(stream.status_code, str(stream.status_code))
                return Answer(kind, str(told.get("reason")), compact(told))
            for line in stream.iter_lines():
                if line.startswith(":"):
                    break
                heard.append(line)
        return Answer("granted", "", "\n".join(heard))
