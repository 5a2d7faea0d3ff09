"""Macros by page and by REST: made, looked at on incidents, held, done step by step, each in its requester's language."""

import re

from chassis.tenancy import Role
from fairlead.incidents.v1 import incident_pb2
from tests.component.gateway_console.pages import HTML, checked, page_of, post, text_of
from tests.harness.console import ANA, Console
from tests.harness.gateway import ACME, LUMEN

FORM = {
    "assignee": "me",
    "category": "account",
    "note": "By {technician} for {client}.",
    "reply-en": "Hello {requester}, {number} is being looked at.",
    "outcome": "hold:requester",
    "text-en": "Please answer.",
}
ACTIONS = {
    "classify": {"category": "account"},
    "reply": {"text": {"en": "Hello {requester}", "fr": "Bonjour {requester}"}},
}


def kept(console: Console, name: str) -> str:
    """The id of the macro of that name."""
    listed = console.as_person("per_tom").get("/console/macros").text
    found = re.search(rf'href="/console/macros/(mac_\w+)">{name}<', listed)
    assert found
    return found[1]


def hidden(tree) -> dict[str, str]:
    return {e.get("name"): e.get("value") for e in tree.iter(f"{HTML}input") if e.get("type") == "hidden"}


def program(console: Console, *roles: Role, tenants: tuple[str, ...] | None = None) -> dict[str, str]:
    scopes = ("incidents:read", "incidents:write")
    return console.room.bearer(*scopes, roles=roles or (Role.TECHNICIAN,), tenants=tenants)


def test_a_macro_is_shown_on_an_incident_as_it_will_be_sent_then_held_and_done(console: Console):
    console.workshop.opened(ACME, "Locked out", ANA, number="ACME-3001", category="other")
    browser = console.as_person("per_tom")
    made = post(browser, "/console/macros", name="Ask back", shared="1", once="m1", **FORM)
    assert made.status_code == 303
    macro_id = kept(console, "Ask back")
    page = page_of(browser, f"/console/macros/{macro_id}", "Ask back")
    assert any(e.get("name") == "category" and e.get("value") == "account" for e in page.iter(f"{HTML}input"))

    before = len(console.workshop.commands)
    preview = page_of(
        browser, f"/console/bulk?action=macro&macro={macro_id}&number=ACME-3001", "Macro: Ask back"
    )
    said = text_of(preview)
    for shown in (
        "Hello Ana Ruiz, ACME-3001 is being looked at.",
        "By Tom Tech for Acme Logistics.",
        "account",
    ):
        assert shown in said
    assert len(console.workshop.commands) == before, "a preview changes nothing"

    held = post(browser, "/console/bulk", step="apply", **hidden(preview))
    assert "Nothing is done yet." in text_of(checked(held.text, "Macro: Ask back"))
    console.room.gateway.bulk_runner.run_due()
    incident = console.workshop.by_number("ACME-3001")
    assert (incident.category, incident.assignee_id) == ("account", "per_tom")
    assert incident.state == incident_pb2.INCIDENT_STATE_ON_HOLD


def test_a_macro_that_was_changed_after_it_was_looked_at_is_looked_at_again(console: Console):
    console.workshop.opened(ACME, "Locked out", ANA, number="ACME-3002")
    browser = console.as_person("per_tom")
    post(browser, "/console/macros", name="Moving", once="m1", note="First words.")
    macro_id = kept(console, "Moving")
    preview = page_of(
        browser, f"/console/bulk?action=macro&macro={macro_id}&number=ACME-3002", "Macro: Moving"
    )
    changed = post(browser, f"/console/macros/{macro_id}", name="Moving", once="m2", note="Second words.")
    assert changed.status_code == 303
    again = post(browser, "/console/bulk", step="apply", **hidden(preview))
    assert again.status_code == 409
    said = text_of(checked(again.text, "Macro: Moving"))
    assert "Somebody changed the macro meanwhile." in said and "Second words." in said
    assert console.room.gateway.bulk_runner.run_due() == 0


def test_a_macro_that_cannot_be_kept_says_why_beside_the_field_and_keeps_what_was_typed(console: Console):
    browser = console.as_person("per_tia")
    answer = post(browser, "/console/macros", name="Wrong", once="m1", **{"reply-en": "Hi {nobody}"})
    assert answer.status_code == 422
    said = text_of(checked(answer.text, "New macro"))
    assert "Nothing fills one of the words in braces." in said and "Hi {nobody}" in said
    shared = post(browser, "/console/macros", name="Ours", shared="1", once="m2", note="A")
    assert shared.status_code == 403
    nothing = post(browser, "/console/macros", name="Nothing", once="m3")
    assert "A macro does at least one thing." in text_of(checked(nothing.text, "New macro"))


def test_a_macro_of_somebody_elses_is_neither_shown_nor_run(console: Console):
    tom, tia = console.as_person("per_tom"), console.as_person("per_tia")
    post(tom, "/console/macros", name="Toms own", once="m1", note="A")
    macro_id = kept(console, "Toms own")
    assert tia.get(f"/console/macros/{macro_id}").status_code == 404
    assert tia.get(f"/console/bulk?action=macro&macro={macro_id}&number=ACME-1042").status_code == 404
    assert "Toms own" not in tia.get("/console/bulk?action=macro&number=ACME-1042").text


def test_a_program_sees_each_step_before_and_what_became_of_each_row(console: Console):
    console.workshop.opened(ACME, "Locked out", ANA, number="ACME-3003", category="other")
    console.workshop.opened(LUMEN, "Not theirs", ANA, number="LUMEN-3004")
    http, headers = console.room.app().test_client(), program(console, tenants=(ACME,))
    made = http.post("/api/v1/macros", json={"name": "Greet", "actions": ACTIONS}, headers=headers)
    assert made.status_code == 201 and made.json["actions"] == ACTIONS and made.json["editable"]
    body = {"incidents": ["ACME-3003", "LUMEN-3004"], "macro": made.json["macro_id"]}
    rows = http.post("/api/v1/bulk-actions/preview", json=body, headers=headers).json["rows"]
    assert rows[0]["now"]["category"] == "other"
    assert [step["action"] for step in rows[0]["steps"]] == ["classify", "reply"]
    assert rows[0]["steps"][1]["text"] == "Hello Ana Ruiz"
    assert rows[1]["problem"]["reason"] == "incident_not_found"

    asked = http.post("/api/v1/bulk-actions", json=body, headers=headers)
    assert (asked.status_code, asked.json["name"]) == (202, "Greet")
    console.room.gateway.bulk_runner.run_due()
    done = http.get(f"/api/v1/bulk-actions/{asked.json['bulk_id']}", headers=headers).json
    assert [row["result"] for row in done["rows"]] == ["done", "refused"]
    assert console.workshop.by_number("ACME-3003").category == "account"


def test_a_macro_by_rest_is_changed_by_revision_and_is_its_makers_alone(console: Console):
    http, headers = console.room.app().test_client(), program(console)
    made = http.post("/api/v1/macros", json={"name": "Mine", "actions": ACTIONS}, headers=headers).json
    address = f"/api/v1/macros/{made['macro_id']}"
    change = {"name": "Mine", "actions": {"note": {"text": "Seen"}}, "revision": 1}
    assert http.put(address, json=change, headers=headers).json["revision"] == 2
    assert http.put(address, json=change, headers=headers).status_code == 409
    assert http.get(address, headers=program(console)).status_code == 404
    assert http.post("/api/v1/macros", json={"name": "No", "actions": {}}, headers=headers).status_code == 422
    wrong = {"name": "No", "actions": {"note": {"text": "{x}"}}}
    refused = http.post("/api/v1/macros", json=wrong, headers=headers)
    assert (refused.status_code, refused.json["reason"]) == (422, "placeholder_unknown")
    taken = {"incidents": ["ACME-1042"], "macro": made["macro_id"]}
    me = {"name": "Me", "actions": {"assign": {"assignee_id": "me"}}}
    taken["macro"] = http.post("/api/v1/macros", json=me, headers=headers).json["macro_id"]
    row = http.post("/api/v1/bulk-actions/preview", json=taken, headers=headers).json["rows"][0]
    assert row["problem"]["reason"] == "person_required", "a program is nobody who could be assigned"
    assert http.delete(address, headers=headers).status_code == 204
    requester = console.room.bearer("incidents:read", roles=())
    assert http.get("/api/v1/macros", headers=requester).status_code == 403
