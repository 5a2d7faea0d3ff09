"""A tiny service over a real channel: the dead letter service, with methods that do as a test says."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis import clock, rpc
from chassis.config import Settings
from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner, CallerVerifier, make_keys
from fairlead.chassis.v1 import dead_letter_service_pb2 as pb
from fairlead.chassis.v1 import dead_letter_service_pb2_grpc as pb_grpc

SERVICE = "fairlead.chassis.v1.DeadLetterService"


class Obedient(pb_grpc.DeadLetterServiceServicer):
    """Answers as `behave` says."""

    def __init__(self) -> None:
        self.behave: Callable[[Any, Any], Any] = lambda _request, _context: pb.ListDeadLettersResponse()
        self.calls = 0

    def ListDeadLetters(self, request: Any, context: Any) -> Any:
        self.calls += 1
        return self.behave(request, context)


class Bench:
    """Keys, a server and a stub that reaches it."""

    def __init__(self, key_dir: Path) -> None:
        make_keys(key_dir, ["directory", "gateway", "operator", "incidents"])
        self.key_dir = key_dir
        self.verifier = CallerVerifier(key_dir / "public")
        self.servicer = Obedient()
        self.servers: list[rpc.Server] = []

    def serve(self, port: int = 0, **options: Any) -> rpc.Server:
        add = pb_grpc.add_DeadLetterServiceServicer_to_server
        server = rpc.Server(self.settings(port), self.verifier, [(add, self.servicer, SERVICE)], **options)
        server.start()
        self.servers.append(server)
        return server

    def settings(self, port: int) -> Settings:
        return Settings(
            service="directory", key_dir=self.key_dir, addresses={"directory": f"127.0.0.1:{port}"}
        )

    def stub(self, port: int) -> pb_grpc.DeadLetterServiceStub:
        return pb_grpc.DeadLetterServiceStub(rpc.channel(self.settings(port), "directory"))

    def caller(self, provider_id: str = "prv_1") -> Caller:
        person = Caller("person:per_1", provider_id, frozenset({"ten_a"}), frozenset({Role.TECHNICIAN}))
        return CallerSigner.load(self.key_dir, "gateway").mint(person, clock.now())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    for server in made.servers:
        server.stop(0)
    rpc.close_channels()
