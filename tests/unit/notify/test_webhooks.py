"""Webhook endpoints: what they hear, and where they must not lead."""

import socket
import threading
from datetime import UTC, datetime

import pytest

from chassis.errors import InvalidArgument
from services.notify.clients.webhook import HttpWebhooks
from services.notify.domain.delivery import Channel, Delivery, Outcome
from services.notify.domain.webhook import Webhook, check_webhook, is_public

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def hook(**more: object) -> Webhook:
    fields: dict = {
        "webhook_id": "whk_1", "provider_id": "prv_1", "tenant_id": "ten_1", "url": "https://x.example/h",
        "event_types": frozenset(), "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "enabled": True,
        "create_time": NOW,
    }  # fmt: skip
    return Webhook(**{**fields, **more})


def test_an_endpoint_of_a_tenant_hears_of_that_tenant_alone():
    assert hook().wants("replied", "ten_1")
    assert not hook().wants("replied", "ten_2")


def test_an_endpoint_of_the_provider_hears_of_every_tenant():
    assert hook(tenant_id="prv_1").wants("replied", "ten_2")


def test_only_the_types_asked_for_are_told():
    chosen = hook(event_types=frozenset({"incidents.incident.closed"}))
    assert chosen.wants("closed", "ten_1")
    assert not chosen.wants("replied", "ten_1")


def test_internal_notes_are_never_told_to_endpoints():
    assert not hook(tenant_id="prv_1").wants("noted", "ten_1")


def test_a_disabled_endpoint_hears_nothing():
    assert not hook(enabled=False).wants("replied", "ten_1")


@pytest.mark.parametrize(
    "url",
    [
        "http://x.example/h", "ftp://x.example/", "https://", "https://user@x.example/", "https://x.example/#a",
        "https://localhost/", "https://127.0.0.1/", "https://10.1.2.3/", "https://[::1]/", "https://intranet/",
        "https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/", "https://x.internal/", "https://x:99999/",
        "https://127.1/", "https://0x7f.1/", "https://2130706433/", "https://localhost./",
        "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::1]/", "https://[2002:7f00:1::]/", "https://[::127.0.0.1]/",
    ],
)  # fmt: skip
def test_an_address_inside_the_house_or_without_encryption_is_refused(url: str):
    with pytest.raises(InvalidArgument) as refused:
        check_webhook(url, [], internal_allowed=False)
    assert refused.value.values["field"] == "url"


def test_an_address_on_the_internet_is_taken():
    check_webhook("https://hooks.client.example:8443/fairlead?x=1", ["sla.target.breached"], False)


def test_an_unknown_event_type_is_refused_by_field():
    with pytest.raises(InvalidArgument) as refused:
        check_webhook("https://x.example/", ["incidents.exploded"], False)
    assert refused.value.values["field"] == "event_types"


@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.1", "fe80::1", "::", "224.0.0.1", "0.0.0.0"])
def test_addresses_that_are_not_on_the_internet_are_known(address: str):
    assert not is_public(address)


def test_a_name_that_leads_inside_is_refused_when_it_is_told():
    """The check at registration cannot know where a name leads later."""
    delivery = Delivery(
        "dlv_1", "prv_1", "ten_1", "inc_1", "ACME-1", Channel.WEBHOOK, "x", "whk_1", "e", NOW, NOW,
        content={"payload": "{}"},
    )  # fmt: skip
    attempt, gone = HttpWebhooks(internal_allowed=False).send(delivery, hook(url="https://localhost/h"), NOW)
    assert (attempt.outcome, attempt.error, gone) == (Outcome.REFUSED, "webhook_address_internal", False)


def test_an_answer_without_end_is_not_read():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nand so on")
                connection.recv(1)  # until the other side has had enough

        told = threading.Thread(target=answer, daemon=True)
        told.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/hook"
        delivery = Delivery(
            "dlv_1", "prv_1", "ten_1", "inc_1", "ACME-1", Channel.WEBHOOK, "t", "whk_1", "e", NOW, NOW,
            content={"payload": "{}"},
        )  # fmt: skip
        attempt, _ = HttpWebhooks(internal_allowed=True).send(delivery, hook(url=url), NOW)
        told.join(5)
        assert not told.is_alive()
    assert attempt.outcome is Outcome.SENT
