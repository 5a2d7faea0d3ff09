"""The README's pictures: taken by a browser when asked for, small, and shown.

    make pictures        takes them anew into docs/images/

The console's show a day's work over fakes of the services, so that every kind of clock is there; the portal's the
demonstration provider.
"""

import base64
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chassis.clock import now
from cli.seed.northstar import PASSWORD
from fairlead.incidents.v1 import incident_pb2
from tests.harness.console import TIA, TOM
from tests.harness.desk import Desk
from tests.harness.gateway import ACME, LUMEN, NORTH
from tests.harness.platform import Platform

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
RESULTS = ROOT / "test-results"
NAMES = ("console", "console-dark", "portal", "portal-phone")
MOST_BYTES = 300_000
BOREAL, SOLEIL = "ten_boreal", "ten_soleil"
asked_for = pytest.mark.skipif(
    "FAIRLEAD_PICTURES" not in os.environ, reason="pictures are taken by make pictures"
)

INES, HUGO = ("per_ines", "Inès Moreau"), ("per_hugo", "Hugo Lefèvre")
CHLOE, SAM, PRIYA = ("per_chloe", "Chloé Petit"), ("per_sam", "Sam Okafor"), ("per_priya", "Priya Nair")
LARS = ("per_lars", "Lars Holm")
NOBODY = ("", "")
# client, number, title, requester, priority, state, assignee, group, clock, minutes to its due time
DAY = (
    (LUMEN, "LUMEN-211", "Document server is slow for everybody", LARS, 1, "IN_PROGRESS", TIA, "Servers", "at_risk", 11),
    (ACME, "ACME-1040", "Scanner in bay 7 sends empty mails", SAM, 2, "ASSIGNED", TOM, "Service desk", "breached", -6),
    (BOREAL, "BOREAL-88", "Le Wi-Fi coupe en salle d’attente", CHLOE, 2, "IN_PROGRESS", TIA, "Network", "ok", 74),
    (ACME, "ACME-1037", "Two trucks have no GPS position", SAM, 3, "ON_HOLD", TOM, "Network", "paused", 0),
    (SOLEIL, "SOLEIL-402", "Outlook demande le mot de passe sans cesse", HUGO, 3, "NEW", NOBODY, "Service desk", "ok", 96),
    (LUMEN, "LUMEN-209", "Phishing mail reported", LARS, 3, "IN_PROGRESS", TOM, "Security", "ok", 118),
    (LUMEN, "LUMEN-207", "No sound in video calls", PRIYA, 3, "ASSIGNED", TIA, "Service desk", "ok", 163),
    (BOREAL, "BOREAL-86", "Imprimante de l’accueil : pages blanches", CHLOE, 3, "NEW", NOBODY, "Service desk", "ok", 205),
    (ACME, "ACME-1035", "Website certificate expires soon", SAM, 4, "ASSIGNED", TOM, "Servers", "ok", 1330),
    (SOLEIL, "SOLEIL-400", "Nouvelle recrue lundi : ordinateur et comptes", INES, 4, "ON_HOLD", TIA, "Service desk", "paused", 0),
    (LUMEN, "LUMEN-205", "License for the new design software", PRIYA, 5, "ASSIGNED", TOM, "Service desk", "ok", 2890),
)  # fmt: skip


def show_a_day(desk: Desk) -> None:
    """Four clients, and a row of every kind."""
    directory, workshop = desk.console.room.directory, desk.console.workshop
    directory.add_tenant(BOREAL, NORTH, "boreal", name="Clinique Boréal", locale="fr")
    directory.add_tenant(SOLEIL, NORTH, "soleil", name="Soleil Énergie", locale="fr")
    for tenant, number, title, requester, priority, state, assignee, group, clock, minutes in DAY:
        incident = workshop.opened(
            tenant, title, requester, number=number, state=f"INCIDENT_STATE_{state}", priority=f"PRIORITY_P{priority}",
            channel="portal", verified=True, assignee_id=assignee[0], assignee_name=assignee[1],
            assignment_group_name=group,
        )  # fmt: skip
        if clock == "paused":
            incident.hold.awaiting = incident_pb2.AWAITED_PARTY_REQUESTER
            incident.hold.reason = "Which department is it?"
        due = None if clock == "paused" else now() + timedelta(minutes=minutes, seconds=40)
        workshop.clocks[incident.incident_id] = (clock, due)


@asked_for
def test_the_console_is_pictured(desk: Desk) -> None:
    show_a_day(desk)
    light = desk.open("/console?open=ACME-1042", width=1440, height=900)
    light.keyboard.press("r")
    light.keyboard.type("Hello Ana, thank you. We have found it: ")
    light.evaluate("document.activeElement.blur()")
    _take(light, "console")
    dark = desk.open("/console", width=1440, height=900, scheme="dark")
    dark.keyboard.press("j")
    dark.keyboard.press("Control+k")
    expect(dark.get_by_role("dialog")).to_be_visible()
    _take(dark, "console-dark")


@asked_for
def test_the_portal_is_pictured(platform: Platform, browser_page: Callable[..., Page]) -> None:
    desk = _portal(platform, browser_page(width=1280, height=800), "sam.okafor@acme.example", "acme")
    _take(desk, "portal")
    phone = browser_page(width=390, height=844, locale="fr-CA")
    _take(_portal(platform, phone, "chloe.petit@boreal.example", "boreal"), "portal-phone")


def _portal(platform: Platform, page: Page, email: str, slug: str) -> Page:
    page.goto(f"{platform.base_url}/login?next=/t/{slug}/")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{platform.base_url}/t/{slug}/")
    return page


def _take(page: Page, name: str) -> None:
    """As WebP, which the browser itself can write."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.mouse.move(0, 0)
    session = page.context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": 72})
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / f"picture-{name}.png")
    IMAGES.mkdir(parents=True, exist_ok=True)
    (IMAGES / f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))


def test_the_pictures_are_there_small_and_shown() -> None:
    files = [IMAGES / f"{name}.webp" for name in NAMES]
    assert [file.name for file in files if not file.is_file()] == [], "make pictures takes them"
    assert {file.name for file in IMAGES.iterdir()} == {file.name for file in files}
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
    assert all(file.read_bytes()[8:12] == b"WEBP" for file in files)
    readme = (ROOT / "README.md").read_text()
    for name in NAMES:
        assert re.search(
            rf"!\[[^\]]{{20,}}\]\(docs/images/{name}\.webp\)|<img[^>]+src=\"docs/images/{name}\.webp\"",
            readme,
        ), name
