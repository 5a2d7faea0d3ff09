"""What the console's pages show, to whom, and that nothing in them is more than text."""

import re

import pytest

from chassis.errors import Unavailable
from fairlead.sla.v1 import clock_pb2
from tests.component.gateway_console.pages import HTML, page_of, text_of
from tests.harness.console import ANA, Console, fill_queue
from tests.harness.gateway import ACME, LUMEN

XSS = "<img src=x onerror=alert(1)>\"'</script><script>alert(2)</script>"
PAGES = [
    ("/console", "Queue"),
    ("/console?tab=mine", "Queue"),
    ("/console?tab=risk&sort=due_time&priority=P2&query=vpn", "Queue"),
    ("/console?open=ACME-1042", "Queue"),
    ("/console/incidents/ACME-1042", "ACME-1042 VPN drops"),
    ("/console/admin", "Administration"),
    ("/console/admin/submissions/sub_1", "Printer"),
]


@pytest.mark.parametrize(("address", "title"), PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_whole_and_keeps_the_policy(console: Console, address: str, title: str, language: str):
    browser = console.as_person("per_ada")
    if language == "en":
        page_of(browser, address, title)
    else:
        mark = "&" if "?" in address else "?"
        tree = page_of(browser, f"{address}{mark}lang=fr", "")
        assert tree.get("lang") == "fr"


@pytest.mark.parametrize("address", [address for address, _ in PAGES])
def test_nobody_enters_without_signing_in(console: Console, address: str):
    answer = console.room.app().test_client().get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/login?next=%2Fconsole")


@pytest.mark.parametrize("person", ["per_ana", "per_mia"])
@pytest.mark.parametrize(
    "address", [*(address for address, _ in PAGES), "/console/queue.json", "/console/counts.json"]
)
def test_for_people_of_clients_there_is_no_console(console: Console, person: str, address: str):
    assert console.as_person(person).get(address).status_code == 404


def test_a_technician_finds_no_incident_of_a_client_that_is_not_granted(console: Console):
    console.workshop.opened(LUMEN, "Lumen's own", ("per_leo", "Leo"), number="LUMEN-7")
    assert console.as_person("per_tom").get("/console/incidents/LUMEN-7").status_code == 200
    for person in ("per_tia", "per_eve"):
        browser = console.as_person(person)
        missing = browser.get("/console/incidents/LUMEN-999999")
        hidden = browser.get("/console/incidents/LUMEN-7")
        assert (
            (hidden.status_code, hidden.json["reason"])
            == (missing.status_code, missing.json["reason"])
            == (404, "incident_not_found")
        )
        assert "Lumen's own" not in browser.get("/console?open=LUMEN-7").text
        assert "LUMEN-7" not in browser.get("/console").text


def test_administration_is_for_dispatchers_and_administrators(console: Console):
    assert console.as_person("per_tom").get("/console/admin").status_code == 200
    assert console.as_person("per_tia").get("/console/admin").status_code == 403
    assert "/console/admin" not in console.as_person("per_tia").get("/console").text


def test_a_row_says_who_what_where_and_until_when(console: Console):
    tree = page_of(console.as_person("per_tom"), "/console?query=ACME-1042", "Queue")
    rows = [e for e in tree.iter(f"{HTML}div") if e.get("data-fl-number") == "ACME-1042"]
    assert len(rows) == 1
    row = text_of(rows[0])
    for words in (
        "P2",
        "VPN drops every 10 minutes",
        "Ana Ruiz",
        "Acme Logistics",
        "In progress",
        "Tia Tech",
        "Network",
    ):
        assert words in row
    assert re.search(r"4[12] min left", row)
    assert {e.get("role") for e in rows[0]} == {"gridcell"}


def test_an_incident_shows_its_conversation_its_clocks_and_the_reasons(console: Console):
    text = text_of(page_of(console.as_person("per_tom"), "/console/incidents/ACME-1042", "ACME-1042"))
    for words in (
        "Hello, since this morning",
        "Internal note Tia Tech",
        "Checking the firewall log",
        "Rule “VPN and network” (“vpn”)",
        "Impact medium × urgency high",
        "First response Met",
        "Contract “Gold”, version 2.",
        "On hold",
        "VPN disconnects: check these settings",
        "ana@acme.example",
        "550 mailbox unavailable",
    ):
        assert words in text, words


def test_replies_and_notes_cannot_be_confused(console: Console):
    tree = page_of(console.as_person("per_tom"), "/console/incidents/ACME-1042", "ACME-1042")
    notes = [e for e in tree.iter(f"{HTML}li") if "fl-note" in e.get("class", "")]
    assert len(notes) == 1 and "Internal note" in text_of(notes[0])
    buttons = [text_of(e) for e in tree.iter(f"{HTML}button")]
    assert "Send to Ana Ruiz" in buttons and "Save internal note" in buttons


def test_what_people_write_is_text_and_nothing_else(console: Console):
    bad = console.workshop.opened(
        ACME, XSS, (ANA[0], XSS), XSS, number="ACME-666", assignee_name=XSS, channel=XSS, category=XSS
    )
    bad.assignment_decision.reason = XSS
    bad.hold.reason = XSS
    bad.state = 4
    for fact in ("replied", "noted", "held", "resolved", "unheard_of"):
        console.workshop.happen(bad, fact, XSS, actor=(ANA[0], XSS), reason=XSS, awaiting=XSS)
    browser = console.as_person("per_tom")
    for address in (
        "/console",
        "/console?open=ACME-666",
        "/console/incidents/ACME-666",
        f"/console?query={XSS}&tenant={XSS}",
    ):
        answer = browser.get(address, headers={"Accept": "text/html"})
        if answer.status_code != 200:
            continue
        assert "<img src=x" not in answer.text
        assert "<script>alert" not in answer.text and "</script><script>" not in answer.text
        tree = page_of(browser, address, "")
        assert not list(tree.iter(f"{HTML}img")) or all(
            "fairlead" in e.get("src") for e in tree.iter(f"{HTML}img")
        )
    del console.workshop.incidents[bad.incident_id]


def test_what_surrounds_an_incident_may_be_away(console: Console):
    room = console.room
    kept = [
        (fake, name, fake.answers[name])
        for fake, name in (
            (room.sla, "ExplainClocks"),
            (room.knowledge, "SuggestArticles"),
            (room.notify, "ListDeliveries"),
            (room.triage, "ListAssignmentGroups"),
        )
    ]
    for fake, name, _ in kept:
        fake.answers[name] = Unavailable("store_unavailable", "Away.")
    try:
        text = text_of(page_of(console.as_person("per_tom"), "/console/incidents/ACME-1042", "ACME-1042"))
        page_of(console.as_person("per_tom"), "/console", "Queue")
    finally:
        for fake, name, answer in kept:
            fake.answers[name] = answer
    assert "Checking the firewall log" in text
    assert (
        "The service levels cannot be read just now." in text
        and "Deliveries cannot be read just now." in text
    )


def test_a_client_without_a_contract_is_said_to_have_none(console: Console):
    kept = console.room.sla.answers["ExplainClocks"]
    console.room.sla.answers["ExplainClocks"] = clock_pb2.ClockSet(has_contract=False)
    try:
        text = text_of(page_of(console.as_person("per_tom"), "/console/incidents/ACME-1042", "ACME-1042"))
    finally:
        console.room.sla.answers["ExplainClocks"] = kept
    assert "This client has no contract: nothing is timed." in text


def test_more_rows_follow_without_gap_or_repetition(console: Console):
    fill_queue(console.workshop, 60)
    browser = console.as_person("per_tom")
    seen: list[str] = []
    address, pages = "/console", 0
    while address:
        answer = browser.get(address, headers={"HX-Request": "true"})
        seen += re.findall(r'data-fl-number="([^"]+)"', answer.text)
        more = re.search(r'href="([^"]+)" data-fl-more', answer.text)
        address, pages = (more.group(1).replace("&amp;", "&") if more else ""), pages + 1
    assert pages >= 2 and len(seen) == len(set(seen)) >= 61


def test_filters_and_tabs_stand_in_the_address_and_are_asked_of_triage(console: Console):
    browser = console.as_person("per_tom")
    tree = page_of(
        browser,
        f"/console?tab=dispatcher&tenant={ACME}&priority=P1&group=grp_net&query=vpn&sort=update_time",
        "Queue",
    )
    asked = console.room.triage.requests["ListQueue"][-1]
    wanted = asked.filter
    assert wanted.needs_dispatcher and list(wanted.tenant_ids) == [ACME] and list(wanted.priorities) == [1]
    assert wanted.assignment_group_id == "grp_net" and wanted.query == "vpn" and asked.sort == 3
    tabs = {e.get("data-fl-tab"): e.get("href") for e in tree.iter(f"{HTML}a") if e.get("data-fl-tab")}
    assert tabs["mine"].startswith("/console?tab=mine&tenant=ten_acme") and "sort=update_time" in tabs["all"]
    page_of(browser, "/console?tab=mine", "Queue")
    assert console.room.triage.requests["ListQueue"][-1].filter.assignee_id == "per_tom"


def test_scripts_get_rows_in_the_shape_of_live_ones(console: Console):
    answer = console.as_person("per_tom").get("/console/queue.json?query=ACME-1042")
    (row,) = answer.json["entries"]
    assert (row["state"], row["priority"], row["sla_state"], row["verified"]) == (
        "in_progress",
        "P2",
        "at_risk",
        True,
    )
    assert answer.json["tenants"] == {ACME: "Acme Logistics"} and answer.json["tabs"]["all"] == 1


def test_an_empty_queue_says_so_kindly(console: Console):
    assert "Nothing matches" in console.as_person("per_tom").get("/console?query=nosuchthing").text
    assert "Nothing is waiting for you" in console.as_person("per_ada").get("/console?tab=mine").text
