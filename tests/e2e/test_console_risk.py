"""The queue by the chance of a breach, in a real browser."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from chassis.clock import now
from fairlead.triage.v1.queue_service_pb2 import QUEUE_SORT_BREACH_RISK
from tests.e2e.test_console_queue import SOON, numbers, press, row
from tests.harness.console import ANA
from tests.harness.desk import Desk
from tests.harness.gateway import ACME

CHANCES = {"ACME-7001": 0.12, "ACME-7002": 0.81, "ACME-7004": 0.4}


def opened(desk: Desk) -> None:
    """Four rows; of the third nothing is known."""
    workshop = desk.console.workshop
    for number in range(7001, 7005):
        made = workshop.opened(ACME, f"Risky {number}", ANA, number=f"ACME-{number}", priority="PRIORITY_P3")
        workshop.clocks[made.incident_id] = ("ok", now() + timedelta(hours=number - 7000))
        if chance := CHANCES.get(made.number):
            workshop.chances[made.incident_id] = (chance, 45, 12)


def test_the_likeliest_are_listed_first_say_why_and_stay_in_order(desk: Desk, snap):
    opened(desk)
    workshop = desk.console.workshop
    page = desk.open("/console?query=risky", width=1440, height=900)
    # By keyboard: the third of four, past the one between.
    for sort in ("due_time", "breach_risk"):
        page.get_by_label("Order").focus()
        press(page, "ArrowDown")
        expect(page).to_have_url(re.compile(f"sort={sort}"), timeout=SOON)
        desk.connected(page)
    assert numbers(page) == ["ACME-7002", "ACME-7004", "ACME-7001", "ACME-7003"]
    risk = row(page, "ACME-7002").locator("[data-fl=risk]")
    expect(risk).to_have_text("81%")
    expect(risk).to_have_attribute(
        "title",
        "Resolution – Chance of a breach: 81%. Of 45 similar incidents of this client, 12 breached.",
    )
    expect(risk.get_by_role("img", name="Chance of a breach")).to_be_visible()
    expect(row(page, "ACME-7003").locator("[data-fl=risk]")).to_be_hidden()
    snap(page, "console-queue-risk")
    # One grows while somebody looks: the row says so at once, and goes where it belongs when asked to.
    grown = workshop.by_number("ACME-7001")
    workshop.chances[grown.incident_id] = (0.9, 46, 13)
    desk.announce(grown)
    expect(row(page, "ACME-7001").locator("[data-fl=risk]")).to_have_text("90%", timeout=SOON)
    page.locator("[data-fl-news] button").click()
    expect(page.locator(".fl-rows .fl-row").first).to_have_attribute("data-fl-number", "ACME-7001")
    # What has breached is late, not likely.
    workshop.clocks[grown.incident_id] = ("breached", now() - timedelta(minutes=3))
    desk.announce(grown)
    expect(row(page, "ACME-7001").locator("[data-fl=risk]")).to_be_hidden(timeout=SOON)
    page.locator("summary", has_text="Save as view").click()
    page.get_by_label("Name").fill("Risky first")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".fl-tab-saved", has_text="Risky first")).to_have_attribute("aria-current", "page")
    assert [view.sort for _, view in workshop.views.kept.values()] == [QUEUE_SORT_BREACH_RISK]
    expect(page.get_by_label("Order")).to_have_value("breach_risk")


def test_a_chance_is_said_in_french_and_has_room_on_a_phone(desk: Desk, snap):
    opened(desk)
    page = desk.open("/console?query=risky&sort=breach_risk&lang=fr", width=390, locale="fr-FR")
    risk = row(page, "ACME-7002").locator("[data-fl=risk]")
    expect(risk).to_have_text(re.compile(r"^81\s%$"))
    expect(risk).to_have_attribute(
        "title", re.compile(r"^Résolution – Risque de dépassement\s: 81\s%. Sur 45 ")
    )
    expect(page.locator("#fl-q-sort option:checked")).to_have_text("Par risque de dépassement")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # What comes live says it alike.
    before = risk.inner_text()
    same = desk.console.workshop.by_number("ACME-7002")
    desk.console.workshop.chances[same.incident_id] = (0.42, 45, 12)
    desk.announce(same)
    expect(risk).to_have_text(before.replace("81", "42"), timeout=SOON)
    snap(page, "console-queue-risk-phone")
