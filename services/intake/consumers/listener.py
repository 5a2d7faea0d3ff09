"""The mail listener: SMTP and LMTP ports on a thread with an event loop of its own."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from prometheus_client import Counter

from chassis import telemetry
from services.intake.consumers.hall import Hall
from services.intake.consumers.protocol import LmtpProtocol, MailProtocol

KEPT = Counter("fairlead_intake_mails_kept_total", "Mails made durable and answered 250")
REFUSED = Counter(
    "fairlead_intake_mails_not_kept_total", "Mails answered 451 because they may not be durable"
)
_STOP_SECONDS = 2.0
_OFF = -1

_ASKING = 4

Receive = Callable[[str, Sequence[str], bytes, bool, str, str], "Future[None]"]
HasMailbox = Callable[[str], bool]


class MailListener:
    """Binds its ports at start, whether or not the store is up: until it is, the answer is 451.

    smtp_port, lmtp_port: 0 for a free one, -1 for none; afterwards the ports that were bound. connections: at once, and
    of these from one address.
    """

    def __init__(
        self,
        receive: Receive,
        has_mailbox: HasMailbox,
        host: str,
        smtp_port: int,
        lmtp_port: int,
        hostname: str,
        connections: tuple[int, int],
    ) -> None:
        self._receive = receive
        self._has_mailbox = has_mailbox
        self._asking = ThreadPoolExecutor(_ASKING, thread_name_prefix="intake-mailbox")
        self._host = host
        self._hostname = hostname
        self.smtp_port = smtp_port
        self.lmtp_port = lmtp_port
        self._hall = Hall(self._keep, self._knows, *connections)
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._log = telemetry.logger("intake")
        self._thread = threading.Thread(target=self._loop.run_forever, name="intake-mail", daemon=True)
        # aiosmtpd tells every line of every conversation; mail addresses are nothing for a log.
        logging.getLogger("mail.log").setLevel(logging.ERROR)

    def start(self) -> None:
        """Raises OSError when a port is taken."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._bind(), self._loop).result(timeout=10)
        except BaseException:
            self.stop()
            raise
        self._log.info("mail_listening", smtp_port=self.smtp_port, lmtp_port=self.lmtp_port)

    def stop(self) -> None:
        """Takes no more connections; those in the middle of a mail get no answer, so their mail is sent again."""
        if not self._thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=2 * _STOP_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=_STOP_SECONDS)
        self._loop.close()
        self._asking.shutdown(wait=False, cancel_futures=True)

    async def _bind(self) -> None:
        for protocol, name in ((MailProtocol, "smtp_port"), (LmtpProtocol, "lmtp_port")):
            port = getattr(self, name)
            if port != _OFF:
                server = await self._loop.create_server(
                    self._factory(protocol), self._host, port, backlog=512
                )
                self._servers.append(server)
                setattr(self, name, server.sockets[0].getsockname()[1])

    def _factory(self, protocol: type[MailProtocol]) -> Callable[[], MailProtocol]:
        return lambda: protocol(self._hall, self._hostname, self._loop)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for connection in list(self._hall.connections):
            if connection.transport:
                connection.transport.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        if tasks:
            await asyncio.wait(tasks, timeout=_STOP_SECONDS / 2)

    async def _knows(self, address: str) -> bool:
        try:
            return await self._loop.run_in_executor(self._asking, self._has_mailbox, address)
        except Exception as error:
            self._log.warning("mailbox_not_told", error=type(error).__name__)
            raise

    async def _keep(
        self, sender: str, recipients: list[str], raw: bytes, overlong: bool, peer: str, helo: str
    ) -> None:
        try:
            await asyncio.wrap_future(self._receive(sender, recipients, raw, overlong, peer, helo))
        except Exception as error:
            REFUSED.inc()
            self._log.warning("mail_not_kept", error=type(error).__name__, size=len(raw))
            raise
        KEPT.inc()
