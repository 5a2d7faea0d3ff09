"""A browser as the live face sees it."""

import json
import threading
from typing import Any

import httpx

from tests.component.gateway.conftest import Running
from tests.harness.waiting import wait_until


class Browser:
    """Listens to one stream on a thread and keeps what it is told."""

    def __init__(self, running: Running, path: str, headers: dict[str, str], base: str = "") -> None:
        self.headers = headers
        self.told: list[tuple[str, str, Any]] = []
        self.ended = threading.Event()
        self._response: Any = None
        self._client = httpx.Client(base_url=base or str(running.live.base_url), timeout=20)
        self._thread = threading.Thread(target=self._listen, args=(path, headers), daemon=True)
        self._thread.start()
        wait_until(lambda: self.named("hello"), what="the stream's greeting")

    def named(self, name: str) -> list[Any]:
        return [data for _, found, data in self.told if found == name]

    def incidents(self) -> list[str]:
        return [row["incident_id"] for row in self.named("queue_entry")]

    def close(self) -> None:
        self._response.close()

    def _listen(self, path: str, headers: dict[str, str]) -> None:
        try:
            with self._client.stream("GET", path, headers=headers) as response:
                self._response = response
                event: dict[str, str] = {}
                for line in response.iter_lines():
                    if line:
                        name, _, value = line.partition(": ")
                        event[name] = value
                    else:
                        if "event" in event:
                            self.told.append((event.get("id", ""), event["event"], json.loads(event["data"])))
                        event = {}
        except (httpx.HTTPError, OSError, RuntimeError, AttributeError):
            pass
        finally:
            self.ended.set()

    def shows(self, running: Running, **lists: list[str]) -> httpx.Response:
        """Says what the browser's tabs show: incident=[…], viewing=[…], typing=[…]."""
        connection_id = self.named("hello")[-1]["connection_id"]
        origin = f"http://127.0.0.1:{running.room.settings.http_port}"
        return running.live.post(
            f"/live/session/{connection_id}", data=lists, headers={**self.headers, "Origin": origin}
        )

    def present(self, incident_id: str) -> list[str] | None:
        """Who looks at an incident, as it was last told; None if nothing was."""
        told = [each for each in self.named("presence") if each["incident_id"] == incident_id]
        return (
            [who["name"] + (" types" if who["typing"] else "") for who in told[-1]["people"]]
            if told
            else None
        )
