"""Endpoints are told, signed, of what concerns them, and managed by administrators alone."""

import json

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied, RevisionConflict
from chassis.rpc import call
from fairlead.incidents.v1 import events_pb2, incident_pb2
from fairlead.notify.v1 import delivery_pb2, webhook_pb2
from fairlead.notify.v1 import notify_service_pb2 as pb
from services.notify.use_cases.turns import AT_ONCE
from tests.contract.notify.conftest import ACME, LUMEN, SOUTH, Office
from tests.harness.outside import Endpoint
from tests.harness.waiting import wait_until


def registered(office: Office, url: str, tenant_id: str = "", *types: str) -> webhook_pb2.WebhookEndpoint:
    wanted = webhook_pb2.WebhookEndpoint(url=url, tenant_id=tenant_id, event_types=types)
    return call(office.stub.CreateWebhook, pb.CreateWebhookRequest(webhook=wanted), office.admin)


def removed(office: Office, webhook_id: str) -> None:
    call(office.stub.DeleteWebhook, pb.DeleteWebhookRequest(webhook_id=webhook_id), office.admin)


def test_an_endpoint_is_told_of_its_own_tenant_with_a_signature_that_verifies(office: Office):
    with Endpoint() as endpoint:
        hook = registered(office, endpoint.url, ACME, "incidents.incident.opened")
        other, own = office.open(LUMEN, number="LUMEN-7"), office.open(ACME, number="ACME-7")
        wait_until(lambda: endpoint.calls, timeout=15, what="the endpoint to be told")
        [told] = endpoint.calls
        body = Verifier(hook.secret).verify(told.body.decode(), told.headers)
        assert body["type"] == "incidents.incident.opened"
        assert body["data"]["incident"]["incident_id"] == own != other
        removed(office, hook.webhook_id)


def test_internal_notes_reach_no_endpoint(office: Office):
    with Endpoint() as endpoint:
        hook = registered(office, endpoint.url)
        incident = office.open()
        office.announced.tell(incident, "noted", events_pb2.Noted, text="between us")
        office.announced.answer(incident)
        wait_until(lambda: len(endpoint.calls) >= 2, timeout=15, what="opening and reply to be told")
        assert not any(b"between us" in one.body for one in endpoint.calls)
        assert {json.loads(one.body)["type"] for one in endpoint.calls} == {
            "incidents.incident.opened",
            "incidents.incident.replied",
        }
        removed(office, hook.webhook_id)


def test_a_redirect_is_not_followed(office: Office):
    with Endpoint(status=302) as endpoint:
        hook = registered(office, endpoint.url)
        incident = office.open()
        found = office.delivered(incident, "RETRYING")
        assert "webhook_status_302" in [one.last_error for one in found]
        removed(office, hook.webhook_id)


def test_an_endpoint_that_hangs_holds_up_neither_mails_nor_other_endpoints(office: Office):
    with Endpoint(status=0) as hanging, Endpoint() as well:
        slow = registered(office, hanging.url, ACME)
        for _ in range(20):
            office.open(ACME, requester=incident_pb2.Party())
        wait_until(lambda: hanging.calls, timeout=15, what="the endpoint to be tried")
        good = registered(office, well.url, LUMEN)
        party = incident_pb2.Party(address="lou@lumen.example", name="Lou")
        office.open(LUMEN, number="LUMEN-1", requester=party)
        wait_until(lambda: well.calls, timeout=15, what="the other endpoint to be told")
        wait_until(lambda: office.mails.to("lou@lumen.example"), timeout=15, what="the mail")
        assert len(hanging.calls) <= AT_ONCE
        removed(office, slow.webhook_id)
        removed(office, good.webhook_id)


def test_an_endpoint_that_is_gone_is_told_no_more(office: Office):
    with Endpoint(status=410) as endpoint:
        hook = registered(office, endpoint.url)
        office.delivered(office.open(), "DEAD")

        def disabled() -> bool:
            request = pb.GetWebhookRequest(webhook_id=hook.webhook_id)
            return not call(office.stub.GetWebhook, request, office.admin).enabled

        wait_until(disabled, timeout=10, what="the endpoint to be disabled")
        removed(office, hook.webhook_id)


def test_the_secret_is_shown_once(office: Office):
    hook = registered(office, "http://127.0.0.1:9/h")
    assert hook.secret.startswith("whsec_")
    again = call(office.stub.GetWebhook, pb.GetWebhookRequest(webhook_id=hook.webhook_id), office.admin)
    assert again.secret == ""
    listed = call(office.stub.ListWebhooks, pb.ListWebhooksRequest(), office.admin).webhooks
    assert [one.secret for one in listed] == [""] * len(listed)
    removed(office, hook.webhook_id)


def test_another_providers_endpoints_are_not_found(office: Office):
    hook = registered(office, "http://127.0.0.1:9/h", ACME)
    stranger = office.served.admin(SOUTH)
    for method, request in (
        (office.stub.GetWebhook, pb.GetWebhookRequest(webhook_id=hook.webhook_id)),
        (office.stub.DeleteWebhook, pb.DeleteWebhookRequest(webhook_id=hook.webhook_id)),
    ):
        with pytest.raises(NotFound):
            call(method, request, stranger)
    assert not call(office.stub.ListWebhooks, pb.ListWebhooksRequest(), stranger).webhooks
    unknown = webhook_pb2.WebhookEndpoint(url="http://127.0.0.1:9/h", tenant_id=ACME)
    with pytest.raises(NotFound):
        call(office.stub.CreateWebhook, pb.CreateWebhookRequest(webhook=unknown), stranger)
    removed(office, hook.webhook_id)


def test_endpoints_are_the_administrators_affair(office: Office):
    wanted = webhook_pb2.WebhookEndpoint(url="http://127.0.0.1:9/h")
    for method, request in (
        (office.stub.CreateWebhook, pb.CreateWebhookRequest(webhook=wanted)),
        (office.stub.ListWebhooks, pb.ListWebhooksRequest()),
        (office.stub.GetWebhook, pb.GetWebhookRequest(webhook_id="whk_1")),
        (office.stub.DeleteWebhook, pb.DeleteWebhookRequest(webhook_id="whk_1")),
    ):
        with pytest.raises(PermissionDenied):
            call(method, request, office.technician(ACME))


def test_an_address_that_cannot_be_told_is_refused_by_field(office: Office):
    with pytest.raises(InvalidArgument) as refused:
        registered(office, "not an address")
    assert refused.value.values["field"] == "url"


def test_a_changed_endpoint_is_told_at_its_new_address_and_a_disabled_one_nothing(office: Office):
    with Endpoint() as endpoint:
        hook = registered(office, "http://127.0.0.1:9/old", ACME)
        wanted = webhook_pb2.WebhookEndpoint(
            webhook_id=hook.webhook_id, url=endpoint.url, enabled=True, revision=hook.revision
        )
        moved = call(office.stub.UpdateWebhook, pb.UpdateWebhookRequest(webhook=wanted), office.admin)
        assert (moved.url, moved.revision, moved.secret) == (endpoint.url, 2, "")
        with pytest.raises(RevisionConflict):
            call(office.stub.UpdateWebhook, pb.UpdateWebhookRequest(webhook=wanted), office.admin)
        office.open(ACME)
        wait_until(lambda: endpoint.calls, timeout=15, what="the new address to be told")
        wanted.enabled, wanted.revision = False, 0
        call(office.stub.UpdateWebhook, pb.UpdateWebhookRequest(webhook=wanted), office.admin)
        with pytest.raises(InvalidState, match="webhook_disabled"):
            call(office.stub.TestWebhook, pb.TestWebhookRequest(webhook_id=hook.webhook_id), office.admin)
        removed(office, hook.webhook_id)


def test_after_a_change_of_secret_both_verify_for_a_while(office: Office):
    with Endpoint() as endpoint:
        hook = registered(office, endpoint.url, ACME)
        request = pb.RotateWebhookSecretRequest(webhook_id=hook.webhook_id)
        fresh = call(office.stub.RotateWebhookSecret, request, office.admin)
        assert fresh.secret.startswith("whsec_") and fresh.secret != hook.secret
        call(office.stub.TestWebhook, pb.TestWebhookRequest(webhook_id=hook.webhook_id), office.admin)
        wait_until(lambda: endpoint.calls, timeout=15, what="the endpoint to be tried")
        [told] = endpoint.calls
        for secret in (hook.secret, fresh.secret):
            assert (
                Verifier(secret).verify(told.body.decode(), told.headers)["type"] == "fairlead.webhook.test"
            )
        removed(office, hook.webhook_id)


def test_a_trial_is_among_the_endpoints_deliveries_and_is_not_repeated_when_it_fails(office: Office):
    with Endpoint(status=500) as endpoint:
        hook = registered(office, endpoint.url)
        call(office.stub.TestWebhook, pb.TestWebhookRequest(webhook_id=hook.webhook_id), office.admin)

        def ended() -> list[delivery_pb2.Delivery]:
            listed = pb.ListDeliveriesRequest(webhook_id=hook.webhook_id)
            found = call(office.stub.ListDeliveries, listed, office.admin).deliveries
            return [one for one in found if one.state == delivery_pb2.DELIVERY_STATE_DEAD]

        [trial] = wait_until(ended, timeout=15, what="the trial to be given up")
        assert (trial.notification, trial.attempts) == ("fairlead.webhook.test", 1)
        assert trial.last_error == "webhook_status_500"
        removed(office, hook.webhook_id)


def test_nobody_changes_or_tries_another_providers_endpoint(office: Office):
    hook = registered(office, "http://127.0.0.1:9/h", ACME)
    other = office.served.admin(SOUTH)
    named = webhook_pb2.WebhookEndpoint(webhook_id=hook.webhook_id, url="http://127.0.0.1:9/x")
    for method, request in (
        (office.stub.UpdateWebhook, pb.UpdateWebhookRequest(webhook=named)),
        (office.stub.RotateWebhookSecret, pb.RotateWebhookSecretRequest(webhook_id=hook.webhook_id)),
        (office.stub.TestWebhook, pb.TestWebhookRequest(webhook_id=hook.webhook_id)),
    ):
        with pytest.raises(NotFound, match="webhook_not_found"):
            call(method, request, other)
        with pytest.raises(PermissionDenied):
            call(method, request, office.technician(ACME))
    removed(office, hook.webhook_id)
