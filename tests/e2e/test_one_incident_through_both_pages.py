"""A requester and a technician work on one incident, each in a real browser: nobody reloads a page."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cli.seed.northstar import PASSWORD
from tests.harness.platform import Platform

Snap = Callable[[Page, str], Path]


def signed_in(page: Page, platform: Platform, email: str, target: str) -> Page:
    page.goto(f"{platform.base_url}/login?next={target}")
    page.get_by_label(re.compile("Email|Courriel|Adresse")).fill(email)
    page.get_by_label(re.compile("Password|Mot de passe")).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("^" + re.escape(platform.base_url + target)))
    return page


def words_of(page: Page) -> str:
    """What the page says, but for the reference of this one request."""
    return re.sub(r"[0-9a-f]{32}", "", page.locator("main").inner_text())


@pytest.mark.timeout(180)
def test_a_problem_is_reported_answered_solved_and_confirmed(
    platform: Platform, browser_page: Callable[..., Page], snap: Snap
):
    desk = signed_in(browser_page(width=1440), platform, "jon.reyes@northstar.example", "/console")
    expect(desk.get_by_role("status").filter(has_text="Live")).to_be_visible(timeout=15_000)
    snap(desk, "console-queue")
    desk.mouse.move(5, 5)

    sam = signed_in(browser_page(), platform, "sam.okafor@acme.example", "/t/acme/")
    snap(sam, "portal-home")
    sam.get_by_role("link", name="Report a problem").click()
    sam.get_by_label("What is it about?").fill("Outlook asks for my password again and again")
    sam.get_by_label("Details").fill("Since this morning. Webmail works.")
    expect(sam.get_by_role("link", name="Outlook keeps asking for your password")).to_be_visible()
    snap(sam, "portal-report")
    sam.get_by_role("button", name="Send").click()
    sam.wait_for_url(re.compile(r"/t/acme/incidents/ACME-\d+"))
    number = re.search(r"ACME-\d+", sam.url)[0]
    expect(sam.get_by_role("heading", level=1)).to_have_text("Outlook asks for my password again and again")

    # It came to the queue by itself: nobody has touched that for a while, so nothing is moved from under a hand.
    row = desk.locator(f'[data-fl-number="{number}"][role="row"]')
    expect(row).to_contain_text("Acme Logistics", timeout=30_000)
    row.get_by_role("link").click()
    incident = desk.locator(f'article[data-fl-number="{number}"]')
    expect(incident).to_contain_text("Rule “")
    snap(desk, "console-incident")

    incident.locator('[data-fl-compose="note"] > summary').click()
    incident.get_by_label("Only staff can see this").fill("He changed it yesterday on his phone.")
    incident.get_by_role("button", name="Save internal note").click()
    expect(incident).to_contain_text("He changed it yesterday on his phone.")
    incident.locator('[data-fl-compose="reply"] > summary').click()
    incident.get_by_label(re.compile("The client reads this")).fill("Please remove the saved password once.")
    incident.get_by_role("button", name=re.compile("^Send to ")).click()

    # Sam has left the page open: the answer arrives, the note never does.
    expect(sam.locator("#fl-conversation")).to_contain_text(
        "Please remove the saved password once.", timeout=15_000
    )
    expect(sam.locator("body")).not_to_contain_text("He changed it yesterday")
    snap(sam, "portal-conversation")

    platform.api.post(f"/incidents/{number}/resolve", {"code": "fixed", "text": "Saved password removed."})
    sam.reload()
    snap(sam, "portal-resolved")
    sam.get_by_role("button", name="Yes, it is solved").click()
    expect(sam.get_by_role("status").first).to_be_attached()
    assert platform.api.read(f"/incidents/{number}")["state"] == "closed"


def test_a_phone_in_french_shows_the_same_in_its_own_brand(
    platform: Platform, browser_page: Callable[..., Page], snap: Snap
):
    page = signed_in(
        browser_page(width=390, locale="fr-CA"), platform, "chloe.petit@boreal.example", "/t/boreal/"
    )
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("link", name="Signaler un problème")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    snap(page, "portal-phone-fr")


def test_a_technician_without_the_grant_is_told_the_same_as_for_a_number_that_does_not_exist(
    platform: Platform, browser_page: Callable[..., Page]
):
    page = signed_in(browser_page(), platform, "sofia.marchetti@northstar.example", "/console")
    expect(page.locator("body")).not_to_contain_text("Acme Logistics")
    hidden = page.goto(f"{platform.base_url}/console/incidents/ACME-1")
    hidden_text = words_of(page)
    missing = page.goto(f"{platform.base_url}/console/incidents/ACME-987654")
    assert hidden.status == missing.status == 404
    assert hidden_text == words_of(page)


def test_a_client_sees_neither_the_console_nor_a_neighbours_portal(
    platform: Platform, browser_page: Callable[..., Page]
):
    page = signed_in(browser_page(), platform, "sam.okafor@acme.example", "/t/acme/")
    assert page.goto(f"{platform.base_url}/console").status == 404
    neighbours = page.goto(f"{platform.base_url}/t/lumen/incidents")
    assert neighbours.status in (403, 404) or "/login" in page.url
    expect(page.locator("body")).not_to_contain_text("LUMEN-")
