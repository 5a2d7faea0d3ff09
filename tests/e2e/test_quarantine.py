"""Quarantine in a real browser over the whole platform: read, released, learned from."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from cli.seed.northstar import PASSWORD
from tests.harness.platform import Platform, letter
from tests.harness.waiting import wait_until

Snap = Callable[[Page, str], Path]
ADMIN = "mara.lindqvist@northstar.example"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def page(platform: Platform, browser_page: Callable[..., Page]) -> Page:
    """An administrator's, signed in."""
    opened = browser_page(width=1440, height=900)
    opened.goto(f"{platform.base_url}/login?next=/console/admin")
    opened.locator("input[type=email]").fill(ADMIN)
    opened.locator("input[type=password]").fill(PASSWORD)
    opened.keyboard.press("Enter")
    opened.wait_for_url(re.compile("^" + re.escape(f"{platform.base_url}/console/admin")))
    return opened


def waiting(platform: Platform, sender: str) -> int:
    """How many mails from there wait."""
    return len(platform.api.read("/submissions", sender=sender, state="quarantined")["submissions"])


def test_a_strangers_mail_is_read_released_to_a_client_and_learned_from(
    platform: Platform, page: Page, snap: Snap
):
    domain = f"{uuid4().hex[:8]}.example"

    def write(subject: str, who: str) -> None:
        text = "See <script>alert(1)</script> the attached order.\n"
        platform.send(letter(f"{who}@{domain}", "help@northstar.example", subject, text))

    write("First order", "ann")
    write("Second order", "bob")
    wait_until(lambda: waiting(platform, f"@{domain}") == 2, timeout=30, what="both mails in quarantine")
    page.goto(f"{platform.base_url}/console/admin/quarantine?sender=@{domain}")
    snap(page, "quarantine-narrowed")
    page.get_by_role("link", name="First order").click()
    page.locator("summary", has_text="As it came").click()
    expect(page.locator("pre")).to_contain_text("<script>alert(1)</script>")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the message (.eml)").click()
    assert b"First order" in Path(download.value.path()).read_bytes()
    page.locator("#fl-tenant").select_option(label="Acme Logistics")
    page.get_by_label(f"Everybody at {domain} belongs to this client").check()
    page.get_by_label("Release what else waits from there").check()
    snap(page, "quarantine-release")
    page.get_by_role("button", name="Release", exact=True).click()
    expect(
        page.get_by_role("status").filter(has_text="Released, with what else waited from there.").first
    ).to_be_visible()
    write("Third order", "new")

    def filed() -> bool:
        found = platform.api.read("/submissions", sender=f"@{domain}", state="accepted")["submissions"]
        return len([one for one in found if one.get("incident_number", "").startswith("ACME-")]) == 3

    wait_until(filed, timeout=30, what="all three filed under the client")
    assert waiting(platform, f"@{domain}") == 0


def test_a_domain_where_anybody_may_have_a_mailbox_is_given_to_nobody(platform: Platform, page: Page):
    who = f"{uuid4().hex[:8]}@gmail.com"
    platform.send(letter(who, "help@northstar.example", "From anywhere", "Hello.\n"))
    wait_until(lambda: waiting(platform, who) == 1, timeout=30, what="the mail in quarantine")
    page.goto(f"{platform.base_url}/console/admin/quarantine?sender={who}")
    page.get_by_role("link", name="From anywhere").click()
    page.locator("#fl-tenant").select_option(label="Acme Logistics")
    page.get_by_label("Everybody at gmail.com belongs to this client").check()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_text("Anybody may have a mailbox there")).to_be_visible()
    page.get_by_label("belongs to this client").first.check()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="it becomes an incident").first).to_be_visible()
