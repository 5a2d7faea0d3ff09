"""The pure parts of the console's scripts, run by Node; where there is none the browser tests show them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).resolve().parents[3] / "services" / "gateway" / "static" / "js" / "console"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="Node is not installed")
WORDS = {
    "seconds": "less than 1 min",
    "minutes": "%(num)s min",
    "hours": "%(num)s h",
    "days": "%(num)s d",
    "left": "left",
    "late": "%(time)s late",
}
ROW = {
    "state": "assigned",
    "tenant_id": "ten_acme",
    "priority": "P2",
    "assignment_group_id": "grp_net",
    "assignee_id": "per_tom",
    "sla_state": "ok",
    "title": "Réseau lent à l’étage",
    "number": "ACME-12",
    "requester_name": "Ana Ruiz",
    "needs_dispatcher": False,
}
VIEW = {"tab": "all", "tenant": [], "priority": [], "state": [], "group": "", "assignee": "", "query": ""}


def run(module: str, expression: str, **given: Any) -> Any:
    """What an expression over a module's exports gives."""
    script = (
        f"import * as m from {json.dumps((STATIC / module).as_uri())};"
        f"const given = {json.dumps(given)};"
        f"process.stdout.write(JSON.stringify({expression}));"
    )
    command = [NODE, "--input-type=module", "-e", script]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=20)
    return json.loads(done.stdout)


def test_lengths_of_time_are_said_as_the_server_says_them(monkeypatch: pytest.MonkeyPatch):
    from services.gateway.pages.console import spans

    monkeypatch.setattr(spans, "span_words", lambda: WORDS)
    lengths = [0, 59, 60, 61, 3599, 3600, 3660, 7500, 86399, 86400, 90000, 90060, 400_000, -125, -86_460]
    by_script = run(
        "spans.js", "given.lengths.map((each) => m.span(each, given.words))", lengths=lengths, words=WORDS
    )
    assert by_script == [spans.span(length) for length in lengths]
    assert by_script[7] == "2 h 5 min" and by_script[9] == "1 d"


@pytest.mark.parametrize(
    ("word", "due", "expected"),
    [
        ("ok", 3_600_000, {"word": "ok", "text": "1 h left"}),
        ("at_risk", 90_000, {"word": "at_risk", "text": "1 min left"}),
        ("ok", -1, {"word": "breached", "text": "less than 1 min late"}),
        ("breached", -120_000, {"word": "breached", "text": "2 min late"}),
    ],
)
def test_a_clock_past_its_due_time_is_late_whoever_said_what(word: str, due: int, expected: dict[str, str]):
    face = run(
        "spans.js", "m.clockFace(given.word, given.due, 0, given.words)", word=word, due=due, words=WORDS
    )
    assert face == expected


@pytest.mark.parametrize(
    ("change", "view", "expected"),
    [
        ({}, {}, True),
        ({"state": "resolved"}, {}, False),
        ({"state": "on_hold"}, {}, True),
        ({}, {"tab": "mine"}, True),
        ({"assignee_id": "per_tia"}, {"tab": "mine"}, False),
        ({}, {"tab": "unassigned"}, False),
        ({"assignee_id": ""}, {"tab": "unassigned"}, True),
        ({}, {"tab": "risk"}, False),
        ({"sla_state": "breached"}, {"tab": "risk"}, True),
        ({"needs_dispatcher": True}, {"tab": "dispatcher"}, True),
        ({}, {"tab": "dispatcher"}, False),
        ({}, {"tenant": ["ten_lumen"]}, False),
        ({}, {"tenant": ["ten_lumen", "ten_acme"], "priority": ["P2"], "group": "grp_net"}, True),
        ({}, {"priority": ["P1"]}, False),
        ({"state": "on_hold"}, {"tab": "waiting"}, True),
        ({}, {"tab": "waiting"}, False),
        ({"state": "closed"}, {"state": ["closed", "resolved"]}, True),
        ({}, {"assignee": "me", "sla": ["ok"]}, True),
        ({}, {"assignee": "none"}, False),
        ({}, {"assignee": "per_tia"}, False),
        ({"kind": "incident", "channel": "email"}, {"kind": ["incident"], "channel": ["email"]}, True),
        ({}, {"needs": "dispatcher"}, False),
        ({}, {"query": "reseau etage"}, True),
        ({}, {"query": "acme ruiz"}, True),
        ({}, {"query": "printer"}, False),
        ({"requester_name": None}, {"query": "acme"}, True),
    ],
)
def test_a_live_row_belongs_where_triage_would_list_it(
    change: dict[str, Any], view: dict[str, Any], expected: bool
):
    entry = {**ROW, **change}
    assert (
        run("matches.js", "m.matches(given.entry, given.view, 'per_tom')", entry=entry, view={**VIEW, **view})
        is expected
    )
