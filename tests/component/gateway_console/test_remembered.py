"""What the console's pages remember for a while; a file of its own, for a room that ends closes every channel."""

from pathlib import Path

from tests.component.gateway_console.pages import page_of, text_of
from tests.harness.console import console_room
from tests.harness.gateway import ACME


def test_articles_that_may_help_are_asked_for_once_for_the_same_text_language_and_grant(
    mongod: str, tmp_path: Path
):
    with console_room(mongod, "tconsolekept", tmp_path, caller_cache_seconds=30) as console:
        app, asked = console.room.app(), console.room.knowledge.requests["SuggestArticles"]

        def look(person: str, language: str = "en") -> int:
            browser, before = app.test_client(), len(asked)
            console.room.sign_in(browser, person)
            page = page_of(browser, f"/console/incidents/ACME-1042?lang={language}", "ACME-1042")
            assert "VPN disconnects: check these settings" in text_of(page)
            return len(asked) - before

        assert [look("per_tom"), look("per_tom"), look("per_tom", "fr")] == [1, 0, 1]
        # Whoever is granted less is answered by the service, not from what others were answered.
        assert look("per_tia") == 1
        assert console.room.knowledge.callers["SuggestArticles"][-1].tenant_ids == {ACME}
        console.incident.title = "VPN is back"
        assert look("per_tom") == 1
