"""Takes mail in by SMTP: 250 only once the message is on disk, 451 when it cannot be kept."""

import asyncio
import re

from aiosmtpd.smtp import SMTP, Envelope, Session

from cli.mail_catcher.store import Caught, Mail, MailStore

LARGEST = 64 * 1024 * 1024
# As nearly every mail program writes one, and what follows it.
_PLAIN_ADDRESS = re.compile(r"<([A-Za-z0-9._+=-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>(?: (.*))?")


class Keeping:
    """Mails that came in one turn of the loop are written together. Of one event loop, which waits for the disk: a thread
    for it cost more than the write, and whoever sends waits for that anyway.
    """

    def __init__(self, store: MailStore) -> None:
        self._store = store
        self._waiting: list[tuple[Mail, asyncio.Future[Caught]]] = []

    async def keep(self, mail: Mail) -> Caught:
        """Raises OSError when it cannot be written."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._write)
        kept: asyncio.Future[Caught] = loop.create_future()
        self._waiting.append((mail, kept))
        return await kept

    def _write(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            found = self._store.add_many([mail for mail, _ in batch])
        except Exception as error:
            for _, kept in batch:
                if not kept.done():
                    kept.set_exception(error)
        else:
            for (_, kept), caught in zip(batch, found, strict=True):
                if not kept.done():  # its sender has gone
                    kept.set_result(caught)


class Listening(SMTP):
    """aiosmtpd's conversation. It parses each address by all of RFC 5322, which is a seventh of what taking a mail costs."""

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        plain = _PLAIN_ADDRESS.fullmatch(arg)
        if plain and not self.local_part_limit:
            return plain[1], plain[2] or ""
        return super()._getaddr(arg)


class Catching:
    """An aiosmtpd handler that keeps everything for everybody."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """aiosmtpd reads line by line, whatever has come: commands may come together (RFC 2920)."""
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """An exception here would answer 500, and the sender would give up: answer 451 instead."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        sender = (envelope.mail_from or "").removeprefix("<>")  # an empty reverse path stays empty
        recipients = [str(recipient) for recipient in envelope.rcpt_tos]
        try:
            caught = await self._keeping.keep((raw, sender, recipients))
        except OSError:
            return "451 4.3.0 cannot be kept now, try again"
        return f"250 2.0.0 kept as {caught.id}"


async def serve(host: str, port: int, store: MailStore) -> asyncio.Server:
    """A listening server on the running loop. Raises OSError when the port is busy."""
    loop, keeping = asyncio.get_running_loop(), Keeping(store)

    def session() -> Listening:
        return Listening(
            Catching(keeping),
            hostname="mail-catcher.localhost",
            ident="mail catcher",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            loop=loop,
        )

    return await loop.create_server(session, host, port)
