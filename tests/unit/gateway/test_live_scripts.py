"""The pure parts of the live connection's scripts, run by Node; the browser tests show the rest."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).resolve().parents[3] / "services" / "gateway" / "static" / "js"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="Node is not installed")


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


def test_events_are_read_however_the_network_cuts_them():
    text = 'retry: 2000\n\n: 2026\n\nid: 4.7\nevent: queue_entry\ndata: {"a":1}\n\ndata: one\ndata: two\n\n'
    read = "(() => { const all = []; const take = m.reader((e) => all.push(e)); given.cuts.forEach(take); return all; })()"
    whole = run("live/events.js", read, cuts=[text])
    assert whole == [
        {"event": "queue_entry", "data": '{"a":1}', "id": "4.7"},
        {"event": "message", "data": "one\ntwo", "id": ""},
    ]
    assert run("live/events.js", read, cuts=list(text)) == whole


def test_what_tabs_want_is_put_together():
    tabs = [
        {"queue": True, "incidents": [], "viewing": [], "typing": []},
        {"queue": False, "incidents": ["b"], "viewing": ["b"], "typing": []},
        {"queue": False, "incidents": ["a", "b"], "viewing": [], "typing": ["a"]},
    ]
    wanted = run("live/interests.js", "m.union(given.tabs)", tabs=tabs)
    assert wanted == {"queue": True, "incidents": ["a", "b"], "viewing": ["b"], "typing": ["a"]}
    assert run("live/interests.js", "m.fields(m.union(given.tabs)).toString()", tabs=tabs) == (
        "queue=1&incident=a&incident=b&viewing=b&typing=a"
    )
    covers = "given.tabs.map((tab) => m.covers({queue: false, incidents: ['a', 'b']}, tab))"
    assert run("live/interests.js", covers, tabs=tabs) == [False, True, True]
    for_whom = "given.tabs.map((tab) => ['queue_entry', 'presence', 'incident'].map((name) => m.isFor(tab, name, {incident_id: 'a'})))"
    assert run("live/interests.js", for_whom, tabs=tabs) == [
        [True, True, False],
        [False, False, False],
        [False, True, True],
    ]


def rows(*entries: tuple[str, str, str | None, str, float | None]) -> list[dict[str, Any]]:
    names = ("incident_id", "priority", "due_time", "update_time", "breach_risk")
    return [{name: value for name, value in zip(names, entry, strict=True) if value} for entry in entries]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("priority", "cabd"), ("due_time", "bcad"), ("update_time", "dcba"), ("breach_risk", "bacd")],
)
def test_rows_stand_as_triage_lists_them(sort: str, expected: str):
    entries = rows(
        ("a", "P1", "2026-05-01T12:00:00.500Z", "2026-05-01T08:00:00Z", 0.3),
        ("b", "P2", "2026-05-01T09:00:00Z", "2026-05-01T09:00:00Z", 0.3),
        ("c", "P1", "2026-05-01T12:00:00Z", "2026-05-01T10:00:00Z", None),
        ("d", "P3", None, "2026-05-01T11:00:00Z", None),
    )
    sorted_ = "given.entries.sort(m.comparison(given.sort)).map((each) => each.incident_id).join('')"
    assert run("console/order.js", sorted_, entries=entries, sort=sort) == expected


@pytest.mark.parametrize(("one", "place"), [(0, 0), (1, 1), (2, 3), (3, 3), (9, 4)])
def test_a_new_row_has_its_place_among_those_that_stand(one: int, place: int):
    among = "m.placeAmong(given.sorted, given.one, (one, other) => one - other)"
    assert run("console/order.js", among, sorted=[1, 2, 2, 5], one=one) == place
