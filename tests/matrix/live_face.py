"""Streams of live updates as probes listen to them: everything that happened so far, up to the first heartbeat."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.matrix.houses import Ids, World
from tests.matrix.probes import Answer, Asker, compact


class LiveFace:
    """Sessions are people's, so no program listens here."""

    intruders = (Asker("lumen", "requester"), Asker("lumen", "technician"), Asker("port", "admin"))

    def ask(self, world: World, asker: Asker, surface: str, request: dict[str, Any], ids: Ids) -> Answer:
        method, _, path = surface.partition(" ")
        headers = sign_in(world, asker)
        params = {"after": "0", **request.get("query", {})}
        if method == "POST":
            with listening(world, headers) as connection_id:
                told = shows(world, headers, path.format(connection_id=connection_id), request["form"])
                return Answer("granted" if told.status_code == 200 else "denied", "", told.text)
        heard: list[str] = []
        with world.platform.live.stream(
            "GET", path.format_map(ids), headers=headers, params=params
        ) as stream:
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


def sign_in(world: World, asker: Asker) -> dict[str, str]:
    """Headers of a new session."""
    gateway, home = world.platform.gateway, asker.home(world)
    cookie = gateway.sessions.start(home.provider_id, home.own[f"{asker.kind}_id"])
    return {"Cookie": f"{gateway.settings.session_cookie}={cookie}"}


@contextmanager
def listening(world: World, headers: dict[str, str]) -> Iterator[str]:
    """The name of a connection that is open for the while."""
    with world.platform.live.stream("GET", "/live/session", headers=headers) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))["connection_id"]
                return


def shows(world: World, headers: dict[str, str], path: str, form: dict[str, Any]) -> httpx.Response:
    """Says what the tabs of a browser show."""
    origin = f"http://127.0.0.1:{world.platform.settings.http_port}"
    return world.platform.live.post(path, data=form, headers={**headers, "Origin": origin})
