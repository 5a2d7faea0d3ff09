"""From an event to a mail that a real server took, once."""

from email.message import Message

import pytest

from chassis import clock
from chassis.errors import InvalidState, NotFound, PermissionDenied
from chassis.ids import new_id
from chassis.outbox import OutboundEvent
from chassis.rpc import call
from chassis.tenancy import Role, TenantScope
from fairlead.directory.v1 import person_pb2
from fairlead.incidents.v1 import approval_pb2, change_pb2, events_pb2, incident_pb2
from fairlead.notify.v1 import delivery_pb2
from fairlead.notify.v1 import notify_service_pb2 as pb
from tests.contract.notify.conftest import ACME, LUMEN, NORTH, SOUTH, Office
from tests.harness.streams import read_stream
from tests.harness.waiting import wait_until


def test_an_opened_incident_is_acknowledged_to_its_requester(office: Office):
    incident = office.open(description="It broke.")
    [delivery] = office.delivered(incident)
    [mail] = office.mails.to("jane@acme.example")
    assert mail["Message-ID"].strip("<>") == delivery.message_id
    assert delivery.recipient == "jane@acme.example"
    assert "[ACME-1] VPN" in mail["Subject"]
    assert "+" in mail["Reply-To"]


def test_what_was_sent_is_announced_with_its_message_id(office: Office):
    incident = office.open()
    [delivery] = office.delivered(incident)
    settings = office.served.settings

    def announced() -> bool:
        stream = read_stream(settings.nats_url, settings.stream_name)
        return any(one.aggregate_id == delivery.delivery_id for one in stream)

    wait_until(announced, timeout=10, what="delivery_sent")


def test_a_reply_of_staff_reaches_the_requester_and_an_assignment_the_assignee(office: Office):
    incident = office.open()

    def assigned(message: incident_pb2.Incident) -> None:
        message.assignee_id, message.assignee_name = "per_ada", "Ada"

    office.announced.tell(incident, "assigned", events_pb2.Assigned, assigned)
    office.announced.answer(incident)
    office.delivered(incident, count=3)
    assert len(office.mails.to("ada@north.example")) == 1
    assert len(office.mails.to("jane@acme.example")) == 2


def test_a_temporary_refusal_is_tried_again_with_the_same_message_id(office: Office):
    seen: list[str] = []

    def busy_once(message) -> str:
        seen.append(message["Message-ID"])
        return "451 later" if len(seen) == 1 else "250 OK"

    office.mails.answer = busy_once
    [delivery] = office.delivered(office.open())
    assert (delivery.attempts, seen[0]) == (2, seen[1])
    assert len(office.mails.messages) == 1


def test_a_final_refusal_is_given_up_visibly_and_can_be_sent_again(office: Office):
    office.mails.answer = lambda _message: "550 no such mailbox"
    incident = office.open()
    [dead] = office.delivered(incident, "DEAD")
    assert "550" in dead.last_error
    office.mails.answer = lambda _message: "250 OK"
    request = pb.RedeliverRequest(delivery_id=dead.delivery_id)
    with pytest.raises(PermissionDenied):
        call(office.stub.Redeliver, request, office.technician(ACME))
    with pytest.raises(NotFound):
        call(office.stub.Redeliver, request, office.served.admin(SOUTH))
    call(office.stub.Redeliver, request, office.admin)
    [sent] = office.delivered(incident)
    assert sent.message_id == dead.message_id
    with pytest.raises(InvalidState):
        call(office.stub.Redeliver, request, office.admin)


def test_while_the_mail_server_is_away_mails_wait(office: Office):
    office.mails.stop()
    incident = office.open()
    [waiting] = office.delivered(incident, "RETRYING")
    assert waiting.last_error == "smtp_unreachable"
    office.mails.start()
    office.delivered(incident)
    assert len(office.mails.messages) == 1


def test_nothing_leaves_for_an_assignee_who_is_not_granted_the_tenant(office: Office):
    stranger = incident_pb2.Party(address="li@lumen.example", name="Li")
    incident = office.open(LUMEN, requester=stranger)

    def assigned(message: incident_pb2.Incident) -> None:
        message.assignee_id = "per_ada"

    office.announced.tell(incident, "assigned", events_pb2.Assigned, assigned)
    refused = next(
        one
        for one in office.delivered(incident, "SUPPRESSED")
        if one.state == delivery_pb2.DELIVERY_STATE_SUPPRESSED
    )
    assert refused.last_error == "recipient_outside_tenant"
    assert office.mails.to("ada@north.example") == []


def test_deliveries_of_another_tenant_or_provider_are_not_found(office: Office):
    incident = office.open()
    [delivery] = office.delivered(incident)
    request = pb.GetDeliveryRequest(delivery_id=delivery.delivery_id)
    assert call(office.stub.GetDelivery, request, office.technician(ACME)).delivery_id
    for stranger in (office.technician(LUMEN), office.served.admin(SOUTH)):
        with pytest.raises(NotFound):
            call(office.stub.GetDelivery, request, stranger)
        assert office.deliveries(incident, stranger) == []
    with pytest.raises(PermissionDenied):
        call(office.stub.GetDelivery, request, office.served.person(NORTH, ACME, role=Role.REQUESTER))


def test_deliveries_come_in_pages(office: Office):
    for _ in range(3):
        office.delivered(office.open())
    found, token = [], ""
    while True:
        page = call(
            office.stub.ListDeliveries, pb.ListDeliveriesRequest(page_size=2, page_token=token), office.admin
        )
        found += [one.delivery_id for one in page.deliveries]
        token = page.next_page_token
        if not token:
            break
    whole = call(office.stub.ListDeliveries, pb.ListDeliveriesRequest(page_size=200), office.admin)
    assert found == [one.delivery_id for one in whole.deliveries]


def test_a_client_without_a_mailbox_is_written_to_from_its_providers(office: Office):
    office.directory.add_tenant("ten_small", NORTH, "small", name="Small")
    office.directory.tenants["ten_small"].support_address = ""
    office.directory.providers[NORTH].support_addresses.append("help@north.example")
    sam = incident_pb2.Party(address="sam@small.example", name="Sam")
    office.delivered(office.open("ten_small", requester=sam))
    [mail] = office.mails.to("sam@small.example")
    assert "help@north.example" in mail["From"]


def test_an_address_that_is_none_is_given_up_and_holds_up_no_other(office: Office):
    broken = office.open(requester=incident_pb2.Party(address="jané\r\n@acme.example", name="Jane"))
    sound = office.open()
    office.delivered(broken, "DEAD")
    office.delivered(sound)
    assert len(office.mails.messages) == 1


def test_nothing_leaves_for_another_clients_person_who_was_named_by_address_alone(office: Office):
    office.directory.add_person("per_lars", NORTH, "lars@lumen.example", "Lars", tenants=[LUMEN])
    [refused] = office.delivered(
        office.open(requester=incident_pb2.Party(address="lars@lumen.example")), "SUPPRESSED"
    )
    assert refused.last_error == "recipient_outside_tenant"
    office.delivered(office.open(LUMEN, requester=incident_pb2.Party(address="lars@lumen.example")))
    assert len(office.mails.to("lars@lumen.example")) == 1


def test_a_proposed_solution_is_mailed_with_links_that_answer_it(office: Office):
    incident = office.open()
    office.delivered(incident)

    def solved(message: incident_pb2.Incident) -> None:
        message.resolution.text = "We replaced the certificate."

    office.announced.tell(incident, "resolved", events_pb2.Resolved, solved)
    office.delivered(incident, count=2)
    text = plain(office.mails.to("jane@acme.example")[-1])
    answered = incident.removeprefix("inc_")
    for action in ("confirm", "reopen"):
        assert f"https://desk.example/t/acme/answer/{action}0{answered}?lang=" in text
    assert "/answer/rate" not in text


def test_a_closing_after_silence_is_told_and_asks_how_it_went(office: Office):
    incident = office.open()
    office.delivered(incident)
    office.announced.tell(incident, "closed", events_pb2.Closed, reason="silence")
    office.delivered(incident, count=2)
    text = plain(office.mails.to("jane@acme.example")[-1])
    assert "have closed it" in text
    assert "/answer/rate0" in text and "/answer/reopen0" in text


def plain(mail: Message) -> str:
    """The text of a mail that a mail program without HTML shows."""
    parts = (part for part in mail.walk() if part.get_content_type() == "text/plain")
    return bytes(next(parts).get_payload(decode=True)).decode()


def test_a_change_is_asked_about_in_the_console_and_in_the_portal_and_a_shared_one_of_staff_alone(
    office: Office,
) -> None:
    everywhere = person_pb2.Grant(role="GRANT_ROLE_DISPATCHER", all_tenants=True)
    office.directory.add_person("per_ben", NORTH, "ben@north.example", "Ben", grants=[everywhere])
    office.directory.providers[NORTH].support_addresses[:] = ["help@north.example"]
    asked = [approval_pb2.Approver(person_id=one) for one in ("per_ben", "per_jane")]
    for room in (ACME, NORTH):
        change = change_pb2.Change(
            change_id=new_id("chg"), number="CHG-7", title="Switch", requester_name="Ada"
        )
        told = change_pb2.ChangeChanged(change=change, asked=asked, changes={"step": "Managers"})
        event = OutboundEvent("change_asked", told, clock.now(), office.announced._caller())
        office.announced._store.create(TenantScope(NORTH, room), change.change_id, {}, [event])
    wait_until(lambda: len(office.mails.messages) == 3, timeout=20, what="three mails")
    links = [_words_of(one) for one in office.mails.to("ben@north.example")]
    assert len(links) == 2 and all("https://desk.example/console/changes/CHG-7" in one for one in links)
    [hers] = office.mails.to("jane@acme.example")
    assert "https://desk.example/t/acme/changes" in _words_of(hers)


def _words_of(mail: Message) -> str:
    plain = mail.get_payload(0)
    return plain.get_payload(decode=True).decode()
