"""What is looked at on every page as it stands in the browser; each question answers with its faults in words."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page

HERE = Path(__file__).parent
_AXE = HERE.parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Both together, over everything that moved without anybody's doing (web.dev/cls calls 0.1 good).
MOST_SHIFT = 0.01
NARROWEST = 320  # WCAG 1.4.10 (reflow)
_ALL_RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# Of all rules these alone depend on light or dark.
_COLOR_RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


def watch(context: BrowserContext) -> None:
    """Every page of this context is watched from its first moment."""
    context.add_init_script(path=HERE / "eyes.js")


def settled(page: Page) -> None:
    """Until fonts are there, what is alive is connected, and two frames have been painted."""
    page.evaluate("document.fonts.ready.then(() => true)")
    live = page.locator("[data-fl-live]:not([data-fl-live=live])[data-fl-live]")
    if page.locator(".fl-console [data-fl-live]").count():
        live.first.wait_for(state="detached", timeout=15_000)
    page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
    )


def axe(page: Page, colors_alone: bool = False) -> list[str]:
    """Broken rules of axe-core."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text())
    found = page.evaluate(
        "(how) => axe.run(document, how).then((all) => all.violations)",
        _COLOR_RULES if colors_alone else _ALL_RULES,
    )
    return [
        f"axe {broken['id']}: {node['target']} {node['html'][:160]} {node.get('failureSummary', '')}"
        for broken in found
        for node in broken["nodes"]
    ]


def shifted(page: Page) -> list[str]:
    """What moved by itself since the page began, if it moved too far."""
    shifts = page.evaluate("flEyes.shifts")
    total = sum(each["value"] for each in shifts)
    if total <= MOST_SHIFT:
        return []
    worst = sorted(shifts, key=lambda each: -each["value"])[:3]
    return [f"layout shift {total:.3f}: " + "; ".join(f"{w['value']:.3f} {w['who']}" for w in worst)]


def refused(page: Page) -> list[str]:
    """What the content security policy refused."""
    return [f"policy: {each}" for each in page.evaluate("flEyes.policy")]


def repeated_ids(page: Page) -> list[str]:
    """Ids that stand more than once in the page as its scripts have made it."""
    return page.evaluate("flEyes.repeatedIds()")


def too_wide(page: Page) -> list[str]:
    """Whether anything makes a person scroll sideways."""
    return page.evaluate("flEyes.tooWide()")


def keyboard(page: Page) -> list[str]:
    """Everything that can be used is reached by Tab, and it shows where one is."""
    many = page.evaluate("flEyes.beginWalk()")
    # Beginning anywhere, Tab leads through the rest, the browser's own frame, and what stood before.
    for strokes in (many, 5, many, 5):
        for _ in range(strokes):
            page.keyboard.press("Tab")
        passed = page.evaluate("flEyes.glance()")
        if passed == many:
            return page.evaluate("(many) => flEyes.endWalk([...Array(many).keys()])", many)
        if passed < 0:
            break
    return _step_by_step(page)


def _step_by_step(page: Page) -> list[str]:
    many = page.evaluate("flEyes.beginWalk()")
    places: set[int] = set()
    faults = []
    for _ in range(2 * many + 10):
        if len(places) == many:
            break
        page.keyboard.press("Tab")
        here = page.evaluate("flEyes.step()")
        if here["place"] >= 0 and here["place"] not in places:
            places.add(here["place"])
            if here["fault"]:
                faults.append(here["fault"])
    return faults + page.evaluate("(places) => flEyes.endWalk(places)", sorted(places))
