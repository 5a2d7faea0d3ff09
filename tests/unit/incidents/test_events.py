"""Facts as messages, messages as lines of the timeline."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from chassis.outbox import StoredEvent
from chassis.tenancy import Caller, Role
from fairlead.incidents.v1 import events_pb2
from services.incidents.domain import facts
from services.incidents.domain.approval import Approver
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import (
    AwaitedParty,
    Decision,
    Hold,
    Impact,
    Incident,
    Priority,
    Resolution,
    State,
    Urgency,
)
from services.incidents.domain.order import Task, TaskState
from services.incidents.events import entry_message, incident_message, outbound, timeline_entry
from tests.harness.incident_values import TECH, after, opened

CALLER = Caller("person:per_tech", "prv_north", None, frozenset({Role.TECHNICIAN}))
EVERY_FACT = [
    facts.Opened(automatic=True),
    facts.Replied("hello", by_staff=True, first_response=True),
    facts.Noted("psst"),
    facts.Classified("old", "because"),
    facts.Prioritized(Priority.P3, "because"),
    facts.Assigned("per_old", "grp_old", "because"),
    facts.Acknowledged(),
    facts.Held(),
    facts.Resumed(AwaitedParty.VENDOR, "part arrived"),
    facts.Resolved(),
    facts.Confirmed(),
    facts.Closed("silence"),
    facts.Reopened("still broken"),
    facts.Canceled("spam"),
    facts.Rated(previous_score=2),
    facts.Merged("inc_2", "ACME-2", people_join=True, reason="same printer"),
    facts.Absorbed("inc_2", "ACME-2", "Printer again", after(0), "same printer"),
    facts.Unmerged("inc_2", "ACME-2", people_left=True, reason="another printer"),
    facts.Linked("inc_2"),
    facts.Unlinked("inc_2"),
    facts.ItemsNamed(("SRV-1", "CRM"), ("SRV-2",)),
    facts.JoinedMajor("maj_1", "MAJOR-1"),
    facts.LeftMajor("maj_1", "MAJOR-1"),
    facts.Tied(facts.TieKind.PROBLEM, "PRB-1"),
    facts.Untied(facts.TieKind.CAUSING_CHANGE, "CHG-1"),
    facts.HintDismissed("inc_2", "ACME-2"),
    facts.Released("inc_2", "ACME-2", "Printer again", "another printer"),
    facts.SplitOff("inc_2", "ACME-2", ("inc_1:1000",), "another matter"),
    facts.SplitFrom("inc_2", "ACME-2", after(1)),
    facts.Copied("hello", TECH, after(1), by_staff=True, internal=False, from_entry_id="inc_2:1000"),
    facts.ApprovalAsked(0, "Manager", (Approver("per_boss", "Boss"),), reminder=True),
    facts.ApprovalDecided(0, "Manager", "delegated", "away", Approver("per_deputy", "Deputy"), over=False),
    facts.FulfillmentStarted(),
    facts.TaskChanged(Task(task_id="t1", name="Buy it", state=TaskState.DONE, end_time=after(1))),
]


def full() -> Incident:
    return replace(
        opened(impact=Impact.HIGH, urgency=Urgency.LOW, category="printing"),
        hold=Hold(AwaitedParty.VENDOR, "spare part", after(1)),
        resolution=Resolution("fixed", "New fuse.", after(2)),
        assignee_id="per_tech",
        assignment_decision=Decision("routing", "fewest open", 0.75),
        revision=7,
    )


def stored(event) -> StoredEvent:
    return StoredEvent(
        id="inc_1:7000",
        type=event.message.DESCRIPTOR.full_name,
        fact=event.fact,
        provider_id="prv_north",
        tenant_id="ten_acme",
        aggregate_id="inc_1",
        seq=7000,
        revision=7,
        time=event.time,
        caller=event.caller,
        payload=event.message.SerializeToString(),
    )


def test_the_list_above_is_complete() -> None:
    assert {type(fact) for fact in EVERY_FACT} == set(get_args(facts.Fact))


@pytest.mark.parametrize("fact", EVERY_FACT, ids=lambda fact: fact.name)
def test_every_fact_has_a_message_with_snapshot_and_actor(fact: facts.Fact) -> None:
    (event,) = outbound(Change(None, full(), (fact,), TECH, after(3)), CALLER)
    assert event.fact == fact.name
    assert event.message.incident.revision == 7
    assert event.message.actor.subject == "person:per_tech"
    assert event.time == after(3)


@pytest.mark.parametrize("fact", EVERY_FACT, ids=lambda fact: fact.name)
def test_only_the_opening_carries_the_description(fact: facts.Fact) -> None:
    (event,) = outbound(Change(None, full(), (fact,), TECH, after(3)), CALLER)
    assert bool(event.message.incident.description) == (fact.name == "incident_opened")


@pytest.mark.parametrize("fact", EVERY_FACT, ids=lambda fact: fact.name)
def test_every_kept_event_is_a_line_of_the_timeline(fact: facts.Fact) -> None:
    (event,) = outbound(Change(None, full(), (fact,), TECH, after(3)), CALLER)
    line = entry_message(timeline_entry(stored(event)))
    assert (line.fact, line.entry_id, line.seq, line.actor.name) == (fact.name, "inc_1:7000", 7000, "Tess")


def test_the_names_of_facts_are_the_names_of_messages() -> None:
    for message in events_pb2.DESCRIPTOR.message_types_by_name:
        snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in message).lstrip("_")
        assert snake in {fact.name for fact in EVERY_FACT}


def test_a_line_says_what_became_of_it() -> None:
    held, assigned = facts.Held(), facts.Assigned("", "", "fewest open")
    events = outbound(Change(None, full(), (held, assigned), TECH, after(3)), CALLER)
    first, second = (timeline_entry(stored(event)) for event in events)
    assert (first.reason, first.changes) == ("spare part", {"awaiting": "vendor"})
    assert second.changes["assignee_id"] == "per_tech"


def test_what_is_not_known_is_left_out_of_the_message() -> None:
    message = incident_message(opened())
    for field in ("hold", "resolution", "first_response_time", "close_time", "assignment_decision"):
        assert not message.HasField(field)
    assert (message.impact, message.urgency) == (0, 0)


def test_everything_known_is_in_the_message() -> None:
    message = incident_message(replace(full(), state=State.ON_HOLD))
    assert message.hold.awaiting == 3
    assert message.state == 4
    assert message.create_time.ToDatetime(tzinfo=UTC) == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert message.assignment_decision.confidence == 0.75
