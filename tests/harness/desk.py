"""A technician's desk for browser tests: a real gateway and real streams over fakes of the services behind it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from chassis.process import Running
from fairlead.incidents.v1 import incident_pb2
from services.gateway.main import start
from tests.harness.announcer import Announcer
from tests.harness.console import Console, console_room

Pages = Callable[..., Page]
_SOON = 10_000


@dataclass
class Desk:
    """A running console, what its services know, and a way to announce news."""

    console: Console
    announcer: Announcer
    pages: Pages
    gateway: Running

    def open(self, address: str, person: str = "per_tom", **page: object) -> Page:
        """The page as this person sees it, connected.

        Its list believes that somebody has just touched it: how long a test has taken moves no rows.
        """
        opened = self.pages(**page)
        self.sign_in(opened, person)
        opened.goto(f"{self.console.room.settings.origin}{address}")
        opened.evaluate("document.querySelector('[data-fl-rows]')?.setAttribute('data-fl-idle', '3600')")
        self.connected(opened)
        return opened

    def connected(self, page: Page, state: str = "live") -> None:
        """Waits until the page says so."""
        expect(page.locator("[data-fl-live]")).to_have_attribute("data-fl-live", state, timeout=3 * _SOON)

    def sign_in(self, page: Page, person: str) -> None:
        """Gives the page's browser a session of this person."""
        settings = self.console.room.settings
        session = self.console.room.gateway.sessions.start("prv_north", person)
        where = {"domain": "localhost", "path": "/", "secure": settings.secure_cookies}
        page.context.add_cookies([{"name": settings.session_cookie, "value": session, **where}])

    def announce(self, incident: incident_pb2.Incident) -> None:
        self.announcer.changed(self.console.workshop.entry(incident))


@contextmanager
def running_desk(
    mongodb_uri: str, nats_url: str, installation: str, folder: Path, pages: Pages
) -> Iterator[Desk]:
    """A desk whose gateway serves."""
    with console_room(mongodb_uri, installation, folder, nats_url=nats_url) as console:
        desk = Desk(console, Announcer(nats_url, installation), pages, start(console.room.settings))
        try:
            yield desk
        finally:
            desk.gateway.stop()
