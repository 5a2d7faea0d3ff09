"""SMTP and LMTP as we speak them: aiosmtpd's conversation, with our own way of taking the message itself.

What differs from aiosmtpd: the message is read in large pieces instead of line by line; any failure of ours is 451 (the sender's server keeps the mail and tries
again), never 500; every answer carries an enhanced status code (RFC 2034); LMTP gives a reply for each recipient
(RFC 2033, 4.2).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import AnyStr

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from services.intake.consumers.hall import (
    NO_MAILBOX,
    NOT_NOW,
    POSTMASTER,
    TOO_BUSY,
    TOO_LARGE,
    TOO_SLOW,
    TRYING_NAMES,
    Hall,
    storable,
)
from services.intake.domain import outline
from services.intake.domain.arrival import LARGEST_MAIL

# Of all connections together, of mail that is being received and not yet stored.
_MOST_BYTES_IN_HAND = 256 * 1024 * 1024
_END = b"\r\n.\r\n"
_SECONDS_OF_SILENCE = 300.0  # RFC 5321, 4.5.3.2.7
# A message that trickles in holds a connection, and is ended after so long.
_SECONDS_OF_MESSAGE = 3_600.0

# Whoever asks for so many mailboxes that are not there, in one connection, is trying names.
_MOST_UNKNOWN = 20
# A larger message is looked at on a thread of its own: nobody else's conversation waits for it.
_LOOKED_AT_ONCE = 262_144
# Commands that do nothing, in one connection; any other may be said as often as there is mail.
_IDLE_COMMANDS = {"NOOP": 100, "HELP": 20, "VRFY": 20, "EXPN": 20, "*": 1_000_000}

_PLAIN_ADDRESS = re.compile(r"\s*<([A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]{1,64}@[A-Za-z0-9.\-]{1,255})>(.*)\Z")

_REFUSED = {
    outline.HEAD: "552 5.3.4 The header fields are larger than 64 kB",
    outline.PARTS: f"554 5.6.0 The message has more than {outline.MOST_PARTS} parts",
    outline.HOPS: "554 5.4.6 The message goes round in a loop",
    outline.DEPTH: f"554 5.6.0 The message is nested more than {outline.DEEPEST} deep",
}
_POSTMASTER = re.compile(r"\s*<postmaster>(.*)\Z", re.I)
# What aiosmtpd's own answers lack (RFC 3463).
_ENHANCED = {
    "221": "2.0.0", "250": "2.0.0", "252": "2.5.0", "454": "4.7.0", "500": "5.5.2", "501": "5.5.4", "502": "5.5.1",
    "503": "5.5.1", "552": "5.3.4", "555": "5.5.4",
}  # fmt: skip
_BARE_ANSWER = re.compile(r"([2-5]\d\d) (?![245]\.\d)(.*)", re.S)


class MailProtocol(SMTP):
    """One SMTP connection."""

    line_length_limit = 65_536
    # A mail server of our own is at the other end: it passes on whatever names it was asked for.
    trusted = False
    # From the first command on there always are both.
    envelope: Envelope
    session: Session

    def __init__(self, hall: Hall, hostname: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            hall,
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            hostname=hostname or None,
            ident="Fairlead",
            timeout=_SECONDS_OF_SILENCE,
            command_call_limit=_IDLE_COMMANDS,
            loop=loop,
        )
        self._hall = hall
        self._turned_away = False
        self._greeting = False
        self._host = ""
        self._unknown = 0

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address and what follows it. Plain ones are told at a glance: the full parser takes 0.3 ms."""
        plain = _PLAIN_ADDRESS.match(arg)
        if plain:
            return plain[1], plain[2]
        postmaster = _POSTMASTER.match(arg)
        if postmaster:
            return POSTMASTER, postmaster[1]
        try:
            return super()._getaddr(arg)
        except Exception:
            # The standard library's parser breaks on some; that is the address's fault, not a failure of ours.
            return None, None

    async def push(self, status: AnyStr) -> None:
        """Says it, with an enhanced status code where aiosmtpd gives none; greetings have none (RFC 2034, 4)."""
        if isinstance(status, str) and not self._greeting:
            bare = _BARE_ANSWER.fullmatch(status)
            if bare and bare[1] in _ENHANCED:
                await super().push(f"{bare[1]} {_ENHANCED[bare[1]]} {bare[2]}")
                return
        await super().push(status)

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """The plain greeting."""
        await self._greet(super().smtp_HELO(hostname))

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """The greeting that says what we can."""
        await self._greet(super().smtp_EHLO(hostname))

    async def _greet(self, answering: Awaitable[None]) -> None:
        self._greeting = True
        try:
            await answering
        finally:
            self._greeting = False

    async def turned_down(self) -> str:
        """The answer for a mailbox that is not there; after many of them there is a last one."""
        self._unknown += 1
        if self._unknown > _MOST_UNKNOWN and not self.trusted:
            await self._hang_up(TRYING_NAMES)
        return NO_MAILBOX

    async def _hang_up(self, last: str) -> None:
        """Says it and closes; never comes back. What is in the buffer must not be taken for commands any more."""
        await self.push(last)
        if self.transport:
            self.transport.close()
        # Until the conversation is canceled with its connection.
        await asyncio.Event().wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turned away with 421 when there are too many already."""
        peer = transport.get_extra_info("peername")
        self._host = str(peer[0]) if isinstance(peer, tuple) else ""
        if not self._hall.enter(self, self._host):
            self._turned_away = True
            transport.write(b"421 4.3.2 Too many connections, please try again later\r\n")  # type: ignore[attr-defined]  # a server is given transports that write
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Nothing was promised for a mail that was not answered yet."""
        if not self._turned_away:
            self._hall.leave(self, self._host)
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
            try:
                async with asyncio.timeout(_SECONDS_OF_MESSAGE):
                    raw, refusal = await self._read_message(hold)
            except TimeoutError:
                await self._hang_up(TOO_SLOW)
                raise
            refusal = refusal or _REFUSED.get(await self._look_at(raw), "")
            return self._replies(refusal or await self._keep(raw))
        finally:
            self._hall.bytes_in_hand -= held

    async def _look_at(self, raw: bytes) -> str:
        """Which limit it exceeds: its sender is still there to be told."""
        if len(raw) <= _LOOKED_AT_ONCE:
            return outline.refusal(raw)
        return await self.loop.run_in_executor(None, outline.refusal, raw)

    async def _keep(self, raw: bytes) -> str:
        envelope, session = self.envelope, self.session
        peer = session.peer[0] if isinstance(session.peer, tuple) else str(session.peer or "")
        try:
            recipients = [storable(address) for address in envelope.rcpt_tos]
            sender = storable(envelope.mail_from or "")
            # Over LMTP it is a mail server of our own that greets.
            helo = "" if self.trusted else storable(session.host_name or "")[:255]
            await self._hall.keep("" if sender == "<>" else sender, recipients, raw, False, peer, helo)
        except Exception:
            # Logged by whoever failed; here only the answer matters.
            return NOT_NOW
        return "250 2.0.0 OK"

    def _replies(self, status: str) -> str:
        return status

    async def _read_message(self, hold: Callable[[int], bool]) -> tuple[bytes, str]:
        """The message without its end and dot-stuffing (RFC 5321, 4.5.2); or nothing, and why it was not taken in.

        Only CRLF . CRLF ends a message: a lone LF there is how one message is smuggled inside another.
        """
        pieces = [await self._first_bytes()]
        size, refusal = len(pieces[0]), ""
        ended = pieces[0] == b".\r\n" or pieces[0].endswith(_END)
        while not ended:
            try:
                piece = await self._reader.readuntil(_END)
                ended = True
            except asyncio.LimitOverrunError as overrun:
                piece = await self._reader.readexactly(overrun.consumed)
            self._reset_timeout()
            if refusal:
                continue
            size += len(piece)
            if size > LARGEST_MAIL + len(_END):
                refusal = TOO_LARGE
            elif not hold(len(piece)):
                refusal = TOO_BUSY
            pieces.append(piece)
            if refusal:
                pieces.clear()
        message = b"".join(pieces).removesuffix(b".\r\n")
        # A dot at the beginning of a line was doubled by the sender.
        return message.removeprefix(b".").replace(b"\r\n.", b"\r\n"), refusal

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

    trusted = True

    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """The greeting that says what we can."""
        await self._greet(super().smtp_LHLO(hostname))

    async def smtp_HELO(self, _hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Refused, as RFC 2033 asks."""
        await self.push("500 5.5.1 This is LMTP: say LHLO")

    async def smtp_EHLO(self, _hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Refused, as RFC 2033 asks."""
        await self.push("500 5.5.1 This is LMTP: say LHLO")

    def _replies(self, status: str) -> str:
        return "\r\n".join([status] * len(self.envelope.rcpt_tos))
