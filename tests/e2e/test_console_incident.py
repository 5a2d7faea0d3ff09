"""One incident in the console: what is written goes to whom it says, stays until it is sent, and belongs to one person."""

import re

from playwright.sync_api import Page, expect

from fairlead.incidents.v1 import events_pb2
from tests.harness.console import ANA, TIA
from tests.harness.desk import Desk
from tests.harness.gateway import ACME

INCIDENT = "/console/incidents/ACME-1042"
SOON = 10_000


def texts(page: Page) -> tuple[str, str]:
    """What stands in the reply and in the note."""
    return tuple(
        page.locator(f"[data-fl-compose={mode}] textarea").input_value() for mode in ("reply", "note")
    )


def drafts_kept(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('fl-draft:'))")


def test_reply_and_note_differ_in_everything_one_sees(desk: Desk):
    page = desk.open(INCIDENT, width=1440)
    looks = {}
    for key, mode, says in (("r", "reply", "Send to Ana Ruiz"), ("n", "note", "Save internal note")):
        page.keyboard.press(key)
        composer = page.locator(f"[data-fl-compose={mode}]")
        button = composer.get_by_role("button", name=says)
        expect(button).to_be_visible()
        expect(composer.locator("textarea")).to_be_focused()
        looks[mode] = composer.evaluate(
            "(each) => [getComputedStyle(each).backgroundColor, getComputedStyle(each).borderTopColor,"
            " each.querySelector('summary use').getAttribute('href'), each.querySelector('label').textContent]"
        )
        page.keyboard.press("Escape")
    assert all(reply != note for reply, note in zip(looks["reply"], looks["note"], strict=True)), looks


def test_each_mode_keeps_its_draft_through_a_reload_and_no_other_person_finds_it(desk: Desk):
    page = desk.open(INCIDENT, width=1440)
    page.keyboard.press("r")
    page.keyboard.type("For the client")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("For us alone")
    page.reload()
    expect(page.locator("[data-fl-compose=note] [data-fl-waits]")).to_be_visible()
    assert texts(page) == ("For the client", "For us alone")

    # Somebody else signs in to this browser, without the first one having signed out.
    desk.sign_in(page, "per_tia")
    page.goto(page.url)
    assert texts(page) == ("", "")
    assert drafts_kept(page) == []


def test_signing_out_forgets_what_was_not_sent(desk: Desk):
    page = desk.open(INCIDENT, width=1440)
    page.keyboard.press("n")
    page.keyboard.type("Secret thoughts")
    assert len(drafts_kept(page)) == 1
    page.locator("summary[aria-label^='Account']").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/login"))
    assert drafts_kept(page) == []


def test_a_text_typed_into_an_action_outlives_news_and_reload(desk: Desk):
    page = desk.open(INCIDENT, width=1440)
    page.locator("[data-fl-opens=resolve] > summary").click()
    page.locator("#fl-resolve-text").fill("Replaced the gateway")
    page.reload()
    expect(page.locator("#fl-resolve-text")).to_have_value("Replaced the gateway")
    page.locator("[data-fl-opens=resolve] > summary").click()
    page.get_by_label("How it ended").select_option("fixed")
    page.locator("[data-fl-opens=resolve] button[type=submit]").click()
    article = page.locator("article[data-fl-incident]")
    expect(article).to_have_attribute("data-fl-state", "resolved")
    expect(article).to_contain_text("Replaced the gateway")
    assert drafts_kept(page) == []


def test_news_below_what_one_reads_is_counted_and_moves_nothing(desk: Desk):
    incident, workshop = desk.console.incident, desk.console.workshop
    for number in range(12):
        workshop.happen(incident, "noted", f"Line {number} of a long story", TIA, False)
    page = desk.open(INCIDENT, width=1440, height=900)
    body = page.locator(".fl-incident-body")
    body.evaluate("(each) => each.scrollTo(0, 0)")
    place = page.locator(".fl-entry").first.bounding_box()
    for number in (1, 2):
        workshop.happen(incident, "replied", f"And another thing, {number}", actor=ANA)
        desk.announcer.happened("replied", events_pb2.Replied, ACME, incident.incident_id, incident.revision)
    unread = page.locator("[data-fl-unread]")
    expect(unread).to_have_text("2 new", timeout=SOON)
    assert page.locator(".fl-entry").first.bounding_box() == place
    unread.click()
    expect(page.get_by_text("And another thing, 2")).to_be_in_viewport()
    expect(unread).to_be_hidden()


def test_an_articles_link_is_put_into_the_reply_and_read_in_the_console(desk: Desk):
    page = desk.open(INCIDENT, width=1440)
    page.keyboard.press("r")
    page.keyboard.type("Good morning,")
    page.get_by_role("button", name="Put the link into the reply").click()
    text = page.locator("[data-fl-compose=reply] textarea")
    expect(text).to_have_value(
        re.compile(r"^Good morning,\n\nVPN disconnects.*/t/acme/articles/art_vpn$", re.DOTALL)
    )
    page.get_by_role("link", name="VPN disconnects").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("VPN disconnects: check these settings")
    page.get_by_role("link", name="ACME-1042").click()
    expect(text).to_have_value(re.compile("Good morning"))


def test_a_due_time_tells_what_has_passed_from_what_is_planned(desk: Desk):
    page = desk.open(INCIDENT, width=1440)
    page.locator("details.fl-clock summary").last.click()
    rows = page.locator(".fl-segments:visible tbody tr")
    expect(rows.filter(has_text="Still to come, if nothing changes")).to_have_count(1)
    expect(page.locator(".fl-segment-planned")).to_contain_text("to come")


def test_at_a_phone_an_open_composer_hides_no_button(desk: Desk):
    page = desk.open(INCIDENT, width=390)
    page.locator("[data-fl-compose=note] > summary").click()
    page.get_by_label("Only staff can see this").fill("On my way")
    for action in ("resolve", "hold", "assign"):
        page.locator(f"[data-fl-opens={action}] > summary").click(timeout=3000)
    page.get_by_role("link", name="Queue", exact=True).first.click()
    page.wait_for_url("**/console")
