"""Where an incident may be merged: others of the same client are found, and what would happen is said before it does."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from fairlead.incidents.v1 import incident_pb2
from tests.component.gateway_console.pages import HTML, checked, form_of, page_of, text_of
from tests.harness.console import ANA, Console
from tests.harness.gateway import ACME, LUMEN


@pytest.fixture
def tom(console: Console) -> FlaskClient:
    return console.as_person("per_tom")


@pytest.fixture
def pair(console: Console) -> tuple[Any, Any]:
    opened = console.workshop.opened
    one = opened(ACME, "Mouse is missing", ANA, "Gone.", channel="portal", verified=True)
    return one, opened(
        ACME, "Mice are missing", ("per_max", "Max"), "All gone.", channel="portal", verified=True
    )


def address(one: Any, query: str = "") -> str:
    return f"/console/incidents/{one.number}/merge{query}"


def sent_from(tree: Any) -> dict[str, str]:
    """What a browser sends of the form as it stands."""
    posted = (form for form in tree.iter(f"{HTML}form") if form.get("method") == "post")
    form = next(form for form in posted if str(form.get("action")).endswith("/merge"))
    inputs = [
        each
        for each in form.iter(f"{HTML}input")
        if each.get("type") != "checkbox" or "checked" in each.attrib
    ]
    return {each.get("name"): each.get("value") or "" for each in inputs}


def test_open_incidents_of_the_same_client_are_found(console: Console, tom: FlaskClient, pair: Any):
    one, into = pair
    console.workshop.opened(LUMEN, "Lumen's mice", ANA, "Gone.", channel="portal", verified=True)
    shown = text_of(page_of(tom, address(one), f"Merge {one.number}"))
    assert "Mice are missing" in shown and "Lumen's mice" not in shown
    found = text_of(page_of(tom, address(one, "?q=mice+are"), f"Merge {one.number}"))
    assert into.number in found and "VPN" not in found
    assert "There is none like that." in text_of(
        page_of(tom, address(one, "?q=zebra"), f"Merge {one.number}")
    )


def test_what_would_happen_is_said_and_then_done_and_undone(console: Console, tom: FlaskClient, pair: Any):
    one, into = pair
    preview = page_of(tom, address(one, f"?into={into.number}"), f"Merge {one.number}")
    said = text_of(preview)
    assert f"Replies to {one.number} arrive at {into.number}" in said
    assert f"Those of {into.number} count from the opening of {one.number}" in said
    assert "they read what is said from then on: Ana Ruiz" in said
    answer = tom.post(address(one), data={**sent_from(preview), "reason": "same mice"})
    assert answer.headers["Location"] == f"/console/incidents/{one.number}?done=merge"
    name, request = console.workshop.commands[-1]
    assert (name, request.into, request.people_join, request.reason) == (
        "Merge",
        into.number,
        True,
        "same mice",
    )
    page = page_of(tom, answer.headers["Location"], one.number)
    assert f"Merged into {into.number}" in text_of(page)
    assert {form.get("data-fl-act") for form in page.iter(f"{HTML}form")} - {None} == {"unmerge"}
    tom.post(f"/console/incidents/{one.number}/unmerge", data=form_of(page, "unmerge"))
    assert one.state == incident_pb2.INCIDENT_STATE_NEW


def test_whose_mail_proved_nothing_and_only_may_belong_there_is_not_asked_in_beforehand(
    console: Console, tom: FlaskClient, pair: Any
):
    one, into = pair
    one.verified = False
    one.links.add(kind="LINK_KIND_MAY_BELONG_TO", incident_id=into.incident_id, number=into.number)
    preview = page_of(tom, address(one, f"?into={into.number}"), f"Merge {one.number}")
    assert "could not be authenticated" in text_of(preview)
    assert "join" not in sent_from(preview)
    tom.post(address(one), data=sent_from(preview))
    assert console.workshop.commands[-1][1].people_join is False


def test_another_clients_incident_is_not_there_and_a_finished_one_is_no_goal(
    console: Console, tom: FlaskClient, pair: Any
):
    one, into = pair
    lumens = console.workshop.opened(LUMEN, "Lumen's mice", ANA, "Gone.", channel="portal", verified=True)
    for query in (f"?into={lumens.number}", "?into=ACME-999999"):
        assert tom.get(address(one, query), headers={"Accept": "text/html"}).status_code == 404
    into.state = incident_pb2.INCIDENT_STATE_RESOLVED
    shown = checked(tom.get(address(one, f"?into={into.number}")).text, f"Merge {one.number}")
    assert "It can only be merged into another one that is open." in text_of(shown)
    assert "Only an open incident can be merged." in text_of(
        page_of(tom, address(into), f"Merge {into.number}")
    )


def test_a_client_finds_no_such_page(console: Console, pair: Any):
    assert console.as_person("per_ana").get(address(pair[0])).status_code == 404


def test_what_is_perhaps_the_same_comes_first_with_its_reason(console: Console, tom: FlaskClient, pair: Any):
    one, into = pair
    console.workshop.duplicates = [
        {"incident": into, "likeness": 0.8, "words": ["missing"], "same_requester": True}
    ]
    shown = text_of(page_of(tom, address(one), f"Merge {one.number}"))
    assert "Perhaps about the same" in shown and "Both say: missing. The same person asks." in shown


def test_one_action_puts_a_strangers_mail_where_it_belongs_and_another_says_that_it_does_not(
    console: Console, tom: FlaskClient, pair: Any
):
    one, into = pair
    one.links.add(
        kind="LINK_KIND_MAY_BELONG_TO",
        incident_id=into.incident_id,
        number=into.number,
        state="INCIDENT_STATE_NEW",
    )
    page = page_of(tom, f"/console/incidents/{one.number}", one.number)
    tom.post(f"/console/incidents/{one.number}/dismiss_hint", data=form_of(page, "dismiss_hint"))
    assert console.workshop.commands[-1][0] == "DismissHint"
    page = page_of(tom, f"/console/incidents/{one.number}", one.number)
    tom.post(f"/console/incidents/{one.number}/merge", data=form_of(page, "merge"))
    name, request = console.workshop.commands[-1]
    assert (name, request.into, request.people_join) == ("Merge", into.number, False)


def test_a_parent_is_set_and_its_children_are_told_and_those_that_were_not_are_named(
    console: Console, tom: FlaskClient, pair: Any
):
    child, parent = pair
    page = page_of(tom, f"/console/incidents/{child.number}", child.number)
    tom.post(
        f"/console/incidents/{child.number}/set_parent",
        data={**form_of(page, "set_parent"), "parent": parent.number},
    )
    assert f"Child of {parent.number}" in text_of(
        page_of(tom, f"/console/incidents/{child.number}", child.number)
    )
    parent.links.add(kind="LINK_KIND_PARENT_OF", incident_id=child.incident_id, number=child.number)
    page = page_of(tom, f"/console/incidents/{parent.number}", parent.number)
    fields = {**form_of(page, "tell_children"), "text": "Power is back.", "code": "fixed"}
    answer = tom.post(f"/console/incidents/{parent.number}/tell_children", data=fields)
    assert answer.headers["Location"].endswith("?done=tell_children")
    name, request = console.workshop.commands[-1]
    assert (name, request.text, request.resolution_code) == ("TellChildren", "Power is back.", "fixed")
    console.workshop.told_children = [{"number": child.number, "error_reason": "transition_not_allowed"}]
    answer = tom.post(f"/console/incidents/{parent.number}/tell_children", data=fields)
    assert answer.status_code == 409
    assert f"These could not be told, all others were: {child.number}" in answer.text
