"""Live updates over real server-sent events, from a real stream."""

import pytest

from fairlead.incidents.v1 import events_pb2 as incident_events
from tests.component.gateway.conftest import Running
from tests.component.gateway.listening import Browser
from tests.harness.announcer import Announcer
from tests.harness.gateway import ACME, EVIL, LUMEN, NORTH, RIVAL
from tests.harness.waiting import wait_until


def test_a_technician_hears_of_every_row_of_their_clients_alone(running: Running, announcer: Announcer):
    everywhere = Browser(running, "/live/queue", running.cookies("per_tom"))
    acme_only = Browser(running, "/live/queue", running.cookies("per_tia"))
    rival = Browser(running, "/live/queue", running.cookies("per_eve"))
    announcer.row(ACME, "inc_1", priority="PRIORITY_P1")
    announcer.row(LUMEN, "inc_2")
    announcer.row(EVIL, "inc_3", provider_id=RIVAL)
    announcer.row(ACME, "inc_4")
    wait_until(lambda: len(everywhere.incidents()) == 3)
    wait_until(lambda: len(acme_only.incidents()) == 2 and rival.incidents())
    assert everywhere.incidents() == ["inc_1", "inc_2", "inc_4"]
    assert acme_only.incidents() == ["inc_1", "inc_4"]
    assert rival.incidents() == ["inc_3"]
    row = everywhere.named("queue_entry")[0]
    assert row["priority"] == "P1" and row["state"] == "new" and row["needs_dispatcher"] is False


def test_a_browser_that_reconnects_gets_what_it_missed_once(running: Running, announcer: Announcer):
    first = announcer.row(ACME, "inc_1")
    announcer.row(ACME, "inc_2")
    headers = {**running.cookies("per_tom"), "Last-Event-ID": str(first)}
    wait_until(lambda: Browser(running, f"/live/queue?after={first}", headers).incidents() == ["inc_2"])
    browser = Browser(running, "/live/queue", headers)
    announcer.row(ACME, "inc_3")
    wait_until(lambda: "inc_3" in browser.incidents())
    assert browser.incidents() == ["inc_2", "inc_3"] and not browser.named("resync")


@pytest.mark.parametrize("left_off", ["9999999", "0"])
def test_a_browser_whose_place_is_unknown_is_told_to_begin_anew(
    running: Running, announcer: Announcer, left_off: str
):
    for number in range(3):
        announcer.row(ACME, f"inc_{number}")
    feed_told = Browser(running, "/live/queue", running.cookies("per_tom"))
    announcer.row(ACME, "inc_last")
    wait_until(lambda: "inc_last" in feed_told.incidents())
    browser = Browser(running, "/live/queue", {**running.cookies("per_tom"), "Last-Event-ID": left_off})
    if left_off == "0":  # everything since the stream began is still known
        wait_until(lambda: len(browser.incidents()) == 4)
    else:
        wait_until(lambda: browser.named("resync"))


def test_a_stream_that_is_rebuilt_makes_browsers_begin_anew(running: Running, announcer: Announcer):
    browser = Browser(running, "/live/queue", running.cookies("per_tom"))
    announcer.row(ACME, "inc_1")
    announcer.row(ACME, "inc_2")
    wait_until(lambda: len(browser.incidents()) == 2)
    announcer.delete_streams()
    assert browser.ended.wait(20) and browser.named("resync")
    again = Browser(running, "/live/queue", running.cookies("per_tom"))
    announcer.row(ACME, "inc_3")
    wait_until(lambda: again.incidents() == ["inc_3"])


def test_an_idle_stream_sends_heartbeats(running: Running, announcer: Announcer):
    lines = []
    with running.live.stream("GET", "/live/queue", headers=running.cookies("per_tom")) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        for line in response.iter_lines():
            lines.append(line)
            if line.startswith(": "):
                return


def test_a_requester_hears_of_their_incident_but_not_of_internal_notes(
    running: Running, announcer: Announcer
):
    running.room.incidents.add(incident_id="inc_1", tenant_id=ACME)
    requester = Browser(running, "/live/incidents/inc_1", running.cookies("per_ana"))
    technician = Browser(running, "/live/incidents/ACME-1", running.cookies("per_tom"))
    announcer.happened("noted", incident_events.Noted, ACME, "inc_1")
    announcer.happened("replied", incident_events.Replied, ACME, "inc_other")
    announcer.happened("replied", incident_events.Replied, ACME, "inc_1")
    wait_until(lambda: requester.named("incident") and len(technician.named("incident")) == 2)
    assert [told["fact"] for told in requester.named("incident")] == ["replied"]
    assert [told["fact"] for told in technician.named("incident")] == ["noted", "replied"]
    assert requester.named("incident")[0]["revision"] == 3


@pytest.mark.parametrize(
    ("path", "person", "status"),
    [
        ("/live/queue", None, 401),
        ("/live/queue", "per_ana", 403),
        ("/live/incidents/inc_none", "per_ana", 404),
        ("/live/elsewhere", "per_tom", 404),
        ("/live/queue?tenant_id=ten_evil", "per_tom", 404),
    ],
)
def test_who_may_not_listen_is_told_why(running: Running, path: str, person: str | None, status: int):
    headers = running.cookies(person) if person else {}
    answer = running.live.get(path, headers=headers)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_only_our_own_pages_may_listen(running: Running):
    port = running.room.settings.http_port
    ours, theirs = f"http://127.0.0.1:{port}", "http://evil.example"
    refused = running.live.get("/live/queue", headers={**running.cookies("per_tom"), "Origin": theirs})
    assert refused.status_code == 403 and "Access-Control-Allow-Origin" not in refused.headers
    with running.live.stream(
        "GET", "/live/queue", headers={**running.cookies("per_tom"), "Origin": ours}
    ) as taken:
        assert taken.status_code == 200
        assert taken.headers["Access-Control-Allow-Origin"] == ours
        assert taken.headers["Access-Control-Allow-Credentials"] == "true"


def test_a_session_that_ends_ends_its_streams(
    running: Running, announcer: Announcer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("services.gateway.live.streams._SESSION_SECONDS", 0.1)
    browser = Browser(running, "/live/queue", running.cookies("per_tom"))
    running.room.gateway.sessions.end_all(NORTH, "per_tom")
    assert browser.ended.wait(10) and browser.named("signed_out")
