"""Does it answer? One question for each kind of thing that `fairlead up` starts."""

import http.client
import socket
from collections.abc import Callable, Mapping
from functools import partial

from cli import mongo_hello
from cli.grpc_health import is_serving
from cli.installation import GRPC_SERVICES, HOST

SECONDS = 2.0
Check = Callable[[], bool]


def port_accepts(port: int) -> bool:
    """Something listens there."""
    try:
        with socket.create_connection((HOST, port), timeout=SECONDS):
            return True
    except OSError:
        return False


def http_answers(port: int, path: str = "/healthz") -> bool:
    """It answers that path with 200."""
    connection = http.client.HTTPConnection(HOST, port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def grpc_serves(port: int) -> bool:
    """A gRPC server there says that it can do its work."""
    return is_serving(HOST, port, SECONDS)


def mongod_state(port: int) -> mongo_hello.State:
    """What the mongod there says of itself."""
    return mongo_hello.ask(HOST, port, SECONDS)


def checks_for(ports: Mapping[str, int], names: list[str]) -> dict[str, Check]:
    """The check of each name: a service, or one of the servers beside them."""
    made: dict[str, Check] = {
        "mongod": lambda: mongod_state(ports["mongod"]) is mongo_hello.State.PRIMARY,
        "nats": lambda: port_accepts(ports["nats"]),
        "mail_catcher": lambda: port_accepts(ports["mail_smtp"]) and http_answers(ports["mail_http"]),
        "gateway": lambda: http_answers(ports["http"]) and http_answers(ports["live"]),
    }
    for service in GRPC_SERVICES:
        made[service] = partial(grpc_serves, ports[service])
    made["intake"] = lambda: grpc_serves(ports["intake"]) and port_accepts(ports["smtp"])
    return {name: made[name] for name in names}
