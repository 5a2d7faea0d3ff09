"""Three real NATS servers with the manifests' configuration are one cluster that keeps three copies."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nats as nats_client
import pytest
import yaml

from chassis.streams import ensure_stream
from cli.servers import nats_binary
from tests.harness.servers import free_port
from tests.harness.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[list[str]]:
    documents = yaml.safe_load_all((ROOT / "deploy/k8s/base/nats.yaml").read_text())
    texts = next(one for one in documents if one["kind"] == "ConfigMap")["data"]
    clients, members = [free_port() for _ in range(3)], [free_port() for _ in range(3)]
    processes = []
    for number in range(3):
        folder = tmp_path / f"nats-{number}"
        folder.mkdir()
        for name, text in texts.items():
            text = text.replace("0.0.0.0:4222", f"127.0.0.1:{clients[number]}")
            text = text.replace("0.0.0.0:6222", f"127.0.0.1:{members[number]}")
            text = text.replace("0.0.0.0:8222", f"127.0.0.1:{free_port()}").replace(
                '"/data"', f'"{folder}/data"'
            )
            (folder / name).write_text(text)
        routes = {f"ROUTE_{one}": f"nats://cluster:pc1@127.0.0.1:{members[one]}" for one in range(3)}
        given = {"POD_NAME": f"nats-{number}", "CLIENT_PASSWORD": "pa1", "CLUSTER_PASSWORD": "pc1", **routes}
        command = [str(nats_binary()), "--config", str(folder / "nats.conf")]
        processes.append(subprocess.Popen(command, env={**os.environ, **given}, stderr=subprocess.DEVNULL))
    yield [f"nats://fairlead:pa1@127.0.0.1:{port}" for port in clients]
    for process in processes:
        process.kill()
        process.wait()


def test_a_stream_is_kept_in_three_copies(cluster: list[str]) -> None:
    async def made() -> int:
        client = await nats_client.connect(cluster[0], max_reconnect_attempts=1)
        try:
            name = await ensure_stream(client, "fl", "incidents", replicas=3)
            await client.jetstream().publish("fl.incidents.v1.ten_1.inc_1.noted", b"")
            info = await client.jetstream().stream_info(name)
            return len(info.cluster.replicas) + 1
        finally:
            await client.close()

    def attempt() -> bool:
        try:
            return asyncio.run(made()) == 3
        except Exception:  # not elected yet
            return False

    wait_until(attempt, timeout=60, what="a stream of three copies")


def test_nobody_comes_in_without_the_password(cluster: list[str]) -> None:
    async def knock(url: str) -> None:
        client = await nats_client.connect(url, allow_reconnect=False, connect_timeout=5)
        await client.close()

    def opens() -> bool:
        try:
            asyncio.run(knock(cluster[0]))
        except OSError:
            return False
        return True

    wait_until(opens, timeout=30)
    with pytest.raises(Exception, match="Authorization Violation"):
        asyncio.run(knock(cluster[0].replace("pa1", "wrong")))
