"""SMTP and LMTP as we speak them: aiosmtpd's conversation, with our own way of taking the message itself.

What differs from aiosmtpd: the message is read in large pieces instead of line by line; one that grows beyond the
limit is kept in part rather than dropped; any failure of ours is 451 (the sender's server keeps the mail and tries
again), never 500; LMTP gives a reply for each recipient (RFC 2033, 4.2).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from services.intake.domain.arrival import LARGEST_KEPT

MOST_RECIPIENTS = 100
# Of all connections together, of mail that is being received and not yet stored.
_MOST_BYTES_IN_HAND = 256 * 1024 * 1024
_END = b"\r\n.\r\n"
_SECONDS_OF_SILENCE = 300.0  # RFC 5321, 4.5.3.2.7

_PLAIN_ADDRESS = re.compile(r"\s*<([A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]{1,64}@[A-Za-z0-9.\-]{1,255})>(.*)\Z")

NOT_NOW = "451 4.3.0 The mail cannot be stored just now, please try again later"
TOO_BUSY = "452 4.3.1 Too much mail at once, please try again later"

# Keeps one mail: sender, recipients, bytes, whether there was more, peer. Raises when it may not be durable.
Keep = Callable[[str, list[str], bytes, bool, str], Awaitable[None]]


class Hall:
    """What all connections of a listener share. Used on the listener's own thread only."""

    def __init__(self, keep: Keep, most_connections: int) -> None:
        self.keep = keep
        self.most_connections = most_connections
        self.connections: set[MailProtocol] = set()
        self.bytes_in_hand = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Any recipient, as long as there are not too many: mail to nobody we know is kept in quarantine."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_exception(self, _error: Exception) -> str:
        """Whatever goes wrong on our side, the sender's server must not take it for a refusal."""
        return NOT_NOW


class MailProtocol(SMTP):
    """One SMTP connection."""

    line_length_limit = 65_536
    # From the first command on there always are both.
    envelope: Envelope
    session: Session

    def __init__(self, hall: Hall, hostname: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            hall,
            data_size_limit=LARGEST_KEPT,
            enable_SMTPUTF8=True,
            hostname=hostname or None,
            ident="Fairlead",
            timeout=_SECONDS_OF_SILENCE,
            loop=loop,
        )
        self._hall = hall
        self._turned_away = False

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address and what follows it. Plain ones are told at a glance: the full parser takes 0.3 ms."""
        plain = _PLAIN_ADDRESS.match(arg)
        return (plain[1], plain[2]) if plain else super()._getaddr(arg)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turned away with 421 when there are too many already."""
        if len(self._hall.connections) >= self._hall.most_connections:
            self._turned_away = True
            transport.write(b"421 4.3.2 Too many connections, please try again later\r\n")  # type: ignore[attr-defined]  # a server is given transports that write
            transport.close()
            return
        self._hall.connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Nothing was promised for a mail that was not answered yet."""
        if not self._turned_away:
            self._hall.connections.discard(self)
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """Nothing more can follow, and nobody waits for an answer."""
        return None if self._turned_away else super().eof_received()

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Takes a message, and answers 250 only when it is durable."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        statuses = await self._take()
        self._set_post_data_state()
        await self.push(statuses)

    async def _take(self) -> str:
        held = 0

        def hold(count: int) -> bool:
            """Whether there is room for so many more bytes."""
            nonlocal held
            if self._hall.bytes_in_hand + count > _MOST_BYTES_IN_HAND:
                return False
            held += count
            self._hall.bytes_in_hand += count
            return True

        try:
            raw, overlong, crowded = await self._read_message(hold)
            return self._replies(TOO_BUSY if crowded else await self._keep(raw, overlong))
        finally:
            self._hall.bytes_in_hand -= held

    async def _keep(self, raw: bytes, overlong: bool) -> str:
        envelope, session = self.envelope, self.session
        peer = session.peer[0] if isinstance(session.peer, tuple) else str(session.peer or "")
        try:
            recipients = [_storable(address) for address in envelope.rcpt_tos]
            sender = _storable(envelope.mail_from or "")
            await self._hall.keep("" if sender == "<>" else sender, recipients, raw, overlong, peer)
        except Exception:
            # Logged by whoever failed; here only the answer matters.
            return NOT_NOW
        return "250 2.0.0 OK"

    def _replies(self, status: str) -> str:
        return status

    async def _read_message(self, hold: Callable[[int], bool]) -> tuple[bytes, bool, bool]:
        """The message without its end and dot-stuffing (RFC 5321, 4.5.2); whether it was cut; whether it was dropped.

        Only CRLF . CRLF ends a message: a lone LF there is how one message is smuggled inside another.
        """
        pieces = [await self._first_bytes()]
        size, overlong, crowded = len(pieces[0]), False, False
        ended = pieces[0] == b".\r\n" or pieces[0].endswith(_END)
        while not ended:
            try:
                piece = await self._reader.readuntil(_END)
                ended = True
            except asyncio.LimitOverrunError as overrun:
                piece = await self._reader.readexactly(overrun.consumed)
            self._reset_timeout()
            if overlong or crowded:
                continue
            crowded = not hold(len(piece))
            if crowded:
                pieces.clear()
                continue
            pieces.append(piece)
            size += len(piece)
            overlong = size > LARGEST_KEPT + len(_END)
        message = b"".join(pieces)
        if not overlong:
            message = message.removesuffix(b".\r\n")
        # A dot at the beginning of a line was doubled by the sender.
        return message.removeprefix(b".").replace(b"\r\n.", b"\r\n")[:LARGEST_KEPT], overlong, crowded

    async def _first_bytes(self) -> bytes:
        """Enough bytes that no end of the message can begin in them and go on after them."""
        first = await self._reader.readexactly(3)
        while first != b".\r\n" and not first.endswith(_END):
            if not any(first.endswith(_END[:length]) for length in range(1, len(_END))):
                break
            first += await self._reader.readexactly(1)
        return first


class LmtpProtocol(MailProtocol, LMTP):
    """One LMTP connection: a reply for each recipient after the message."""

    def _replies(self, status: str) -> str:
        return "\r\n".join([status] * len(self.envelope.rcpt_tos))


def _storable(address: str) -> str:
    """The address as text that can be stored; bytes that were no UTF-8 become marks."""
    return address.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "")
