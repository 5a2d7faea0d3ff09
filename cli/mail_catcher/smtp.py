"""Takes mail in by SMTP: 250 only once the message is on disk, 451 when it cannot be kept."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from cli.mail_catcher.store import MailStore

LARGEST = 64 * 1024 * 1024


class Catching:
    """An aiosmtpd handler that keeps everything for everybody."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """An exception here would answer 500, and the sender would give up: answer 451 instead."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        sender = (envelope.mail_from or "").removeprefix("<>")  # an empty reverse path stays empty
        recipients = [str(recipient) for recipient in envelope.rcpt_tos]
        try:
            caught = await asyncio.to_thread(self._store.add, raw, sender, recipients)
        except OSError:
            return "451 4.3.0 cannot be kept now, try again"
        return f"250 2.0.0 kept as {caught.id}"


async def serve(host: str, port: int, store: MailStore) -> asyncio.Server:
    """A listening server on the running loop. Raises OSError when the port is busy."""
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(
            Catching(store),
            hostname="mail-catcher.localhost",
            ident="mail catcher",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            loop=loop,
        )

    return await loop.create_server(session, host, port)
