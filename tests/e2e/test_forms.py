"""A form is made by an administrator, answered on a phone in French, and read by a technician."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cli.seed.northstar import PASSWORD
from tests.e2e.test_admin import Desk, sign_in
from tests.harness.platform import Platform

Snap = Callable[[Page, str], Path]
SAM = "sam.okafor@acme.example"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_form_is_made_published_answered_on_a_phone_and_read(
    platform: Platform, browser_page: Callable[..., Page], snap: Snap
):
    desk = Desk(platform, browser_page(width=1440, height=900))
    page = desk.go("forms/new")
    page.get_by_label("Client", exact=True).select_option(label="Acme Logistics")
    page.get_by_label("Title, in English").fill("Access to a system")
    page.get_by_label("Title, in French").fill("Accès à un système")
    page.get_by_label("Question, in English").fill("Which system?")
    page.get_by_label("Question, in French").fill("Quel système ?")
    page.get_by_label("Must be answered").check()
    desk.press("One of several")
    # What was typed is kept when the form is rearranged.
    expect(page.get_by_label("Question, in English").first).to_have_value("Which system?")
    page.get_by_label("Question, in English").nth(1).fill("For how long?")
    page.get_by_label("Question, in French").nth(1).fill("Pour combien de temps ?")
    page.get_by_label("Options").fill(
        "always | For good | Pour toujours\nuntil | Until a day | Jusqu’à une date"
    )
    page.get_by_label("Must be answered").nth(1).check()
    desk.press("A date")
    page.get_by_label("Question, in English").nth(2).fill("Until when?")
    page.get_by_label("Question, in French").nth(2).fill("Jusqu’à quand ?")
    page.get_by_label("Must be answered").nth(2).check()
    page.locator("#fl-row-2 summary").click()
    page.get_by_label("Asked").nth(2).select_option(label="if “For how long?” is “Until a day”")
    page.get_by_role("button", name="Save the draft").first.click()
    desk.told("The draft is saved.")
    snap(page, "form-editor")
    page.get_by_role("link", name="Preview").click()
    expect(page.get_by_role("group", name="For how long?")).to_be_visible()
    snap(page, "form-preview")
    page.go_back()
    desk.confirm("Publish", "Publish")
    desk.told("Published")

    phone = browser_page(width=390, height=844, locale="fr-FR")
    sign_in(phone, platform.base_url, SAM, PASSWORD, "/t/acme/")
    phone.goto(f"{platform.base_url}/t/acme/?lang=fr")
    phone.get_by_role("link", name="Accès à un système").click()
    expect(phone.get_by_label("Jusqu’à quand ?")).to_be_hidden()
    phone.get_by_role("button", name="Envoyer").click()
    summary = phone.get_by_role("alert").filter(has_text="Veuillez vérifier")
    expect(summary.get_by_role("link")).to_have_count(2)
    snap(phone, "form-phone-refused")
    summary.get_by_role("link", name="Quel système ?").click()
    expect(phone.get_by_label("Quel système ?")).to_be_focused()
    phone.keyboard.type("La comptabilité")
    phone.get_by_label("Jusqu’à une date").check()
    phone.get_by_label("Jusqu’à quand ?").fill("2027-03-02")
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Accès à un système: La comptabilité")
    expect(phone.locator(".fl-answers")).to_contain_text("2 mars 2027")
    snap(phone, "form-phone-answered")
    number = phone.locator(".fl-number").first.inner_text()

    page.goto(f"{platform.base_url}/console/incidents/{number}")
    answers = page.locator(".fl-answers")
    expect(answers).to_contain_text("Until a day")
    expect(answers.locator("dt")).to_have_text(["Which system?", "For how long?", "Until when?"])
    snap(page, "form-console")
