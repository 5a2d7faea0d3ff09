"""A mail and a REST call each become an incident of the right client, all the way to the mail that goes out."""

from __future__ import annotations

import secrets
import smtplib

import pytest

from tests.harness.journey import decided, in_the_queue, incident_titled, opened_for, timed_on_its_contract
from tests.harness.platform import Platform, letter, text_of

pytestmark = pytest.mark.e2e


def test_a_mail_becomes_an_incident_of_its_senders_client(platform: Platform) -> None:
    title = f"Imprimante en panne au laboratoire {secrets.token_hex(4)}"
    sender, desk = "chloe.petit@boreal.example", "support@boreal.northstar.example"
    platform.send(letter(f"Chloé Petit <{sender}>", desk, title, "Plus rien ne sort depuis midi.\n"))
    incident = decided(platform, incident_titled(platform, title)["incident_id"])

    assert incident["tenant_id"] == platform.document["tenants"]["boreal"]
    assert incident["number"].startswith("BOREAL-")
    assert incident["channel"] == "email"
    assert incident["requester"]["address"] == sender
    assert incident["category"] == "printing"
    assert "imprimante" in incident["classification_decision"]["reason"]
    # Nothing in this mail proves who sent it.
    assert incident["verified"] is False
    timed_on_its_contract(platform, incident, "Boréal Santé")
    in_the_queue(platform, incident)


def test_a_call_becomes_an_incident_of_the_client_it_names(platform: Platform) -> None:
    title = f"Nobody can log in to the file server {secrets.token_hex(4)}"
    opened = platform.api.post(
        "/incidents",
        {
            "tenant_id": "lumen",
            "title": title,
            "description": "The whole office is waiting, this is urgent.",
            "requester": {"email": "priya.nair@lumen.example"},
        },
    )
    assert opened.status_code == 201
    assert opened.headers["location"].endswith(opened.json()["incident_id"])
    incident = decided(platform, opened.json()["incident_id"])

    assert incident["tenant_id"] == platform.document["tenants"]["lumen"]
    assert incident["number"].startswith("LUMEN-")
    assert incident["channel"] == "api"
    assert incident["verified"] is True
    assert incident["priority"] == "P1"
    assert "urgent" in incident["priority_decision"]["reason"]
    timed_on_its_contract(platform, incident, "Lumen Platinum")
    in_the_queue(platform, incident)


def test_a_verified_requester_is_told_with_an_address_to_answer_to(platform: Platform) -> None:
    title = f"Scanner jams {secrets.token_hex(4)}"
    requester = "tom.baker@acme.example"
    incident = opened_for(platform, "acme", requester, title, "It eats the delivery notes.")
    mail = platform.mailbox.wait_for(requester, incident["number"])

    assert title in mail["Subject"]
    assert "It eats the delivery notes." in text_of(mail)
    local, _, domain = mail["Reply-To"].addresses[0].addr_spec.rpartition("@")
    assert (local.partition("+")[0], domain) == ("support", "acme.northstar.example")
    assert len(local.partition("+")[2]) > 40
    assert mail["Auto-Submitted"] == "auto-replied"
    assert f"/t/acme/incidents/{incident['number']}" in text_of(mail)


def test_an_unverified_sender_is_told_a_number_and_nobodys_words(platform: Platform) -> None:
    secret = f"Payroll of {secrets.token_hex(4)}"
    sender = "lars.holm@lumen.example"
    platform.send(letter(sender, "support@lumen.northstar.example", secret, "All of it is in the open.\n"))
    incident = incident_titled(platform, secret)
    mail = platform.mailbox.wait_for(sender, incident["number"])

    assert incident["number"] in text_of(mail)
    assert secret not in mail.as_string()
    assert "in the open" not in mail.as_string()


def test_the_technician_it_goes_to_is_told(platform: Platform) -> None:
    incident = opened_for(platform, "acme", "sam.okafor@acme.example", f"Router drops {secrets.token_hex(4)}")
    incident = decided(platform, incident["incident_id"])
    person = platform.api.read(f"/people/{incident['assignee_id']}")
    mail = platform.mailbox.wait_for(person["email"], incident["number"])
    assert f"/console/incidents/{incident['number']}" in text_of(mail)


def test_a_client_s_program_needs_not_say_which_client(platform: Platform) -> None:
    api = platform.api_of("soleil")
    opened = api.do("/incidents", {"title": "Onduleur bruyant", "requester": {"email": "a@soleil.example"}})
    assert opened["tenant_id"] == platform.document["tenants"]["soleil"]
    api.close()


def test_a_mail_to_the_common_address_goes_by_the_senders_domain(platform: Platform) -> None:
    title = f"Keyboard without an E {secrets.token_hex(4)}"
    platform.send(letter("new.starter@acme.example", "help@northstar.example", title, "Pl as  r plac .\n"))
    incident = incident_titled(platform, title)
    assert incident["tenant_id"] == platform.document["tenants"]["acme"]
    assert incident["requester"]["address"] == "new.starter@acme.example"


def test_numbers_of_a_client_count_up_without_gaps(platform: Platform) -> None:
    for _ in range(3):
        opened_for(platform, "soleil", "hugo.lefevre@soleil.example", f"Essai {secrets.token_hex(4)}")
    soleil = platform.document["tenants"]["soleil"]
    numbers = [
        int(one["number"].partition("-")[2])
        for one in platform.api.all_incidents()
        if one["tenant_id"] == soleil
    ]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_the_same_call_again_is_the_same_incident(platform: Platform) -> None:
    requester = {"email": "sam.okafor@acme.example"}
    key, body = secrets.token_hex(8), {"tenant_id": "acme", "title": "Twice", "requester": requester}
    first = platform.api.post("/incidents", body, Idempotency_Key=key)
    again = platform.api.post("/incidents", body, Idempotency_Key=key)
    other = platform.api.post("/incidents", {**body, "title": "Thrice"}, Idempotency_Key=key)
    assert first.status_code == again.status_code == 201
    assert first.json()["incident_id"] == again.json()["incident_id"]
    assert other.status_code == 422
    assert other.json()["reason"] == "idempotency_key_reused"


def test_the_same_mail_delivered_twice_is_one_incident(platform: Platform) -> None:
    title = f"Doubled {secrets.token_hex(4)}"
    mail = letter("sam.okafor@acme.example", "support@acme.northstar.example", title, "Once only.\n")
    platform.send(mail)
    platform.send(mail)
    marker = f"After the doubled {secrets.token_hex(4)}"
    platform.send(letter("sam.okafor@acme.example", "support@acme.northstar.example", marker, "Last.\n"))
    incident_titled(platform, marker)
    assert [one["title"] for one in platform.api.all_incidents()].count(title) == 1


def test_a_mail_server_may_hand_over_by_lmtp_and_is_answered_for_each_recipient(platform: Platform) -> None:
    title = f"By the side door {secrets.token_hex(4)}"
    sender, desk = "grace.adeyemi@lumen.example", "support@lumen.northstar.example"
    place = platform.document["lmtp"]
    with smtplib.LMTP(place["host"], place["port"], timeout=20) as lmtp:
        lmtp.ehlo()
        lmtp.mail(sender)
        for recipient in (desk, "help@northstar.example"):
            assert lmtp.rcpt(recipient)[0] == 250
        first = lmtp.data(letter(sender, desk, title, "From the mail server.\n").as_bytes())
        # smtplib reads one reply, as of SMTP; LMTP gives one for each recipient (RFC 2033, 4.2).
        second = lmtp.getreply()
    assert (first[0], second[0]) == (250, 250)
    assert incident_titled(platform, title)["tenant_id"] == platform.document["tenants"]["lumen"]
