"""Where lines of an incident are chosen for a new one: by forms alone, with what would happen said before it does."""

from tests.component.gateway_console.pages import HTML, page_of, text_of
from tests.harness.console import ANA, Console
from tests.harness.gateway import ACME


def test_lines_are_chosen_looked_at_and_split_off(console: Console):
    tom = console.as_person("per_tom")
    here = f"/console/incidents/{console.incident.number}/split"
    tree = page_of(tom, here, "Split ACME-1042")
    offered = [each.get("value") for each in tree.iter(f"{HTML}input") if each.get("name") == "line"]
    assert len(offered) == 4, "what was said, and nothing of what happened"
    assert "Choose at least one line, and a title." in text_of(page_of(tom, f"{here}?title=", "Split"))
    preview = page_of(
        tom, f"{here}?line={offered[3]}&line={offered[2]}&title=Firewall+log", "Split ACME-1042"
    )
    said = text_of(preview)
    assert "A new incident: Firewall log" in said and "Ana Ruiz" in said and "Internal note" in said
    (form,) = (each for each in preview.iter(f"{HTML}form") if each.get("action") == here)
    hidden = {each.get("name"): each.get("value") or "" for each in form.iter(f"{HTML}input")}
    sent = tom.post(here, data=hidden)
    assert sent.headers["location"] == "/console/incidents/ACME-1042?done=split"
    name, asked = console.workshop.commands[-1]
    assert name == "Split"
    assert [*asked.entry_ids] == [offered[2], offered[3]] and asked.default_participants
    assert asked.title == "Firewall log" and asked.idempotency_key and asked.revision


def test_a_line_that_went_on_elsewhere_says_where_and_a_copy_when_it_was_said(console: Console):
    one = console.workshop.opened(ACME, "Two matters", ANA, "First.", channel="portal", verified=True)
    said = console.workshop.happen(one, "replied", "Second.", actor=ANA)
    console.workshop.happen(one, "split_off", visible=False, number="ACME-77", lines=said.entry_id)
    times = {"original_time": "2026-03-02T09:30:00+00:00"}
    console.workshop.happen(one, "copied", "Third.", actor=ANA, **times)
    shown = text_of(page_of(console.as_person("per_tom"), f"/console/incidents/{one.number}", one.number))
    assert "also in ACME-77" in shown and "1 line goes on in ACME-77, too" in shown
    assert "said 2 March" in shown and "copied here" in shown
