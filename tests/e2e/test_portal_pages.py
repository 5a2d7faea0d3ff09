"""The portal in a real browser, over a real gateway and fakes of the services: looks, keyboard, scripts, live updates."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import nats as nats_client
import pytest
from playwright.sync_api import Browser, Page, expect

from chassis import headers as names
from fairlead.incidents.v1 import events_pb2
from services.gateway.main import start
from tests.harness.gateway import ACME, NORTH, PASSWORD, Room
from tests.harness.portal import ARTICLE, fill, portal_room
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TALK = "/t/acme/incidents/ACME-1042"
INSTALLATION = "tportalpages"
# tests/e2e/quality looks at every page in every light over the whole platform; here are states that it does not bring about.
PAGES = {
    "portal-incident-closed": "/t/acme/incidents/ACME-1011?done=confirmed",
    "portal-article": f"/t/acme/articles/{ARTICLE}?done=helped",
    "portal-profile": "/t/acme/profile?done=saved",
    "portal-not-found": "/t/acme/incidents/ACME-99",
    "portal-link-used": "/t/acme/answer/link-used",
    "portal-link-expired": "/t/acme/answer/link-expired",
}
LOOKS = [
    (1280, "light", "fr"),
    (390, "dark", "en"),
]
Pages = Callable[..., Page]


class Portal:
    """The running gateway, and what happens behind it."""

    def __init__(self, room: Room, nats_url: str) -> None:
        self.room = room
        self.base = f"http://localhost:{room.settings.http_port}"
        self._nats_url = nats_url
        person = room.directory.people["per_ana"]
        room.gateway.auth.credentials.set_password(person.provider_id, person.person_id, PASSWORD)
        self._in_thread(self._make_stream)

    def sign_in(self, page: Page, address: str = "/t/acme/") -> None:
        page.goto(f"{self.base}{address}")
        page.get_by_label("Email address").fill("ana@acme.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{self.base}{address}")

    def staff_reply(self, text: str) -> None:
        """As the incidents service does it: the record first, then the event."""
        desk: Any = self.room.incidents
        incident = next(each for each in desk.incidents.values() if each.number == "ACME-1042")
        desk.happen(incident, "replied", text, ("per_tom", "Tom Tech"))
        event = events_pb2.Replied(incident=incident, text=text)
        subject = f"{INSTALLATION}.incidents.v1.{ACME}.{incident.incident_id}.replied"

        async def publish(stream: Any) -> None:
            await stream.publish(subject, event.SerializeToString(), headers={names.PROVIDER: NORTH})

        self._in_thread(publish)

    async def _make_stream(self, stream: Any) -> None:
        for service in ("triage", "incidents"):
            subject = f"{INSTALLATION}.{service}.>"
            await stream.add_stream(name=f"{INSTALLATION}_{service}".upper(), subjects=[subject])

    def _in_thread(self, work: Callable[[Any], Any]) -> None:
        """Playwright has an event loop of its own on this thread."""

        async def run() -> None:
            connection = await nats_client.connect(self._nats_url)
            try:
                await work(connection.jetstream())
            finally:
                await connection.close()

        thread = threading.Thread(target=lambda: asyncio.run(run()))
        thread.start()
        thread.join()


@pytest.fixture(scope="module")
def portal(mongod: str, nats: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal_room(mongod, INSTALLATION, tmp_path_factory.mktemp("portal"), nats_url=nats) as room:
        fill(room)
        gateway = start(room.settings)
        try:
            ready = f"http://127.0.0.1:{room.settings.http_port}/readyz"
            wait_until(lambda: _answers(ready), timeout=20, what="the gateway")
            yield Portal(room, nats)
        finally:
            gateway.stop()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_what_only_fakes_can_show_is_accessible_and_fits(
    portal: Portal,
    browser_page: Pages,
    snap: Callable[[Page, str], Path],
    width: int,
    scheme: str,
    language: str,
) -> None:
    page = browser_page(width=width, scheme=scheme)
    portal.sign_in(page)
    page.goto(f"{portal.base}/login?next=/t/acme/&lang={language}")
    faults = {}
    for name, address in PAGES.items():
        page.goto(portal.base + address)
        page.evaluate("document.fonts.ready")
        snap(page, f"{name}-{width}-{scheme}-{language}")
        faults[name] = [*_overflow(page), *_violations(page)]
    assert {name: found for name, found in faults.items() if found} == {}


def _overflow(page: Page) -> list[str]:
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"wider than the window by {wider}"] if wider > 0 else []


def _violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def test_the_keyboard_reaches_the_content_first(portal: Portal, browser_page: Pages) -> None:
    page = browser_page()
    portal.sign_in(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#fl-main$"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_the_account_menu_opens_and_closes_by_keyboard(portal: Portal, browser_page: Pages) -> None:
    page = browser_page()
    portal.sign_in(page)
    menu = page.get_by_label("Account of Ana Ruiz")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Profile")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Profile")).to_be_hidden()
    expect(menu).to_be_focused()


def test_dark_colors_are_chosen_at_once_and_kept(portal: Portal, browser_page: Pages) -> None:
    page = browser_page()
    portal.sign_in(page)
    with page.expect_response("**/preferences/theme"):
        page.get_by_role("button", name="Dark colors").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_articles_are_suggested_while_one_types(portal: Portal, browser_page: Pages) -> None:
    page = browser_page()
    portal.sign_in(page)
    page.goto(f"{portal.base}/t/acme/report")
    page.get_by_label("What is it about?").press_sequentially("no sound at all")
    expect(page.get_by_role("heading", name="This may help at once")).to_be_visible()
    page.get_by_label("Details").press_sequentially("since this morning")
    wait_until(
        lambda: portal.room.knowledge.requests["SuggestArticles"][-1].text != "",
        what="the details to be sent",
    )
    assert portal.room.knowledge.requests["SuggestArticles"][-1].title == "no sound at all"


def test_a_new_reply_appears_without_loading_the_page_anew(portal: Portal, browser_page: Pages) -> None:
    page = browser_page()
    portal.sign_in(page)
    page.goto(portal.base + TALK)
    expect(page.locator("[data-fl-live]")).to_have_attribute("data-fl-connection", "live")
    page.get_by_label("Your reply").fill("I am writing")
    portal.staff_reply("Please try once more.")
    expect(page.get_by_text("Please try once more.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="There is something new.")).to_be_visible()
    expect(page.get_by_label("Your reply")).to_have_value("I am writing")


def test_what_was_written_survives_a_lost_session(portal: Portal, browser_page: Pages) -> None:
    page = browser_page()
    portal.sign_in(page)
    page.goto(portal.base + TALK)
    page.get_by_label("Your reply").fill("A long story")
    page.context.clear_cookies(name=portal.room.settings.session_cookie)
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("heading", name="This form has expired")).to_be_visible()
    portal.sign_in(page, TALK)
    expect(page.get_by_label("Your reply")).to_have_value("A long story")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Your reply was sent.")).to_be_visible()
    expect(page.get_by_label("Your reply")).to_have_value("")


def test_a_portal_can_be_installed(portal: Portal, browser_page: Pages) -> None:
    page = browser_page(width=390)
    portal.sign_in(page)
    tools = page.context.new_cdp_session(page)
    manifest = tools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/t/acme/manifest.webmanifest?lang=en")
    told = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The browser of these tests has no window and a profile that is thrown away, where nothing is ever installed.
    assert [each for each in told if each["errorId"] != "in-incognito"] == []


def test_the_first_view_is_small(portal: Portal, browser_page: Pages) -> None:
    """What goes over the wire for somebody who comes for the first time: everything, compressed."""
    page = browser_page(width=390)
    portal.sign_in(page)
    fresh = browser_page(width=390)
    fresh.context.add_cookies(page.context.cookies())
    tools = fresh.context.new_cdp_session(fresh)
    tools.send("Network.enable")
    sizes: list[float] = []
    tools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    fresh.goto(f"{portal.base}/t/acme/", wait_until="networkidle")
    print(f"portal_first_view_bytes {sum(sizes):.0f} in {len(sizes)} files")
    assert sum(sizes) < 140_000


def test_a_report_is_sent_and_read_without_scripts(portal: Portal, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    portal.sign_in(page)
    page.get_by_role("link", name="Report a problem").click()
    page.get_by_label("What is it about?").fill("No sound")
    page.get_by_label("Several people").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your number is ACME-1042")).to_be_visible()
    page.get_by_role("link", name="My incidents").first.click()
    expect(page.get_by_role("link", name="No sound in calls")).to_be_visible()
    context.close()
