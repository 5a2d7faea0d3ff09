"""What all mail connections share: how many there may be, whose mailboxes are ours, where mail is kept."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiosmtpd.smtp import Envelope, Session

if TYPE_CHECKING:
    from services.intake.consumers.protocol import MailProtocol

MOST_RECIPIENTS = 100
# RFC 5321, 4.5.1: there always is one.
POSTMASTER = "postmaster"

NOT_NOW = "451 4.3.0 The mail cannot be stored just now, please try again later"
TOO_BUSY = "452 4.3.1 Too much mail at once, please try again later"
TOO_SLOW = "421 4.4.2 The message takes too long"
TOO_LARGE = "552 5.3.4 The message is larger than 25 MiB"
NO_MAILBOX = "550 5.1.1 There is no such mailbox here"
NOT_KNOWN_NOW = "451 4.4.3 Whether there is such a mailbox cannot be told just now, please try again later"
TRYING_NAMES = "421 4.7.0 Too many unknown mailboxes"

# Keeps one mail: sender, recipients, bytes, whether there was more, peer, the name it greeted with. Raises when it may
# not be durable.
Keep = Callable[[str, list[str], bytes, bool, str, str], Awaitable[None]]
# Whether there is such a mailbox. Raises when nobody can tell.
Knows = Callable[[str], Awaitable[bool]]


class Hall:
    """What all connections of a listener share. Used on the listener's own thread only.

    most_connections: at once; most_of_one: of these, from one address.
    """

    def __init__(self, keep: Keep, knows: Knows, most_connections: int, most_of_one: int) -> None:
        self.keep = keep
        self._knows = knows
        self._most_connections = most_connections
        self._most_of_one = most_of_one
        self.connections: set[MailProtocol] = set()
        self._of_each: Counter[str] = Counter()
        self.bytes_in_hand = 0

    def enter(self, connection: "MailProtocol", host: str) -> bool:
        """Whether there is room for it; if so `leave` must follow."""
        if len(self.connections) >= self._most_connections or self._of_each[host] >= self._most_of_one:
            return False
        self.connections.add(connection)
        self._of_each[host] += 1
        return True

    def leave(self, connection: "MailProtocol", host: str) -> None:
        """It is gone."""
        self.connections.discard(connection)
        self._of_each[host] -= 1
        if not self._of_each[host]:
            del self._of_each[host]

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        _server: "MailProtocol",
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """What we can beside what aiosmtpd says."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", responses[-1]]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: "MailProtocol", _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Any mailbox of ours, as long as there are not too many."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            known = address.lower() == POSTMASTER or await self._knows(storable(address))
        except Exception:
            # Logged by whoever failed; here only the answer matters.
            return NOT_KNOWN_NOW
        if not known:
            return await server.turned_down()
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_exception(self, _error: Exception) -> str:
        """Whatever goes wrong on our side, the sender's server must not take it for a refusal."""
        return NOT_NOW


def storable(address: str) -> str:
    """The address as text that can be stored; bytes that were no UTF-8 become marks."""
    return address.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "")
