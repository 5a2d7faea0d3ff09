"""What a client's people order from the catalog, and how it is approved."""

import json
from collections.abc import Callable

from fairlead.incidents.v1 import approval_pb2, incident_pb2
from tests.harness.gateway import ACME, Room
from tests.harness.portal import FORM, Reader

PAGE = "/t/acme/order/cat_1"
Readers = Callable[..., Reader]


def _item(room: Room, **more) -> None:
    steps = [{"name": "Manager", "roles": ["client_manager"]}]
    names = {"en": "A monitor", "fr": "Un écran"}
    room.incidents.catalog.add("cat_1", name=names, steps=steps, delivery_hours=48, **more)


def _waiting(room: Room) -> incident_pb2.Incident:
    found = next(each for each in room.incidents.incidents.values() if each.number == "ACME-1042")
    found.state = incident_pb2.INCIDENT_STATE_ON_HOLD
    approval = found.order.approval
    approval.state = approval_pb2.APPROVAL_STATE_WAITING
    approval.steps.add(name="Manager", roles=["client_manager"])
    approval.still_asked.add(person_id="per_mia", name="Mia")
    return found


def test_the_portal_offers_what_may_be_ordered_in_the_readers_language(reader: Readers, room: Room) -> None:
    _item(room)
    assert "A monitor" in reader("per_ana").get("/t/acme/").text
    french = reader("per_ana").get("/t/acme/?lang=fr").text
    assert "Un écran" in french and PAGE in french
    page = reader("per_ana").get(PAGE).text
    assert "has to approve it" in page and "Usually done within" in page


def test_an_order_is_one_submission_that_names_its_item(reader: Readers, room: Room) -> None:
    _item(room)
    answer = reader("per_ana").post(PAGE, text="In black, please.")
    assert answer.status_code == 303 and answer.headers["Location"].endswith("?done=opened")
    sent = room.intake.requests["Submit"][-1]
    assert (sent.catalog_item_id, sent.subject, sent.text, sent.form_id) == (
        *("cat_1", "A monitor"),
        *("In black, please.", ""),
    )


def test_an_items_form_is_asked_and_what_is_missing_is_said_beside_it(reader: Readers, room: Room) -> None:
    _item(room, form_id=FORM)
    page = reader("per_ana").get(PAGE).text
    assert "Who is it for?" in page
    assert f"/forms/{FORM}" not in reader("per_ana").get("/t/acme/").text
    reader("per_ana").post(PAGE, **{"q-name": "Ana", "q-model": "light"})
    sent = room.intake.requests["Submit"][-1]
    assert (sent.form_id, json.loads(sent.answers)["name"]) == (FORM, "Ana")


def test_whoever_is_asked_sees_it_first_and_decides_with_a_reason_to_reject(
    reader: Readers, room: Room
) -> None:
    number = _waiting(room).number
    mia, address = reader("per_mia"), f"/t/acme/incidents/{number}"
    assert "Waiting for your approval" in mia.get("/t/acme/").text
    page = mia.get(address).text
    assert "Do you approve it?" in page and "we wait for Mia" in page and "Awaiting approval" in page
    refused = mia.post(f"{address}/approval", page=address, verdict="reject", comment=" ")
    assert refused.status_code == 422 and "Say why you reject it" in refused.text
    assert room.incidents.orders.decisions == []
    done = mia.post(f"{address}/approval", page=address, verdict="reject", comment="Too dear.")
    assert done.headers["Location"].endswith("?done=rejected")
    (sent,) = room.incidents.orders.decisions
    assert (sent.approve, sent.comment) == (False, "Too dear.")


def test_an_approver_lets_a_colleague_decide_and_nobody_else_learns_who_there_is(
    reader: Readers, room: Room
) -> None:
    address = f"/t/acme/incidents/{_waiting(room).number}"
    mia = reader("per_mia")
    for stranger in ("leo@lumen.example", "tom@northstar.example", "nobody"):
        refused = mia.post(f"{address}/delegate", page=address, colleague=stranger)
        assert refused.status_code == 422 and "Nobody of your organization" in refused.text
    assert room.incidents.orders.delegated == []
    done = mia.post(f"{address}/delegate", page=address, colleague=" Ana@acme.example ")
    assert done.headers["Location"].endswith("?done=delegated")
    assert [one.person_id for one in room.incidents.orders.delegated] == ["per_ana"]
    refused = reader("per_ana").post(f"{address}/delegate", page="/t/acme/", colleague="mia@acme.example")
    assert refused.status_code == 404


def test_the_requester_is_shown_who_is_waited_for_and_no_buttons(reader: Readers, room: Room) -> None:
    _waiting(room).tenant_id = ACME
    page = reader("per_ana").get("/t/acme/incidents/ACME-1042").text
    assert "we wait for Mia" in page and "Do you approve it?" not in page
    assert "No longer needed?" in page
