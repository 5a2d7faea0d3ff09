"""A proposed solution is answered from the mail, in a real browser, over the whole platform: no account is signed in.

A mail scanner opens every link of a mail before its reader does: nothing may come of that.
"""

import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from cli.seed.northstar import PASSWORD
from tests.harness.journey import opened_for
from tests.harness.platform import Platform, text_of
from tests.harness.waiting import wait_until

Snap = Callable[[Page, str], Path]
SAM, CHLOE = "sam.okafor@acme.example", "chloe.petit@boreal.example"


def solved(platform: Platform, tenant: str, requester: str, title: str) -> tuple[str, EmailMessage]:
    """An incident that staff have resolved: its number, and the mail that asks whether it is."""
    number = opened_for(platform, tenant, requester, title)["number"]
    platform.api.do(f"/incidents/{number}/resolve", {"code": "fixed", "text": "We replaced the fuser."})

    def asks(found: list[dict]) -> bool:
        return len(found) >= 2

    # The acknowledgement bears the same subject; the later of them asks.
    wait_until(lambda: asks(platform.mailbox.list(requester, number)), timeout=30, what="the mail that asks")
    newest = platform.mailbox.list(requester, number)[0]
    return number, platform.mailbox.read(newest["id"])


def links(mail: EmailMessage) -> list[str]:
    return re.findall(r"https?://\S+/answer/\S+", text_of(mail))


def scan(*addresses: str) -> None:
    """As a mail scanner does."""
    with httpx.Client(follow_redirects=True, trust_env=False) as scanner:
        for address in addresses:
            for method in ("HEAD", "GET", "GET"):
                assert scanner.request(method, address, headers={"Accept": "text/html"}).status_code == 200


def state_of(platform: Platform, number: str) -> dict:
    return platform.api.read(f"/incidents/{number}")


@pytest.mark.timeout(180)
def test_an_incident_is_confirmed_and_rated_from_the_mail_on_a_phone(
    platform: Platform, browser_page: Callable[..., Page], snap: Snap
) -> None:
    number, mail = solved(platform, "acme", SAM, "The printer smells of smoke")
    confirm, reopen = links(mail)
    before = state_of(platform, number)["revision"]
    scan(confirm, reopen)
    assert (state_of(platform, number)["state"], state_of(platform, number)["revision"]) == (
        "resolved",
        before,
    )

    page = browser_page(width=390)
    page.goto(confirm)
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it solved?")
    expect(page.locator("main")).to_contain_text("We replaced the fuser.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    snap(page, "portal-answer-confirm-phone")
    page.get_by_role("button", name="Yes, it is solved").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. It is closed now.")
    assert state_of(platform, number)["state"] == "closed"
    snap(page, "portal-answer-confirmed-phone")
    page.get_by_label("Very good").check(force=True)
    page.get_by_label("What went well").fill("Quick and friendly.")
    page.get_by_role("button", name="Send answer").click()
    expect(page.locator("main")).to_contain_text("5/5")
    assert state_of(platform, number)["rating"]["score"] == 5

    # Each link works once, and what has moved on is said so.
    page.goto(confirm)
    expect(page.get_by_role("heading", level=1)).to_have_text("You have answered already")
    expect(page.get_by_role("button", name="Yes, it is solved")).to_have_count(0)
    page.goto(reopen)
    expect(page.get_by_role("button", name="Not solved, reopen")).to_be_visible()
    # Another client's portal knows nothing of it.
    assert page.goto(confirm.replace("/t/acme/", "/t/lumen/")).status == 404
    told = [
        line["fact"] for line in platform.api.read(f"/incidents/{number}/timeline", page_size=200)["entries"]
    ]
    assert (told.count("confirmed"), told.count("rated")) == (1, 1)


@pytest.mark.timeout(180)
def test_a_solution_is_refused_in_french_without_scripts_and_its_words_are_kept(
    platform: Platform, browser: Browser, snap: Snap
) -> None:
    number, mail = solved(platform, "boreal", CHLOE, "Imprimante en panne")
    confirm, reopen = links(mail)
    context = browser.new_context(java_script_enabled=False, locale="en-GB", color_scheme="dark")
    page = context.new_page()
    page.goto(reopen)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    snap(page, "portal-answer-reopen-fr-dark")
    page.get_by_label("Qu’est-ce qui ne va toujours pas").fill("   ")
    page.get_by_role("button", name="Pas résolu").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("textbox").fill("Elle fume encore.")
    page.get_by_role("button", name="Pas résolu").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("rouvert")
    incident = state_of(platform, number)
    assert incident["state"] in ("new", "assigned") and incident["reopen_count"] == 1
    # The mail's other link was about a solution that is no more.
    page.goto(confirm)
    expect(page.get_by_role("button", name="Oui")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_contain_text("entre-temps")
    context.close()


@pytest.mark.timeout(180)
def test_a_requester_withdraws_and_rates_in_the_portal_and_staff_see_it(
    platform: Platform, browser_page: Callable[..., Page], snap: Snap
) -> None:
    closed = opened_for(platform, "acme", SAM, "Keyboard types twice")["number"]
    platform.api.do(f"/incidents/{closed}/resolve", {"code": "fixed", "text": "Driver renewed."})
    platform.api.do(f"/incidents/{closed}/close", {"reason": "agreed by phone"})
    unneeded = opened_for(platform, "acme", SAM, "Need a second screen")["number"]

    page = browser_page()
    page.goto(f"{platform.base_url}/login?next=/t/acme/incidents/{closed}")
    page.get_by_label("Email address").fill(SAM)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/t/acme/incidents/{closed}"))
    page.get_by_label("Bad", exact=False).last.check(force=True)
    page.get_by_label("What went well").fill("It took long.")
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text("Thank you for your answer.")).to_be_visible()
    snap(page, "portal-incident-rated-real")

    page.goto(f"{platform.base_url}/t/acme/incidents/{unneeded}")
    page.get_by_text("No longer needed?", exact=True).click()
    page.get_by_label("Why is it no longer needed?").fill("Found one in the cellar.")
    snap(page, "portal-withdraw")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("It is withdrawn.")).to_be_visible()
    assert state_of(platform, unneeded)["state"] == "canceled"
    page.goto(f"{platform.base_url}/t/acme/incidents")
    expect(page.get_by_role("heading", name="My incidents")).to_be_visible()
    snap(page, "portal-incidents-real")

    staff = browser_page()
    staff.goto(f"{platform.base_url}/login?next=/console/incidents/{closed}")
    staff.get_by_label("Email address").fill("jon.reyes@northstar.example")
    staff.get_by_label("Password").fill(PASSWORD)
    staff.keyboard.press("Enter")
    expect(staff.get_by_text(re.compile("rated our help: [12] of 5")).first).to_be_visible()
    expect(staff.get_by_text("It took long.").first).to_be_visible()
