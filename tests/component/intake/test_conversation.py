"""The mail listener by itself, spoken to over raw sockets as servers, careless programs and attackers do."""

import socket
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from services.intake.consumers import MailListener, protocol
from tests.harness.waiting import wait_until

DESK = b"RCPT TO:<support@acme.example>"


class House:
    """What the listener is wired to: keeps mails in a list, knows one mailbox."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, tuple[str, ...], bytes, str]] = []
        self.fails = False
        self.directory_away = False

    def receive(self, sender, recipients, raw, _overlong, _peer, helo) -> "Future[None]":
        done: Future[None] = Future()
        if self.fails:
            raise ValueError("a mistake of ours")
        self.kept.append((sender, tuple(recipients), raw, helo))
        done.set_result(None)
        return done

    def has_mailbox(self, address: str) -> bool:
        if self.directory_away:
            raise ConnectionError
        return address.lower() == "support@acme.example"


class Talk:
    """One conversation."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._stream = self._socket.makefile("rb")
        self.greeting = self.hear()

    def hear(self) -> bytes:
        """One answer; the last line of several. Empty at the end of the conversation."""
        while True:
            try:
                line = self._stream.readline()
            except ConnectionResetError:
                return b""
            if line[3:4] != b"-":
                return line.rstrip(b"\r\n")

    def say(self, *lines: bytes) -> list[bytes]:
        """Each line, one after the other; the answers."""
        answers = []
        for line in lines:
            self.send(line + b"\r\n")
            answers.append(self.hear())
        return answers

    def send(self, raw: bytes) -> None:
        self._socket.sendall(raw)

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def listener(house: House) -> Iterator[MailListener]:
    made = MailListener(house.receive, house.has_mailbox, "127.0.0.1", 0, 0, "mx.example", (6, 4))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def talk(listener: MailListener) -> Iterator[Talk]:
    made = Talk(listener.smtp_port)
    yield made
    made.close()


@pytest.fixture
def local(listener: MailListener) -> Iterator[Talk]:
    made = Talk(listener.lmtp_port)
    yield made
    made.close()


def codes(answers: list[bytes]) -> list[bytes]:
    return [answer[:9] for answer in answers]


def test_a_mailbox_is_looked_up_before_the_message(house: House, talk: Talk):
    talk.say(b"EHLO there.example", b"MAIL FROM:<a@b.example>")
    assert codes(talk.say(b"RCPT TO:<who@acme.example>", DESK)) == [b"550 5.1.1", b"250 2.1.5"]
    house.directory_away = True
    assert codes(talk.say(b"RCPT TO:<support@acme.example>")) == [b"451 4.4.3"]
    talk.say(b"DATA", b"Subject: x\r\n\r\nx\r\n.")
    assert house.kept == [
        ("a@b.example", ("support@acme.example",), b"Subject: x\r\n\r\nx\r\n", "there.example")
    ]


def test_without_a_mailbox_there_is_no_message(house: House, talk: Talk):
    talk.say(b"EHLO x", b"MAIL FROM:<>", b"RCPT TO:<who@acme.example>")
    assert codes(talk.say(b"DATA")) == [b"503 5.5.1"]


def test_the_postmaster_can_always_be_written_to(talk: Talk):
    talk.say(b"EHLO x", b"MAIL FROM:<>")
    assert codes(talk.say(b"RCPT TO:<Postmaster>")) == [b"250 2.1.5"]


def test_a_failure_of_ours_is_never_a_refusal(house: House, talk: Talk, local: Talk):
    house.fails = True
    talk.say(b"EHLO x", b"MAIL FROM:<a@b.example>", DESK, b"DATA")
    assert codes(talk.say(b"Subject: x\r\n\r\nx\r\n.")) == [b"451 4.3.0"]
    local.say(b"LHLO x", b"MAIL FROM:<a@b.example>", DESK, DESK, b"DATA")
    assert codes([*local.say(b"Subject: x\r\n\r\nx\r\n."), local.hear()]) == [b"451 4.3.0"] * 2
    house.fails = False
    assert codes(talk.say(b"MAIL FROM:<a@b.example>", DESK, b"DATA")) == [
        b"250 2.0.0",
        b"250 2.1.5",
        b"354 End d",
    ]


def test_lmtp_answers_for_each_mailbox_that_was_taken_and_for_no_other(house: House, local: Talk):
    assert codes(local.say(b"HELO x", b"EHLO x", b"LHLO x")) == [b"500 5.5.1", b"500 5.5.1", b"250 HELP"]
    local.say(b"MAIL FROM:<a@b.example>", DESK, b"RCPT TO:<who@acme.example>", DESK, b"DATA")
    assert codes(local.say(b"Subject: x\r\n\r\nx\r\n.")) == [b"250 2.0.0"]
    assert local.hear()[:9] == b"250 2.0.0"
    # Nothing more was said: the next answer is the next command's.
    assert codes(local.say(b"NOOP")) == [b"250 2.0.0"]
    assert len(house.kept) == 1


def test_every_answer_has_an_enhanced_code_but_greetings(talk: Talk):
    assert talk.greeting.startswith(b"220 mx.example")
    said = (
        b"HELO x",
        b"EHLO x",
        b"MAIL",
        b"MAIL FROM:<a@b.example>",
        b"MAIL FROM:<a@b.example>",
        b"RCPT",
        b"RSET",
    )
    assert codes(talk.say(*said)) == [
        b"250 mx.ex", b"250 HELP", b"501 5.5.4", b"250 2.0.0", b"503 5.5.1", b"501 5.5.4", b"250 2.0.0",
    ]  # fmt: skip
    assert codes(talk.say(b"NONSENSE", b"MAIL FROM:<a@b.example> SIZE=999999999", b"MAIL FROM:<<>", b"QUIT")) == [
        b"500 5.5.2", b"552 5.3.4", b"553 5.1.3", b"221 2.0.0",
    ]  # fmt: skip


def test_commands_may_come_all_at_once(house: House, talk: Talk):
    talk.send(b"EHLO x\r\nMAIL FROM:<a@b.example> BODY=8BITMIME SMTPUTF8\r\n" + DESK + b"\r\nDATA\r\n")
    assert codes([talk.hear() for _ in range(4)])[1:] == [b"250 2.0.0", b"250 2.1.5", b"354 End d"]
    talk.send(b"Subject: \xc3\xa9\r\n\r\nx\r\n.\r\nMAIL FROM:<c@b.example>\r\nQUIT\r\n")
    assert codes([talk.hear() for _ in range(3)]) == [b"250 2.0.0", b"250 2.0.0", b"221 2.0.0"]
    assert house.kept[0][2] == b"Subject: \xc3\xa9\r\n\r\nx\r\n"


NO_ENDS = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r.\r",
    b"\r\n.\r",
    b"\r.\r\n",
    b"\n\n.\r\n",
    b"\r\r\n.\n\n",
    b"\r\n\0.\r\n",
]


@pytest.mark.parametrize("end", NO_ENDS)
def test_only_one_thing_ends_a_message(house: House, talk: Talk, end: bytes):
    smuggled = b"MAIL FROM:<boss@acme.example>\r\n" + DESK + b"\r\nDATA\r\nSubject: pay\r\n\r\nx"
    talk.say(b"EHLO x", b"MAIL FROM:<a@b.example>", DESK, b"DATA")
    talk.send(b"Subject: x\r\n\r\nx" + end + smuggled + b"\r\n.\r\n")
    assert talk.hear()[:9] == b"250 2.0.0"
    assert codes(talk.say(b"NOOP")) == [b"250 2.0.0"]
    assert [sender for sender, *_ in house.kept] == ["a@b.example"]
    assert b"boss@acme.example" in house.kept[0][2]


def test_dots_are_the_senders_own(house: House, talk: Talk):
    talk.say(b"EHLO x", b"MAIL FROM:<a@b.example>", DESK, b"DATA")
    # In pieces, each of which might be taken for an end.
    for piece in (b"..\r", b"\n..", b"\r\n", b"...\r\n", b"x\r\n", b".", b"\r", b"\n"):
        talk.send(piece)
    assert talk.hear()[:9] == b"250 2.0.0"
    assert house.kept[0][2] == b".\r\n.\r\n..\r\nx\r\n"


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        (b"A: " + b"x" * 70_000 + b"\r\n\r\nx", b"552 5.3.4"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 101, b"554 5.6.0"),
        (b"Content-Type: message/rfc822\r\n\r\n" * 30 + b"x: y\r\n\r\n", b"554 5.6.0"),
    ],
)
def test_what_is_beyond_a_limit_is_refused_while_its_sender_is_there(
    house: House, talk: Talk, local: Talk, message: bytes, answer: bytes
):
    talk.say(b"EHLO x", b"MAIL FROM:<a@b.example>", DESK, b"DATA")
    assert codes(talk.say(message + b"\r\n.")) == [answer]
    local.say(b"LHLO x", b"MAIL FROM:<a@b.example>", DESK, DESK, b"DATA")
    assert codes([*local.say(message + b"\r\n."), local.hear()]) == [answer] * 2
    assert house.kept == []


def test_who_tries_names_is_sent_away_and_a_mail_server_of_our_own_is_not(talk: Talk, local: Talk):
    tried = [b"RCPT TO:<name%d@acme.example>" % number for number in range(25)]
    local.say(b"LHLO x", b"MAIL FROM:<>")
    assert set(codes(local.say(*tried))) == {b"550 5.1.1"}
    talk.say(b"EHLO x", b"MAIL FROM:<>")
    answers = codes(talk.say(*tried[:21]))
    assert answers == [b"550 5.1.1"] * 20 + [b"421 4.7.0"]
    assert talk.hear() == b""


def test_who_only_passes_the_time_is_sent_away(talk: Talk):
    talk.say(b"EHLO x")
    answers = codes(talk.say(*[b"NOOP"] * 101))
    assert answers == [b"250 2.0.0"] * 100 + [b"421 4.7.0"]


@pytest.mark.parametrize(
    "line", [b"MAIL FROM:<a\0b@c.example>", b"\xff\xfe\xfd", b"", b"MAIL FROM:<" + b"a" * 5_000 + b"@b.example>",
             b"RCPT TO:<a@b.example> NOTIFY=NEVER", b"MAIL FROM:<a@b.example>\rRCPT TO:<x@y.example>", b"X" * 100_000],
)  # fmt: skip
def test_no_line_upsets_the_conversation(house: House, talk: Talk, line: bytes):
    talk.say(b"EHLO x")
    [answer] = talk.say(line)
    assert answer[:1] in b"245"
    assert codes(talk.say(b"RSET", b"MAIL FROM:<a@b.example>", DESK)) == [
        b"250 2.0.0",
        b"250 2.0.0",
        b"250 2.1.5",
    ]


def test_a_message_that_trickles_in_is_ended_and_nobody_takes_its_rest_for_commands(
    house: House, talk: Talk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(protocol, "_SECONDS_OF_MESSAGE", 0.2)
    talk.say(b"EHLO x", b"MAIL FROM:<a@b.example>", DESK, b"DATA")
    talk.send(b"Subject: x\r\n\r\nx")
    assert talk.hear()[:9] == b"421 4.4.2"
    assert talk.hear() == b""
    assert house.kept == []


@pytest.mark.parametrize(
    "said", [[], [b"EHLO x", b"MAIL FROM:<a@b.example>", DESK, b"DATA"]], ids=["nothing", "DATA"]
)
def test_who_falls_silent_is_hung_up_on(house: House, monkeypatch: pytest.MonkeyPatch, said: list[bytes]):
    monkeypatch.setattr(protocol, "_SECONDS_OF_SILENCE", 0.3)
    made = MailListener(house.receive, house.has_mailbox, "127.0.0.1", 0, -1, "mx.example", (6, 4))
    made.start()
    silent = Talk(made.smtp_port)
    silent.say(*said)
    assert silent.hear() == b""
    silent.close()
    made.stop()
    assert house.kept == []


def test_one_address_has_not_all_the_connections(listener: MailListener):
    talks = [Talk(listener.smtp_port) for _ in range(4)]
    fifth = Talk(listener.lmtp_port)
    assert fifth.greeting.startswith(b"421 4.3.2")
    fifth.close()
    for talk in talks:
        talk.close()

    def free() -> bool:
        again = Talk(listener.smtp_port)
        again.close()
        return again.greeting.startswith(b"220")

    wait_until(free, 20)
