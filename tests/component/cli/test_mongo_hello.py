"""The hand-spoken hello against a real mongod."""

import socket
from pathlib import Path

from cli.mongo_hello import State, ask
from cli.servers import initiate, mongod_command
from tests.harness.servers import Server
from tests.harness.waiting import wait_until


class Fresh(Server):
    """A mongod that nobody has told of its replica set."""

    def command(self) -> list[str]:
        return mongod_command(self.folder / "data", self.port)


def test_a_new_mongod_is_a_stranger_until_it_is_initiated_and_again_at_another_port(tmp_path: Path):
    server = Fresh(tmp_path)
    assert ask("127.0.0.1", server.port, 2.0) is State.AWAY
    server.start()
    try:
        assert ask("127.0.0.1", server.port, 2.0) is State.STRANGER
        initiate(server.port, 30.0)
        assert ask("127.0.0.1", server.port, 2.0) is State.PRIMARY
        server.stop()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            server.port = probe.getsockname()[1]
        server.start()
        wait_until(
            lambda: ask("127.0.0.1", server.port, 2.0) is State.STRANGER,
            timeout=30,
            what="it to look for itself",
        )
        initiate(server.port, 30.0)
        assert ask("127.0.0.1", server.port, 2.0) is State.PRIMARY
    finally:
        server.stop()


def test_what_is_no_mongod_is_away():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert ask("127.0.0.1", port, 0.2) is State.AWAY
