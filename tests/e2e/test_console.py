"""The console in a real browser, over a real gateway and a real stream; the services behind it are fakes."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from chassis.clock import now
from fairlead.incidents.v1 import events_pb2, incident_pb2
from services.gateway.main import start
from tests.harness.console import ANA, TIA, fill_queue
from tests.harness.desk import Desk
from tests.harness.gateway import ACME
from tests.harness.waiting import wait_until

SOON = 10_000


def row(page: Page, number: str) -> Locator:
    return page.locator(f'.fl-row[data-fl-number="{number}"]')


def numbers(page: Page) -> list[str]:
    return page.eval_on_selector_all(".fl-rows .fl-row", "rows => rows.map(row => row.dataset.flNumber)")


def test_a_row_changes_where_it_stands_when_news_comes(desk: Desk):
    fill_queue(desk.console.workshop, 6)
    page = desk.open("/console", width=1440)
    before = numbers(page)
    incident = desk.console.incident
    incident.state = incident_pb2.INCIDENT_STATE_ON_HOLD
    incident.hold.awaiting = incident_pb2.AWAITED_PARTY_VENDOR
    incident.hold.reason = "A part is ordered"
    incident.priority = incident_pb2.PRIORITY_P1
    incident.assignee_name = "Tom Tech"
    incident.revision += 1
    desk.console.workshop.clocks[incident.incident_id] = ("paused", None)
    desk.announce(incident)
    there = row(page, "ACME-1042")
    expect(there).to_contain_text("On hold", timeout=SOON)
    for words in ("P1", "Tom Tech", "Paused: a supplier"):
        expect(there).to_contain_text(words)
    expect(there.locator(".fl-sla")).to_have_attribute("title", "Paused: a supplier – A part is ordered")
    assert numbers(page) == before


def test_a_new_row_waits_until_it_is_asked_for(desk: Desk):
    page = desk.open("/console", width=1440)
    before = numbers(page)
    made = [desk.console.workshop.opened(ACME, f"News {n}", ANA, priority="PRIORITY_P1") for n in (1, 2)]
    for incident in made:
        desk.announce(incident)
    news = page.locator("[data-fl-show-new]")
    expect(news).to_have_text("2 new", timeout=SOON)
    assert numbers(page) == before
    expect(page.locator('.fl-tab [data-fl-count="all"]')).to_have_text("3", timeout=SOON)
    news.click()
    expect(page.locator(".fl-rows .fl-row")).to_have_count(3)
    expect(news).to_be_hidden()


def test_what_is_said_in_an_event_is_text(desk: Desk):
    page = desk.open("/console", width=1440)
    incident = desk.console.incident
    incident.title = incident.assignee_name = incident.requester.name = (
        "<img src=x onerror=document.title='owned'>"
    )
    incident.revision += 1
    desk.announce(incident)
    expect(row(page, "ACME-1042")).to_contain_text("<img src=x", timeout=SOON)
    assert page.locator(".fl-rows img").count() == 0 and "owned" not in page.title()


def test_a_row_of_another_view_is_no_news(desk: Desk):
    page = desk.open("/console?tab=mine", width=1440)
    desk.announce(desk.console.workshop.opened(ACME, "Not mine", ANA))
    mine = desk.console.workshop.opened(ACME, "Mine", ANA, assignee_id="per_tom", assignee_name="Tom Tech")
    desk.announce(mine)
    expect(page.locator("[data-fl-show-new]")).to_have_text("1 new", timeout=SOON)


def test_a_clock_that_runs_out_is_late_at_that_second_by_the_servers_time(desk: Desk):
    incident, clocks = desk.console.incident, desk.console.workshop.clocks
    clocks[incident.incident_id] = ("ok", now() + timedelta(minutes=40))
    page = desk.pages(width=1440)
    page.add_init_script("const real = Date.now; Date.now = () => real() + 3_600_000;")  # an hour fast
    desk.pages = lambda **_: page
    desk.open("/console")
    chip = row(page, "ACME-1042").locator(".fl-sla")
    expect(chip).to_contain_text("min left")
    incident.revision += 1
    clocks[incident.incident_id] = ("ok", now() + timedelta(seconds=2))
    desk.announce(incident)
    expect(chip).to_have_text("less than 1 min late", timeout=SOON)
    expect(chip).to_have_class(re.compile("fl-tone-bad"))
    assert chip.get_attribute("data-fl-sla") == "ok"  # nobody has told it yet


def test_the_keyboard_is_enough(desk: Desk):
    fill_queue(desk.console.workshop, 5)
    page = desk.open("/console", width=1440)
    first, second = numbers(page)[:2]
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(row(page, second)).to_be_focused()
    page.keyboard.press("k")
    expect(row(page, first)).to_be_focused()
    page.keyboard.press("Enter")
    article = page.locator("article[data-fl-incident]")
    expect(article).to_have_attribute("data-fl-number", first)
    expect(page).to_have_url(re.compile(f"open={first}"))
    page.keyboard.press("n")
    expect(page.get_by_label("Only staff can see this")).to_be_focused()
    page.keyboard.type("jkr? are letters here")
    page.keyboard.press("Control+Enter")
    expect(article.locator(".fl-note").last).to_contain_text("jkr? are letters here")
    page.keyboard.press("j")
    expect(article).to_have_attribute("data-fl-number", second, timeout=SOON)
    page.keyboard.press("Escape")
    expect(article).to_have_count(0)
    expect(row(page, second)).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("[data-fl-toast]")).to_have_text(f"{second} is yours now.")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Search the queue")).to_be_focused()


def test_a_draft_survives_a_reload_and_a_send_empties_it(desk: Desk):
    page = desk.open("/console/incidents/ACME-1042", width=1440)
    page.keyboard.press("r")
    page.get_by_label(re.compile("The client reads this")).fill("Half a sent")
    page.reload()
    # It waits behind its mark until somebody goes on writing.
    page.keyboard.press("r")
    text = page.get_by_label(re.compile("The client reads this"))
    expect(text).to_have_value("Half a sent")
    text.fill("Half a sentence, now whole.")
    page.get_by_role("button", name=re.compile("^Send to ")).click()
    expect(page.locator(".fl-reply-mine").last).to_contain_text("Half a sentence, now whole.")
    page.reload()
    expect(page.get_by_label(re.compile("The client reads this"))).to_have_value("")


def test_news_of_an_incident_is_patched_in_and_disturbs_nobody_who_writes(desk: Desk):
    page = desk.open("/console/incidents/ACME-1042", width=1440)
    page.keyboard.press("r")
    page.keyboard.type("I am wri")
    incident, workshop = desk.console.incident, desk.console.workshop
    workshop.happen(incident, "replied", "It works again!", actor=ANA)
    desk.announcer.happened("replied", events_pb2.Replied, ACME, incident.incident_id, incident.revision)
    expect(page.locator(".fl-timeline")).to_contain_text("It works again!", timeout=SOON)
    page.keyboard.type("ting")
    expect(page.get_by_label(re.compile("The client reads this"))).to_have_value("I am writing")
    # What is sent answers what was read: the form has come to know the news, too.
    article = page.locator("article[data-fl-incident]")
    expect(article).to_have_attribute("data-fl-revision", str(incident.revision), timeout=SOON)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".fl-reply-mine").last).to_contain_text("I am writing")


def test_a_refusal_is_told_and_nothing_typed_is_lost(desk: Desk):
    page = desk.open("/console/incidents/ACME-1042", width=1440)
    page.keyboard.press("r")
    page.keyboard.type("My answer")
    workshop, incident = desk.console.workshop, desk.console.incident
    workshop.happen(incident, "replied", "I was first.", actor=TIA)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Somebody changed this incident meanwhile")
    expect(page.locator(".fl-timeline")).to_contain_text("I was first.")
    expect(page.get_by_label(re.compile("The client reads this"))).to_have_value("My answer")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".fl-reply-mine").last).to_contain_text("My answer")


def test_an_ended_session_asks_to_sign_in_and_keeps_the_text(desk: Desk):
    page = desk.open("/console/incidents/ACME-1042", width=1440)
    page.keyboard.press("n")
    page.keyboard.type("Do not lose me")
    desk.console.room.gateway.sessions.end_all("prv_north", "per_tom")
    # Ended elsewhere: who was signed in is remembered here for a moment.
    asked = "async () => (await fetch('/console/queue.json')).status"
    wait_until(lambda: page.evaluate(asked) == 401, 20, 0.1, "the session to be over")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Sign in again in another tab")
    expect(page.get_by_label("Only staff can see this")).to_have_value("Do not lose me")
    # Signed in again in another tab of the same browser, it can be sent from here.
    settings = desk.console.room.settings
    session = desk.console.room.gateway.sessions.start("prv_north", "per_tom")
    where = {"domain": "localhost", "path": "/", "secure": settings.secure_cookies}
    page.context.add_cookies([{"name": settings.session_cookie, "value": session, **where}])
    page.get_by_role("button", name="Save internal note").click()
    expect(page.locator(".fl-note").last).to_contain_text("Do not lose me")


def test_actions_work_without_leaving_the_split_view(desk: Desk):
    page = desk.open("/console?open=ACME-1042", width=1440)
    page.locator("summary", has_text="Hold").click()
    page.get_by_label("It waits for").select_option("vendor")
    page.get_by_label("Why; the client sees this").fill("A part is ordered")
    page.get_by_role("button", name="Put on hold").click()
    article = page.locator("article[data-fl-incident]")
    expect(article).to_have_attribute("data-fl-state", "on_hold")
    expect(article).to_contain_text("it waits for a supplier: A part is ordered")
    article.get_by_role("button", name="Resume").click()
    expect(article).to_have_attribute("data-fl-state", "in_progress")
    assert page.url.endswith("/console?open=ACME-1042")


def test_on_a_phone_an_incident_is_a_page_with_a_way_back(desk: Desk):
    page = desk.open("/console", width=390)
    row(page, "ACME-1042").click()
    page.wait_for_url("**/console/incidents/ACME-1042")
    expect(page.get_by_role("heading", level=1)).to_have_text("VPN drops every 10 minutes")
    expect(page.locator(".fl-bar-client")).to_contain_text("Acme Logistics")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Queue", exact=True).first.click()
    page.wait_for_url("**/console")


def test_everything_is_there_without_scripts(desk: Desk, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        settings = desk.console.room.settings
        session = desk.console.room.gateway.sessions.start("prv_north", "per_tom")
        cookie = {
            "name": settings.session_cookie,
            "value": session,
            "domain": "localhost",
            "path": "/",
            "secure": settings.secure_cookies,
        }
        context.add_cookies([cookie])
        page.goto(f"{settings.origin}/console")
        page.get_by_role("link", name="VPN drops every 10 minutes").click()
        page.locator('[data-fl-compose="reply"] > summary').click()
        page.get_by_label(re.compile("The client reads this")).fill("Without a script.")
        page.get_by_role("button", name=re.compile("^Send to ")).click()
        expect(page.get_by_text("Your reply was sent to the client.")).to_be_visible()
        expect(page.locator(".fl-timeline")).to_contain_text("Without a script.")
    finally:
        context.close()


def test_a_lost_connection_is_shown_and_what_was_missed_is_caught_up(desk: Desk):
    page = desk.open("/console", width=1440)
    desk.gateway.stop()
    expect(page.locator("[data-fl-live]")).to_have_attribute("data-fl-live", "reconnecting", timeout=30_000)
    incident = desk.console.incident
    incident.assignee_name = "Somebody Else"
    incident.revision += 1
    desk.announce(incident)
    desk.gateway = start(desk.console.room.settings)
    expect(page.locator("[data-fl-live]")).to_have_attribute("data-fl-live", "live", timeout=30_000)
    expect(row(page, "ACME-1042")).to_contain_text("Somebody Else", timeout=SOON)


def test_fifty_changes_a_second_are_borne(desk: Desk):
    fill_queue(desk.console.workshop, 40)
    page = desk.open("/console", width=1440)
    incident = desk.console.incident
    began = time.monotonic()
    for number in range(100):
        incident.assignee_name = f"Person {number}"
        incident.revision += 1
        desk.announce(incident)
    expect(row(page, "ACME-1042")).to_contain_text("Person 99", timeout=SOON)
    assert time.monotonic() - began < 60


AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_news_and_what_has_left_the_view_break_no_rule_of_axe(desk: Desk, scheme: str, width: int):
    # Pages at rest are looked at in tests/e2e/quality.
    fill_queue(desk.console.workshop, 14)
    page = desk.open(
        "/console?open=ACME-1042" if width > 1000 else "/console", "per_ada", width=width, scheme=scheme
    )
    gone = next(each for each in desk.console.workshop.incidents.values() if each.number.startswith("LUMEN"))
    gone.state = incident_pb2.INCIDENT_STATE_RESOLVED
    gone.revision += 1
    desk.announce(gone)
    desk.announce(desk.console.workshop.opened(ACME, "News", ANA))
    expect(page.locator("[data-fl-show-new]")).to_have_text("1 new", timeout=SOON)
    expect(page.locator(".fl-row-gone")).to_have_count(1, timeout=SOON)
    assert violations(page) == []


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]
