"""Clock sets in MongoDB."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.tenancy import GrantedScope, SystemScope, TenantScope
from fairlead.sla.v1.events_pb2 import TargetBreached, TargetStarted, TargetWarned
from services.sla import store
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock_set import ClockSet, Header, Prospect, settle
from services.sla.domain.contract import Contract, Target, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.ports import Settled
from services.sla.store import ClockSetStore

NOON = datetime(2026, 6, 14, 12, tzinfo=UTC)
DUE = SystemScope("due times")
TERMS = Terms(
    Contract("ctr", "prv", "ten", "Gold", (Target(TargetKind.RESOLUTION, 3, 3600, "cal", 50),)),
    {"cal": BusinessTime(Calendar("cal", "UTC", always_open=True))},
)


@pytest.fixture
def sets(database, signer):
    return ClockSetStore(database, signer)


@pytest.fixture
def put(sets, signer):
    def put(*records, now=NOON, terms=TERMS):
        changes = []
        for record in records:
            settled, announcements = settle(record, terms, now)
            changes.append(
                Settled(settled, terms.contract, announcements, signer.service_caller(now, "prv"), now)
            )
        return sets.put(changes)

    return put


def opened(incident_id, tenant_id="ten", time=NOON, **header):
    fact = Fact(f"{incident_id}:1000", 1000, FactKind.OPENED, time, priority=3)
    fresh = ClockSet(incident_id, "prv", tenant_id, Header(revision=1, **header))
    return fresh.with_facts([fact]).with_terms(TERMS)


def test_what_is_saved_is_what_is_loaded(sets, put):
    record = opened("inc_a", number="A-1", requester_id="per_a", participant_ids=frozenset({"per_b"}))
    assert put(record) == set()
    [loaded] = sets.find(TenantScope("prv", "ten"), ["inc_a"])
    assert loaded == replace(settle(record, TERMS, NOON)[0], revision=1)


def test_clocks_and_the_word_of_them_are_one_write(sets, put):
    put(opened("inc_a"))
    [record] = sets.find(DUE, ["inc_a"])
    put(record, now=NOON + timedelta(hours=2))
    history = sets.records.history(TenantScope("prv", "ten"), "inc_a")
    assert [event.fact for event in history] == ["target_started", "target_warned", "target_breached"]
    assert [event.revision for event in history] == [1, 2, 2]
    for event, kind in zip(history, (TargetStarted, TargetWarned, TargetBreached), strict=True):
        assert event.parse(kind).clock.incident_id == "inc_a"


def test_who_comes_second_is_told_so_and_changes_nothing(sets, put):
    assert put(opened("inc_a"), opened("inc_b")) == set()
    assert put(opened("inc_a"), opened("inc_c")) == {"inc_a"}
    [record] = sets.find(DUE, ["inc_a"])
    first = record.with_facts([Fact("inc_a:2000", 2000, FactKind.RESOLVED, NOON)])
    second = record.with_facts([Fact("inc_a:2001", 2001, FactKind.CANCELED, NOON)])
    assert put(first) == set()
    assert put(second, *sets.find(DUE, ["inc_b"])) == {"inc_a"}
    assert [f.kind for f in sets.find(DUE, ["inc_a"])[0].facts] == [FactKind.OPENED, FactKind.RESOLVED]


def test_another_tenants_clocks_are_not_there(sets, put):
    put(opened("inc_a"), opened("inc_b", tenant_id="ten_b"))
    both = ["inc_a", "inc_b"]
    assert [r.incident_id for r in sets.find(TenantScope("prv", "ten"), both)] == ["inc_a"]
    assert sets.find(GrantedScope("prv_other", None), both) == []
    assert sets.find(GrantedScope("prv", frozenset()), both) == []


def test_a_person_finds_those_they_take_part_in(sets, put):
    put(
        opened("inc_a", requester_id="per_a"),
        opened("inc_b", participant_ids=frozenset({"per_a", "per_b"})),
        opened("inc_c"),
    )
    scope, all_three = TenantScope("prv", "ten"), ["inc_a", "inc_b", "inc_c"]
    for person, visible in (("per_a", ["inc_a", "inc_b"]), ("per_b", ["inc_b"]), ("per_x", []), ("", [])):
        assert sorted(r.incident_id for r in sets.find(scope, all_three, person)) == visible


def test_what_is_due_is_found_earliest_first_by_its_index(sets, put):
    put(*(opened(f"inc_{n}", time=NOON + timedelta(minutes=n)) for n in range(5)))
    stopped = opened("inc_s").with_facts([Fact("inc_s:2", 2000, FactKind.RESOLVED, NOON)])
    put(stopped)
    half_past = NOON + timedelta(minutes=30)
    assert sets.next_due_time(DUE) == half_past
    due = sets.due(DUE, half_past + timedelta(minutes=2, seconds=1), 10)
    assert [r.incident_id for r in due] == ["inc_0", "inc_1", "inc_2"]
    assert sets.due(DUE, half_past, 10) == []
    assert [r.incident_id for r in sets.due(DUE, NOON + timedelta(days=1), 2, ["inc_0"])] == [
        "inc_1",
        "inc_2",
    ]
    query = {"next_due_time": {"$lt": half_past + timedelta(minutes=2, seconds=1), "$type": "date"}}
    plan = sets.records.collection.find(query, hint="next_due_time").explain()["executionStats"]
    assert (plan["totalKeysExamined"], plan["totalDocsExamined"]) == (3, 3)
    # The index holds what is waited for, and nothing else.
    assert plan_keys(sets) == 5


def plan_keys(sets):
    everything = {"next_due_time": {"$type": "date"}}
    stats = sets.records.collection.find(everything, hint="next_due_time").explain()["executionStats"]
    return stats["totalKeysExamined"]


def test_what_is_to_be_looked_at_is_found_by_its_time_and_keeps_what_was_told(sets, signer):
    records = []
    for number in range(4):
        settled, _ = settle(opened(f"inc_{number}"), TERMS, NOON)
        look = NOON + timedelta(minutes=number) if number else None
        records.append(replace(settled, prospect=Prospect("resolution.1", 0.25), next_look_time=look))
    caller = signer.service_caller(NOON, "prv")
    sets.put([Settled(record, TERMS.contract, [], caller, NOON) for record in records])
    assert sets.next_look_time(DUE) == NOON + timedelta(minutes=1)
    found = sets.to_look_at(DUE, NOON + timedelta(minutes=2, seconds=1), 9)
    assert found == [replace(record, revision=1) for record in records[1:3]]
    assert [one.incident_id for one in sets.to_look_at(DUE, NOON + timedelta(days=1), 1, ["inc_1"])] == [
        "inc_2"
    ]


def test_what_ran_before_chances_were_told_is_looked_at_once_the_index_is_built(sets, put, database):
    stopped = opened("inc_s").with_facts([Fact("inc_s:2", 2000, FactKind.RESOLVED, NOON)])
    put(opened("inc_a"), stopped)
    database["clock_sets"].update_many({}, {"$unset": {"next_look_time": "", "prospect": ""}})
    assert [one.prospect for one in sets.find(DUE, ["inc_a"])] == [None]
    database["clock_sets"].drop_index("next_look_time")
    store.prepare()
    # Acknowledged by the majority, so that what was built before it can be read by, too.
    put(opened("inc_b"))
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert [one.incident_id for one in sets.to_look_at(DUE, later, 9)] == ["inc_a"]


def test_what_was_decided_last_comes_first_and_another_tenants_does_not_exist(sets, put):
    def over(incident_id, tenant_id, minutes):
        answer = Fact(f"{incident_id}:2000", 2000, FactKind.RESOLVED, NOON + timedelta(minutes=minutes))
        return opened(incident_id, tenant_id).with_facts([answer])

    put(
        over("inc_a", "ten", 1), over("inc_b", "ten", 3), over("inc_c", "ten_other", 2), opened("inc_d"),
        now=NOON + timedelta(minutes=9),
    )  # fmt: skip

    def decided(scope, minutes, limit=9):
        return [one.incident_id for one in sets.decided(scope, NOON + timedelta(minutes=minutes), limit)]

    everything = GrantedScope("prv", None)
    assert decided(everything, 0) == ["inc_b", "inc_c", "inc_a"]
    assert decided(everything, 2) == ["inc_b", "inc_c"] and decided(everything, 0, limit=1) == ["inc_b"]
    assert decided(TenantScope("prv", "ten"), 0) == ["inc_b", "inc_a"]
    assert decided(GrantedScope("prv_other", None), 0) == []
