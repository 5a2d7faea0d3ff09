"""Files between a client and their provider: a picture goes one way, a document comes back, a mail brings its own."""

import base64
import re
import secrets
import struct
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.test_one_incident_through_both_pages import signed_in
from tests.harness.files import PDF
from tests.harness.journey import incident_titled
from tests.harness.platform import Platform, letter, text_of
from tests.harness.waiting import wait_until

Snap = Callable[[Page, str], Path]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def picture(width: int = 320, height: int = 240) -> bytes:
    """A PNG that can be told from an empty box: a blue-green sweep."""
    rows = b"".join(
        b"\0" + b"".join(bytes((40, x * 255 // width, y * 255 // height)) for x in range(width))
        for y in range(height)
    )

    def block(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!2I5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + block(b"IHDR", head)
        + block(b"IDAT", zlib.compress(rows))
        + block(b"IEND", b"")
    )


def hand(target: Locator, how: str, name: str, kind: str, content: bytes) -> None:
    """Drops a file on an element, or pastes it into one, as a browser tells it to the page."""
    target.evaluate(
        """(node, {how, name, kind, content}) => {
            const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], name, {type: kind}));
            const more = {bubbles: true, cancelable: true};
            node.dispatchEvent(how === "paste"
                ? new ClipboardEvent("paste", {...more, clipboardData: data})
                : new DragEvent("drop", {...more, dataTransfer: data}));
        }""",
        {"how": how, "name": name, "kind": kind, "content": base64.b64encode(content).decode()},
    )


def mails_about(platform: Platform, number: str, words: str) -> list[EmailMessage]:
    """Sam's mails about an incident that say this."""
    found = platform.mailbox.list("sam.okafor@acme.example", number)
    return [mail for one in found if words in text_of(mail := platform.mailbox.read(one["id"]))]


def assert_accessible(page: Page) -> None:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def assert_shown(page: Page, name: str) -> None:
    """The picture of that name has arrived, and is not merely announced."""
    image = page.locator("a.fl-file", has_text=name).locator("img")
    image.scroll_into_view_if_needed()
    expect(image).to_be_visible()
    page.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=image.element_handle())


@pytest.mark.timeout(240)
def test_a_picture_goes_to_the_technician_and_a_document_comes_back(
    platform: Platform, browser_page: Callable[..., Page], snap: Snap, tmp_path: Path
):
    shot = tmp_path / "écran bleu.png"
    shot.write_bytes(picture())
    sam = signed_in(browser_page(), platform, "sam.okafor@acme.example", "/t/acme/report")
    sam.get_by_label("What is it about?").fill(f"Blue screen {secrets.token_hex(3)}")
    field = sam.get_by_label("Attach files")
    huge, notes = tmp_path / "huge.bin", tmp_path / "notes.txt"
    huge.write_bytes(bytes(27_000_000))
    notes.write_text("Since noon.")
    field.set_input_files(huge)
    expect(sam.locator("[data-fl-attach-error]")).to_contain_text("huge.bin")
    field.set_input_files([shot, notes])
    expect(sam.locator("[data-fl-attach-list] li")).to_have_count(2)
    snap(sam, "portal-report-files")
    assert_accessible(sam)
    sam.get_by_role("button", name="Do not attach notes.txt").click()
    sam.get_by_role("button", name="Send").click()
    sam.wait_for_url(re.compile(r"/t/acme/incidents/ACME-\d+"))
    number = re.search(r"ACME-\d+", sam.url)[0]
    assert_shown(sam, "écran bleu.png")
    expect(sam.locator("a.fl-file")).to_have_count(1)

    address = f"/console/incidents/{number}"
    tess = signed_in(browser_page(width=1440), platform, "jon.reyes@northstar.example", address)
    assert_shown(tess, "écran bleu.png")
    note = tess.locator('[data-fl-compose="note"]')
    note.locator("summary").click()
    note.locator("textarea").fill("Same as last week.")
    hand(note.locator("textarea"), "paste", "last-week.png", "image/png", picture(64, 64))
    expect(note.locator("[data-fl-attach-list]")).to_contain_text("last-week.png")
    note.get_by_role("button", name=re.compile("internal note")).click()
    internal = tess.locator("a.fl-file", has_text="last-week.png")
    expect(internal).to_be_visible()
    hidden = internal.get_attribute("href").rpartition("/")[2]
    reply = tess.locator('[data-fl-compose="reply"]')
    reply.locator("summary").click()
    reply.locator("textarea").fill("Please follow these steps.")
    hand(reply.locator("textarea"), "drop", "steps.pdf", "application/pdf", PDF)
    expect(reply.locator("[data-fl-attach-list]")).to_contain_text("steps.pdf")
    snap(tess, "console-reply-files")
    assert_accessible(tess)
    reply.get_by_role("button", name=re.compile("^Send ")).click()
    expect(tess.locator("a.fl-file", has_text="steps.pdf")).to_be_visible()
    expect(reply.locator("[data-fl-attach-list]")).to_be_hidden()
    tess.reload()
    assert_shown(tess, "last-week.png")
    snap(tess, "console-incident-files")

    document = sam.locator("a.fl-file", has_text="steps.pdf")
    expect(document).to_be_visible(timeout=15_000)
    with sam.expect_download() as download:
        document.click()
    assert download.value.suggested_filename == "steps.pdf"
    assert Path(download.value.path()).read_bytes() == PDF
    expect(sam.locator("body")).not_to_contain_text("last-week.png")
    refused = sam.request.get(f"{platform.base_url}/t/acme/incidents/{number}/attachments/{hidden}")
    assert refused.status == 404
    told = wait_until(
        lambda: mails_about(platform, number, "steps.pdf"), timeout=40, what="a mail that names it"
    )
    assert [*told[0].iter_attachments()] == []

    phone = signed_in(
        browser_page(width=390, scheme="dark", locale="fr-FR"),
        platform,
        "sam.okafor@acme.example",
        f"/t/acme/incidents/{number}?lang=fr",
    )
    assert_shown(phone, "écran bleu.png")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(phone)
    snap(phone, "portal-phone-files-fr")
    dark = signed_in(browser_page(width=390, scheme="dark"), platform, "jon.reyes@northstar.example", address)
    assert_shown(dark, "last-week.png")
    snap(dark, "console-phone-files")


def test_a_file_is_attached_without_any_script(platform: Platform, browser: Browser):
    opened = platform.api_of("acme").post(
        "/incidents", {"title": "No sound", "requester": {"email": "sam.okafor@acme.example"}}
    )
    number = opened.json()["number"]
    context = browser.new_context(java_script_enabled=False)
    try:
        sam = signed_in(
            context.new_page(), platform, "sam.okafor@acme.example", f"/t/acme/incidents/{number}"
        )
        files = [{"name": "log.txt", "mimeType": "text/plain", "buffer": b"one line"}]
        sam.get_by_label("Attach files").set_input_files(files)
        sam.get_by_label("Your reply").fill(" ")
        sam.get_by_role("button", name="Send reply").click()
        # The words were missing: the file is not.
        expect(sam.get_by_role("checkbox", name="log.txt")).to_be_checked()
        sam.get_by_label("Your reply").fill("The log is attached.")
        sam.get_by_role("button", name="Send reply").click()
        expect(sam.locator("a.fl-file", has_text="log.txt")).to_contain_text("8 B")
        with sam.expect_download() as download:
            sam.locator("a.fl-file", has_text="log.txt").click()
        assert Path(download.value.path()).read_bytes() == b"one line"
    finally:
        context.close()


def test_what_came_with_a_mail_is_shown_on_its_incident(platform: Platform):
    title, content = f"Screen is green {secrets.token_hex(4)}", picture()
    mail = letter("Sam Okafor <sam.okafor@acme.example>", "support@acme.northstar.example", title, "See.\n")
    mail.add_attachment(content, maintype="image", subtype="png", filename="green.png")
    mail.add_attachment(PDF, maintype="application", subtype="octet-stream", filename="../../bill.pdf")
    platform.send(mail)
    incident = incident_titled(platform, title)
    entries = platform.api.read(f"/incidents/{incident['incident_id']}/timeline")["entries"]
    files = next(entry["attachments"] for entry in entries if entry["fact"] == "incident_opened")
    assert [(file["name"], file["content_type"]) for file in files] == [
        ("green.png", "image/png"),
        ("bill.pdf", "application/pdf"),
    ]
    path = f"/incidents/{incident['number']}/attachments/{files[0]['attachment_id']}"
    assert platform.api.get(path).content == content
