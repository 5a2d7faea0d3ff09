"""uvicorn in a thread of this process, with the one connection to NATS that feeds it."""

import asyncio
import contextlib
import socket
import threading

import uvicorn
from nats.aio.client import Client

from chassis import telemetry
from chassis.clock import Clock
from chassis.nats_client import connect
from chassis.tokens import CallerVerifier
from services.gateway.auth.callers import Callers
from services.gateway.auth.sessions import Sessions
from services.gateway.backends import Backends
from services.gateway.config import GatewaySettings
from services.gateway.live.app import LiveApp
from services.gateway.live.feed import INCIDENTS, QUEUE, Feed
from services.gateway.live.readers import read_incident_event, read_queue_entry

_RETRY_SECONDS = 0.5
_STOP_SECONDS = 4.0


class LiveServer:
    """Serves live updates on one port. Raises OSError when the port is taken."""

    def __init__(
        self,
        settings: GatewaySettings,
        sessions: Sessions,
        callers: Callers,
        backends: Backends,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._log = telemetry.logger("gateway")
        keep, prefix = settings.live_replay_events, settings.installation
        rows = f"{prefix}.triage.v1.*.*.queue_entry_changed"
        self._feeds = [
            Feed(QUEUE, f"{prefix}_triage".upper(), rows, read_queue_entry, keep),
            Feed(
                INCIDENTS,
                f"{prefix}_incidents".upper(),
                f"{prefix}.incidents.v1.>",
                read_incident_event,
                keep,
            ),
        ]
        verifier = CallerVerifier(settings.key_dir / "public")
        app = LiveApp(settings, sessions, callers, backends, verifier, self._feeds[0], self._feeds[1], clock)
        self._streams = app.streams
        self._loop: asyncio.AbstractEventLoop | None = None
        self._socket = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((settings.host, settings.live_port))
        self.port = int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            # Open streams never end by themselves; a stop must not wait for them.
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="live", daemon=True)

    def start(self) -> None:
        """Serves; returns at once. With NATS away, streams open and stay silent until it is back."""
        self._thread.start()
        self._log.info("live_serving", port=self.port)

    def stop(self) -> None:
        """Ends every stream: browsers reconnect to whoever serves next."""
        self._server.should_exit = True
        self._thread.join(_STOP_SECONDS)
        self._socket.close()

    @property
    def open_streams(self) -> int:
        """How many browsers listen."""
        return self._streams.open

    def recheck(self, person_id: str = "", tenant_id: str = "") -> None:
        """Somebody's access has changed, or a client's: their open streams ask again. From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._streams.recheck, person_id, tenant_id)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        feeding = asyncio.create_task(self._feed())
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            feeding.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await feeding

    async def _feed(self) -> None:
        client = await self._connect()
        try:
            await asyncio.gather(*(feed.run(client) for feed in self._feeds), self._replicas(client))
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(client.close(), 1)

    async def _replicas(self, client: Client) -> None:
        """Presence is a comfort: without it everything else goes on."""
        while True:
            try:
                await self._streams.replicas.run(client)
            except Exception as error:
                self._log.warning("live_replicas_interrupted", error=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _connect(self) -> Client:
        async def quiet(error: Exception) -> None:
            self._log.debug("nats_error", error=type(error).__name__)

        while True:
            try:
                return await connect(
                    self._settings.nats_url,
                    name="fairlead-live",
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=_RETRY_SECONDS,
                    error_cb=quiet,
                )
            except Exception as error:
                self._log.warning("nats_unreachable", error=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)
