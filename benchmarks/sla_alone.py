"""The service of service levels as one process more, on the installation's servers but under a prefix of its own.

What is planted for it is nobody else's: no other service hears of incidents that it does not know. Its database and
its stream go with it.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import grpc
import nats
from grpc_health.v1 import health_pb2, health_pb2_grpc

from benchmarks.cpu import used_seconds
from benchmarks.figures import Void
from benchmarks.installation import ROOT, Installation
from chassis import mongo
from chassis.tokens import CallerSigner
from cli.memory import proportional_set_kib
from services.sla.config import SlaSettings

_START_SECONDS = 120.0


class SlaAlone:
    """A context manager; `start` and `stop` as often as one likes in between."""

    def __init__(self, given: Installation) -> None:
        self._given = given
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        services = given.document["services"]
        self.settings = SlaSettings(
            installation=f"bench{os.getpid()}",
            mongodb_uri=given.mongodb_uri,
            nats_url=given.document["nats"]["url"],
            key_dir=given.data_dir / "keys",
            addresses={"sla": address, "directory": services["directory"]["address"]},
        )
        self.database = mongo.connect(self.settings)
        self.signer = CallerSigner.load(self.settings.key_dir, self.settings.service)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "SlaAlone":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.database.client.drop_database(self.database.name)
        self.database.client.close()
        asyncio.run(self._forget_stream())

    def start(self) -> float:
        """Seconds until it is ready: its imports, its indexes, its first look at what is due. Raises Void."""
        settings = self.settings
        environment = self._given.environment | {
            "MONGODB_URI": settings.mongodb_uri,
            "NATS_URL": settings.nats_url,
            "FAIRLEAD_INSTALLATION": settings.installation,
            "FAIRLEAD_KEY_DIR": str(settings.key_dir),
            "FAIRLEAD_SLA_ADDRESS": settings.address("sla"),
            "FAIRLEAD_DIRECTORY_ADDRESS": settings.address("directory"),
            "FAIRLEAD_SUPERVISED": "1",
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "gen"))),
        }
        began = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "services.sla.main"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        with grpc.insecure_channel(settings.address("sla")) as channel:
            health = health_pb2_grpc.HealthStub(channel)
            while not _serves(health):
                if self._process.poll() is not None or time.monotonic() - began > _START_SECONDS:
                    raise Void(f"the service did not start: {self.log.read_text()[-1000:]}")
                time.sleep(0.02)
        return time.monotonic() - began

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    @property
    def log(self) -> Path:
        return self._given.data_dir / "sla-alone.log"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def memory_mib(self) -> float:
        """Proportional set size. It shares no pages with the other services, unlike one that came of the cradle."""
        return proportional_set_kib(self.pid) / 1024

    def cpu_seconds(self) -> dict[str, float]:
        """So far, of the service and of the two servers, which serve the idle installation, too."""
        servers = {name: self._given.document[name]["pid"] for name in ("mongod", "nats")}
        return {name: used_seconds(pid) for name, pid in {"sla": self.pid, **servers}.items()}

    async def _forget_stream(self) -> None:
        client = await nats.connect(self.settings.nats_url)
        try:
            await client.jetstream().delete_stream(self.settings.stream_name)
        except nats.js.errors.NotFoundError:
            pass  # it never announced anything
        finally:
            await client.close()


def _serves(health: health_pb2_grpc.HealthStub) -> bool:
    try:
        answer = health.Check(health_pb2.HealthCheckRequest(), timeout=1)
    except grpc.RpcError:
        return False
    return answer.status == health_pb2.HealthCheckResponse.SERVING
