"""Which port is whose: named by the person, remembered from the last start, the usual one, or a free one."""

import random
import socket
from collections.abc import Mapping

from cli.errors import BadUse
from cli.installation import GRPC_SERVICES, HOST

USUAL = {"http": 8080, "live": 8081, "smtp": 2525, "lmtp": 2424, "mail_http": 8025}
INTERNAL = (*GRPC_SERVICES, "mongod", "nats", "mail_smtp")
# Below the range that the kernel gives to outgoing connections, so a remembered port is still free tomorrow.
LOWEST, HIGHEST = 20_000, 32_000


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


# Held until this process ends, so that of two installations that start at once none takes what the other has chosen
# and does not listen on yet. Names in the abstract namespace belong to the same network as the ports, and vanish with us.
_reservations: dict[int, socket.socket] = {}


def reserve(port: int) -> bool:
    """Whether no other process that asks here has this port, for as long as this one lives."""
    if port in _reservations:
        return True
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0fairlead-port-{port}")
    except OSError:
        mark.close()
        return False
    _reservations[port] = mark
    return True


class Ports:
    """Chooses a port for each name, none twice."""

    def __init__(self, remembered: Mapping[str, int]) -> None:
        self._remembered = remembered
        self._chosen: dict[str, int] = {}
        self._random = random.SystemRandom()

    def choose(self, asked: Mapping[str, int | None]) -> dict[str, int]:
        """One port for each of USUAL and INTERNAL.

        asked: what the person named; 0 is "any free one", None is "the usual one, or another if that is busy".
        Raises BadUse when a port named by the person is busy.
        """
        for name in (*USUAL, *INTERNAL):
            self._chosen[name] = self._one(name, asked.get(name))
        return dict(self._chosen)

    def _one(self, name: str, asked: int | None) -> int:
        if asked:
            if not self._can_have(asked):
                raise BadUse(f"port {asked} ({name}) is already in use")
            return asked
        candidates = [self._remembered.get(name)]
        if name == "live":
            # Where the web has moved, the streams move along.
            moved = self._chosen["http"] != self._remembered.get("http")
            candidates.insert(0 if moved else 1, self._beside_http())
        elif asked is None and name in USUAL:
            candidates.append(USUAL[name])
        for port in candidates:
            if port and self._can_have(port):
                return port
        return self._any()

    def _can_have(self, port: int) -> bool:
        return port not in self._chosen.values() and is_free(port) and reserve(port)

    def _beside_http(self) -> int:
        """Live streams answer on the port after the web's, where that is free."""
        return self._chosen["http"] + 1 if self._chosen["http"] < 65_535 else 0

    def _any(self) -> int:
        for _ in range(10_000):
            port = self._random.randrange(LOWEST, HIGHEST)
            if self._can_have(port):
                return port
        raise BadUse(f"no free port between {LOWEST} and {HIGHEST}")
