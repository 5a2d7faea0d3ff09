"""Alerts: received, grouped, told to the record."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from chassis.clock import now
from chassis.errors import InvalidArgument, NotFound, PermissionDenied, Unavailable
from chassis.rpc import call
from chassis.tenancy import Role
from fairlead.incidents.v1 import incident_pb2
from fairlead.intake.v1 import alert_service_pb2
from services.intake.clients.sns import SnsClient
from services.intake.domain.alerts.senders.sns import signed_text
from tests.harness.alerts import Monitor, monitor, policy, stub
from tests.harness.intake import ACME, LUMEN, Bench, running_intake
from tests.harness.waiting import wait_until

RESOLVED = incident_pb2.INCIDENT_STATE_RESOLVED
NEW = incident_pb2.INCIDENT_STATE_NEW


def _state(bench: Bench, incident_id: str, state: Any) -> None:
    wait_until(lambda: bench.incidents.incidents[incident_id].state == state, 20, what="the incident's state")


def test_an_alert_opens_one_incident_and_its_repetitions_are_counted(bench: Bench):
    probe = monitor(bench)
    for _ in range(5):
        probe.say("firing", "disk", severity="critical", host="db-1")
    (group,) = probe.opened()
    probe.settled()
    (group,) = probe.groups()
    assert (group.state, group.alerts[0].count, group.alerts[0].configuration_item) == ("firing", 5, "db-1")
    (evidence,) = bench.incidents.submissions.values()
    assert (evidence.channel, evidence.subject, evidence.automatic) == ("alert", "disk is bad", True)
    assert (evidence.impact, evidence.urgency, evidence.configuration_item) == (1, 1, "db-1")
    assert not evidence.sender.address and evidence.sender.name == "Probe"


def test_recovery_resolves_when_every_alert_is_over_and_firing_again_reopens(bench: Bench):
    probe = monitor(bench, policy=policy(correlation="labels", correlation_labels=["site"]))
    probe.say("firing", "disk", "cpu", labels={"site": "paris"})
    (group,) = probe.opened()
    assert {alert.dedup_key for alert in group.alerts} == {"disk", "cpu"}
    probe.say("resolved", "disk", labels={"site": "paris"})
    probe.settled()
    assert bench.incidents.incidents[group.incident_id].state == NEW
    probe.say("resolved", "cpu", labels={"site": "paris"})
    _state(bench, group.incident_id, RESOLVED)
    probe.say("firing", "cpu", labels={"site": "paris"})
    _state(bench, group.incident_id, NEW)
    assert len(bench.incidents.incidents) == 1


def test_a_recovery_leaves_an_incident_to_whoever_works_on_it(bench: Bench):
    probe = monitor(bench)
    probe.say("firing", "disk")
    (group,) = probe.opened()
    bench.incidents.incidents[group.incident_id].state = incident_pb2.INCIDENT_STATE_IN_PROGRESS
    probe.say("resolved", "disk")
    wait_until(lambda: bench.incidents.notes.get(group.incident_id), 20, what="a note")
    assert bench.incidents.incidents[group.incident_id].state == incident_pb2.INCIDENT_STATE_IN_PROGRESS


def test_a_severity_that_rises_raises_the_priority_and_one_that_falls_does_not(bench: Bench):
    probe = monitor(bench)
    probe.say("firing", "disk", severity="warning")
    (group,) = probe.opened()
    incident = bench.incidents.incidents[group.incident_id]
    incident.impact, incident.urgency = 2, 2
    incident.assignment_decision.source = "routing"
    probe.say("firing", "disk", severity="critical")
    wait_until(lambda: (incident.impact, incident.urgency) == (1, 1), 20, what="a higher priority")
    (decision,) = bench.incidents.decisions
    assert decision.prioritization.reason == (
        "Impact high × urgency high: the alert “disk is bad” is critical by now"
    )
    for severity in ("info", "critical"):
        probe.say("firing", "disk", severity=severity)
        probe.settled()
    assert len(bench.incidents.decisions) == 1


def test_a_priority_that_a_person_decided_stays_and_they_are_told(bench: Bench):
    probe = monitor(bench)
    probe.say("firing", "disk", severity="warning")
    (group,) = probe.opened()
    incident = bench.incidents.incidents[group.incident_id]
    incident.impact, incident.urgency = 3, 3
    incident.assignment_decision.source, incident.priority_decision.source = "routing", "technician"
    probe.say("firing", "disk", severity="critical")
    (note,) = wait_until(lambda: bench.incidents.notes.get(group.incident_id), 20, what="a note")
    assert "is critical by now" in note and "stays" in note
    assert not bench.incidents.decisions


def test_what_flaps_is_said_once_and_stays_open(bench: Bench):
    probe = monitor(bench, policy=policy(flap_changes=2, flap_minutes=60))
    probe.say("firing", "disk")
    (group,) = probe.opened()
    for status in ("resolved", "firing", "resolved", "firing", "resolved"):
        probe.say(status, "disk")
        probe.settled()
    (group,) = probe.groups()
    assert group.flapping
    notes = wait_until(lambda: bench.incidents.notes.get(group.incident_id), 20, what="a note")
    assert len(notes) == 1 and "Flapping" in notes[0]
    assert bench.incidents.calls.count("Resolve") <= 1


def test_a_storm_of_a_few_alerts_opens_a_few_incidents(bench: Bench):
    probe = monitor(bench)
    for _ in range(12):
        probe.say("firing", *(f"alert-{number}" for number in range(25)))
    probe.opened(25)
    probe.settled()
    assert len(bench.incidents.incidents) == 25
    assert {alert.count for group in probe.groups() for alert in group.alerts} == {12}


def test_alerts_wait_for_a_record_that_is_away(bench: Bench):
    probe = monitor(bench)
    bench.incidents.refuse_with = Unavailable("store_unavailable")
    probe.say("firing", "disk")
    probe.settled()
    assert not probe.groups()[0].incident_id
    bench.incidents.refuse_with = None
    probe.opened()


def test_the_same_message_by_the_senders_own_name_changes_nothing(bench: Bench):
    probe = monitor(bench, "cloudevents")
    event = {"specversion": "1.0", "id": "1", "source": "/p", "type": "t", "data": {"title": "Disk"}}
    assert not probe.send(event).repeated_delivery
    assert probe.send(event).repeated_delivery
    (group,) = probe.opened()
    assert group.alerts[0].count == 1


def test_the_rest_of_a_batch_is_taken_and_its_source_shows_what_was_not(bench: Bench):
    probe = monitor(bench, "cloudevents")
    event = {"specversion": "1.0", "id": "1", "source": "/p", "type": "t", "data": {"title": "Disk"}}
    answer = probe.send([{}, event], "application/cloudevents-batch+json")
    assert [(one.index, one.field) for one in answer.refused_events] == [(0, "specversion")]
    probe.opened()
    request = alert_service_pb2.GetAlertSourceRequest(source_id=probe.source.source_id)
    assert call(stub(bench).GetAlertSource, request, bench.admin()).last_error == "specversion is missing."


def test_what_cannot_be_read_is_refused_and_kept_with_its_source(bench: Bench):
    probe = monitor(bench, "alertmanager")
    for bad in (b"{", b'{"alerts": "none"}'):
        with pytest.raises(InvalidArgument):
            probe.send(bad)
    kept = probe.deliveries()
    assert [one.state for one in kept] == ["refused", "refused"]
    assert kept[1].excerpt == "{" and kept[1].error_reason == "json_malformed"
    request = alert_service_pb2.GetAlertSourceRequest(source_id=probe.source.source_id)
    assert call(stub(bench).GetAlertSource, request, bench.admin()).last_error


def test_a_wrong_key_another_protocol_and_a_disabled_source_are_all_the_same(bench: Bench):
    probe = monitor(bench)
    wrong = Monitor(bench, probe.source, "x" * 32)
    other = monitor(bench, "zabbix")
    other.source.sender = "generic"
    for one in (wrong, Monitor(bench, probe.source, ""), other):
        with pytest.raises(NotFound, match="alert_source_not_found"):
            one.say("firing", "disk")
    off = probe.source
    off.enabled = False
    call(
        stub(bench).UpdateAlertSource,
        alert_service_pb2.UpdateAlertSourceRequest(source=off),
        bench.admin(),
    )
    with pytest.raises(NotFound, match="alert_source_not_found"):
        probe.say("firing", "disk")


def test_a_new_key_ends_the_old_one_and_none_is_shown_again(bench: Bench):
    probe = monitor(bench)
    request = alert_service_pb2.RotateAlertSourceKeyRequest(source_id=probe.source.source_id)
    made = call(stub(bench).RotateAlertSourceKey, request, bench.admin())
    assert len(made.key) == 32 and made.key != probe.key and made.key_hint == made.key[-4:]
    with pytest.raises(NotFound):
        probe.say("firing", "disk")
    Monitor(bench, made, made.key).say("firing", "disk")
    listed = call(
        stub(bench).ListAlertSources, alert_service_pb2.ListAlertSourcesRequest(), bench.admin()
    ).sources
    assert all(not one.key and not one.secret for one in listed)


def test_only_administrators_keep_sources_and_only_services_bring_alerts(bench: Bench):
    request = alert_service_pb2.ListAlertSourcesRequest()
    for role in (Role.TECHNICIAN, Role.CLIENT_MANAGER, Role.REQUESTER):
        with pytest.raises(PermissionDenied):
            call(stub(bench).ListAlertSources, request, bench.caller(role))
    with pytest.raises(PermissionDenied):
        call(stub(bench).ReceiveAlert, alert_service_pb2.ReceiveAlertRequest(), bench.admin())
    with pytest.raises(PermissionDenied):
        call(
            stub(bench).ListAlertGroups,
            alert_service_pb2.ListAlertGroupsRequest(),
            bench.caller(Role.REQUESTER),
        )


def test_alerts_of_one_client_are_not_another_ones(bench: Bench):
    acme, lumen = monitor(bench), monitor(bench, tenant_id=LUMEN)
    acme.say("firing", "disk")
    lumen.say("firing", "disk")
    acme.opened(2)
    assert {one.tenant_id for one in bench.incidents.submissions.values()} == {ACME, LUMEN}
    request = alert_service_pb2.ListAlertGroupsRequest()
    seen = call(stub(bench).ListAlertGroups, request, bench.caller(Role.TECHNICIAN, tenants=(LUMEN,))).groups
    assert {group.tenant_id for group in seen} == {LUMEN}


def test_a_preview_shows_the_alerts_and_keeps_nothing(bench: Bench):
    request = alert_service_pb2.PreviewAlertsRequest(sender="generic", sample=b'{"what": "Disk"}')
    request.mapping.title = "what"
    (signal,) = call(stub(bench).PreviewAlerts, request, bench.admin()).signals
    assert (signal.title, signal.action) == ("Disk", "fire")
    assert not bench.incidents.incidents


class Amazon:
    """A certificate authority of one certificate, and whoever asks it."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
        made = now()
        built = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        )
        built = built.serial_number(1).not_valid_before(made - timedelta(days=1))
        built = built.not_valid_after(made + timedelta(days=1))
        self.certificate = built.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        self.asked: list[str] = []

    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        return self.certificate

    def signed(self, **fields: Any) -> dict[str, Any]:
        here = "https://sns.eu-west-1.amazonaws.com"
        message = {
            "MessageId": "m1",
            "TopicArn": "arn:aws:sns:eu-west-1:1:alarms",
            "Timestamp": datetime(2026, 3, 2, tzinfo=UTC).isoformat(),
            "SignatureVersion": "2",
            "SigningCertURL": f"{here}/SimpleNotificationService-1.pem",
            "SubscribeURL": f"{here}/?Action=ConfirmSubscription",
            "Token": "t",
            "Message": "Hello",
            **fields,
        }
        signature = self.key.sign(signed_text(message), padding.PKCS1v15(), hashes.SHA256())
        return {**message, "Signature": base64.b64encode(signature).decode()}


@pytest.fixture
def amazon_bench(mongod: str, nats: str, installation: str, tmp_path: Path) -> Iterator[tuple[Bench, Amazon]]:
    amazon = Amazon()
    with running_intake(mongod, nats, installation, tmp_path, fetch=amazon.fetch) as bench:
        yield bench, amazon


def test_a_signed_confirmation_is_confirmed_and_nothing_else_is_asked(amazon_bench: tuple[Bench, Amazon]):
    bench, amazon = amazon_bench
    probe = monitor(bench, "sns")
    probe.send(
        amazon.signed(Type="SubscriptionConfirmation"), x_amz_sns_message_type="SubscriptionConfirmation"
    )
    assert amazon.asked[-1].endswith("Action=ConfirmSubscription")
    alarm = '{"AlarmName": "CPU", "NewStateValue": "ALARM"}'
    probe.send(amazon.signed(Type="Notification", Message=alarm))
    probe.opened()
    asked = len(amazon.asked)
    forged = {**amazon.signed(Type="Notification", Message=alarm), "Message": "another"}
    elsewhere = amazon.signed(Type="Notification", SigningCertURL="https://evil.example/a.pem")
    other_topic = amazon.signed(Type="Notification", TopicArn="arn:aws:sns:eu-west-1:2:theirs")
    for bad in (forged, elsewhere, other_topic):
        with pytest.raises(PermissionDenied):
            probe.send(bad)
    wanted = amazon.signed(Type="SubscriptionConfirmation", SubscribeURL="http://169.254.169.254/latest")
    with pytest.raises(PermissionDenied):
        probe.send(wanted)
    assert len(amazon.asked) == asked


def test_a_signature_of_version_one_is_made_otherwise_and_read_all_the_same():
    amazon = Amazon()
    message = amazon.signed(Type="Notification", SignatureVersion="1", Subject="Hi")
    signature = amazon.key.sign(signed_text(message), padding.PKCS1v15(), hashes.SHA1())
    client = SnsClient(amazon.fetch)
    assert client.is_signed({**message, "Signature": base64.b64encode(signature).decode()})
    assert not client.is_signed({**message, "Signature": "AAAA"})
