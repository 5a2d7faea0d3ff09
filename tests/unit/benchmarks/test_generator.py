"""The load generator speaks HTTP and SMTP as little as it needs to, but rightly."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.generator.loop import Loop
from benchmarks.generator.talks import HttpTalk, SmtpTalk


def test_an_answer_in_pieces_is_taken_whole():
    heard: list[tuple[str, bytes]] = []
    talk = HttpTalk(b"GET / HTTP/1.1\r\n\r\n", lambda status, body: heard.append((status, body)))
    assert talk.hear(b"HTTP/1.1 201 Created\r\nContent-") == b""
    assert talk.hear(b"Length: 5\r\n\r\nab") == b""
    assert talk.hear(b"cde") is None
    assert heard == [("201", b"abcde")]


def test_a_mail_is_handed_over_step_by_step():
    ended: list[str] = []
    talk = SmtpTalk("a@x.example", "b@y.example", b"Subject: s\r\n\r\ntext", ended.append)
    assert talk.begin() == b""
    said = [talk.hear(answer) for answer in (b"220 hello\r\n", b"250-one\r\n250 two\r\n", b"250 ok\r\n")]
    assert said == [b"EHLO load.example\r\n", b"MAIL FROM:<a@x.example>\r\n", b"RCPT TO:<b@y.example>\r\n"]
    assert talk.hear(b"250 ok\r\n") == b"DATA\r\n"
    assert talk.hear(b"354 go on\r\n") == b"Subject: s\r\n\r\ntext\r\n.\r\n"
    assert talk.hear(b"250 kept\r\n") is None
    assert ended == ["250"]


def test_a_refused_mail_ends_with_its_code():
    talk = SmtpTalk("a@x.example", "b@y.example", b"", lambda status: None)
    assert talk.hear(b"451 later\r\n") is None
    assert talk.status == "451"


@contextmanager
def answering(hangs_up: bool = False) -> Iterator[int]:
    """A server that answers every request on a connection with 200, or one only."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection:
            while connection.recv(65536):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                if hangs_up:
                    return

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1]
    server.close()


@pytest.fixture
def echo() -> Iterator[int]:
    with answering() as port:
        yield port


def talks(count: int) -> Iterator[HttpTalk]:
    for _ in range(count):
        yield HttpTalk(b"GET / HTTP/1.1\r\n\r\n", lambda status, body: None)


def test_every_conversation_is_counted_once(echo: int):
    loop = Loop(echo, connections=4, seconds=30, talks=talks(50))
    loop.run()
    assert loop.statuses == {"200": 50}
    assert len(loop.milliseconds) == 50


def test_a_closed_gate_holds_the_load_back(echo: int):
    begun: list[int] = []

    def gate(count: int) -> bool:
        begun.append(count)
        return count < 3

    loop = Loop(echo, connections=2, seconds=0.3, talks=talks(50), may_go_on=gate)
    loop.run()
    assert loop.statuses == {"200": 3}


def test_a_parked_connection_that_is_hung_up_is_replaced():
    with answering(hangs_up=True) as port:
        loop = Loop(port, connections=1, seconds=30, talks=talks(2), paced=1)
        loop.run()
    assert loop.statuses == {"200": 2}


def test_figures_can_be_told_as_json(echo: int):
    loop = Loop(echo, connections=1, seconds=30, talks=talks(2))
    loop.run()
    json.dumps({"statuses": dict(loop.statuses), "milliseconds": loop.milliseconds})
