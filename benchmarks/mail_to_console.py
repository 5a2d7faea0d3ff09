"""From a mail's 250 to its row on an open console page, at ten mails a second, in real Chromium.

The page notes for itself when a row's title first stands in it; that moment and the one of the 250 are of one clock,
this machine's. A row that the page only announces ("3 new") is not on it yet: the page is left at its top, untouched, as
that of a technician who watches. `hops` tells p50 and p95 of each part of the way (hops.py).
"""

import time
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks import hops
from benchmarks.context import Context
from benchmarks.figures import line, percentile, require, require_good
from benchmarks.generator import Generator
from benchmarks.mail_in import mail_job

PER_SECOND = 10
_TARGET_MS = 500
_IDLE_SECONDS = 11
# A view sorted by change shows what is new at its top, so that it is drawn, not only loaded.
_PAGE = "/console?sort=update_time"
# When the page heard of a row from the worker that holds the connection.
_LISTEN = """(() => {
  window.flHeard = {};
  const { get, set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
  Object.defineProperty(MessagePort.prototype, "onmessage", { get, set(hears) {
    set.call(this, (event) => {
      const mark = event.data?.data?.title?.match(/\\((\\w+-\\d+)\\)/)?.[1];
      if (mark) window.flHeard[mark] ??= Date.now();
      hears(event);
    });
  } });
})()"""
_WATCH = """(mark) => {
  window.flSeen = {};
  const look = (node) => {
    const text = node.textContent || "";
    if (!text.includes(mark)) return;
    for (const found of text.matchAll(/\\((\\w+-\\d+)\\)/g)) {
      if (found[1].startsWith(mark) && !(found[1] in window.flSeen)) window.flSeen[found[1]] = Date.now();
    }
  };
  new MutationObserver((records) => {
    for (const record of records) {
      for (const node of record.addedNodes) look(node);
      if (record.type === "characterData") look(record.target);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def run(context: Context) -> Iterator[dict[str, Any]]:
    """p50 and p95 of the time between the two moments."""
    from benchmarks.console_live import _chromium

    job = mail_job(context, "seen", context.seconds, paced=PER_SECOND)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
            page.add_init_script(_LISTEN)
            _open(context, page)
            page.evaluate(_WATCH, job["run"])
            generator, began = Generator(job), time.time()
            while generator.running:
                page.wait_for_timeout(200)
            load = generator.finish()
            seen, heard = _seen(page, len(load["acknowledged"])), page.evaluate("window.flHeard")
        finally:
            browser.close()
    require_good(load["statuses"], {"250"})
    times = {mark.strip("()"): 1000 * at for mark, at in load["accept_times"].items()}
    took = [seen[mark] - at for mark, at in times.items() if mark in seen]
    accepted = len(load["acknowledged"])
    require(len(took) >= 0.99 * accepted, f"only {len(took)} of {accepted} mails were seen on the page")
    rate = round(accepted / load["seconds"], 1)
    told = hops.told(context.document["nats"]["url"], job["run"], began)
    shares = hops.shares(times, told, heard, seen)
    yield line(
        "mail_to_console_p50",
        percentile(took, 0.5),
        "ms",
        target=_TARGET_MS,
        mails_per_second=rate,
        hops=shares,
    )
    yield line(
        "mail_to_console_p95", percentile(took, 0.95), "ms", mails_per_second=rate, worst=round(max(took))
    )


def _open(context: Context, page: Page) -> None:
    login = next(each for each in context.document["logins"] if each["url"].endswith("/console"))
    page.goto(login["url"])
    page.get_by_label("Email address").fill(login["email"])
    page.get_by_label("Password").fill(login["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector('[data-fl-live="live"]', timeout=30_000)
    page.goto(f"{context.installation.base_url}{_PAGE}")
    page.wait_for_selector('[data-fl-live="live"]', timeout=30_000)
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(5, 5)
    # Whoever has just moved the pointer is not surprised by rows: new ones come by themselves a little later.
    page.wait_for_timeout(_IDLE_SECONDS * 1000)


def _seen(page: Page, wanted: int) -> dict[str, float]:
    """What the page saw, once that is everything or ten seconds have passed."""
    end = time.monotonic() + 10
    while True:
        found: dict[str, float] = page.evaluate("window.flSeen")
        if len(found) >= wanted or time.monotonic() > end:
            return found
        page.wait_for_timeout(200)
