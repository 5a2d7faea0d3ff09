"""How a mail is handed over, as a server hears it: in one go where it takes commands so, else one by one."""

from typing import Any

import pytest

from services.notify.clients.email.channel import _hand_over
from services.notify.domain.delivery import Outcome
from services.notify.ports import ComposedMail

MAIL = ComposedMail("s", "m@x.example", "support@x.example", "jane@x.example", b"Subject: s\r\n\r\n.dot\r\n")
OK, GO_ON, NO, LATER = (250, b"ok"), (354, b"go on"), (550, b"no such user"), (450, b"busy")
SENDER, RECIPIENT, DATA = "MAIL FROM:<support@x.example> SIZE=20", "RCPT TO:<jane@x.example>", "DATA"
BODY = b"Subject: s\r\n\r\n..dot\r\n.\r\n"


class Server:
    """Says what it is given to say; `heard` is what it was sent, as it came. Stands in for smtplib.SMTP."""

    def __init__(self, pipelining: bool, *answers: tuple[int, bytes]) -> None:
        self.extensions = {"size", "pipelining"} if pipelining else {"size"}
        self.answers = list(answers)
        self.heard: list[Any] = []

    def has_extn(self, name: str) -> bool:
        return name in self.extensions

    def docmd(self, command: str) -> tuple[int, bytes]:
        self.heard.append(command)
        return self.getreply()

    def send(self, data: str | bytes) -> None:
        self.heard.append(data)

    def getreply(self) -> tuple[int, bytes]:
        return self.answers.pop(0)

    def rset(self) -> None:
        self.heard.append("RSET")


def handed(server: Server, mail: ComposedMail = MAIL) -> Outcome:
    return _hand_over(server, mail).outcome  # type: ignore[arg-type]  # a stand-in


def test_commands_go_together_to_a_server_that_takes_them_so_and_the_mail_when_it_asks():
    server = Server(True, OK, OK, GO_ON, OK)
    assert handed(server) is Outcome.SENT
    assert server.heard == [f"{SENDER}\r\n{RECIPIENT}\r\n{DATA}\r\n", BODY]


def test_commands_go_one_by_one_to_any_other():
    server = Server(False, OK, OK, GO_ON, OK)
    assert handed(server) is Outcome.SENT
    assert server.heard == [SENDER, RECIPIENT, DATA, BODY]


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(("refusal", "outcome"), [(NO, Outcome.REFUSED), (LATER, Outcome.TRY_AGAIN)])
def test_a_recipient_that_is_refused_is_what_the_attempt_came_to(pipelining, refusal, outcome):
    server = Server(pipelining, OK, refusal, (503, b"no recipient"))
    assert handed(server) is outcome
    assert server.heard[-1] == "RSET" and BODY not in server.heard


def test_a_server_that_wants_the_mail_of_a_refused_recipient_gets_an_empty_one():
    server = Server(True, OK, NO, GO_ON, (554, b"no valid recipients"))
    assert handed(server) is Outcome.REFUSED
    assert server.heard[1:] == [b".\r\n", "RSET"] and not server.answers


@pytest.mark.parametrize(
    "address", ["<a@x.example>\r\nDATA", "@\r\nDATA", "a@x.example>\r\nRCPT TO:<b@x.example"]
)
def test_an_address_cannot_bring_a_command_of_its_own(address):
    server = Server(True, OK, OK, GO_ON, OK)
    try:
        handed(server, ComposedMail("s", "m", "", address, b""))
    except ValueError:
        assert server.heard == []  # it cannot be said, and is given up
    else:
        assert server.heard[0].count("\r\n") == 3
