"""The console's pages, in every important state, as people meet them: light and dark, at a desk and on a phone.

    pytest tests/e2e/quality -k console-incident        one state
    test-results/pages/console-incident-phone-dark.jpg  what it looked like

Of each: title, valid HTML, unique ids, the policy, the console, axe, layout shift, no scrolling sideways, the keyboard.
"""

import pytest

from tests.e2e.quality.table import STATES, State
from tests.e2e.quality.visit import visit_and_tell
from tests.e2e.quality.world import World

pytestmark = pytest.mark.browser

VISITS = [(state, language) for state in STATES for language in state.languages if state.is_of_the_console]


@pytest.mark.parametrize(
    ("state", "language"), VISITS, ids=[f"{state.name}-{lang}" for state, lang in VISITS]
)
def test_a_page_is_as_it_ought_to_be(world: World, state: State, language: str) -> None:
    visit_and_tell(world, state, language)
