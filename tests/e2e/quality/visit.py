"""One person's visit to one state of a page: everything about it is looked at, and every fault told at once."""

from collections import defaultdict
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.quality import eyes, markup
from tests.e2e.quality.table import State
from tests.e2e.quality.world import World

PICTURES = Path(__file__).resolve().parents[3] / "test-results" / "pages"
# The low one has less room than a conversation needs: a page that cannot scroll cannot keep its reader's place.
A_LINE = 24  # px: less is not lost by the eye
# Each window and each light once, for people to look at: to draw all four took a tenth of a visit.
PICTURED = frozenset({("desk", "light"), ("phone", "dark")})
WINDOWS = {"desk": (1440, 900), "phone": (390, 844), "low": (1280, 560)}
# Title → the rule that has it, for each language: two pages of one name cannot be told apart in a row of tabs.
_titles: dict[str, dict[str, str]] = defaultdict(dict)


def visit_and_tell(world: World, state: State, language: str) -> None:
    """Fails with every fault that was found."""
    visit = Visit(world, state, language)
    # In its second language a page is the same page with longer words: they are looked at where there is least room.
    for window in ["desk", "phone"] if language == "en" else ["phone"]:
        visit.look(window)
    if language == "en" and state.news:
        visit.hear_news()
    if visit.faults:
        pytest.fail("\n".join([visit.address, *visit.faults]), pytrace=False)


class Visit:
    """One person's visit to one state of a page."""

    def __init__(self, world: World, state: State, language: str) -> None:
        self.world, self.state, self.language = world, state, language
        self.page: Page = world.page(state.who, language)
        self.address = state.address if isinstance(state.address, str) else state.address(world)
        self.faults: list[str] = []
        world.complaints.clear()

    def look(self, window: str) -> None:
        """Opens it in a window of this size and looks at everything."""
        source = self._open(window)
        if window == "desk" or self.language != "en":
            self._source(source)
        self._say(window, [*eyes.repeated_ids(self.page), *eyes.too_wide(self.page)])
        self._in_both_lights(window)
        self._say(window, eyes.shifted(self.page))
        if self.language == "en":
            self._say(window, eyes.keyboard(self.page))
        if window == "phone":
            self._narrow()
        self._say(window, [*eyes.refused(self.page), *self.world.complaints])
        self.world.complaints.clear()

    def hear_news(self) -> None:
        """Something happens elsewhere while somebody writes: it shows, and nothing moves that need not."""
        self._open("low")
        field = self.page.locator("main textarea:visible")
        if field.count():
            field.first.focus()
        before = len(self.page.evaluate("flEyes.shifts"))
        place = self.page.evaluate("flEyes.placeOfFocus()")
        assert self.state.news
        self.state.news(self.world)
        expect(self.page.locator("main")).to_contain_text(self.state.told, timeout=15_000)
        eyes.settled(self.page)
        self.page.evaluate("(many) => flEyes.shifts.splice(0, many)", before)
        moved = self.page.evaluate("flEyes.placeOfFocus()") - place
        if abs(moved) > A_LINE:
            self.faults.append(f"news: what somebody is typing in has moved by {moved:.0f} px")
        self._say("news", [*eyes.shifted(self.page), *eyes.repeated_ids(self.page), *self.world.complaints])

    def _open(self, window: str) -> str:
        width, height = WINDOWS[window]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme="light")
        answer = self.page.goto(self.world.base_of(self.state.who) + self.address)
        # A visit may take longer than the list waits until it lays itself out anew.
        self.page.evaluate("document.querySelector('[data-fl-rows]')?.setAttribute('data-fl-idle', '3600')")
        assert answer and answer.status == self.state.status, f"{self.address}: {answer and answer.status}"
        source = answer.text()
        eyes.settled(self.page)
        if self.state.show:
            self._say(window, eyes.shifted(self.page))
            self.state.show(self.page, self.world)
            eyes.settled(self.page)
            # What moves because somebody did something has moved on purpose.
            self.page.evaluate("flEyes.shifts.length = 0")
        return source

    def _source(self, text: str) -> None:
        title = markup.title_of(text)
        own = title.split(" · ")[0]
        if not own:
            self.faults.append("no title")
        elif _titles[self.language].setdefault(title, self.state.rule) != self.state.rule:
            self.faults.append(f"{_titles[self.language][title]} has the title “{title}”, too")
        if f'lang="{self.language}"' not in text[:300]:
            self.faults.append(f"not in {self.language}")
        self._say("source", markup.faults_of(text))

    def _in_both_lights(self, window: str) -> None:
        # Another language has no other colors.
        for scheme in ("light", "dark") if self.language == "en" else ("light",):
            self.page.emulate_media(color_scheme=scheme)
            if (window, scheme) in PICTURED or self.language != "en":
                self._picture(window, scheme)
            self._say(f"{window} {scheme}", eyes.axe(self.page, colors_alone=scheme == "dark"))
        self.page.emulate_media(color_scheme="light")

    def _narrow(self) -> None:
        self.page.set_viewport_size({"width": eyes.NARROWEST, "height": 640})
        self._say(f"{eyes.NARROWEST} px", eyes.too_wide(self.page))

    def _picture(self, window: str, scheme: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        language = "" if self.language == "en" else f"-{self.language}"
        path = PICTURES / f"{self.state.name}-{window}-{scheme}{language}.jpg"
        # Looked at by people, compared by nobody: to write it without loss took twice as long.
        self.page.screenshot(path=path, type="jpeg", quality=90, full_page=True, animations="disabled")

    def _say(self, where: str, faults: list[str]) -> None:
        self.faults += [f"{where}: {fault}" for fault in faults]
