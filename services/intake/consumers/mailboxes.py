"""Fetches mail: one thread for each mailbox, of all processes one at a time."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

from chassis import telemetry
from chassis.errors import Unavailable
from services.intake.domain.mailbox import Mailbox
from services.intake.use_cases.fetching import Fetching

# How long a lease lasts, and how often it is renewed.
LEASE_SECONDS = 30.0
_RENEW_SECONDS = 8.0
_LOOK_SECONDS = 2.0
_NOT_MY_TURN_SECONDS = 5.0
_STOP_SECONDS = 4.0


class Lease(Protocol):
    """Whose turn it is among several processes; chassis.leases.Lease is one."""

    def acquire(self) -> bool: ...
    def release(self) -> None: ...


class Fetchers:
    """Starts one for each mailbox that is enabled, anew when it was changed, and ends those that are not."""

    def __init__(self, fetching: Fetching, lease_of: Callable[[str], Lease]) -> None:
        self._fetching = fetching
        self._lease_of = lease_of
        self._fetchers: dict[str, _Fetcher] = {}
        self._stopping = threading.Event()
        self._log = telemetry.logger("intake")
        self._thread = threading.Thread(target=self._run, name="intake-mailboxes", daemon=True)

    def start(self) -> None:
        """Returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the messages at hand."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=_STOP_SECONDS)
        fetchers = list(self._fetchers.values())
        for fetcher in fetchers:
            fetcher.end()
        deadline = time.monotonic() + _STOP_SECONDS
        for fetcher in fetchers:
            fetcher.thread.join(timeout=max(deadline - time.monotonic(), 0))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
            except Unavailable as error:
                self._log.warning("mailboxes_postponed", reason=error.reason)
            except Exception:
                self._log.exception("mailboxes_failed")
            self._stopping.wait(_LOOK_SECONDS)

    def _look(self) -> None:
        wanted = {one.mailbox_id: one for one in self._fetching.enabled()}
        for mailbox_id, fetcher in list(self._fetchers.items()):
            mailbox = wanted.get(mailbox_id)
            if mailbox is None or mailbox.revision != fetcher.mailbox.revision:
                fetcher.end()
            if not fetcher.thread.is_alive():
                del self._fetchers[mailbox_id]
        for mailbox_id, mailbox in wanted.items():
            if mailbox_id not in self._fetchers and not self._stopping.is_set():
                fetcher = _Fetcher(mailbox, self._fetching, self._lease_of(mailbox_id))
                self._fetchers[mailbox_id] = fetcher
                fetcher.thread.start()


class _Fetcher:
    """The thread of one mailbox."""

    def __init__(self, mailbox: Mailbox, fetching: Fetching, lease: Lease) -> None:
        self.mailbox = mailbox
        self._fetching = fetching
        self._lease = lease
        self._ending = threading.Event()
        self._renewed = 0.0
        self.thread = threading.Thread(target=self._run, name=f"intake-{mailbox.mailbox_id}", daemon=True)

    def end(self) -> None:
        """Returns at once."""
        self._ending.set()

    def _run(self) -> None:
        while not self._ending.is_set():
            mine = self._renew()
            seconds = self._fetching.fetch(self.mailbox, self._goes_on) if mine else _NOT_MY_TURN_SECONDS
            self._ending.wait(seconds)
        try:
            self._lease.release()
        except Unavailable:
            return  # it ends by itself

    def _goes_on(self) -> bool:
        """Whether it is still its turn."""
        if self._ending.is_set():
            return False
        return time.monotonic() - self._renewed < _RENEW_SECONDS or self._renew()

    def _renew(self) -> bool:
        try:
            mine = self._lease.acquire()
        except Unavailable:
            return False
        self._renewed = time.monotonic()
        return mine
