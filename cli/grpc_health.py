"""One call of the standard health protocol (grpc.health.v1.Health/Check), spoken by hand over HTTP/2.

The supervisor asks eight services twenty times a second while they start, and lives as long as they do. The
gRPC library would cost it 25 MB and a thread pool, and half a second of processor time just when eight
interpreters start on the same cores. One call needs little of HTTP/2 (RFC 9113): a preface, our settings,
one request with uncompressed headers (RFC 7541 §6.2.2), and a look at the first data frame of the answer.
"""

import socket
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, ACK, END_HEADERS = 0x1, 0x1, 0x4
STREAM = 1
# A gRPC message: not compressed, length 0; and HealthCheckResponse{status: SERVING}.
EMPTY_MESSAGE = b"\x00\x00\x00\x00\x00"
SERVING = b"\x08\x01"
LARGEST_FRAME = 16_384


def is_serving(host: str, port: int, timeout: float) -> bool:
    """Whether the server says SERVING for itself as a whole; False also when it does not answer in time."""
    try:
        with socket.create_connection((host, port), timeout=timeout) as connection:
            connection.sendall(request(f"{host}:{port}"))
            return _answer(connection) == SERVING
    except (OSError, EOFError):
        return False


def request(authority: str) -> bytes:
    """Everything we send before the answer."""
    fields = (
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/grpc.health.v1.Health/Check"),
        (":authority", authority),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    )
    block = b"".join(b"\x00" + _text(name) + _text(value) for name, value in fields)
    return (
        PREFACE
        + _frame(SETTINGS, 0, 0, b"")
        + _frame(HEADERS, END_HEADERS, STREAM, block)
        + _frame(DATA, END_STREAM, STREAM, EMPTY_MESSAGE)
    )


def _text(value: str) -> bytes:
    """A literal string without Huffman coding; all of ours are shorter than 127 bytes."""
    encoded = value.encode("ascii")
    return bytes([len(encoded)]) + encoded


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def _answer(connection: socket.socket) -> bytes:
    """The message of the answer; b"" when there is none, because the call failed."""
    received = b""
    while True:
        head = _exactly(connection, 9)
        length = int.from_bytes(head[:3], "big")
        kind, flags, stream = struct.unpack(">BBI", head[3:])
        if length > LARGEST_FRAME:
            return b""
        payload = _exactly(connection, length)
        if kind == SETTINGS and not flags & ACK:
            connection.sendall(_frame(SETTINGS, ACK, 0, b""))
        elif kind == PING and not flags & ACK:
            connection.sendall(_frame(PING, ACK, 0, payload))
        elif kind == DATA and stream == STREAM:
            received += payload
        if kind in (RST_STREAM, GOAWAY) or (stream == STREAM and flags & END_STREAM):
            return received[len(EMPTY_MESSAGE) :]


def _exactly(connection: socket.socket, length: int) -> bytes:
    received = b""
    while len(received) < length:
        chunk = connection.recv(length - len(received))
        if not chunk:
            raise EOFError
        received += chunk
    return received
