"""Administration in a real browser over the whole platform: the main job of each area, as an administrator does it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chassis import clock
from cli.seed.northstar import PASSWORD
from tests.harness.administration import Administration
from tests.harness.platform import Platform

Snap = Callable[[Page, str], Path]
ADMIN, DISPATCHER = "mara.lindqvist@northstar.example", "ben.carver@northstar.example"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def desk(platform: Platform, browser_page: Callable[..., Page]) -> Iterator["Desk"]:
    yield Desk(platform, browser_page(width=1440, height=900))


class Desk:
    """An administrator at work."""

    def __init__(self, platform: Platform, page: Page, email: str = ADMIN) -> None:
        self.platform, self.page, self.base = platform, page, platform.base_url
        sign_in(page, self.base, email, PASSWORD, "/console/admin")

    def go(self, area: str) -> Page:
        self.page.goto(f"{self.base}/console/admin/{area}".rstrip("/"))
        return self.page

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def confirm(self, summary: str, button: str) -> None:
        """Opens what explains a change, then makes it."""
        self.page.locator("summary", has_text=summary).first.click()
        self.page.get_by_role("button", name=button, exact=True).first.click()

    def told(self, words: str) -> None:
        expect(self.page.get_by_role("status").filter(has_text=words).first).to_be_visible()


def sign_in(page: Page, base: str, email: str, password: str, target: str) -> None:
    page.goto(f"{base}/login?next={target}")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("^" + re.escape(base + target)))


def test_a_client_is_set_up_branded_peopled_suspended_and_resumed(
    desk: Desk, browser_page: Callable[..., Page], snap: Snap
):
    page = desk.go("clients/new")
    page.get_by_label("Name", exact=True).fill("Harbor Foods")
    page.get_by_label("Short name").fill("Harbor Foods!")
    page.get_by_label("Number prefix").fill("HARB")
    desk.press("Add the client")
    # What is wrong is said beside its field, and nothing that was typed is lost.
    expect(page.get_by_label("Short name")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Harbor Foods")
    page.get_by_label("Short name").fill("harbor")
    desk.press("Add the client")
    desk.told("The client is set up.")

    page.get_by_label("Main color").fill("#ffd54f")
    page.get_by_role("button", name="Preview").click()
    desk.told("This is a preview")
    expect(page.locator(".fl-admin-readings").first).to_contain_text("Band and buttons")
    snap(page, "admin-client-brand")
    desk.press("Save the brand")
    desk.told("The brand is saved.")
    page.get_by_role("textbox", name="Domain").fill("harbor.example")
    desk.press("Add the domain")
    desk.told("mail from this domain is filed")
    client = page.url.partition("?")[0]

    page.locator(".fl-admin-links").get_by_role("link", name="People").click()
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Name", exact=True).fill("Ines Costa")
    page.get_by_label("Email address").fill("ines@harbor.example")
    desk.press("Add the person")
    desk.told("Make a password link")
    desk.confirm("Password link", "Make the link")
    link = page.locator("[data-fl-copy]").inner_text()
    snap(page, "admin-person-link")

    ines = browser_page()
    ines.goto(link)
    for field in ines.locator("input[type=password]").all():
        field.fill("a harbor in the morning")
    ines.keyboard.press("Enter")
    ines.wait_for_url(f"{desk.base}/t/harbor/")
    expect(ines.locator(".fl-portal-nav")).to_be_visible()

    page.goto(client)
    page.locator("summary", has_text="Suspend this client").click()
    page.get_by_label("Why").fill("Unpaid")
    desk.press("Suspend")
    desk.told("Suspended: nobody of this client")
    ines.goto(f"{desk.base}/t/harbor/")
    expect(ines.locator(".fl-portal-nav")).to_have_count(0)
    desk.go("")
    expect(page.get_by_role("link", name=re.compile("Suspended clients 1"))).to_be_visible()
    desk.go("clients?state=suspended")
    page.get_by_role("link", name="Harbor Foods", exact=True).click()
    desk.confirm("Resume this client", "Resume")
    desk.told("Active again")


def test_staff_are_granted_and_disabled(desk: Desk):
    page = desk.go("people/new")
    page.get_by_label("Name", exact=True).fill("Uma Stark")
    page.get_by_label("Email address").fill("uma@northstar.example")
    page.get_by_label("One of our staff").check()
    desk.press("Add the person")
    expect(page.get_by_text("Choose all clients, or some of them.")).to_be_visible()
    page.get_by_label("Acme Logistics").check()
    desk.press("Add the person")
    desk.told("Added.")
    expect(page.locator("main")).to_contain_text("Technician")
    page.locator("summary", has_text="Grant or change").click()
    page.get_by_label("Role", exact=True).select_option("dispatcher")
    page.get_by_label("All clients, also those to come").check()
    desk.press("Grant")
    desk.told("It counts at once")
    desk.confirm("Disable", "Disable")
    desk.told("signed out everywhere")
    desk.go("people?query=uma%20st")
    expect(page.locator("main")).to_contain_text("Disabled")


def test_a_contract_is_tried_out_and_two_who_change_it_at_once_are_told(
    desk: Desk, browser_page: Callable[..., Page], snap: Snap
):
    page = desk.go("contracts")
    page.get_by_role("link", name="Soleil", exact=False).first.click()
    address = page.url
    other = Desk(desk.platform, browser_page(width=1280))
    other.page.goto(address)

    page.get_by_label("Goal Resolution P2").fill("9h")
    page.get_by_label("Preview for an incident opened").fill("2026-12-24T16:00")
    page.get_by_role("button", name="Preview").click()
    preview = page.locator("#fl-preview")
    expect(preview).to_contain_text("nothing is saved yet")
    expect(preview.get_by_role("row", name=re.compile("^P2")).first).to_contain_text("24 Dec 2026")
    expect(preview.get_by_role("table", name="What saving changes")).to_contain_text("9h")
    snap(page, "admin-contract-preview")
    page.get_by_role("button", name=re.compile("Save as version")).click()
    desk.told("The next version is made.")
    expect(page.get_by_label("Goal Resolution P2")).to_have_value("9h")

    other.page.get_by_label("Goal Resolution P2").fill("soon")
    other.page.get_by_role("button", name=re.compile("Save as version")).click()
    expect(other.page.get_by_role("alert")).to_contain_text("no length of time")
    other.page.get_by_label("Goal Resolution P2").fill("11h")
    other.page.get_by_role("button", name=re.compile("Save as version")).click()
    expect(other.page.get_by_role("alert")).to_contain_text("What you typed is kept")
    expect(other.page.get_by_label("Goal Resolution P2")).to_have_value("11h")
    expect(other.page.get_by_role("table", name="What saving changes")).to_contain_text("9h")
    other.page.get_by_role("button", name=re.compile("Save as version")).click()
    other.told("The next version is made.")


def test_a_contract_is_simulated_as_it_is_typed_without_being_saved(desk: Desk, snap: Snap):
    page = desk.go("contracts")
    page.get_by_role("link", name="Lumen Platinum").click()
    address = page.url
    page.get_by_label("Goal Resolution P2").fill("5h 15m")
    desk.press("Simulate")
    expect(page.get_by_role("table", name="What saving changes")).to_contain_text("5h 15m")
    page.get_by_label("Until, this day included").fill(f"{clock.now() + timedelta(days=1):%Y-%m-%d}")
    page.get_by_label("Opened from").focus()
    page.keyboard.press("Enter")
    result = page.locator("#fl-simulated")
    expect(result).to_be_focused(timeout=30_000)
    assert page.url.endswith("/simulate")
    expect(page.get_by_role("status").filter(has_text="incidents replayed")).to_have_count(1)
    expect(page.get_by_role("table", name="Altogether")).to_contain_text("Share kept")
    expect(page.get_by_role("table", name="By promise")).to_contain_text("Resolution")
    snap(page, "admin-simulation")

    # Refused, it says why, and what was typed is still there.
    page.get_by_label("Until, this day included").fill("2020-01-31")
    desk.press("Replay")
    expect(page.get_by_text("The last day comes before the first.")).to_be_visible()
    desk.press("Back to the contract's form")
    expect(page.get_by_label("Goal Resolution P2")).to_have_value("5h 15m")
    page.goto(address)
    expect(page.get_by_label("Goal Resolution P2")).to_have_value("4h")


def test_a_calendars_year_is_seen_before_it_is_saved(desk: Desk, snap: Snap):
    page = desk.go("calendars")
    page.get_by_role("link", name="Heures de la clinique").click()
    page.get_by_label("Own days").fill("2027-01-05 10:00-12:00 Inventaire\n2027-01-06 Déménagement")
    page.get_by_label("Year", exact=True).fill("2027")
    page.get_by_role("button", name="Preview the year").click()
    year = page.locator("#fl-year")
    expect(year.locator("table")).to_have_count(12)
    expect(year).to_contain_text("Inventaire · open 10:00–12:00")
    expect(year).to_contain_text("the clocks go forward")
    snap(page, "admin-calendar-year")
    page.get_by_label("Own days").fill("tomorrow off")
    page.get_by_role("button", name=re.compile("Save as version")).click()
    expect(page.get_by_text("begin with a date")).to_be_visible()
    expect(page.get_by_label("Own days")).to_have_value("tomorrow off")
    page.get_by_label("Own days").fill("2027-01-06 Déménagement")
    page.get_by_role("button", name=re.compile("Save as version")).click()
    desk.told("The next version is made.")
    expect(page.locator("main")).to_contain_text("Version 2")


def test_a_rule_is_made_tried_moved_and_removed(desk: Desk, snap: Snap):
    page = desk.go("rules/new")
    page.get_by_label("Name", exact=True).fill("Coffee machines")
    for _ in range(2):
        page.get_by_role("button", name="Another condition").click()
    assert page.url.endswith("/rules/new")
    page.get_by_label("Values, one a line 4").fill("espresso\ncappuccino")
    desk.press("Make the rule")
    expect(page.get_by_text("A rule must set something.")).to_be_visible()
    expect(page.get_by_label("Values, one a line 4")).to_have_value("espresso\ncappuccino")
    page.get_by_label("Category").fill("kitchen")
    page.get_by_label("Urgency").select_option("low")
    desk.press("Make the rule")
    desk.told("It decides nothing before it is switched on.")
    page.get_by_role("button", name="Switch version 1 on").click()
    expect(page.get_by_text("or say why it is switched on without")).to_be_visible()
    page.locator("#fl-try").get_by_role("button", name="Try", exact=True).click()
    expect(page.locator("#fl-try .fl-admin-result")).to_contain_text("it would have held for 0")
    page.get_by_role("button", name="Switch version 1 on").click()
    desk.told("Switched on: it decides what comes in from now on.")

    desk.go("rules")
    page.get_by_label("Subject").fill("No espresso today")
    desk.press("Try")
    result = page.locator(".fl-admin-result")
    expect(result).to_contain_text("kitchen")
    rule = page.locator(".fl-admin-rule", has_text="Coffee machines")
    expect(rule).to_contain_text("Holds")
    expect(rule.locator("mark")).to_have_text("espresso")
    snap(page, "admin-rules-tried")

    places = page.locator(".fl-admin-rule").all_inner_texts()
    rule.get_by_role("button", name="Up: Coffee machines").click()
    desk.told("Moved.")
    moved = page.locator(".fl-admin-rule").all_inner_texts()
    assert "Coffee machines" in places[-1] and "Coffee machines" in moved[-2]
    rule.get_by_role("button", name="Switch off").click()
    desk.told("Switched off: it decides nothing.")
    desk.confirm("Remove this rule", "Remove")
    desk.told("The rule is removed.")
    expect(page.locator("main")).not_to_contain_text("Coffee machines")


def test_a_program_gets_a_secret_once_and_is_revoked(desk: Desk, snap: Snap):
    page = desk.go("api-clients/new")
    page.get_by_label("Name", exact=True).fill("Billing")
    page.get_by_label("Read incidents, their timeline and clocks").check()
    desk.press("Register")
    expect(page.get_by_text("Choose all clients, or some of them.")).to_be_visible()
    page.get_by_label("Soleil Énergie").check()
    desk.press("Register")
    secret = page.locator("[data-fl-copy]").inner_text()
    client_id = page.locator("code", has_text="cli_").inner_text()
    snap(page, "admin-secret")
    web = desk.platform.api.http

    def token() -> int:
        form = {"grant_type": "client_credentials"}
        return web.post("/oauth/token", data=form, auth=(client_id, secret)).status_code

    assert token() == 200
    page.get_by_role("link", name="I have copied it").click()
    expect(page.locator("main")).not_to_contain_text(secret)
    mine = page.locator("li.fl-admin-stack", has_text="Billing")
    mine.locator("summary", has_text="Revoke").click()
    mine.get_by_role("button", name="Revoke Billing").click()
    desk.told("Revoked.")
    assert token() == 401


def test_a_webhook_is_refused_where_it_is_unsafe_then_tested(desk: Desk, snap: Snap):
    page = desk.go("webhooks/new")
    page.get_by_label("Address").fill("https://user@hooks.example.com/fairlead")
    desk.press("Add the webhook")
    expect(page.get_by_text("An https address on the internet is needed")).to_be_visible()
    expect(page.get_by_label("Address")).to_have_value("https://user@hooks.example.com/fairlead")
    page.get_by_label("Address").fill("https://hooks.example.com/fairlead")
    page.get_by_label("Every event").uncheck()
    page.get_by_label("It was resolved").check()
    desk.press("Add the webhook")
    assert page.locator("[data-fl-copy]").inner_text().startswith("whsec_")
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_label("It was resolved")).to_be_checked()
    desk.confirm("Send a test", "Send the test")
    desk.told("A test is on its way.")
    expect(page.locator("main")).to_contain_text("fairlead.webhook.test")
    snap(page, "admin-webhook")
    page.get_by_label("Enabled: it is told of events").uncheck()
    desk.press("Save the webhook")
    desk.told("Saved.")
    desk.confirm("Send a test", "Send the test")
    expect(page.get_by_role("alert")).to_contain_text("Enable it first")
    desk.confirm("Remove", "Remove the webhook")
    desk.told("it is told nothing any more")


def test_dead_letters_of_every_service_are_read_redelivered_and_put_away(desk: Desk, snap: Snap):
    made = Administration(desk.platform)
    letters = [made.keep_letter(service) for service in ("triage", "gateway")]
    page = desk.go("dead-letters")
    for letter in letters:
        expect(page.locator("main")).to_contain_text(letter)
    page.locator(".fl-admin-row", has_text=letters[0]).get_by_role("link").first.click()
    expect(page.locator("pre")).to_contain_text('"title": "<b>Given up</b>"')
    assert "Fl-Caller" not in page.content()
    snap(page, "admin-dead-letter")
    # It came without a caller's token, so it is refused once more, now for that.
    desk.confirm("Redeliver", "Redeliver")
    desk.told("Its handler failed again.")
    expect(page.locator("main")).to_contain_text(re.compile("malformed_event|caller_unverified"))
    page.locator("summary", has_text="Discard").click()
    page.get_by_label("Why").fill("A test")
    desk.press("Discard")
    desk.told("Put away.")
    expect(page.locator("main")).not_to_contain_text(letters[0])
    desk.confirm("Redeliver all", "Redeliver all")
    desk.told("All were tried again.")
    expect(page.locator("main")).to_contain_text(letters[1])


def test_dispatchers_read_and_decide_nothing_that_is_set_up(
    platform: Platform, browser_page: Callable[..., Page], snap: Snap
):
    desk = Desk(platform, browser_page(width=390), DISPATCHER)
    side = desk.page.get_by_role("navigation", name="Administration")
    expect(side.get_by_role("link", name="Quarantine")).to_be_attached()
    for hidden in ("API clients", "Webhooks", "Dead letters"):
        expect(side.get_by_role("link", name=hidden)).to_have_count(0)
    for area in ("api-clients", "webhooks", "dead-letters", "clients/new", "rules/new"):
        answer = desk.page.goto(f"{desk.base}/console/admin/{area}")
        assert answer and answer.status == 403, area
    page = desk.go("contracts")
    page.get_by_role("link", name="Soleil", exact=False).first.click()
    expect(page.get_by_label("Name", exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name=re.compile("Save"))).to_have_count(0)
    snap(page, "admin-contract-dispatcher-phone")
