"""A service request on its whole way: ordered in the portal, approved on a phone, done task by task, confirmed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cli.seed.northstar import PASSWORD
from tests.e2e.test_admin import sign_in
from tests.harness.platform import Platform, text_of
from tests.harness.waiting import wait_until

Snap = Callable[[Page, str], Path]
SAM, DANA = "sam.okafor@acme.example", "dana.whitfield@acme.example"
JON = "jon.reyes@northstar.example"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def _link(platform: Platform, number: str) -> str:
    """What Dana's mail leads to."""
    wait_until(lambda: platform.mailbox.list(DANA, number), timeout=30, what="the mail that asks")
    mail = platform.mailbox.read(platform.mailbox.list(DANA, number)[0]["id"])
    (link,) = re.findall(r"https?://\S+/answer/\S+", text_of(mail))
    return link


def test_what_is_ordered_is_approved_done_and_confirmed(
    platform: Platform, browser_page: Callable[..., Page], snap: Snap
) -> None:
    portal = browser_page()
    sign_in(portal, platform.base_url, SAM, PASSWORD, "/t/acme/")
    portal.get_by_role("link", name="A monitor for your desk").click()
    portal.get_by_label("Anything else").fill("A bright one, please.")
    portal.get_by_role("button", name="Order it").click()
    expect(portal.locator("#fl-summary")).to_contain_text("Awaiting approval")
    expect(portal.locator("#fl-summary")).to_contain_text("we wait for Dana Whitfield")
    number = portal.url.partition("/incidents/")[2].partition("?")[0]

    phone = browser_page(width=390, height=844)
    phone.goto(_link(platform, number))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Do you approve it?")
    expect(phone.locator("main")).to_contain_text("A bright one, please.")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    snap(phone, "order-approval-phone")
    assert platform.api.read(f"/incidents/{number}")["order"]["approval"]["state"] == "waiting"
    phone.get_by_role("button", name="Approve").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you. What you decided is noted.")

    console = browser_page(width=1440, height=900)
    sign_in(console, platform.base_url, JON, PASSWORD, f"/console/incidents/{number}")
    console.goto(f"{platform.base_url}/console/incidents/{number}")
    order = console.get_by_role("region", name=re.compile("A monitor for your desk"))
    for task in ("Order the monitor", "Put it on the desk and try it"):
        row = order.get_by_role("listitem").filter(has_text=task)
        row.get_by_text("Work on it").click()
        row.get_by_role("button", name="Done").click()
        expect(order.get_by_role("listitem").filter(has_text=task)).to_contain_text("Done")
    snap(console, "order-tasks")
    platform.api.do(f"/incidents/{number}/resolve", {"code": "request_fulfilled", "text": "It stands there."})

    portal.goto(f"{platform.base_url}/t/acme/incidents/{number}")
    expect(portal.locator("#fl-summary")).to_contain_text("2 of 2 tasks are done")
    portal.get_by_role("button", name="Yes, it is solved").click()
    portal.wait_for_url(re.compile("done=confirmed"))
    assert platform.api.read(f"/incidents/{number}")["state"] == "closed"
