"""Merging by keyboard alone: found from the incident, looked at, done, and taken back."""

from playwright.sync_api import expect

from tests.harness.console import ANA
from tests.harness.desk import Desk
from tests.harness.gateway import ACME


def test_an_incident_is_merged_and_taken_back_without_a_mouse(desk: Desk):
    one = desk.console.workshop.opened(
        ACME, "Tunnel again", ANA, "Down again.", channel="portal", verified=True
    )
    page = desk.open(f"/console/incidents/{one.number}", width=1440)
    page.keyboard.press(".")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("merge")
    page.keyboard.press("Enter")
    page.wait_for_url("**/merge")
    expect(page.locator("[name=q]")).to_be_focused()
    page.keyboard.type("ACME-1042")
    page.keyboard.press("Enter")
    page.wait_for_url("**/merge?q=ACME-1042")
    other = page.get_by_role("link", name="ACME-1042")
    other.focus()
    page.keyboard.press("Enter")
    merge = page.get_by_role("button", name="Merge into ACME-1042")
    merge.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="ACME-1042").first).to_be_visible()
    expect(page.locator("[data-fl-part=head]")).to_contain_text("Merged into")
    undo = page.get_by_role("button", name="Undo the merge")
    undo.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Merge", exact=True)).to_be_visible()
