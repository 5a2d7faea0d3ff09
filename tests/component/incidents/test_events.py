"""The service among the others: what it announces, what it hears, what it does by itself; on real NATS."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from pymongo import MongoClient

from chassis import bus, clock, mongo
from chassis.config import Settings
from chassis.ids import new_id
from chassis.outbox import AggregateStore, OutboundEvent, Relay
from chassis.rpc import call, channel
from chassis.tenancy import TenantScope
from chassis.tokens import CallerVerifier
from fairlead.directory.v1.events_pb2 import TenantChanged
from fairlead.incidents.v1 import change_pb2, events_pb2, problem_pb2
from fairlead.incidents.v1 import problem_service_pb2 as problems
from fairlead.incidents.v1.problem_service_pb2_grpc import ProblemServiceStub
from fairlead.notify.v1.events_pb2 import DeliverySent
from fairlead.sla.v1.events_pb2 import ContractChanged
from tests.harness.incidents import ACME, PROVIDER, Incidents, evidence_of, running_incidents
from tests.harness.servers import Mongod
from tests.harness.waiting import wait_until

CLOSED = 6


@pytest.fixture(scope="module")
def incidents(mongod: str, nats: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Incidents]:
    folder = tmp_path_factory.mktemp("incidents")
    with running_incidents(mongod, f"t{secrets.token_hex(5)}", folder, nats, sweep_seconds=0.1) as running:
        running.wait_until_ready()
        yield running
    with MongoClient(mongod) as client:
        for name in client.list_database_names():
            if name.startswith(f"{running.settings.installation}_"):
                client.drop_database(name)


def as_service(incidents: Incidents, service: str) -> Settings:
    own = incidents.settings
    return Settings(
        service=service,
        installation=own.installation,
        mongodb_uri=own.mongodb_uri,
        nats_url=own.nats_url,
        key_dir=own.key_dir,
    )


def announce(
    incidents: Incidents, service: str, tenant_id: str, fact: str, id: str, message: Message
) -> None:
    """Another service saves an aggregate with this event and relays it."""
    settings = as_service(incidents, service)
    signer = incidents.signer(service)
    store = AggregateStore(mongo.connect(settings)["things"], noun="thing", signer=signer)
    now = clock.now()
    event = OutboundEvent(fact, message, now, signer.service_caller(now, PROVIDER))
    relay = Relay(settings, [store])
    relay.start()
    try:
        store.create(TenantScope(PROVIDER, tenant_id), id, {}, [event])
        wait_until(lambda: not pending(store, id), what=f"{fact} to be published")
    finally:
        relay.stop()


def pending(store: AggregateStore, id: str) -> list[Any]:
    return store.collection.find_one({"_id": id})["pending_events"]


@contextmanager
def listening(incidents: Incidents, *facts: str) -> Iterator[list[bus.Event]]:
    """Somebody who hears what this service announces."""
    heard: list[bus.Event] = []
    settings = as_service(incidents, "triage")
    consumers = bus.Consumers(
        settings,
        mongo.connect(settings),
        CallerVerifier(settings.key_dir / "public"),
        [bus.Consumer(f"triage-{secrets.token_hex(4)}", "incidents", facts or ("*",), heard.extend)],
    )
    consumers.start()
    try:
        yield heard
    finally:
        consumers.stop()


def test_what_happens_is_announced_in_order_with_the_incident_as_it_then_stood(incidents: Incidents) -> None:
    with listening(incidents) as heard:
        it = {"incident_id": incidents.open().incident_id}
        tech = incidents.technician()
        incidents.call("Hold", tech, **it, awaiting="AWAITED_PARTY_REQUESTER", reason="photo")
        incidents.call("Reply", incidents.requester(), **it, text="Here it is.")

        def own() -> list[bus.Event]:
            return [event for event in heard if event.aggregate_id == it["incident_id"]]

        wait_until(lambda: len(own()) == 4, what="four events")
        assert [event.fact for event in own()] == ["incident_opened", "held", "replied", "resumed"]
        assert [event.seq for event in own()] == [1000, 2000, 3000, 3001]
        opened, held, replied, resumed = own()
        assert opened.caller.subject == "service:intake"
        assert held.caller.subject == "person:per_tech"
        assert opened.parse(events_pb2.IncidentOpened).incident.description
        assert held.parse(events_pb2.Held).incident.hold.reason == "photo"
        assert replied.parse(events_pb2.Replied).text == "Here it is."
        assert resumed.parse(events_pb2.Resumed).incident.revision == 3


def test_an_incident_and_a_problem_learn_what_a_change_does_to_them(incidents: Incidents) -> None:
    tech, opened = incidents.technician(tenants=None), incidents.open()
    stub = ProblemServiceStub(channel(incidents.settings, "incidents"))
    problem = call(stub.CreateProblem, problems.CreateProblemRequest(incident_id=opened.incident_id), tech)
    change = incidents.call_changes("CreateChange", tech, change=change_pb2.Change(title="Mend", shared=True))
    tie = {"change_id": change.change_id, "incident_id": opened.incident_id}
    for untie in (False, True):
        incidents.call_changes("TieIncident", tech, **tie, tie=change_pb2.CHANGE_TIE_RESOLVES, untie=untie)
    named = {"problem_id": problem.problem_id}
    call(stub.UpdateProblem, problems.UpdateProblemRequest(**named, cause="Old"), tech)
    solved = {"kind": problem_pb2.SOLUTION_KIND_CHANGE, "text": "Mended", "change_number": change.number}
    call(stub.ResolveProblem, problems.ResolveProblemRequest(**named, **solved), tech)
    canceled = {"change_id": change.change_id, "text": "Not now"}
    incidents.call_changes("CancelChange", tech, "ChangeCommandRequest", **canceled)

    def lines() -> list[Any]:
        return incidents.call("ListTimeline", tech, incident_id=opened.incident_id, page_size=9).entries[1:]

    wait_until(lambda: len(lines()) == 3, what="three lines")
    told = [(one.fact, one.changes["kind"], one.changes["number"]) for one in lines()]
    assert told[0] == ("tied", "problem", problem.number)
    assert [one[0] for one in told[1:]] == ["tied", "untied"]
    assert {one[1:] for one in told[1:]} == {("resolving_change", change.number)}
    assert {one.actor.name for one in lines()} == {"per_tech"}
    theirs = incidents.call("ListTimeline", incidents.requester(), incident_id=opened.incident_id)
    assert [one.fact for one in theirs.entries] == ["incident_opened"]

    def stands() -> Any:
        return call(stub.GetProblem, problems.GetProblemRequest(**named), tech)

    wait_until(lambda: stands().state == problem_pb2.PROBLEM_STATE_INVESTIGATING, what="the problem")
    last = call(stub.ListProblemTimeline, problems.ListProblemTimelineRequest(**named), tech).entries[-1]
    assert last.changes == {"change_number": change.number, "change": "canceled"}


def test_an_answer_to_mail_that_was_sent_finds_its_incident(incidents: Incidents) -> None:
    opened, tech = incidents.open(), incidents.technician()
    incidents.call("Reply", tech, incident_id=opened.incident_id, text="The badge is another matter.")
    said = incidents.call("ListTimeline", tech, incident_id=opened.incident_id, page_size=9).entries[1]
    sent = DeliverySent()
    sent.delivery.incident_id = opened.incident_id
    sent.delivery.event_id = said.entry_id
    sent.delivery.message_id = f"{new_id('dlv')}@northstar.example"
    announce(incidents, "notify", ACME, "delivery_sent", new_id("dlv"), sent)

    def joins(incident_id: str) -> bool:
        reply = evidence_of(channel="email", referenced_message_ids=[sent.delivery.message_id])
        return incidents.accept(reply)[0].incident_id == incident_id

    wait_until(lambda: joins(opened.incident_id), what="the reply to join")
    # The line that the mail told of is split off, and answers follow it.
    chosen = {"incident_id": opened.incident_id, "entry_ids": [said.entry_id], "title": "Badge"}
    made = incidents.call("Split", tech, **chosen, participants=["per_jane"])
    assert joins(made.incident_id)


def test_a_message_id_sent_to_another_tenant_ties_nothing_here(incidents: Incidents) -> None:
    theirs = incidents.new_tenant()
    opened = incidents.open(tenant_id=theirs)
    sent = DeliverySent()
    sent.delivery.incident_id = opened.incident_id
    sent.delivery.message_id = f"{new_id('dlv')}@northstar.example"
    announce(incidents, "notify", theirs, "delivery_sent", new_id("dlv"), sent)
    reply = {"channel": "email", "referenced_message_ids": [sent.delivery.message_id]}

    def joins_there() -> bool:
        return incidents.accept(evidence_of(tenant_id=theirs, **reply))[0].joined

    wait_until(joins_there, what="the reply to join in its own tenant")
    assert not incidents.accept(evidence_of(tenant_id=ACME, **reply))[0].joined


def contract(incidents: Incidents, tenant_id: str, close_after: int, reopen_within: int = 3600) -> None:
    changed = ContractChanged()
    changed.contract.contract_id = new_id("ctr")
    changed.contract.tenant_id = tenant_id
    changed.contract.version = 1
    changed.contract.effective_time.FromDatetime(clock.now())
    changed.contract.close_after_seconds = close_after
    changed.contract.reopen_within_seconds = reopen_within
    announce(incidents, "sla", tenant_id, "contract_changed", changed.contract.contract_id, changed)
    rules = MongoClient(incidents.settings.mongodb_uri)[incidents.settings.database_name]["closing_rules"]
    known = {"contract_id": changed.contract.contract_id}
    wait_until(lambda: rules.find_one(known), what="the rules to be kept")


def test_silence_closes_after_the_contracts_delay(incidents: Incidents) -> None:
    tenant = incidents.new_tenant()
    contract(incidents, tenant, close_after=1)
    it = {"incident_id": incidents.open(tenant_id=tenant).incident_id}
    tech = incidents.technician(tenants=(tenant,))
    incidents.call("Resolve", tech, **it, code="fixed", text="Done.")
    read = incidents.service("triage")
    wait_until(lambda: incidents.call("GetIncident", read, **it).state == CLOSED, what="silence to close it")
    last = incidents.call("ListTimeline", read, **it).entries[-1]
    assert (last.fact, last.reason, last.actor.subject) == ("closed", "silence", "service:incidents")


def test_what_was_closed_longer_ago_than_the_contract_allows_is_followed_up(incidents: Incidents) -> None:
    tenant = incidents.new_tenant()
    contract(incidents, tenant, close_after=3600, reopen_within=1)
    opened = incidents.open(tenant_id=tenant)
    it = {"incident_id": opened.incident_id}
    tech, jane = incidents.technician(tenants=(tenant,)), incidents.requester(tenants=(tenant,))
    incidents.call("Resolve", tech, **it, code="fixed", text="Done.")
    closed = incidents.call("Confirm", jane, **it).close_time.ToMilliseconds()
    wait_until(lambda: clock.now().timestamp() * 1000 > closed + 1000, what="the window to pass")

    written = {**it, "text": "It burns again.", "idempotency_key": "k1"}
    follow_up = incidents.call("Reply", jane, **written)
    assert follow_up.follows_incident_id == opened.incident_id
    assert follow_up.number.endswith("-2")
    assert follow_up.requester.person_id == "per_jane"
    assert incidents.call("Reply", jane, **written).incident_id == follow_up.incident_id
    with pytest.raises(Exception, match="reopen_window_over"):
        incidents.call("Reopen", jane, **it)


def test_a_changed_tenant_is_asked_for_anew(incidents: Incidents) -> None:
    tenant = incidents.new_tenant()
    incidents.open(tenant_id=tenant)
    incidents.directory.tenants[tenant].number_prefix = "RENAMED"
    changed = TenantChanged(tenant=incidents.directory.tenants[tenant])
    announce(incidents, "directory", tenant, "tenant_changed", tenant, changed)

    def renamed() -> bool:
        return incidents.accept(evidence_of(tenant_id=tenant))[0].number.startswith("RENAMED-")

    wait_until(renamed, what="the new prefix")


def test_a_service_that_starts_before_its_store_recovers_by_itself(tmp_path: Path) -> None:
    server = Mongod(tmp_path / "mongod")
    with running_incidents(server.uri, f"t{secrets.token_hex(5)}", tmp_path) as incidents:
        refused = incidents.accept(evidence_of())[0]
        assert (refused.error_reason, refused.retryable) == ("store_unavailable", True)
        server.start()
        try:
            incidents.wait_until_ready()
            assert incidents.accept(evidence_of())[0].number == "ACME-1"
            server.kill()
            assert incidents.accept(evidence_of())[0].retryable
            server.start()
            incidents.wait_until_ready()
            wait_until(lambda: incidents.accept(evidence_of())[0].number, timeout=20)
        finally:
            server.stop()
