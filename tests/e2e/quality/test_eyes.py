"""The harness sees what is wrong: each fault is planted, and found."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.quality import eyes, markup

pytestmark = pytest.mark.browser

GOOD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>'
    '<link rel="expect" href="#end" blocking="render"></head><body>'
    '<main id="m"><h1>A page</h1>%s</main><div id="end"></div></body></html>'
)
ADDRESS = "http://planted.localhost/"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 600})
    eyes.watch(context)
    yield context.new_page()
    context.close()


def planted(page: Page, body: str) -> Page:
    """Opens a page with this in it, under our policy."""
    headers = {"Content-Security-Policy": "style-src 'self'", "Content-Type": "text/html"}
    page.unroute_all()
    page.route("**/*", lambda route: route.fulfill(body=GOOD % body, headers=headers))
    page.goto(ADDRESS)
    eyes.settled(page)
    return page


def test_a_good_page_has_no_faults(page: Page) -> None:
    body = '<p><a href="/">Away</a> <button type="button">Do it</button></p>'
    planted(page, body)
    found = [*eyes.axe(page), *eyes.shifted(page), *eyes.refused(page), *eyes.repeated_ids(page)]
    assert [*found, *eyes.too_wide(page), *eyes.keyboard(page), *markup.faults_of(GOOD % body)] == []


def test_a_broken_rule_of_axe_is_told(page: Page) -> None:
    assert any("label" in fault for fault in eyes.axe(planted(page, '<input type="text">')))


def test_a_refused_style_is_told(page: Page) -> None:
    assert eyes.refused(planted(page, '<p style="color: red">Red</p>'))


def test_an_id_used_twice_is_told_in_source_and_page(page: Page) -> None:
    body = '<p id="a">1</p><p id="a">2</p>'
    assert eyes.repeated_ids(planted(page, body)) and markup.faults_of(GOOD % body)


@pytest.mark.parametrize("gone", ['href="#end"', ' blocking="render"', '<div id="end"></div>'])
def test_a_page_that_is_drawn_by_halves_is_told(gone: str) -> None:
    assert any("before its end" in fault for fault in markup.faults_of((GOOD % "").replace(gone, "")))


def test_a_page_wider_than_the_window_is_told(page: Page) -> None:
    planted(page, "<pre>%s</pre>" % ("wide " * 60))
    assert "wider than the window" in eyes.too_wide(page)[0]


def test_what_moves_by_itself_is_told(page: Page) -> None:
    planted(page, "<div id=top></div><p>%s</p>" % ("Words. " * 200))
    page.evaluate("document.getElementById('top').style.height = '300px'")
    eyes.settled(page)
    assert "layout shift" in eyes.shifted(page)[0]


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("b.style.outline = 'none'", "focus cannot be seen"),
        ("b.tabIndex = -1", "taken out of the Tab order"),
        ("b.style.cssText = 'position: absolute; left: -900px'", "outside of the window"),
        ("c.style.cssText = 'position: fixed; inset: 0; background: white'", "lies behind"),
        ("b.addEventListener('focus', () => b.blur())", "Tab does not reach"),
    ],
)
def test_what_the_keyboard_cannot_use_is_told(page: Page, script: str, fault: str) -> None:
    planted(page, '<button id="b" type="button">Do it</button><div id="c"></div>')
    page.evaluate(f"() => {{ {script} }}")
    assert any(fault in each for each in eyes.keyboard(page))


@pytest.mark.parametrize(
    "body",
    [
        "<p><div>Block in words</div></p>",
        "<ul><p>No item</p></ul>",
        "<button type=button><a href='/'>Two in one</a></button>",
        "<span><ul><li>List in words</li></ul></span>",
        "<label for='nowhere'>Nothing</label>",
        "<h1>Second</h1>",
        "<b><i>Crossed</b></i>",
        "<p onclick='x()'>Inline</p>",
    ],
)
def test_markup_that_is_not_valid_is_told(body: str) -> None:
    assert markup.faults_of(GOOD % body)
