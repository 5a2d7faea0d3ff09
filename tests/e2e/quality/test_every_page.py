"""The table names every page, and every state has a name of its own."""

from types import SimpleNamespace
from typing import Any

from services.gateway.main import create_app
from tests.e2e.quality.table import NOT_PAGES, STATES


def test_no_page_is_missing_from_the_table() -> None:
    parts: Any = SimpleNamespace(settings=SimpleNamespace(max_body_bytes=1, trusted_proxies=0))
    there = {
        rule.rule
        for rule in create_app(parts).url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }
    visited = {state.rule for state in STATES if state.rule.startswith("/")}
    assert there - visited - set(NOT_PAGES) == set(), "new pages need a line in tests/e2e/quality/table.py"
    assert (visited | set(NOT_PAGES)) - there == set(), "the table names pages that are no more"
    assert visited & set(NOT_PAGES) == set()


def test_every_picture_has_a_name_of_its_own() -> None:
    names = [state.name for state in STATES]
    assert len(set(names)) == len(names)
