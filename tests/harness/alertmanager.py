"""Debian's own Alertmanager, sending to us."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import yaml

from tests.harness.servers import free_port
from tests.harness.waiting import wait_until


class Alertmanager:
    """A running one; alerts are put into it as Prometheus does."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=10)

    def is_ready(self) -> bool:
        try:
            return self._http.get("/-/ready").status_code == 200
        except httpx.HTTPError:
            return False

    def fires(self, name: str, **labels: str) -> None:
        self._put(name, labels, timedelta(hours=1))

    def is_over(self, name: str, **labels: str) -> None:
        self._put(name, labels, timedelta(seconds=-1))

    def _put(self, name: str, labels: dict[str, str], until: timedelta) -> None:
        now = datetime.now(UTC)
        alert = {
            "labels": {"alertname": name, **labels},
            "annotations": {"summary": f"{name} on {labels.get('instance', 'something')}"},
            "startsAt": (now - timedelta(minutes=1)).isoformat(),
            "endsAt": (now + until).isoformat(),
        }
        self._http.post("/api/v2/alerts", json=[alert]).raise_for_status()


@contextmanager
def running_alertmanager(folder: Path, url: str, key: str) -> Iterator[Alertmanager]:
    """Configured as docs/alerts.md says, but for its patience."""
    authorization = {"type": "Bearer", "credentials": key}
    webhook = {"url": url, "send_resolved": True, "http_config": {"authorization": authorization}}
    route = {
        "receiver": "fairlead",
        "group_by": ["..."],
        "group_wait": "100ms",
        "group_interval": "300ms",
        "repeat_interval": "1h",
    }
    settings = {"route": route, "receivers": [{"name": "fairlead", "webhook_configs": [webhook]}]}
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(settings))
    port = free_port()
    command = [
        "prometheus-alertmanager",
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with (folder / "alertmanager.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            running = Alertmanager(f"http://127.0.0.1:{port}")
            wait_until(running.is_ready, timeout=30, what="Alertmanager")
            yield running
        finally:
            process.terminate()
            process.wait(timeout=20)
