"""granian's WSGI worker in a thread of this process.

granian's command line starts a supervisor and a worker process; in a supervised service that would be two more
processes to watch, and one that outlives a killed parent. Its worker runs as well in a thread (measured: the same
requests per second), so the web face is one process, and `--layout one` truly one.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

import granian._granian
from granian._futures import _new_cbscheduler
from granian._loops import loops
from granian.http import HTTP1Settings
from granian.wsgi import _callback_wrapper

from chassis import telemetry

# Its stub file describes another version than the one that runs.
_granian: Any = granian._granian

_BACKLOG = 1024
_CONNECTIONS = 2048
_IDLE_SECONDS = 30
_STOP_SECONDS = 4.0

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class WebServer:
    """Serves a WSGI app over HTTP/1.1 on one port. Raises OSError from start() when the port is taken."""

    def __init__(self, app: WsgiApp, host: str, port: int, threads: int) -> None:
        self._app = app
        self._threads = threads
        self._log = telemetry.logger("gateway")
        self._signal = _granian.WorkerSignal()
        self._ended = threading.Event()
        self._socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((host, port))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        """Serves; returns at once."""
        self._socket.listen(_BACKLOG)
        self._socket.setblocking(False)
        self._thread.start()
        self._log.info("web_serving", port=self.port)

    def stop(self) -> None:
        """Takes no more requests; returns when those in hand are answered, or after a few seconds."""
        if self._thread.is_alive():
            self._signal.set()
            self._thread.join(_STOP_SECONDS)
        self._socket.close()

    def _run(self) -> None:
        loop = loops.get("asyncio")
        # From here on the descriptor is granian's, which closes it.
        holder = _granian.SocketHolder(self._socket.detach(), False, _BACKLOG)
        worker = _granian.WSGIWorker(
            worker_id=1,
            sock=(None, holder),
            ipc=None,
            # Threads of granian's own runtime: one reads and writes sockets.
            threads=1,
            blocking_threads=2,
            py_threads=self._threads,
            py_threads_idle_timeout=_IDLE_SECONDS,
            # Open connections, idle ones too: beyond that new ones wait in the kernel's queue.
            backpressure=_CONNECTIONS,
            http_mode="1",
            http1_opts=HTTP1Settings(header_read_timeout=15_000, max_buffer_size=64 * 1024),
        )
        scheduler = _new_cbscheduler(loop, _callback_wrapper(self._app, {}), impl_asyncio=True)
        self._signal.add_cb(self._ended.set)
        worker.serve_mtr(scheduler, loop, self._signal)
        self._ended.wait()
