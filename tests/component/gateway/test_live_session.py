"""One stream for all tabs of a browser, and who looks at what; over real streams, and between two replicas."""

from collections.abc import Iterator

import pytest

from fairlead.directory.v1 import events_pb2 as directory_events
from fairlead.directory.v1 import person_pb2
from fairlead.incidents.v1 import events_pb2 as incident_events
from services.gateway.main import start
from tests.component.gateway.conftest import Running
from tests.component.gateway.listening import Browser
from tests.component.gateway.test_endings import announce
from tests.harness.announcer import Announcer
from tests.harness.gateway import ACME, LUMEN
from tests.harness.servers import free_port
from tests.harness.waiting import wait_until

SESSION = "/live/session"


@pytest.fixture
def incidents(running: Running) -> None:
    for number, tenant_id in ((1, ACME), (2, LUMEN), (3, ACME)):
        running.room.incidents.add(incident_id=f"inc_{number}", tenant_id=tenant_id)


@pytest.fixture
def elsewhere(running: Running) -> Iterator[str]:
    """The address of a second replica of the live face."""
    port = free_port()
    replica = start(running.room.settings.model_copy(update={"http_port": 0, "live_port": port}))
    yield f"http://127.0.0.1:{port}"
    replica.stop()


def facts(browser: Browser) -> list[tuple[str, str]]:
    return [(told["incident_id"], told["fact"]) for told in browser.named("incident")]


def test_one_stream_carries_rows_and_whatever_incidents_the_tabs_show(
    running: Running, announcer: Announcer, incidents: None
):
    browser = Browser(
        running, f"{SESSION}?queue&incident=inc_1&incident=inc_none", running.cookies("per_tia")
    )
    assert browser.named("hello")[0]["incidents"] == ["inc_1"]
    announcer.happened("noted", incident_events.Noted, ACME, "inc_1")
    announcer.happened("noted", incident_events.Noted, ACME, "inc_3")
    announcer.row(ACME, "inc_1")
    wait_until(lambda: browser.incidents() and facts(browser))
    # Another tab opens another incident, and one that is not theirs: the stream goes on.
    answer = browser.shows(running, queue=["1"], incident=["inc_3", "inc_2"])
    assert answer.json() == {"queue": True, "incidents": ["inc_3"]}
    for incident_id, tenant_id in (("inc_1", ACME), ("inc_2", LUMEN), ("inc_3", ACME)):
        announcer.happened("replied", incident_events.Replied, tenant_id, incident_id)
    announcer.row(ACME, "inc_3")
    wait_until(lambda: len(facts(browser)) == 2 and len(browser.incidents()) == 2)
    assert facts(browser) == [("inc_1", "noted"), ("inc_3", "replied")]


def test_whoever_comes_back_gets_what_was_missed_of_both_kinds(
    running: Running, announcer: Announcer, incidents: None
):
    headers = running.cookies("per_tom")
    row = announcer.row(ACME, "inc_1")
    fact = announcer.happened("noted", incident_events.Noted, ACME, "inc_1")
    seen = Browser(running, f"{SESSION}?queue&incident=inc_1&after=0.0", headers)
    wait_until(lambda: seen.incidents() and facts(seen))
    announcer.row(ACME, "inc_3")
    announcer.happened("replied", incident_events.Replied, ACME, "inc_1")
    wait_until(lambda: len(facts(seen)) == 2 and len(seen.incidents()) == 2)
    again = Browser(running, f"{SESSION}?queue&incident=inc_1&after={row}.{fact}", headers)
    wait_until(lambda: again.named("replayed"))
    assert again.incidents() == ["inc_3"] and facts(again) == [("inc_1", "replied")]
    assert not again.named("resync")
    # Nothing is taken for heard before all of it was sent.
    assert [place for place, name, _ in again.told if place] == [f"{row + 1}.{fact + 1}"]


def test_a_requester_who_takes_part_no_more_hears_nothing_more(
    running: Running, announcer: Announcer, incidents: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("services.gateway.live.streams._SESSION_SECONDS", 0.1)
    browser = Browser(running, f"{SESSION}?tenant_id={ACME}&incident=inc_1", running.cookies("per_ana"))
    announcer.happened("replied", incident_events.Replied, ACME, "inc_1", revision=3)
    wait_until(lambda: browser.named("incident"))
    # The record itself says who takes part, event by event ...
    announcer.happened("replied", incident_events.Replied, ACME, "inc_1", revision=4, requester="per_mia")
    # ... and is asked now and then where nothing happens.
    del running.room.incidents.incidents["inc_1"]
    wait_until(lambda: browser.named("gone"))
    assert browser.named("gone") == [{"incident_id": "inc_1"}]
    assert [told["revision"] for told in browser.named("incident")] == [3]


def test_interests_are_changed_by_the_session_that_listens_alone(
    running: Running, announcer: Announcer, incidents: None
):
    browser = Browser(running, SESSION, running.cookies("per_ana"))
    listening = browser.headers
    browser.headers = running.cookies("per_tom")
    assert browser.shows(running, incident=["inc_2"]).status_code == 404
    browser.headers = {}
    assert browser.shows(running, incident=["inc_1"]).status_code == 401
    connection_id = browser.named("hello")[0]["connection_id"]
    unnamed = running.live.post(f"{SESSION}/{connection_id}", headers=listening)
    assert unnamed.status_code == 403
    browser.headers = listening
    assert browser.shows(running, queue=["1"], incident=["inc_1"]).json() == {
        "queue": False,
        "incidents": ["inc_1"],
    }


def test_a_worker_does_not_go_on_as_somebody_else(running: Running, announcer: Announcer):
    gateway, headers = running.room.gateway, running.cookies("per_tom")
    cookie = headers["Cookie"].partition("=")[2]
    tag = gateway.sessions.find(cookie).tag
    assert Browser(running, f"{SESSION}?session={tag}", headers).named("hello")
    refused = running.live.get(f"{SESSION}?session={tag}", headers=running.cookies("per_ada"))
    assert (refused.status_code, refused.json()["reason"]) == (401, "session_changed")


def test_staff_see_who_looks_and_who_types_on_every_replica_until_they_leave(
    running: Running, announcer: Announcer, incidents: None, elsewhere: str
):
    tia = Browser(running, f"{SESSION}?queue&incident=inc_1", running.cookies("per_tia"))
    ada = Browser(running, f"{SESSION}?queue", running.cookies("per_ada"), elsewhere)
    tia.shows(running, incident=["inc_1"], viewing=["inc_1"])
    wait_until(lambda: ada.present("inc_1") == ["Tia Tech"])
    # Interests reach the replica that holds the connection, whichever is asked.
    ada.shows(running, incident=["inc_1"], viewing=["inc_1"], typing=["inc_1"])
    wait_until(lambda: tia.present("inc_1") == ["Ada Admin types", "Tia Tech"])
    late = Browser(running, f"{SESSION}?queue", running.cookies("per_tom"))
    wait_until(lambda: late.present("inc_1") == ["Ada Admin types", "Tia Tech"])
    ada.shows(running, incident=["inc_1"], viewing=["inc_1"])
    wait_until(lambda: tia.present("inc_1") == ["Ada Admin", "Tia Tech"])
    tia.close()
    wait_until(lambda: ada.present("inc_1") == ["Ada Admin"])
    ada.shows(running)
    wait_until(lambda: late.present("inc_1") == [])


def test_presence_is_shown_to_granted_staff_alone(running: Running, announcer: Announcer, incidents: None):
    paths = {
        "per_tia": f"{SESSION}?queue&incident=inc_1&incident=inc_2",
        "per_eve": f"{SESSION}?queue&incident=inc_1&incident=inc_2",
        "per_ana": f"{SESSION}?incident=inc_1",
        "per_mia": f"{SESSION}?incident=inc_1&tenant_id={ACME}",
        # Staff who look at a client's portal see what the client sees.
        "per_ada": f"{SESSION}?incident=inc_1&tenant_id={ACME}",
    }
    others = {person: Browser(running, path, running.cookies(person)) for person, path in paths.items()}
    tom = Browser(running, f"{SESSION}?queue", running.cookies("per_tom"))
    shown = ["inc_1", "inc_2"]
    assert tom.shows(running, incident=shown, viewing=shown).json() == {"queue": False, "incidents": shown}
    wait_until(lambda: others["per_tia"].present("inc_1") == ["Tom Tech"])
    # Requesters look, too, and nobody is told.
    others["per_ana"].shows(running, incident=["inc_1"], viewing=["inc_1"])
    announcer.happened("replied", incident_events.Replied, ACME, "inc_1")
    wait_until(lambda: others["per_ana"].named("incident") and others["per_mia"].named("incident"))
    assert others["per_tia"].present("inc_2") is None
    for person in ("per_eve", "per_ana", "per_mia", "per_ada"):
        assert others[person].named("presence") == [], person
    assert tom.present("inc_1") == ["Tom Tech"]


def test_an_open_stream_follows_its_listeners_grants(
    running: Running, announcer: Announcer, incidents: None, nats: str
):
    tom = Browser(running, f"{SESSION}?queue", running.cookies("per_tom"))
    announcer.row(LUMEN, "inc_2")
    wait_until(lambda: tom.incidents() == ["inc_2"])
    person = running.room.directory.people["per_tom"]
    del person.grants[:]
    person.grants.append(person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", tenant_ids=[ACME]))
    announce(running, nats, "grant_changed", "per_tom", directory_events.GrantChanged(person=person))
    wait_until(lambda: tom.named("resync"), timeout=20)
    announcer.row(LUMEN, "inc_4")
    announcer.row(ACME, "inc_5")
    wait_until(lambda: "inc_5" in tom.incidents())
    assert tom.incidents() == ["inc_2", "inc_5"]
    # And it ends when nothing is left to listen to.
    person.state = person_pb2.PERSON_STATE_DISABLED
    announce(running, nats, "person_changed", "per_tom", directory_events.PersonChanged(person=person), 3000)
    assert tom.ended.wait(20) and tom.named("signed_out")
