"""A real Chromium for the browser tests.

    def test_…(browser_page):
        page = browser_page(width=390, scheme="dark", locale="fr-CA")
        page.goto(…)

Every page fails its test when a script breaks, when the content security policy refuses something, or when a file of ours
is not found. Pictures go to test-results/ by `snap(page, "portal-home")`.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

from tests.harness.desk import Desk, running_desk
from tests.harness.pace import file_of, sharing
from tests.harness.platform import Platform

RESULTS = Path(__file__).resolve().parents[2] / "test-results"
# The headless shell is the same engine without a browser's windows, which nobody sees here and which cost a quarter.
_NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
)  # fmt: skip


class Shared:
    """The platform of all these files, started by the first that asks for it."""

    def __init__(self) -> None:
        self._platform: Platform | None = None
        self._files: set[str] | None = None

    def files(self, session: pytest.Session) -> set[str]:
        """Those that ask for it."""
        if self._files is None:
            self._files = sharing(session.items)
        return self._files

    def running(self, folder: Callable[[], Path]) -> Platform:
        if not self._platform:
            # What is learned from a little past is known in moments, not minutes.
            # In one process, which spends less on doing nothing; with a process for each service it runs where it is
            # operated, toured and broken (tests/e2e/platform).
            self._platform = Platform(
                folder() / "data", "--layout", "one", FAIRLEAD_SLA_FORECAST_SECONDS="1"
            ).up()
        return self._platform

    def end(self) -> None:
        if self._platform:
            self._platform.down()
            self._platform = None


_shared = Shared()


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """Everything, ready, with the demonstration provider; tests that break it start their own."""
    return _shared.running(lambda: tmp_path_factory.mktemp("platform"))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """After the last file that asks for it nobody needs it (tests/harness/pace.py lets them run one after the other); even
    a platform with nothing to do takes its share of two cores."""
    if nextitem is None or file_of(nextitem.nodeid) not in _shared.files(item.session):
        _shared.end()


# Of a module: while it runs, Playwright keeps an event loop in this thread, where others want to start their own.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    assert path, "Chromium is not installed (make setup names the package)"
    # Containers have neither the namespaces of the sandbox nor a large /dev/shm.
    started = playwright.chromium.launch(
        executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
    )
    yield started
    started.close()


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Makes pages, each with a browser profile of its own; in the end none may have complained."""
    contexts, complaints = [], []

    def make(width: int = 1280, height: int = 0, scheme: str = "light", locale: str = "en-GB") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height or (844 if width < 600 else 800)},
            color_scheme=scheme,
            locale=locale,
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: complaints.extend(_complaint(page, message)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def desk(
    mongod: str, nats: str, installation: str, tmp_path: Path, browser_page: Callable[..., Page]
) -> Iterator[Desk]:
    """A console of the test's own, over fakes of the services behind it."""
    with running_desk(mongod, nats, installation, tmp_path, browser_page) as made:
        yield made


@pytest.fixture
def snap() -> Callable[[Page, str], Path]:
    """Keeps a picture of the whole page, to be looked at."""

    def take(page: Page, name: str) -> Path:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take


def _complaint(page: Page, message: ConsoleMessage) -> list[str]:
    """What a console message says against the page; refused requests are the business of the tests that make them."""
    if message.type != "error" or "Failed to load resource" in message.text:
        return []
    return [f"{page.url}: {message.text}"]
