"""Takes mail in by SMTP: 250 only once the message is on disk, 451 when it cannot be kept."""

import asyncio
import re

from aiosmtpd.smtp import SMTP, Envelope, Session

from cli.mail_catcher.store import Caught, Mail, MailStore

LARGEST = 64 * 1024 * 1024
# As nearly every mail program writes one, and what follows it.
_PLAIN_ADDRESS = re.compile(r"<([A-Za-z0-9._+=-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>(?: (.*))?")


class Keeping:
    """Mails that come while others are written are written together next. Of one event loop."""

    def __init__(self, store: MailStore) -> None:
        self._store = store
        self._waiting: list[tuple[Mail, asyncio.Future[Caught]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, mail: Mail) -> Caught:
        """Raises OSError when it cannot be written."""
        kept: asyncio.Future[Caught] = asyncio.get_running_loop().create_future()
        self._waiting.append((mail, kept))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await kept

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            waiting = [kept for _, kept in batch]
            try:
                found = await asyncio.to_thread(self._store.add_many, [mail for mail, _ in batch])
            except Exception as error:
                for kept in waiting:
                    if not kept.done():
                        kept.set_exception(error)
            else:
                for kept, caught in zip(waiting, found, strict=True):
                    if not kept.done():  # its sender has gone
                        kept.set_result(caught)
        self._writing = None


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
