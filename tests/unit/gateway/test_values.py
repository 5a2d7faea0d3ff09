"""Values at the edge: words, shapes, addresses, limits."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from chassis.errors import ResourceExhausted
from fairlead.directory.v1 import person_pb2, tenant_pb2
from fairlead.incidents.v1 import incident_pb2
from fairlead.intake.v1 import submission_pb2
from fairlead.knowledge.v1 import article_pb2
from fairlead.notify.v1 import delivery_pb2
from fairlead.sla.v1 import clock_pb2, contract_pb2, statement_pb2
from fairlead.triage.v1 import queue_pb2, queue_service_pb2, rule_pb2
from services.gateway.api import words
from services.gateway.api.contracts import ContractBody
from services.gateway.api.incidents import Incident
from services.gateway.api.queue import QueueEntry
from services.gateway.api.shapes import fill
from services.gateway.auth.limits import RateLimiter, SignInLimits
from services.gateway.auth.login import safe_next
from services.gateway.backends.words import plain, words_of
from services.gateway.config import GatewaySettings
from services.gateway.live.feed import Item, Subscriber
from services.sla.domain.facts import FactKind
from tests.harness.fakes.scripted import sample

ENUMS = {
    "IncidentKind": incident_pb2.IncidentKind,
    "IncidentState": incident_pb2.IncidentState,
    "Impact": incident_pb2.Impact,
    "Urgency": incident_pb2.Urgency,
    "Priority": incident_pb2.Priority,
    "AwaitedParty": incident_pb2.AwaitedParty,
    "Visibility": incident_pb2.Visibility,
    "SubmissionChannel": submission_pb2.Channel,
    "SubmissionState": submission_pb2.SubmissionState,
    "SlaState": queue_pb2.SlaState,
    "QueueSort": queue_service_pb2.QueueSort,
    "ConditionField": rule_pb2.ConditionField,
    "ConditionOperator": rule_pb2.ConditionOperator,
    "TargetKind": contract_pb2.TargetKind,
    "TargetLevel": contract_pb2.TargetLevel,
    "StatementState": statement_pb2.StatementState,
    "CreditState": statement_pb2.CreditState,
    "ExclusionState": statement_pb2.ExclusionState,
    "ReopenRule": contract_pb2.ReopenRule,
    "ClockState": clock_pb2.ClockState,
    "Audience": article_pb2.Audience,
    "ArticleState": article_pb2.ArticleState,
    "DeliveryChannel": delivery_pb2.DeliveryChannel,
    "DeliveryState": delivery_pb2.DeliveryState,
    "PersonState": person_pb2.PersonState,
    "MembershipRole": person_pb2.MembershipRole,
    "GrantRole": person_pb2.GrantRole,
    "TenantState": tenant_pb2.TenantState,
}


@pytest.mark.parametrize("name", ENUMS)
def test_the_words_of_the_api_are_those_of_the_protos(name: str):
    assert set(get_args(getattr(words, name))) == set(words_of(ENUMS[name].DESCRIPTOR).values())


def test_a_custom_promise_runs_from_and_to_the_facts_of_clocks():
    assert get_args(words.ClockEvent) == tuple(FactKind)


def test_a_shape_shows_words_and_times_and_leaves_out_what_is_not_set():
    incident = incident_pb2.Incident(incident_id="inc_1", number="ACME-1", state="INCIDENT_STATE_ON_HOLD")
    incident.priority = incident_pb2.PRIORITY_P1
    incident.create_time.FromDatetime(datetime(2026, 3, 2, 9, 30, 0, 250_000, tzinfo=UTC))
    incident.hold.awaiting = incident_pb2.AWAITED_PARTY_VENDOR
    shown = Incident.of(incident)
    assert shown["state"] == "on_hold" and shown["priority"] == "P1" and shown["hold"]["awaiting"] == "vendor"
    assert shown["create_time"] == "2026-03-02T09:30:00.250Z"
    assert shown["title"] == "" and shown["reopen_count"] == 0
    assert not {"description", "assignee_id", "close_time", "provider_id", "impact"} & set(shown)


def test_live_rows_look_like_those_of_the_api():
    entry = sample(queue_pb2.QueueEntry)
    shown, row = QueueEntry.of(entry), plain(entry)
    assert {name: row[name] for name in shown} == shown
    assert set(row) - set(shown) == {"provider_id"}


def test_a_body_fills_the_message_of_the_same_fields():
    body = ContractBody.model_validate_json(
        """{"name": "Gold", "time_zone": "Europe/Paris", "effective_time": "2026-03-02T09:30:00Z", "targets": [
        {"kind": "resolution", "priority": "P1", "goal_seconds": 3600.0, "calendar_id": "cal_1",
         "pausing_parties": ["requester", "vendor"], "warning_percents": [50, 90.0]}]}"""
    )
    contract = fill(contract_pb2.Contract(), body, contract_id="ctr_1")
    target = contract.targets[0]
    assert target.kind == contract_pb2.TARGET_KIND_RESOLUTION and target.goal_seconds == 3600
    assert list(target.warning_percents) == [50, 90]
    assert list(target.pausing_parties) == [
        incident_pb2.AWAITED_PARTY_REQUESTER,
        incident_pb2.AWAITED_PARTY_VENDOR,
    ]
    assert contract.effective_time.ToDatetime(tzinfo=UTC) == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert contract.reopen_rule == contract_pb2.REOPEN_RULE_CONTINUE and contract.contract_id == "ctr_1"


@pytest.mark.parametrize(
    "target", ["/", "/t/acme/?a=b", "/console#x", "/oauth/authorize?redirect_uri=https%3A%2F%2Fx"]
)
def test_a_path_of_ours_may_follow_signing_in(target: str):
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    ["", "x", "//e", "/\\e", "https://e", "/a\\b", "/a\r\nb", "javascript:x", "/login?next=/", "/logout"],
)
def test_anything_else_may_not(target: str):
    assert safe_next(target) == ""


def settings(**fields: object) -> GatewaySettings:
    return GatewaySettings(http_port=8080, live_port=8081, **fields)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "acme.localhost"])
def test_on_one_machine_pages_and_live_updates_share_whatever_name_was_typed(host: str):
    made = settings(public_url="http://localhost:8080")
    assert made.web_origin_for(host) == f"http://{host}:8080"
    assert made.live_origin_for(host) == f"http://{host}:8081"


def test_anywhere_else_there_is_one_origin():
    made = settings(public_url="https://help.northstar.example/")
    for host in ("help.northstar.example", "evil.example", "localhost"):
        assert made.web_origin_for(host) == "https://help.northstar.example"
        assert made.live_origin_for(host) == "https://help.northstar.example:8081"
    assert settings(public_url="https://x.example", live_url="https://x.example/").live_origin_for("x.example") == "https://x.example"  # fmt: skip


class FullCollection:
    """Counts far more attempts than anybody may make."""

    def find_one_and_update(self, *_: object, **__: object) -> dict[str, int]:
        return {"count": 1000}


def test_who_tried_too_often_waits_until_the_window_ends_and_no_longer():
    now = datetime(2026, 3, 2, 10, 14, 50, 500_000, tzinfo=UTC)
    limits = SignInLimits(FullCollection(), settings(sign_in_window_seconds=900), clock=lambda: now)
    with pytest.raises(ResourceExhausted) as refused:
        limits.count("ana@acme.example", "192.0.2.1")
    assert refused.value.values["retry_after"] == "10"


def test_a_bucket_refills_with_time_and_never_above_its_burst():
    now = [datetime(2026, 3, 2, tzinfo=UTC)]
    limiter = RateLimiter(rate=2, burst=3, clock=lambda: now[0])
    for _ in range(3):
        limiter.take("a")
    with pytest.raises(ResourceExhausted) as refused:
        limiter.take("a")
    assert refused.value.values["retry_after"] == "1"
    limiter.take("b")
    now[0] += timedelta(seconds=0.5)
    limiter.take("a")
    with pytest.raises(ResourceExhausted):
        limiter.take("a")
    now[0] += timedelta(hours=1)
    for _ in range(3):
        limiter.take("a")
    with pytest.raises(ResourceExhausted):
        limiter.take("a")


def item(sequence: int) -> Item:
    return Item(sequence, "prv", "ten", "inc", "queue_entry", "{}", True)


async def _fall_behind() -> tuple[bool, list[Item | None]]:
    subscriber = Subscriber(lambda _: True, room=2)
    for sequence in range(5):
        subscriber.offer(item(sequence))
    told = [await subscriber.next(0.01), await subscriber.next(0.01)]
    return subscriber.lost, told


def test_a_browser_that_does_not_keep_up_is_told_nothing_stale_but_to_begin_anew():
    import asyncio

    assert asyncio.run(_fall_behind()) == (True, [None, None])
