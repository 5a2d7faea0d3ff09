"""One `hello` to a mongod, spoken by hand over its wire protocol (OP_MSG).

A driver would cost the supervisor's life 20 MB, and half a second of processor time in a process of its own just when
everything else starts. The command never changes, and of the answer three fields are looked for.
"""

import socket
import struct
from enum import Enum

_OP_MSG = 2013
_HEADER = struct.Struct("<iiii")
_LARGEST = 1 << 20


class State(Enum):
    """What a member of a replica set says of itself."""

    AWAY = "away"
    # It has no configuration in which it finds itself: it is new, or its port is.
    STRANGER = "stranger"
    WAITING = "waiting"
    PRIMARY = "primary"


def ask(host: str, port: int, timeout: float) -> State:
    """Its state; AWAY also when it does not answer in time, or not as a mongod does."""
    try:
        with socket.create_connection((host, port), timeout=timeout) as connection:
            connection.sendall(_request())
            return _state(_answer(connection))
    except (OSError, EOFError, struct.error):
        return State.AWAY


def _request() -> bytes:
    fields = b"\x10hello\x00" + struct.pack("<i", 1) + b"\x02$db\x00" + struct.pack("<i", 6) + b"admin\x00"
    document = struct.pack("<i", len(fields) + 5) + fields + b"\x00"
    body = struct.pack("<i", 0) + b"\x00" + document
    return _HEADER.pack(_HEADER.size + len(body), 1, 0, _OP_MSG) + body


def _answer(connection: socket.socket) -> bytes:
    length = _HEADER.unpack(_exactly(connection, _HEADER.size))[0]
    if not _HEADER.size <= length <= _LARGEST:
        raise EOFError("not an answer")
    return _exactly(connection, length - _HEADER.size)


def _exactly(connection: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        if not (piece := connection.recv(count - len(received))):
            raise EOFError("it hung up")
        received += piece
    return received


def _state(answer: bytes) -> State:
    if b"\x08isreplicaset\x00\x01" in answer:
        return State.STRANGER
    return State.PRIMARY if b"\x08isWritablePrimary\x00\x01" in answer else State.WAITING
