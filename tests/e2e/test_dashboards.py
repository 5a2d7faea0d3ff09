"""Dashboards in a real browser: brought up to date without moving, by keyboard, on a phone, as a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.harness.console import ANA, fill_queue
from tests.harness.desk import Desk, Pages, running_desk
from tests.harness.gateway import ACME, LUMEN

ADDRESS = "/console/dashboards"
SOON = 10_000
# Layout shifts that nobody caused by touching the page (CLS).
SHIFTS = """
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifts += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def desk(mongod: str, nats: str, installation: str, tmp_path: Path, browser_page: Pages) -> Iterator[Desk]:
    with running_desk(mongod, nats, installation, tmp_path, browser_page) as desk:
        fill_queue(desk.console.workshop, 40)
        yield desk


def opened(desk: Desk, address: str = ADDRESS, **how: object) -> Page:
    page = desk.pages(**how)
    page.add_init_script(SHIFTS)
    desk.sign_in(page, "per_tom")
    page.clock.install()
    page.goto(f"{desk.console.room.settings.origin}{address}")
    return page


def number(page: Page, bar: str) -> str:
    return page.locator(f'[data-fl-bar="{bar}"] .fl-bar-number').inner_text()


def test_figures_follow_what_happens_without_moving_or_taking_the_focus(desk: Desk):
    page = opened(desk, width=1440, height=900)
    before = int(number(page, "P1"))
    page.locator(".fl-figure-priority summary").click()
    page.locator('[data-fl-bar="P1"]').focus()
    page.evaluate("window.shifts = 0")
    for _ in range(3):
        desk.console.workshop.opened(LUMEN, "Server down", ANA, priority="PRIORITY_P1")
    page.clock.run_for(70_000)
    expect(page.locator('[data-fl-bar="P1"] .fl-bar-number')).to_have_text(str(before + 3), timeout=SOON)
    expect(page.locator('[data-fl-bar="P1"]')).to_be_focused()
    # The table stays open, and says the same.
    cell = page.locator(".fl-figure-priority tbody tr", has_text="P1").locator("td")
    expect(cell).to_be_visible()
    expect(cell).to_have_text(str(before + 3))
    assert page.evaluate("window.shifts") < 0.01


def test_numbers_stay_and_say_that_they_are_old_while_the_server_is_away(desk: Desk):
    page = opened(desk, width=1440)
    before = number(page, "P1")
    page.route("**/console/dashboards*", lambda route: route.abort())
    page.clock.run_for(70_000)
    expect(page.locator("[data-fl-figures-time]")).to_have_attribute("data-fl-stale", "", timeout=SOON)
    assert number(page, "P1") == before
    page.unroute("**/console/dashboards*")
    page.clock.run_for(70_000)
    expect(page.locator("[data-fl-figures-time]")).not_to_have_attribute("data-fl-stale", "", timeout=SOON)


def test_by_keyboard_one_opens_a_table_takes_a_file_and_goes_to_the_queue(desk: Desk, snap):
    page = opened(desk, f"{ADDRESS}?tenant={ACME}&days=7", width=1440, height=900)
    table = page.locator(".fl-figure-clients table")
    expect(table).to_be_hidden()
    page.locator(".fl-figure-clients summary").focus()
    page.keyboard.press("Enter")
    expect(table).to_be_visible()
    expect(table.locator("caption")).to_contain_text("by client")
    page.locator(".fl-figure-flow .fl-tool").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.startswith("fairlead-flow-")
    assert len(Path(download.value.path()).read_text("utf-8-sig").splitlines()) == 8
    snap(page, "dashboards-tables")
    late = number(page, "breached")
    page.locator('[data-fl-bar="breached"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/console?**sla=breached**")
    expect(page.locator(".fl-rows .fl-row")).to_have_count(int(late))


@pytest.mark.parametrize(("scheme", "language"), [("light", "fr"), ("dark", "en")])
def test_on_a_phone_everything_fits_its_width(desk: Desk, snap, scheme: str, language: str):
    page = opened(desk, f"{ADDRESS}?lang={language}&days=7", width=390, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for part in page.locator(".fl-figure, .fl-head").all():
        box = part.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    snap(page, f"dashboards-phone-{scheme}-{language}")
    assert page.evaluate("window.shifts") < 0.01
