"""The queue's page in a real browser: views, filters, keyboard, palette, many at once, split view, telephone."""

import re

from playwright.sync_api import Locator, Page, expect

from fairlead.incidents.v1 import incident_pb2
from tests.harness.console import ANA, fill_queue
from tests.harness.desk import Desk
from tests.harness.gateway import ACME, LUMEN

SOON = 10_000


def row(page: Page, number: str) -> Locator:
    return page.locator(f'.fl-row[data-fl-number="{number}"]')


def numbers(page: Page) -> list[str]:
    return page.eval_on_selector_all(".fl-rows .fl-row", "rows => rows.map(row => row.dataset.flNumber)")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_filters_become_chips_and_a_view_whose_count_stays_live(desk: Desk, snap):
    fill_queue(desk.console.workshop, 14)
    page = desk.open("/console", width=1440, height=900)
    snap(page, "console-queue-desktop")
    page.locator(".fl-filter-menu > summary").click()
    page.get_by_role("group", name="Client").get_by_label("Acme Logistics").check()
    for priority in ("P1 Critical", "P2 High"):
        page.get_by_label(priority).check()
    snap(page, "console-queue-filters")
    page.get_by_role("button", name="Show these").click()
    expect(page).to_have_url(
        re.compile(r"\?tenant=ten_acme&priority=P1&priority=P2&sort=priority$|tenant=ten_acme")
    )
    expect(page.locator("[data-fl-chip]")).to_have_count(3)
    assert all(number.startswith("ACME") for number in numbers(page))
    page.locator('[data-fl-chip="priority"]').first.click()
    expect(page.locator("[data-fl-chip]")).to_have_count(2)
    page.locator("summary", has_text="Save as view").click()
    page.get_by_label("Name").fill("Acme, high")
    page.get_by_label("Share with all staff").check()
    page.get_by_role("button", name="Save", exact=True).click()
    tab = page.locator(".fl-tab-saved", has_text="Acme, high")
    expect(tab).to_have_attribute("aria-current", "page")
    desk.connected(page)
    before = int(tab.locator(".fl-count").inner_text())
    made = desk.console.workshop.opened(ACME, "New and high", ANA, priority="PRIORITY_P2", number="ACME-3000")
    desk.announce(made)
    expect(tab.locator(".fl-count")).to_have_text(str(before + 1), timeout=SOON)
    expect(page.locator('.fl-tab [data-fl-count="all"]')).to_have_text("16", timeout=SOON)
    snap(page, "console-queue-saved-view")
    # Somebody else of the staff finds it; a technician of Acme alone may use it, not change it.
    other = desk.open("/console", "per_tia", width=1440)
    other.locator(".fl-tab-saved", has_text="Acme, high").click()
    expect(other.locator("[data-fl-chip]")).to_have_count(2)
    expect(other.get_by_text("Change this view")).to_have_count(0)
    page.locator("summary", has_text="Change this view").click()
    page.get_by_role("button", name="Remove this view").click()
    expect(page.locator(".fl-tab-saved")).to_have_count(0)


def test_keys_move_open_act_and_stay_letters_where_one_types(desk: Desk, snap):
    fill_queue(desk.console.workshop, 8)
    page = desk.open("/console", width=1440, height=900)
    first = numbers(page)[0]
    press(page, "j", "j", "k")
    expect(row(page, first)).to_be_focused()
    press(page, "Enter")
    article = page.locator("article[data-fl-incident]")
    expect(article).to_have_attribute("data-fl-number", first)
    press(page, "h")
    expect(article.locator("[data-fl-opens=hold], [data-fl-opens=resume]").first).to_be_visible()
    # Once more than needed: whoever is impatient does not leave the queue.
    press(page, "Escape", "Escape", "Escape")
    expect(article).to_have_count(0)
    assert page.url.endswith("/console"), "Back as it was"
    # What is open can be found again by the browser's own Back and Forward.
    page.go_forward()
    expect(article).to_have_attribute("data-fl-number", first)
    page.go_back()
    expect(article).to_have_count(0)
    number = next(each for each in numbers(page) if "HOLD" not in state_of(desk, each))
    row(page, number).focus()
    press(page, "e")
    expect(article.locator("[data-fl-opens=resolve]")).to_have_attribute("open", "")
    page.keyboard.type("x.jn? are letters here")
    expect(page.locator("#fl-palette")).to_be_hidden()
    assert page.locator(".fl-rows [data-fl-pick]:checked").count() == 0
    press(page, "Escape", "Escape")
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("End it: resolve")
    snap(page, "console-queue-help")
    page.get_by_role("button", name="Switch single keys off").click()
    desk.connected(page)
    press(page, "j", "x", ".", "?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.locator(".fl-rows [data-fl-pick]:checked").count() == 0
    press(page, "Control+k")
    expect(page.get_by_role("combobox", name="Search or run a command")).to_be_focused()


def state_of(desk: Desk, number: str) -> str:
    return incident_pb2.IncidentState.Name(desk.console.workshop.by_number(number).state)


def test_the_palette_goes_searches_and_acts(desk: Desk, snap):
    fill_queue(desk.console.workshop, 6)
    closed = desk.console.workshop.opened(
        LUMEN, "Zebra crossing", ANA, number="LUMEN-4000", state="INCIDENT_STATE_CLOSED"
    )
    page = desk.open("/console", width=1440, height=900, scheme="dark")
    field = page.get_by_role("combobox", name="Search or run a command")
    options = page.locator("#fl-palette [role=option]")
    number = numbers(page)[1]
    row(page, number).focus()
    press(page, "Control+k")
    expect(field).to_be_focused()
    expect(options.first).to_have_text(re.compile("Assign to me"))
    snap(page, "console-palette-dark")
    active = field.get_attribute("aria-activedescendant")
    assert (
        options.first.get_attribute("id") == active and options.first.get_attribute("aria-selected") == "true"
    )
    press(page, "ArrowDown", "ArrowUp", "Enter")
    expect(page.locator("[data-fl-toast]")).to_have_text(f"{number} is yours now.")
    # Everywhere, closed ones too; what is not granted is not there.
    press(page, "Control+k")
    page.keyboard.type("zebra")
    expect(options.first).to_contain_text("LUMEN-4000 Zebra crossing", timeout=SOON)
    expect(options.first).to_contain_text("Lumen Legal")
    snap(page, "console-palette-found")
    page.keyboard.press("Enter")
    expect(page.locator("article[data-fl-incident]")).to_have_attribute("data-fl-number", closed.number)
    desk.connected(page)
    press(page, "Control+k")
    page.keyboard.type("light and dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    press(page, "Control+k")
    page.keyboard.type("waiting")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("tab=waiting"))
    tia = desk.open("/console", "per_tia", width=1440)
    press(tia, "Control+k")
    tia.keyboard.type("zebra")
    expect(tia.locator("[data-fl-palette-status]")).to_have_text("Nothing found", timeout=SOON)


def test_many_are_held_with_a_preview_and_a_result_for_each(desk: Desk, snap):
    workshop = desk.console.workshop
    for number in range(3):
        workshop.opened(ACME, f"Batch {number}", ANA, number=f"ACME-50{number}0", priority="PRIORITY_P1")
    workshop.opened(LUMEN, "Batch done", ANA, number="LUMEN-5030", priority="PRIORITY_P1")
    page = desk.open("/console?query=batch", width=1440, height=900)
    press(page, "j", "x", "j", "x", "j", "x", "j", "x")
    expect(page.locator("[data-fl-selected]")).to_have_text("4 selected")
    snap(page, "console-queue-selected")
    press(page, ".")
    page.keyboard.type("hold")
    page.keyboard.press("Enter")
    dialog = page.locator("[data-fl-bulk-dialog]")
    expect(dialog.get_by_role("heading")).to_contain_text("Hold")
    dialog.get_by_label("It waits for").select_option("vendor")
    dialog.get_by_label("Why; the client sees this").fill("A part is ordered")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog).to_contain_text("On hold: it waits for a supplier")
    snap(page, "console-bulk-preview")
    # Asked for, looked at once more, undone: nothing of it is done. Then asked for again, and left to be done.
    dialog.get_by_role("button", name="Apply to 4 incidents").click()
    expect(dialog.get_by_text("Nothing is done yet.")).to_be_visible()
    snap(page, "console-bulk-held")
    expect(dialog.get_by_role("button", name="Undo")).to_be_focused()
    press(page, "Enter")
    expect(dialog.get_by_text("Undone: nothing was changed.")).to_be_visible()
    assert workshop.by_number("ACME-5010").state != incident_pb2.INCIDENT_STATE_ON_HOLD
    dialog.get_by_role("link", name="Done").click()
    page.locator("[data-fl-bulk-bar] [value=hold]").click()
    dialog.get_by_label("It waits for").select_option("vendor")
    dialog.get_by_label("Why; the client sees this").fill("A part is ordered")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.get_by_role("button", name="Apply to 4 incidents")).to_be_visible()
    # Between preview and doing it, one is answered and one is resolved by others.
    workshop.happen(workshop.by_number("ACME-5000"), "replied", "Me first", actor=ANA)
    resolved = workshop.by_number("LUMEN-5030")
    resolved.state, resolved.revision = incident_pb2.INCIDENT_STATE_RESOLVED, resolved.revision + 1
    dialog.get_by_role("button", name="Apply to 4 incidents").click()
    expect(dialog.locator("[data-fl-result=done]")).to_have_count(2, timeout=40_000)
    expect(dialog.locator('[data-fl-line="ACME-5000"]')).to_contain_text("Somebody changed this incident")
    expect(dialog.locator('[data-fl-line="LUMEN-5030"]')).to_contain_text("Not possible: Resolved")
    snap(page, "console-bulk-result")
    dialog.get_by_role("link", name="Done").click()
    expect(page.locator("[data-fl-selected]")).to_have_text("2 selected")
    assert workshop.by_number("ACME-5010").hold.reason == "A part is ordered"
    # The mouse does it as well, and Escape lets go.
    page.locator("[data-fl-pick-all]").check()
    expect(page.locator("[data-fl-selected]")).to_have_text("4 selected")
    page.locator("[data-fl-bulk-bar] [value=prioritize]").click()
    expect(dialog.get_by_label("Urgency")).to_be_visible()
    press(page, "Escape", "Escape")
    expect(page.locator("[data-fl-bulk-bar]")).to_be_hidden()


def test_all_that_a_view_shows_are_selected_though_not_all_are_loaded(desk: Desk):
    for number in range(54):
        desk.console.workshop.opened(ACME, f"Batch {number}", ANA, number=f"ACME-6{number:03}")
    page = desk.open("/console?query=batch", width=1440, height=900)
    expect(page.locator("[data-fl-more]")).to_be_visible()
    page.locator("[data-fl-pick-all]").check()
    expect(page.locator("[data-fl-selected]")).to_have_text("50 selected")
    page.get_by_role("button", name="Select all 54").click()
    expect(page.locator("[data-fl-selected]")).to_have_text("54 selected", timeout=30_000)
    page.locator("[data-fl-bulk-bar] [value=hold]").click()
    expect(page.locator("[data-fl-bulk-dialog] [data-fl-line]")).to_have_count(54, timeout=30_000)


def test_the_client_is_always_in_sight_beside_the_queue(desk: Desk, snap):
    fill_queue(desk.console.workshop, 12)
    for scheme in ("light", "dark"):
        _see_the_client(desk, snap, scheme)


def _see_the_client(desk: Desk, snap, scheme: str) -> None:
    page = desk.open("/console", width=1440, height=900, scheme=scheme)
    dots = page.eval_on_selector_all(
        ".fl-rows [data-fl=dot]", "all => [...new Set(all.map(one => one.className))]"
    )
    assert len(dots) == 2, "two clients, two dots"
    number = next(each for each in numbers(page) if each.startswith("LUMEN"))
    row(page, number).click()
    pane = page.locator("[data-fl-pane]")
    expect(pane.locator(".fl-incident-head")).to_contain_text("Lumen Legal")
    expect(pane).to_have_class(re.compile(f"fl-client-{LUMEN}"))
    expect(pane).not_to_have_css("border-top-color", "rgba(0, 0, 0, 0)")
    for each in page.locator(".fl-rows .fl-row").all()[:5]:
        expect(each.locator("[data-fl=client]")).to_be_visible()
    expect(row(page, number)).to_have_attribute("aria-current", "true")
    snap(page, f"console-split-{scheme}")


def test_on_a_phone_one_goes_to_an_incident_and_back_to_where_one_was(desk: Desk, snap):
    fill_queue(desk.console.workshop, 20)
    for scheme in ("light", "dark"):
        _go_and_come_back(desk, snap, scheme)


def _go_and_come_back(desk: Desk, snap, scheme: str) -> None:
    page = desk.open("/console?priority=P1&priority=P2", width=390, height=844, scheme=scheme)
    snap(page, f"console-phone-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    there = numbers(page)[3]
    row(page, there).click()
    page.wait_for_url(f"**/console/incidents/{there}")
    snap(page, f"console-phone-incident-{scheme}")
    page.locator("[data-fl-back]").click()
    page.wait_for_url("**/console?priority=P1&priority=P2")
    expect(row(page, there)).to_be_visible()
    page.locator(".fl-filter-menu > summary").click()
    expect(page.get_by_role("button", name="Show these")).to_be_in_viewport()
    snap(page, f"console-phone-filters-{scheme}")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Search or run a command").click()
    expect(page.get_by_role("combobox", name="Search or run a command")).to_be_focused()
    snap(page, f"console-phone-palette-{scheme}")


def test_without_scripts_filters_views_and_many_at_once_work(desk: Desk, browser):
    fill_queue(desk.console.workshop, 6)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        desk.sign_in(page, "per_tom")
        page.goto(f"{desk.console.room.settings.origin}/console")
        page.locator(".fl-rows .fl-pick").first.check()
        page.locator("[data-fl-bulk-bar] [value=prioritize]").click()
        page.get_by_label("Impact").select_option("high")
        page.get_by_role("button", name="Preview").click()
        page.get_by_role("button", name="Apply to 1 incident").click()
        expect(page.get_by_text("1 done.")).to_be_visible(timeout=40_000)
        page.get_by_role("link", name="Done").click()
        page.locator(".fl-filter-menu > summary").click()
        page.get_by_label("P1 Critical").check()
        page.get_by_role("button", name="Show these").click()
        expect(page.locator("[data-fl-chip]")).to_have_count(1)
    finally:
        context.close()
