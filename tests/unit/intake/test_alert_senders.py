"""What each sender's payload is read as."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from chassis.errors import InvalidArgument, PermissionDenied
from services.intake.domain.alerts.mapping import AlertMapping
from services.intake.domain.alerts.payload import Payload
from services.intake.domain.alerts.senders import Sender, read, refused, sender_of, sentry, sns
from services.intake.domain.alerts.severity import Severity
from services.intake.domain.alerts.signal import Action, Signal

DATA = Path(__file__).parents[4] / "shared" / "data" / "alerts"
JSON = "application/json"


def told(
    sender: Sender, value: Any, mapping: AlertMapping | None = None, **headers: str
) -> tuple[Signal, ...]:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return read(sender, Payload(json.dumps(value).encode(), JSON, named), mapping or AlertMapping())


def alert(status: str = "firing", **labels: str) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": "DiskFull", "instance": "db-1:9100", "severity": "critical"} | labels,
        "annotations": {"summary": "Disk is full", "description": "2 % are left"},
        "startsAt": "2026-03-02T12:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": labels.get("fingerprint", "aa11"),
    }


def test_alertmanagers_group_is_read_alert_by_alert():
    group = {
        "version": "4",
        "status": "firing",
        "alerts": [alert(), alert("resolved", fingerprint="bb22")],
        "commonLabels": {"team": "ops"},
        "externalURL": "http://alertmanager.example",
    }
    first, second = told(Sender.ALERTMANAGER, group)
    assert (first.action, first.dedup_key, first.title) == (Action.FIRE, "aa11", "Disk is full")
    assert (first.severity, first.configuration_item) == (Severity.CRITICAL, "db-1")
    assert first.text == "2 % are left" and first.label("team") == "ops"
    assert (second.action, second.dedup_key) == (Action.RECOVER, "bb22")


def test_an_alert_without_a_fingerprint_is_named_by_its_labels():
    bare = {**alert(), "fingerprint": ""}
    (first,) = told(Sender.ALERTMANAGER, {"alerts": [bare]})
    (again,) = told(Sender.ALERTMANAGER, {"alerts": [{**bare, "status": "resolved"}]})
    assert first.dedup_key and first.dedup_key == again.dedup_key


@pytest.mark.parametrize("bad", [{"alerts": {}}, {"alerts": []}, {"alerts": [{"labels": {}}]}, [1], "x", {}])
def test_what_is_no_group_of_alerts_is_refused(bad: Any):
    with pytest.raises(InvalidArgument):
        told(Sender.ALERTMANAGER, bad)


def test_grafana_speaks_both_its_forms():
    (new,) = told(Sender.GRAFANA, {"alerts": [{**alert(), "valueString": "[ var='A' value=98 ]"}]})
    assert new.action is Action.FIRE and "value=98" in new.text
    legacy = {"ruleId": 7, "ruleName": "CPU high", "state": "alerting", "title": "[Alerting] CPU high"}
    (old,) = told(Sender.GRAFANA, {**legacy, "tags": {"host": "web-1"}, "ruleUrl": "https://g.example/d/1"})
    assert (old.action, old.title, old.configuration_item) == (Action.FIRE, "CPU high", "web-1")
    (over,) = told(Sender.GRAFANA, {**legacy, "state": "ok", "title": "[OK] CPU high"})
    assert (over.action, over.dedup_key) == (Action.RECOVER, old.dedup_key)


PAGERDUTY = {
    "routing_key": "k" * 32,
    "event_action": "trigger",
    "dedup_key": "srv01/http",
    "payload": {"summary": "HTTP is down", "source": "srv01", "severity": "error"},
}


def test_pagerdutys_three_actions_are_understood():
    (fired,) = told(Sender.PAGERDUTY, PAGERDUTY)
    assert (fired.title, fired.severity, fired.configuration_item) == ("HTTP is down", Severity.HIGH, "srv01")
    for action, meant in (("acknowledge", Action.ACKNOWLEDGE), ("resolve", Action.RECOVER)):
        event = {"routing_key": "k", "event_action": action, "dedup_key": "srv01/http"}
        (signal,) = told(Sender.PAGERDUTY, event)
        assert (signal.action, signal.dedup_key) == (meant, fired.dedup_key)


def test_pagerdutys_event_without_a_key_gets_one_that_its_repetition_gets_too():
    event = {name: value for name, value in PAGERDUTY.items() if name != "dedup_key"}
    (first,), (again,) = told(Sender.PAGERDUTY, event), told(Sender.PAGERDUTY, event)
    (other,) = told(Sender.PAGERDUTY, {**event, "client": "another"})
    assert first.dedup_key == again.dedup_key != other.dedup_key


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"event_action": None}, "'event_action' is missing or blank"),
        ({"event_action": "explode"}, "'event_action' is invalid"),
        ({"payload": None}, "'payload' is missing or blank"),
        ({"payload": {"summary": "x", "source": "y"}}, "'payload.severity' is missing or blank"),
        ({"payload": {**PAGERDUTY["payload"], "severity": "bad"}}, "'payload.severity' is invalid"),
        ({"event_action": "resolve", "dedup_key": None}, "'dedup_key' is missing or blank"),
        ({"dedup_key": "x" * 256}, "'dedup_key' is invalid"),
    ],
)
def test_pagerdutys_refusals_say_what_is_wrong(change: dict[str, Any], said: str):
    with pytest.raises(InvalidArgument, match=said):
        told(Sender.PAGERDUTY, {**PAGERDUTY, **change})


def test_zabbix_is_understood_as_json_and_as_a_form():
    problem = {
        "event_id": "4711",
        "event_value": "1",
        "event_name": "Free space is low",
        "event_severity": "Disaster",
        "host_name": "db-1",
        "event_tags": '[{"tag": "scope", "value": "capacity"}]',
        "event_tags_json": [{"tag": "scope", "value": "capacity"}],
    }
    (fired,) = told(Sender.ZABBIX, problem)
    assert (fired.severity, fired.configuration_item) == (Severity.CRITICAL, "db-1")
    assert fired.label("scope") == "capacity"
    form = urlencode({"EVENT.ID": "4711", "EVENT.VALUE": "0", "EVENT.NAME": "Free space is low"})
    (over,) = read(Sender.ZABBIX, Payload(form.encode(), "application/x-www-form-urlencoded"), AlertMapping())
    assert (over.action, over.dedup_key) == (Action.RECOVER, fired.dedup_key)


def test_nagios_and_icinga_name_hosts_and_services():
    service = {
        "NAGIOS_NOTIFICATIONTYPE": "PROBLEM",
        "NAGIOS_HOSTNAME": "web-1",
        "NAGIOS_SERVICEDESC": "HTTP",
        "NAGIOS_SERVICESTATE": "CRITICAL",
        "NAGIOS_HOSTSTATE": "UP",
        "NAGIOS_SERVICEOUTPUT": "Connection refused",
    }
    (fired,) = told(Sender.NAGIOS, service)
    assert (fired.action, fired.severity, fired.text) == (
        Action.FIRE,
        Severity.CRITICAL,
        "Connection refused",
    )
    over = {"NOTIFICATIONTYPE": "RECOVERY", "HOSTNAME": "web-1", "SERVICEDESC": "HTTP", "SERVICESTATE": "OK"}
    (recovered,) = told(Sender.NAGIOS, over)
    assert (recovered.action, recovered.dedup_key) == (Action.RECOVER, fired.dedup_key)
    (down,) = told(
        Sender.NAGIOS, {"host.name": "web-1", "host.state": "DOWN", "notification.type": "PROBLEM"}
    )
    assert (down.dedup_key, down.severity) == ("web-1", Severity.CRITICAL)
    (seen,) = told(Sender.NAGIOS, {**service, "NAGIOS_NOTIFICATIONTYPE": "ACKNOWLEDGEMENT"})
    assert seen.action is Action.ACKNOWLEDGE
    assert told(Sender.NAGIOS, {**service, "NAGIOS_NOTIFICATIONTYPE": "DOWNTIMESTART"}) == ()


def test_datadog_names_a_monitor_and_its_scope():
    event = {
        "id": "1",
        "alert_id": "99",
        "alert_title": "CPU",
        "alert_transition": "Triggered",
        "alert_type": "error",
        "alert_scope": "host:web-1",
        "tags": "env:prod,host:web-1",
        "hostname": "web-1",
        "link": "https://app.datadoghq.com/x",
    }
    (fired,) = told(Sender.DATADOG, event)
    assert (fired.severity, fired.configuration_item, fired.label("env")) == (
        Severity.CRITICAL,
        "web-1",
        "prod",
    )
    (over,) = told(
        Sender.DATADOG, {**event, "id": "2", "alert_transition": "Recovered", "alert_type": "success"}
    )
    assert (over.action, over.dedup_key) == (Action.RECOVER, fired.dedup_key)


ALARM = {
    "AlarmName": "HighCPU",
    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:1:alarm:HighCPU",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold crossed",
    "StateChangeTime": "2026-03-02T12:00:00.000+0000",
    "Trigger": {"Dimensions": [{"name": "InstanceId", "value": "i-1"}]},
}


def test_cloudwatchs_alarm_comes_wrapped_or_raw():
    wrapped = {"Type": "Notification", "MessageId": "m1", "Message": json.dumps(ALARM)}
    (fired,) = told(Sender.SNS, wrapped)
    assert (fired.title, fired.configuration_item, fired.event_id) == ("HighCPU", "i-1", "m1")
    (over,) = told(Sender.SNS, {**ALARM, "NewStateValue": "OK"})
    assert (over.action, over.dedup_key) == (Action.RECOVER, fired.dedup_key)
    assert told(Sender.SNS, {"Type": "SubscriptionConfirmation", "Token": "t"}) == ()


@pytest.mark.parametrize(
    "address",
    [
        "http://sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/a.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/a.pem",
        "https://user@sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
        "https://sns.eu-west-1.amazonaws.com#@evil.example/a.pem",
        "https://s3.amazonaws.com/bucket/a.pem",
        "https://127.0.0.1/a.pem",
        "https://sns.eu-west-1.amazonaws.com/a.txt",
        "",
        None,
    ],
)
def test_only_amazons_own_address_is_ever_asked(address: Any):
    with pytest.raises(PermissionDenied):
        sns.amazons_address(address, ".pem")


def test_amazons_own_address_may_be_asked():
    own = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"
    assert sns.amazons_address(own, ".pem") == own


def test_sentrys_signature_is_that_of_the_body():
    body = b'{"action": "created"}'
    good = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    assert sentry.is_signed(Payload(body, JSON, {"sentry-hook-signature": good}), "secret")
    assert not sentry.is_signed(Payload(body + b" ", JSON, {"sentry-hook-signature": good}), "secret")
    assert not sentry.is_signed(Payload(body), "secret")


def test_sentrys_resources_are_understood():
    issue = {"id": "12", "title": "TypeError", "level": "error", "project": {"slug": "shop"}}
    (made,) = told(
        Sender.SENTRY, {"action": "created", "data": {"issue": issue}}, sentry_hook_resource="issue"
    )
    assert (made.action, made.dedup_key, made.configuration_item) == (Action.FIRE, "issue:12", "shop")
    (over,) = told(
        Sender.SENTRY, {"action": "resolved", "data": {"issue": issue}}, sentry_hook_resource="issue"
    )
    assert (over.action, over.dedup_key) == (Action.RECOVER, made.dedup_key)
    event = {"event_id": "e1", "issue_id": "12", "title": "TypeError", "tags": [["server_name", "web-1"]]}
    (again,) = told(
        Sender.SENTRY,
        {"action": "triggered", "data": {"event": event, "triggered_rule": "All"}},
        sentry_hook_resource="event_alert",
    )
    assert (again.dedup_key, again.configuration_item) == (made.dedup_key, "web-1")
    metric = {"metric_alert": {"id": "5", "alert_rule": {"name": "Errors"}}, "description_title": "Errors"}
    (bad,) = told(Sender.SENTRY, {"action": "critical", "data": metric}, sentry_hook_resource="metric_alert")
    assert bad.severity is Severity.CRITICAL
    assert told(Sender.SENTRY, {"action": "created"}, sentry_hook_resource="installation") == ()


EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "/probe/7",
    "type": "example.disk.firing",
    "subject": "db-1",
    "data": {"title": "Disk is full", "severity": "critical"},
}


def test_cloudevents_come_structured_batched_and_binary():
    structured = Payload(json.dumps(EVENT).encode(), "application/cloudevents+json; charset=utf-8")
    (one,) = read(Sender.CLOUDEVENTS, structured, AlertMapping())
    assert (one.title, one.severity, one.event_id) == ("Disk is full", Severity.CRITICAL, "/probe/7#1")
    batch = json.dumps([EVENT, {**EVENT, "id": "2", "type": "example.disk.resolved"}]).encode()
    two = read(Sender.CLOUDEVENTS, Payload(batch, "application/cloudevents-batch+json"), AlertMapping())
    assert [signal.action for signal in two] == [Action.FIRE, Action.RECOVER]
    assert two[0].dedup_key == two[1].dedup_key == one.dedup_key
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-source": "/probe/7",
        "ce-type": "t",
        "ce-subject": "Fen%C3%AAtre",
    }
    (binary,) = read(Sender.CLOUDEVENTS, Payload(b'{"severity":"low"}', JSON, headers), AlertMapping())
    assert (binary.title, binary.severity) == ("Fenêtre", Severity.LOW)
    packed = {**EVENT, "data_base64": base64.b64encode(b'{"title":"T"}').decode()}
    del packed["data"]
    assert told(Sender.CLOUDEVENTS, packed)[0].title == "T"


def batch_of(*events: object) -> Payload:
    return Payload(json.dumps(events).encode(), "application/cloudevents-batch+json")


def test_one_cloudevent_that_cannot_be_read_takes_no_other_of_its_batch_along():
    nameless = {name: value for name, value in EVENT.items() if name != "id"}
    batch = batch_of(nameless, EVENT, "no event", {**EVENT, "specversion": "0.3"}, {**EVENT, "id": "2"})
    assert [one.event_id for one in read(Sender.CLOUDEVENTS, batch, AlertMapping())] == [
        "/probe/7#1",
        "/probe/7#2",
    ]
    assert [(one.index, one.reason, one.field) for one in refused(Sender.CLOUDEVENTS, batch)] == [
        (0, "alert_malformed", "id"),
        (2, "alert_malformed", "specversion"),
        (3, "alert_malformed", "specversion"),
    ]


def test_a_batch_of_nothing_that_can_be_read_is_refused_and_an_empty_one_says_nothing():
    with pytest.raises(InvalidArgument):
        read(Sender.CLOUDEVENTS, batch_of({}, 7), AlertMapping())
    assert not read(Sender.CLOUDEVENTS, batch_of(), AlertMapping())
    assert not refused(Sender.CLOUDEVENTS, batch_of(EVENT))


@pytest.mark.parametrize("missing", ["specversion", "id", "source", "type"])
def test_a_cloudevent_without_what_it_must_have_is_refused(missing: str):
    with pytest.raises(InvalidArgument):
        told(Sender.CLOUDEVENTS, {name: value for name, value in EVENT.items() if name != missing})


def test_a_mapping_finds_what_it_is_told_to_find():
    mapping = AlertMapping(
        alerts="events",
        title="join(' ', [what, where.name])",
        severity="/level",
        dedup_key="where.id",
        status="now",
        resolved_values="gone, fine",
        configuration_item="/where/name",
        labels="where",
    )
    where = {"id": 7, "name": "db-1"}
    payload = {"events": [{"what": "Disk", "where": where, "level": "fatal", "now": "bad"}]}
    (fired,) = told(Sender.GENERIC, payload, mapping.checked())
    assert (fired.title, fired.severity, fired.dedup_key) == ("Disk db-1", Severity.CRITICAL, "7")
    assert fired.label("name") == "db-1"
    payload["events"][0]["now"] = "Gone"
    assert told(Sender.GENERIC, payload, mapping)[0].action is Action.RECOVER


def test_a_mapping_that_is_no_expression_names_its_field():
    with pytest.raises(InvalidArgument) as refused:
        AlertMapping(severity="a[").checked()
    assert refused.value.values["field"] == "severity"


def test_what_a_mapping_does_not_find_is_said_and_not_guessed():
    with pytest.raises(InvalidArgument) as refused:
        told(Sender.GENERIC, {"title": "Disk"}, AlertMapping(title="headline"))
    assert refused.value.values["field"] == "title"


def test_senders_have_other_names():
    assert sender_of("Prometheus") is Sender.ALERTMANAGER and sender_of("cloudwatch") is Sender.SNS
    assert sender_of("nonsense") is None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 5000, b"null", b"3", b'{"a":' * 200 + b"1" + b"}" * 200]
)
@pytest.mark.parametrize("sender", list(Sender))
def test_nothing_that_comes_breaks_a_reader(sender: Sender, body: bytes):
    with pytest.raises(InvalidArgument):
        read(sender, Payload(body, JSON), AlertMapping())


def test_what_other_systems_send_is_read_as_something():
    found = json.loads((DATA / "keep_mocks.json").read_text())
    own = {"cloudwatch": "sns", "prometheus": "alertmanager", "grafana": "grafana", "datadog": "datadog"}
    own["sentry"] = "sentry"
    for vendor, samples in found.items():
        for sample in samples:
            for sender in {Sender.GENERIC, Sender(own.get(vendor, "generic"))}:
                signals = told(sender, sample["payload"])
                assert signals and all(one.title and one.dedup_key for one in signals), vendor


def test_a_form_in_an_old_charset_is_read():
    form = "NOTIFICATIONTYPE=PROBLEM&HOSTNAME=Orléans&HOSTSTATE=DOWN".encode("cp1252")
    (down,) = read(Sender.NAGIOS, Payload(form, "application/x-www-form-urlencoded"), AlertMapping())
    assert down.title == "Orléans is DOWN"
