"""What stands around the queue: saved views, one action over many, the palette's search, a client's color, preferences."""

import re
from datetime import timedelta

from chassis.clock import now
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1.queue_service_pb2 import QUEUE_SORT_BREACH_RISK
from services.gateway.pages.dots import COLORS, SHAPES
from tests.component.gateway_console.pages import HTML, checked, page_of, post, text_of
from tests.harness.console import ANA, Console, fill_queue
from tests.harness.gateway import ACME, EVIL, LUMEN, NORTH


def view_id_of(answer) -> str:
    assert answer.status_code == 303, answer.text[:300]
    return answer.headers["Location"].removeprefix("/console?view=")


def opened(console: Console, number: str, tenant: str = ACME, **more) -> incident_pb2.Incident:
    return console.workshop.opened(tenant, f"About {number}", ANA, number=number, **more)


# ---- saved views


def test_filters_are_saved_under_a_name_and_found_again(console: Console):
    browser = console.as_person("per_tom")
    answer = post(
        browser, "/console/views", name="Acme urgent", tab="mine", tenant=ACME,
        priority=["P1", "P2"], sort="due_time",
    )  # fmt: skip
    view_id = view_id_of(answer)
    tree = page_of(browser, f"/console?view={view_id}", "Queue: Acme urgent")
    asked = console.room.triage.requests["ListQueue"][-1]
    assert list(asked.filter.tenant_ids) == [ACME] and list(asked.filter.priorities) == [1, 2]
    assert asked.filter.assignee_id == "per_tom" and asked.sort == 2
    chips = [text_of(e) for e in tree.iter(f"{HTML}a") if e.get("data-fl-chip")]
    assert chips == ["Client: Acme Logistics", "Priority: P1 Critical", "Priority: P2 High", "Assignee: Me"]
    assert "Acme urgent" in text_of(tree) and view_id in browser.get("/console/counts.json").json["tabs"]
    # Taking a chip away shows the rest, and offers to save that.
    away = next(e.get("href") for e in tree.iter(f"{HTML}a") if e.get("data-fl-chip") == "tenant")
    edited = page_of(browser, away, "Queue: Acme urgent")
    assert "edited" in text_of(edited) and not console.room.triage.requests["ListQueue"][-1].filter.tenant_ids
    post(browser, f"/console/views/{view_id}", name="Urgent", view=view_id, edited="1", priority="P1")
    kept = console.workshop.views.kept[view_id][1]
    assert (kept.name, list(kept.filter.priorities), list(kept.filter.tenant_ids)) == ("Urgent", [1], [])
    assert post(browser, f"/console/views/{view_id}/delete").headers["Location"] == "/console"
    assert browser.get(f"/console?view={view_id}").status_code == 404


def test_the_queue_by_chance_shows_what_each_chance_rests_on(console: Console):
    likely, late = opened(console, "ACME-8101"), opened(console, "ACME-8102")
    for incident in (likely, late, opened(console, "ACME-8103")):
        console.workshop.clocks[incident.incident_id] = ("ok", now() + timedelta(hours=2))
    console.workshop.chances |= {likely.incident_id: (0.348, 40, 14), late.incident_id: (0.9, 40, 14)}
    console.workshop.clocks[late.incident_id] = ("breached", now() - timedelta(minutes=1))
    browser = console.as_person("per_tom")

    def risks(address: str) -> list[tuple[str, str] | None]:
        tree = page_of(browser, address, "")
        marks = [e for e in tree.iter(f"{HTML}span") if e.get("data-fl") == "risk"]
        # The last one is the blank row's, which scripts fill.
        return [None if "hidden" in e.attrib else (text_of(e), e.get("title")) for e in marks[:3]]

    english = risks("/console?query=About+ACME-81&sort=breach_risk")
    assert console.room.triage.requests["ListQueue"][-1].sort == QUEUE_SORT_BREACH_RISK
    basis = "Chance of a breach: 35%. Of 40 similar incidents of this client, 14 breached."
    assert english == [None, ("35%", f"Resolution – {basis}"), None]
    (_, (chance, text), _) = risks("/console?query=About+ACME-81&sort=breach_risk&lang=fr")
    assert (chance, text.split()[:4]) == ("35 %", ["Résolution", "–", "Risque", "de"])


def test_a_private_view_is_nobody_elses(console: Console):
    view_id = view_id_of(post(console.as_person("per_tom"), "/console/views", name="Toms"))
    for person in ("per_tia", "per_ada"):
        browser = console.as_person(person)
        assert browser.get(f"/console?view={view_id}").status_code == 404
        assert post(browser, f"/console/views/{view_id}", name="Mine").status_code == 404
        assert post(browser, f"/console/views/{view_id}/delete").status_code == 404
        assert "Toms" not in browser.get("/console").text


def test_who_may_not_share_is_not_offered_to_and_is_refused(console: Console):
    view_id = view_id_of(post(console.as_person("per_tom"), "/console/views", name="All", shared="1"))
    tia = console.as_person("per_tia")
    page = page_of(tia, f"/console?view={view_id}", "Queue: All")
    assert "Change this view" not in text_of(page) and "Share with all staff" not in text_of(page)
    assert post(tia, "/console/views", name="Tias", shared="1").status_code == 403


def test_a_view_that_cannot_be_saved_says_why_and_keeps_what_was_typed(console: Console):
    browser = console.as_person("per_ada")
    view_id_of(post(browser, "/console/views", name="Twice"))
    answer = post(browser, "/console/views", name="Twice", priority="P1")
    assert answer.status_code == 409
    tree = checked(answer.text, "Queue")
    assert "There is a view of that name already." in text_of(tree)
    assert any(e.get("name") == "name" and e.get("value") == "Twice" for e in tree.iter(f"{HTML}input"))
    assert any(e.get("name") == "priority" and e.get("value") == "P1" for e in tree.iter(f"{HTML}input"))


# ---- one action over many


def test_many_are_worked_on_at_once_and_one_that_fails_hides_no_other(console: Console):
    opened(console, "ACME-2001")
    opened(console, "ACME-2002", state="INCIDENT_STATE_RESOLVED")
    opened(console, "ACME-2003")
    browser = console.as_person("per_tom")
    numbers = ["ACME-2001", "ACME-2002", "ACME-2003", "ACME-999999"]
    tree = page_of(browser, "/console/bulk?action=hold&" + "&".join(f"number={n}" for n in numbers), "Hold")
    assert "Not possible: Resolved" in text_of(tree) and "There is no such incident." in text_of(tree)
    form = {"action": "hold", "number": numbers, "awaiting": "vendor", "reason": "Parts", "once": "o1"}
    before = len(console.workshop.commands)
    preview = checked(post(browser, "/console/bulk", step="preview", **form).text, "Hold")
    assert "On hold: it waits for a supplier" in text_of(preview) and "Apply to 2 incidents" in text_of(
        preview
    )
    assert len(console.workshop.commands) == before, "a preview changes nothing"
    revisions = {
        e.get("name"): e.get("value")
        for e in preview.iter(f"{HTML}input")
        if e.get("name", "").startswith("rev")
    }
    # Somebody else is quicker with one of them.
    console.workshop.happen(console.workshop.by_number("ACME-2003"), "replied", "Me first", actor=ANA)
    held = post(browser, "/console/bulk", step="apply", **form, **revisions)
    assert "Nothing is done yet." in text_of(checked(held.text, "Hold"))
    assert console.workshop.by_number("ACME-2001").state != incident_pb2.INCIDENT_STATE_ON_HOLD
    again = post(browser, "/console/bulk", step="apply", **form, **revisions)
    assert address_of(again) == address_of(held), "sent twice it is asked once"
    done = page_of(browser, finished(console, held), "Hold")
    results = {
        e.get("data-fl-line"): e.get("data-fl-result")
        for e in done.iter(f"{HTML}tr")
        if e.get("data-fl-line")
    }
    assert results == {"ACME-2001": "done", **dict.fromkeys(numbers[1:], "failed")}
    assert "Somebody changed this incident meanwhile" in text_of(
        done
    ) and "1 done, 3 could not be done." in text_of(done)
    assert console.workshop.by_number("ACME-2001").hold.reason == "Parts"


def test_as_many_as_one_action_takes_are_looked_at_and_no_more(console: Console):
    numbers = [f"ACME-{4000 + number}" for number in range(201)]
    for number in numbers:
        opened(console, number)
    browser = console.as_person("per_tom")
    answer = post(browser, "/console/bulk", step="edit", action="hold", number=numbers)
    assert answer.status_code == 422 and "choose at most 200" in answer.text
    answer = post(browser, "/console/bulk", step="edit", action="hold", number=numbers[:200])
    lines = [e.get("data-fl-line") for e in checked(answer.text, "Hold").iter(f"{HTML}tr")]
    assert [line for line in lines if line] == numbers[:200]


def address_of(answer) -> str:
    found = re.search(r'data-fl-bulk-at="([^"]+)"', answer.text)
    assert found
    return found[1]


def finished(console: Console, answer) -> str:
    """The address of what was asked, once nobody can undo it any more and it is done."""
    console.room.gateway.bulk_runner.run_due()
    return address_of(answer)


def test_what_is_held_can_be_undone_by_its_asker_alone_and_then_nothing_of_it_is_done(console: Console):
    opened(console, "ACME-2012")
    tom, tess = console.as_person("per_tom"), console.as_person("per_tia")
    form = {"action": "hold", "number": "ACME-2012", "awaiting": "vendor", "reason": "Parts"}
    address = address_of(post(tom, "/console/bulk", step="apply", **form))
    assert tess.get(address).status_code == 404
    undo = {"step": "undo", "asked": address.partition("=")[2]}
    assert post(tess, "/console/bulk", **undo).status_code == 404
    undone = checked(post(tom, "/console/bulk", **undo).text, "Hold")
    assert "Undone: nothing was changed." in text_of(undone)
    console.room.gateway.bulk_runner.run_due()
    assert console.workshop.by_number("ACME-2012").state != incident_pb2.INCIDENT_STATE_ON_HOLD
    late = address_of(post(tom, "/console/bulk", step="apply", **form, once="later"))
    console.room.gateway.bulk_runner.run_due()
    undo["asked"] = late.partition("=")[2]
    assert post(tom, "/console/bulk", **undo).status_code == 409
    assert console.workshop.by_number("ACME-2012").state == incident_pb2.INCIDENT_STATE_ON_HOLD


def test_each_of_many_keeps_its_group_when_only_the_person_changes(console: Console):
    opened(console, "ACME-2010", assignment_group_id="grp_net", assignment_group_name="Network")
    browser = console.as_person("per_tom")
    form = {"action": "assign", "number": "ACME-2010", "person": "per_tom", "group": "keep", "step": "apply"}
    asked = post(browser, "/console/bulk", **form)
    assert "1 done." in text_of(page_of(browser, finished(console, asked), "Assign"))
    found = console.workshop.by_number("ACME-2010")
    assert (found.assignee_id, found.assignment_group_id) == ("per_tom", "grp_net")


def test_a_form_that_cannot_be_read_is_said_before_anything_is_done(console: Console):
    opened(console, "ACME-2020")
    browser = console.as_person("per_tom")
    answer = post(browser, "/console/bulk", action="resolve", number="ACME-2020", code="fixed", step="apply")
    assert answer.status_code == 422 and "Write something first." in text_of(checked(answer.text, "Resolve"))
    assert console.workshop.by_number("ACME-2020").state != incident_pb2.INCIDENT_STATE_RESOLVED


def test_nothing_of_a_client_that_is_not_granted_is_worked_on(console: Console):
    opened(console, "LUMEN-2030", LUMEN)
    tia = console.as_person("per_tia")
    for number in ("LUMEN-2030", "LUMEN-999999"):
        assert tia.get(f"/console/bulk?action=hold&number={number}").status_code == 404
    both = f"/console/bulk?action=hold&number=LUMEN-2030&number={console.incident.number}"
    text = text_of(page_of(tia, both, "Hold"))
    assert (
        "There is no such incident." in text and "About LUMEN-2030" not in text and "Lumen Legal" not in text
    )
    assert tia.get("/console/bulk?action=explode&number=ACME-1042").status_code == 404


# ---- the palette


def test_the_palette_finds_by_number_title_and_requester_in_granted_clients_alone(console: Console):
    opened(console, "ACME-2040", state="INCIDENT_STATE_CLOSED")
    opened(console, "LUMEN-2041", LUMEN)
    tom, tia = console.as_person("per_tom"), console.as_person("per_tia")

    def found(browser, query: str) -> list[str]:
        return [one["number"] for one in browser.get(f"/console/search.json?query={query}").json["incidents"]]

    assert found(tom, "acme-2040") == ["ACME-2040"], "closed ones too, by the exact number"
    assert found(tom, "About LUMEN-2041") == ["LUMEN-2041"] and found(tia, "About LUMEN") == []
    assert found(tia, "LUMEN-2041") == [] and found(tom, "") == []
    assert "ACME-1042" in found(tom, "VPN drops")
    places = tia.get("/console/palette.json").json
    assert [one["label"] for one in places["clients"]] == ["Acme Logistics"]
    assert not any(one["address"].startswith("/console/admin") for one in places["places"])
    ada = console.as_person("per_ada").get("/console/palette.json").json["places"]
    reached = {one["address"] for one in ada}
    assert {"/console/admin/models", "/console/admin/routing", "/console/on-call/policies"} <= reached


# ---- clients, keys, what is empty


def test_a_clients_color_is_told_to_whoever_is_granted_it(console: Console):
    tia = console.as_person("per_tia")
    answer = tia.get(f"/console/clients/{ACME}/brand.css")
    assert answer.status_code == 200 and re.search(r"--fl-client: light-dark\(#\w{6}, #\w{6}\)", answer.text)
    for tenant_id in (LUMEN, EVIL, "ten_none"):
        assert tia.get(f"/console/clients/{tenant_id}/brand.css").status_code == 404
    assert console.as_person("per_ada").get(f"/console/clients/{EVIL}/brand.css").status_code == 404


def test_each_client_of_a_provider_has_a_dot_of_its_own(console: Console):
    for number in range(COLORS * SHAPES - 2):
        console.room.directory.add_tenant(f"ten_more{number:02}", NORTH, f"more{number}")
    dots = re.search(r'"dots": ?({[^}]*})', console.as_person("per_ada").get("/console").text)
    assert dots is not None
    classes = re.findall(r'": ?"([^"]+)"', dots.group(1))
    assert len(classes) == len(set(classes)) == COLORS * SHAPES


def test_single_keys_are_switched_off_and_on_again(console: Console):
    browser = console.as_person("per_tom")
    assert 'data-fl-keys="off"' not in browser.get("/console").text
    answer = post(browser, "/preferences/keys", keys="off", next="/console?tab=mine")
    assert answer.headers["Location"] == "/console?tab=mine"
    assert 'data-fl-keys="off"' in browser.get("/console").text
    post(browser, "/preferences/keys", keys="on")
    assert 'data-fl-keys="off"' not in browser.get("/console").text


def test_each_empty_tab_says_what_it_means(console: Console):
    console.workshop.incidents.clear()
    opened(console, "ACME-2050", state="INCIDENT_STATE_RESOLVED")
    browser = console.as_person("per_ada")
    for tab, words in {
        "all": "Nothing waits. 1 resolved today.",
        "mine": "Nothing is waiting for you",
        "unassigned": "Everything has somebody",
        "risk": "Every promise is on time",
        "waiting": "Nothing is on hold",
        "dispatcher": "Every decision is made",
    }.items():
        assert words in text_of(page_of(browser, f"/console?tab={tab}", "Queue")), tab


def test_every_filter_is_asked_of_triage(console: Console):
    fill_queue(console.workshop, 6)
    address = (
        "/console?state=new&state=on_hold&sla=breached&kind=service_request&channel=portal&channel=email"
        "&assignee=none&needs=dispatcher"
    )
    page_of(console.as_person("per_tom"), address, "Queue")
    wanted = console.room.triage.requests["ListQueue"][-1].filter
    assert (list(wanted.states), list(wanted.sla_states), list(wanted.kinds)) == ([1, 4], [4], [2])
    assert list(wanted.channels) == ["portal", "email"] and wanted.unassigned and wanted.needs_dispatcher
