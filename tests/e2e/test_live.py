"""The one live connection of a browser, in a real one: shared by tabs, lost and found again; and who looks at what."""

import re

import pytest
from playwright.sync_api import Page, expect

from fairlead.incidents.v1 import events_pb2, incident_pb2
from services.gateway.live.server import LiveServer
from tests.harness.console import ANA, fill_queue
from tests.harness.desk import Desk
from tests.harness.gateway import ACME
from tests.harness.waiting import wait_until

SOON = 10_000
# As a browser without shared workers has it, such as Chrome on a telephone.
NO_WORKERS = "delete window.SharedWorker;"


def streams(desk: Desk) -> int:
    """How many streams the gateway holds open."""
    return next(part for part in desk.gateway._parts if isinstance(part, LiveServer)).open_streams


def reply(desk: Desk, text: str) -> None:
    incident = desk.console.incident
    desk.console.workshop.happen(incident, "replied", text, actor=ANA)
    desk.announcer.happened("replied", events_pb2.Replied, ACME, incident.incident_id, incident.revision)


def change(desk: Desk, **fields: str) -> None:
    for name, value in fields.items():
        setattr(desk.console.incident, name, value)
    desk.console.incident.revision += 1
    desk.announce(desk.console.incident)


def row(page: Page, number: str = "ACME-1042"):
    return page.locator(f'.fl-row[data-fl-number="{number}"]')


@pytest.mark.parametrize("script", ["", NO_WORKERS], ids=["shared worker", "leading tab"])
def test_tabs_share_one_connection_and_go_on_when_one_closes(desk: Desk, script: str):
    first = desk.pages(width=1440)
    first.context.add_init_script(script or "0;")
    desk.pages = lambda **_: first
    desk.open("/console")
    second = first.context.new_page()
    second.goto(first.url)
    desk.connected(second)
    third = first.context.new_page()
    third.goto(f"{first.url}/incidents/ACME-1042")
    desk.connected(third)
    assert streams(desk) == 1
    change(desk, assignee_name="Somebody Else")
    for page in (first, second):
        expect(row(page)).to_contain_text("Somebody Else", timeout=SOON)
    reply(desk, "It works again!")
    expect(third.locator(".fl-timeline")).to_contain_text("It works again!", timeout=SOON)
    # The one that was first goes; without workers it led.
    first.close()
    change(desk, assignee_name="Nobody Else")
    expect(row(second)).to_contain_text("Nobody Else", timeout=2 * SOON)
    desk.connected(third)
    wait_until(lambda: streams(desk) == 1, what="one stream for two tabs")
    second.close()
    third.close()
    wait_until(lambda: streams(desk) == 0, timeout=20, what="no stream without a tab")


def test_a_lost_network_is_said_at_once_and_caught_up(desk: Desk):
    page = desk.open("/console", width=1440)
    page.context.set_offline(True)
    desk.connected(page, "reconnecting")
    expect(page.locator("[data-fl-live-text]")).to_have_text("Reconnecting…")
    change(desk, assignee_name="Somebody Else")
    page.context.set_offline(False)
    desk.connected(page)
    expect(row(page)).to_contain_text("Somebody Else", timeout=SOON)


def test_signed_out_is_said_and_signing_in_again_elsewhere_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("services.gateway.live.streams._SESSION_SECONDS", 0.1)
    page = desk.open("/console", width=1440)
    desk.console.room.gateway.sessions.end_all("prv_north", "per_tom")
    change(desk, assignee_name="Unseen")  # the server looks up
    desk.connected(page, "signed_out")
    expect(page.locator("[data-fl-live-text]")).to_have_text("Signed out")
    desk.sign_in(page, "per_tom")
    desk.connected(page)
    expect(row(page)).to_contain_text("Unseen", timeout=SOON)


def test_staff_see_who_looks_and_who_writes(desk: Desk, snap):
    fill_queue(desk.console.workshop, 6)
    tom = desk.open("/console?open=ACME-1042", width=1440)
    tia = desk.open("/console/incidents/ACME-1042", "per_tia", width=1440)
    expect(row(tom).locator(".fl-avatar")).to_have_text("TT", timeout=SOON)
    over = tom.locator("article [data-fl-present]")
    expect(over).to_contain_text("Tia Tech is looking at this")
    expect(tia.locator("[data-fl-present]")).to_contain_text("Tom Tech is looking at this", timeout=SOON)
    tia.keyboard.press("n")
    tia.keyboard.type("Let me check")
    expect(over).to_contain_text("Tia Tech is writing", timeout=SOON)
    expect(row(tom).locator(".fl-avatar")).to_have_class(re.compile("fl-avatar-typing"))
    snap(tom, "console-presence")
    expect(over).to_contain_text("Tia Tech is looking at this", timeout=SOON)
    tia.goto(tia.url.replace("/incidents/ACME-1042", ""))
    expect(row(tia).locator(".fl-avatar")).to_have_text("TT", timeout=SOON)
    expect(row(tom).locator(".fl-avatar")).to_have_count(0, timeout=SOON)
    expect(over).to_be_hidden()
    tom.keyboard.press("Escape")
    expect(row(tia).locator(".fl-avatar")).to_have_count(0, timeout=SOON)


def test_rows_never_move_under_a_pointer_or_a_focus_and_are_merged_when_idle(desk: Desk):
    fill_queue(desk.console.workshop, 12)
    page = desk.open("/console", width=1440)
    page.evaluate("document.querySelector('[data-fl-rows]').dataset.flIdle = 1")
    before = numbers(page)
    last = before[-1]
    incident = next(each for each in desk.console.workshop.incidents.values() if each.number == last)
    # Under the pointer.
    row(page, before[2]).hover()
    incident.priority = 1
    incident.revision += 1
    desk.announce(incident)
    desk.announce(desk.console.workshop.opened(ACME, "News", ANA, priority="PRIORITY_P1"))
    news = page.locator("[data-fl-show-new]")
    expect(news).to_have_text("1 new · order changed", timeout=SOON)
    page.wait_for_timeout(2500)
    assert numbers(page) == before
    # Beside a focus.
    page.keyboard.press("j")
    page.mouse.move(5, 5)
    page.wait_for_timeout(2500)
    assert numbers(page) == before
    # Nobody is there any more.
    page.evaluate("document.activeElement.blur()")
    expect(news).to_be_hidden(timeout=SOON)
    after = numbers(page)
    assert len(after) == len(before) + 1 and after.index(last) < 4
    # Asked for, at once; the focus stays on its row.
    page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.dataset.flNumber")
    desk.announce(desk.console.workshop.opened(ACME, "More", ANA, priority="PRIORITY_P1"))
    expect(news).to_have_text("1 new", timeout=SOON)
    news.click()
    expect(page.locator(".fl-rows .fl-row")).to_have_count(len(after) + 1)
    assert focused in numbers(page)


def test_where_nobody_is_busy_a_new_row_stands_in_its_place_at_once(desk: Desk):
    workshop = desk.console.workshop
    fill_queue(workshop, 30)
    page = desk.open("/console", width=1440)
    page.mouse.move(5, 5)
    page.evaluate("document.querySelector('[data-fl-rows]').dataset.flIdle = 0")
    news = page.locator("[data-fl-show-new]")
    made = [workshop.opened(ACME, f"News {n}", ANA, priority=f"PRIORITY_P{n}") for n in (3, 1, 5)]
    for incident in made:
        desk.announce(incident)
    for incident in made:
        expect(row(page, incident.number)).to_have_count(1, timeout=SOON)
    expect(news).to_be_hidden()
    assert in_order(desk, page)
    # Changed rows move, and those that have left the view go, a moment later and by themselves.
    for place, incident in enumerate(list(workshop.incidents.values())[::3]):
        if place == 2:
            incident.state = incident_pb2.INCIDENT_STATE_RESOLVED
        incident.priority = 1 + (3 * place) % 5
        incident.revision += 1
        desk.announce(incident)
    gone = list(workshop.incidents.values())[6]
    expect(row(page, gone.number)).to_have_count(0, timeout=2 * SOON)
    # Some may have come after that, and wait for the next time.
    wait_until(lambda: in_order(desk, page), timeout=30, what="the rows to stand in order")
    expect(news).to_be_hidden(timeout=SOON)


def in_order(desk: Desk, page: Page) -> bool:
    """Every open row is there once, and they stand by priority, then by what is due first."""
    entries = [desk.console.workshop.entry(each) for each in desk.console.workshop.incidents.values()]
    wanted = {each.number: each for each in entries if each.state != incident_pb2.INCIDENT_STATE_RESOLVED}
    there = numbers(page)
    if sorted(there) != sorted(wanted):
        return False
    never = 2**40
    keys = [
        (wanted[each].priority, wanted[each].due_time.seconds if wanted[each].HasField("due_time") else never)
        for each in there
    ]
    return keys == sorted(keys)


def numbers(page: Page) -> list[str]:
    return page.eval_on_selector_all(".fl-rows .fl-row", "rows => rows.map(row => row.dataset.flNumber)")
