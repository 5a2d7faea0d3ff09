"""A major incident from its declaration to what two clients read of it, each in its own language and nothing of the other."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cli.seed.northstar import PASSWORD
from tests.harness.platform import Platform


def signed_in(page: Page, platform: Platform, email: str, target: str) -> Page:
    page.goto(f"{platform.base_url}/login?next={target}")
    page.get_by_label(re.compile("Email|Courriel|Adresse")).fill(email)
    page.get_by_label(re.compile("Password|Mot de passe")).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("^" + re.escape(platform.base_url + target)))
    return page


@pytest.mark.timeout(180)
def test_two_clients_are_told_each_in_its_own_words(
    platform: Platform, browser_page: Callable[..., Page]
) -> None:
    reported = platform.api.do(
        "/incidents",
        {
            "tenant_id": platform.document["tenants"]["acme"],
            "title": "The mail server does not answer",
            "requester": {"email": "sam.okafor@acme.example"},
        },
    )
    number = reported["number"]
    ben = signed_in(
        browser_page(width=1440), platform, "ben.carver@northstar.example", f"/console/incidents/{number}"
    )
    ben.get_by_role("link", name="Declare a major incident").click()
    ben.get_by_label("What it is called among staff").fill("Mail cluster of rack 7")
    ben.get_by_role("button", name="Declare it").click()
    expect(ben.get_by_role("heading", level=1)).to_have_text("Mail cluster of rack 7")
    ben.get_by_text("Add clients", exact=True).click()
    ben.get_by_role("checkbox", name=re.compile("Boreal|Boréal")).check()
    ben.get_by_label("What they read as its title").fill("Courriel interrompu")
    ben.get_by_role("button", name="Add them").click()
    expect(ben.locator("#fl-clients ~ ul")).to_contain_text(re.compile(r"BOR\w*-\d+"))

    ben.get_by_label("In English").fill("{client}: we are looking into it.")
    ben.get_by_label("In French").fill("{client} : nous examinons la panne.")
    ben.get_by_role("button", name="See what each client will read").click()
    expect(ben.locator("#fl-update")).to_contain_text("Acme Logistics: we are looking into it.")
    expect(ben.locator("#fl-update")).to_contain_text(": nous examinons la panne.")
    ben.get_by_role("button", name="Send to every client").click()
    expect(ben.get_by_text("Told", exact=True)).to_have_count(2)

    chloe = browser_page(width=390, locale="fr-CA")
    signed_in(chloe, platform, "chloe.petit@boreal.example", "/t/boreal/status")
    expect(chloe.locator("main")).to_contain_text("Courriel interrompu")
    expect(chloe.locator("main")).to_contain_text("nous examinons la panne.")
    for foreign in ("Acme", "rack 7", "MAJOR", "Ben Carver"):
        expect(chloe.locator("main")).not_to_contain_text(foreign)
    chloe.goto(f"{platform.base_url}/t/boreal/")
    expect(chloe.locator("main").get_by_role("link", name="Courriel interrompu")).to_be_visible()
    sam = signed_in(
        browser_page(width=390), platform, "sam.okafor@acme.example", f"/t/acme/incidents/{number}"
    )
    expect(sam.locator("main")).to_contain_text("Acme Logistics: we are looking into it.")
    expect(sam.locator("main")).not_to_contain_text(re.compile("Bor[eé]al|MAJOR"))
