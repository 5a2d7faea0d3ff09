"""The gateway as a process of servers: it serves at once, survives outages, and stops."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest

from services.gateway.main import start
from tests.component.gateway.conftest import Running
from tests.harness.gateway import gateway_room
from tests.harness.servers import Mongod, accepts, free_port
from tests.harness.waiting import wait_until


def test_both_faces_answer_for_their_health(running: Running):
    assert running.web.get("/healthz").text == "ok\n"
    assert running.live.get("/healthz").text == "ok\n"


def test_requests_are_served_side_by_side(running: Running):
    headers = running.room.bearer()
    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda _: running.web.get("/api/v1/me", headers=headers).status_code, range(200))
        )
    assert set(answers) == {200}


def test_a_body_that_is_too_large_is_refused(running: Running):
    headers = {**running.room.bearer("incidents:write"), "Content-Type": "application/json"}
    body = b'{"title": "' + b"x" * (3 * 1024 * 1024) + b'"}'
    answer = running.web.post("/api/v1/incidents", content=body, headers=headers)
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_idle_connections_keep_nobody_out(running: Running):
    port = running.room.settings.http_port
    with ExitStack() as stack:
        for _ in range(300):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200" in idle.recv(1000)
        assert running.web.get("/healthz").status_code == 200


def test_while_mongodb_is_down_it_answers_503_and_recovers_by_itself(nats: str, tmp_path: Path):
    server = Mongod(tmp_path / "mongod")
    server.start()
    try:
        with gateway_room(server.uri, "tdown", tmp_path / "keys", nats_url=nats) as room:
            headers = room.bearer()
            gateway = start(room.settings)
            web = httpx.Client(base_url=f"http://127.0.0.1:{room.settings.http_port}", timeout=30)
            try:
                wait_until(lambda: web.get("/readyz").status_code == 200, timeout=15)
                assert web.get("/api/v1/me", headers=headers).status_code == 200
                server.kill()
                wait_until(lambda: web.get("/api/v1/me", headers=headers).status_code == 503, timeout=30)
                answer = web.get("/api/v1/me", headers=headers)
                assert answer.headers["Retry-After"] and answer.json()["reason"] == "store_unavailable"
                wait_until(lambda: web.get("/readyz").status_code == 503, timeout=15)
                assert web.get("/healthz").status_code == 200
                server.start()
                wait_until(lambda: web.get("/api/v1/me", headers=headers).status_code == 200, timeout=30)
                wait_until(lambda: web.get("/readyz").status_code == 200, timeout=15)
            finally:
                gateway.stop()
                web.close()
    finally:
        server.stop()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_gateway_leaves_neither_port_nor_process(
    mongod: str, installation: str, tmp_path: Path, how: signal.Signals
):
    with gateway_room(mongod, installation, tmp_path) as room:
        http_port, live_port = free_port(), free_port()
        environment = {
            **os.environ,
            "MONGODB_URI": mongod,
            "NATS_URL": "nats://127.0.0.1:1",
            "FAIRLEAD_INSTALLATION": installation,
            "FAIRLEAD_KEY_DIR": str(room.settings.key_dir),
            "FAIRLEAD_HTTP_PORT": str(http_port),
            "FAIRLEAD_LIVE_PORT": str(live_port),
            **{
                f"FAIRLEAD_{name.upper()}_ADDRESS": address
                for name, address in room.settings.addresses.items()
            },
        }
        process = subprocess.Popen([sys.executable, "-m", "services.gateway.main"], env=environment)
        try:
            wait_until(lambda: accepts(http_port) and accepts(live_port), timeout=20)
            wait_until(
                lambda: httpx.get(f"http://127.0.0.1:{http_port}/readyz").status_code == 200, timeout=15
            )
            children = psutil.Process(process.pid).children(recursive=True)
            started = time.monotonic()
            process.send_signal(how)
            process.wait(10)
            assert process.returncode == (0 if how is signal.SIGTERM else -signal.SIGKILL)
            assert time.monotonic() - started < 8
            assert not any(child.is_running() for child in children)
            assert not accepts(http_port) and not accepts(live_port)
        finally:
            process.kill()
            process.wait()
