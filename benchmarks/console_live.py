"""The open console under load: 500 rows, 50 changes a second, from the stream of events to what Chromium has painted.

The rows are the installation's own (as many as are missing are reported first). The changes are triage's events, published
to JetStream as its relay does: the live face reads, authorizes and sends them, and the page's own scripts draw. What is
measured is the time from just before publishing until the frame that shows it was painted, by one machine's clock, and
the processor time of the page's main thread (of Linux; time in which it waited for a processor is not its work).

Every tenth change moves its row to another priority, so the list is also merged again and again.
"""

import asyncio
import os
import random
import shutil
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import nats
import psutil
from nats.aio.client import Client
from playwright.sync_api import Page, sync_playwright

from benchmarks.context import Context
from benchmarks.figures import TOO_BUSY, Void, line, percentile, require
from fairlead.incidents.v1.incident_pb2 import PRIORITY_P1, PRIORITY_P2, PRIORITY_P3, PRIORITY_P4
from fairlead.triage.v1.events_pb2 import QueueEntryChanged

ROWS = 500
UPDATES_PER_SECOND = 50
_PRIORITIES = (PRIORITY_P1, PRIORITY_P2, PRIORITY_P3, PRIORITY_P4)
_STREAM, _SUBJECT = "FL_TRIAGE", "fl.triage.v1.{tenant_id}.{incident_id}.queue_entry_changed"
# Each change names itself in the assignee's place. Rows are drawn in an animation frame; the next task after it runs
# when that frame has been painted.
_WATCH = """() => {
  window.flPainted = [];
  const pending = [];
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    const now = Date.now();
    for (const number of pending.splice(0)) window.flPainted.push([number, now]);
  };
  new MutationObserver((records) => {
    for (const { target } of records) {
      const place = target.nodeType === 3 ? target.parentElement : target;
      if (place?.dataset?.fl === "assignee") pending.push(Number(place.textContent.split(" ")[1]));
    }
    if (pending.length) channel.port2.postMessage(0);
  }).observe(document.querySelector("[data-fl-rows]"), { subtree: true, childList: true, characterData: true });
}"""


class _Publisher:
    """Publishes changes at an even pace, on a thread of its own."""

    def __init__(self, url: str, rows: list[tuple[str, str]], seconds: float) -> None:
        self._url, self._rows, self._seconds = url, rows, seconds
        self.sent: dict[int, float] = {}
        self.failure: Exception | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            asyncio.run(self._publish())
        except Exception as error:
            self.failure = error

    async def _publish(self) -> None:
        client: Client = await nats.connect(self._url)
        try:
            known = await self._known(client)
            stream, dice = client.jetstream(), random.Random(7)
            # One after another in no order: none overtakes its own earlier change.
            dice.shuffle(known)
            began = time.monotonic()
            for number in range(int(self._seconds * UPDATES_PER_SECOND)):
                await asyncio.sleep(max(0.0, began + number / UPDATES_PER_SECOND - time.monotonic()))
                subject, headers, entry = known[number % len(known)]
                entry.revision += 1
                entry.assignee_name = f"Change {number}"
                if number % 10 == 0:
                    entry.priority = dice.choice(_PRIORITIES)
                payload = QueueEntryChanged(entry=entry).SerializeToString()
                self.sent[number] = time.time()
                await stream.publish(subject, payload, headers=headers)
        finally:
            await client.close()

    async def _known(self, client: Client) -> list[Any]:
        """Each row's last event: what it says, and with which headers, so that triage's relay finds its place again."""
        stream, known = client.jetstream(), []
        for tenant_id, incident_id in self._rows:
            subject = _SUBJECT.format(tenant_id=tenant_id, incident_id=incident_id)
            last = await stream.get_last_msg(_STREAM, subject)
            headers = {
                name: value for name, value in (last.headers or {}).items() if not name.startswith("Nats-")
            }
            known.append((subject, headers, QueueEntryChanged.FromString(last.data or b"").entry))
        return known


def run(context: Context) -> Iterable[dict[str, Any]]:
    """p50, p95 and worst time from event to paint, and the share of the main thread's time that it took."""
    _fill(context)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
            rows = _open(context, page)
            context.progress(f"{len(rows)} rows are shown, {UPDATES_PER_SECOND} changes a second begin")
            yield from _measure(context, page, rows)
        finally:
            browser.close()


def _measure(context: Context, page: Page, rows: list[tuple[str, str]]) -> Iterable[dict[str, Any]]:
    page.evaluate(_WATCH)
    watch = page.context.new_cdp_session(page)
    watch.send("Performance.enable")
    publisher = _Publisher(context.document["nats"]["url"], rows, context.seconds)
    thread = _main_thread(page)
    before, busy_before, began = _metrics(watch), _cpu_seconds(thread), time.monotonic()
    publisher.thread.start()
    while publisher.thread.is_alive():
        # Playwright's own events are only handled while it waits.
        page.wait_for_timeout(250)
    page.wait_for_timeout(1000)
    after, busy = _metrics(watch), _cpu_seconds(thread) - busy_before
    lasted = time.monotonic() - began
    if publisher.failure:
        raise Void(f"the changes could not be published: {publisher.failure}")
    painted: dict[int, float] = {}
    for number, at in page.evaluate("window.flPainted"):
        painted.setdefault(number, at)
    took = [painted[number] - at * 1000 for number, at in publisher.sent.items() if number in painted]
    require(
        len(took) >= 0.99 * len(publisher.sent), f"only {len(took)} of {len(publisher.sent)} were painted"
    )
    wall = after["Timestamp"] - before["Timestamp"]
    load: dict[str, Any] = {
        "rows": len(rows),
        "updates_per_second": round(len(publisher.sent) / context.seconds, 1),
    }
    if os.getloadavg()[0] > 2 * (os.cpu_count() or 1):
        load["note"] = TOO_BUSY
    yield line("console_live_paint_p50", percentile(took, 0.5), "ms", **load)
    yield line("console_live_paint_p95", percentile(took, 0.95), "ms", **load, target=150)
    yield line("console_live_paint_max", max(took), "ms", **load)
    yield line("console_live_main_thread", 100 * busy / lasted, "%", **load, target=50)
    for name, metric in (
        ("script", "ScriptDuration"),
        ("layout", "LayoutDuration"),
        ("style", "RecalcStyleDuration"),
    ):
        share = 100 * (after[metric] - before[metric]) / wall
        yield line(f"console_live_{name}", share, "%", **load)


def _main_thread(page: Page) -> psutil.Process:
    """The process that draws the page: of all the browser's renderers the one that has worked most."""
    browser = page.context.browser
    if browser is None:
        raise Void("the browser is gone")
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [each for each in told if each["type"] == "renderer"]
    return psutil.Process(max(renderers, key=lambda each: each["cpuTime"])["id"])


def _cpu_seconds(process: psutil.Process) -> float:
    """Of its first thread, which is the page's main one."""
    first = next(thread for thread in process.threads() if thread.id == process.pid)
    return first.user_time + first.system_time


def _metrics(watch: Any) -> dict[str, float]:
    return {each["name"]: each["value"] for each in watch.send("Performance.getMetrics")["metrics"]}


def _fill(context: Context) -> None:
    """Reports as many incidents as are missing, and waits until triage has rows for them."""
    provider = context.desk.provider
    missing = ROWS - int(provider.get("/queue/counts")["total"])
    clients = context.desk.clients

    def report(number: int) -> None:
        client = clients[number % len(clients)]
        body = {
            "tenant_id": client.tenant_id,
            "title": f"Screen {number} flickers",
            "description": "Since this morning.",
            "requester": {"email": client.requester(number), "name": "Somebody"},
        }
        provider.post("/incidents", body)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(report, range(missing)))
    deadline = time.monotonic() + 60
    while int(provider.get("/queue/counts")["total"]) < ROWS:
        require(time.monotonic() < deadline, "the rows do not come")
        time.sleep(0.2)


def _open(context: Context, page: Page) -> list[tuple[str, str]]:
    """Signs in and loads rows until there are enough. Answers (tenant, incident) of each."""
    login = next(each for each in context.document["logins"] if each["url"].endswith("/console"))
    page.goto(login["url"])
    page.get_by_label("Email address").fill(login["email"])
    page.get_by_label("Password").fill(login["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector('[data-fl-live="live"]', timeout=30_000)
    count = "document.querySelectorAll('.fl-rows > .fl-row').length"
    while (there := page.evaluate(count)) < ROWS:
        page.locator("a[data-fl-more]").click()
        # The page's own policy forbids what wait_for_function does.
        deadline = time.monotonic() + 30
        while page.evaluate(count) == there:
            require(time.monotonic() < deadline, "no more rows come")
            page.wait_for_timeout(50)
    # Nobody is busy with the list: it may be merged.
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(5, 5)
    page.wait_for_timeout(3000)
    rows = page.eval_on_selector_all(
        ".fl-rows > .fl-row", "rows => rows.map((row) => [row.dataset.flId, row.dataset.flNumber])"
    )
    prefixes = _tenants(context)
    return [(prefixes[number.rpartition("-")[0]], incident_id) for incident_id, number in rows]


def _tenants(context: Context) -> dict[str, str]:
    """Number prefix → client."""
    found = context.desk.provider.all_of("/tenants", "tenants")
    return {each["number_prefix"]: each["tenant_id"] for each in found}


def _chromium() -> str:
    # The one with windows first: it is what people have.
    names = (
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chromium-headless-shell",
    )
    path = next(filter(None, map(shutil.which, names)), None)
    if not path:
        raise Void("Chromium is not installed")
    return path
