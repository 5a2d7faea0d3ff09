"""The queue's rows in MongoDB."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis import mongo
from chassis.config import Settings
from chassis.tenancy import GrantedScope
from chassis.tokens import CallerSigner, make_keys
from services.triage import store
from services.triage.domain.queue import (
    IncidentFacts,
    QueueClock,
    QueueFilter,
    QueueForecast,
    QueueRow,
    QueueSort,
    SlaState,
)

NOON = datetime(2026, 6, 14, 12, tzinfo=UTC)
EVERYTHING = GrantedScope("prv", None)


@pytest.fixture
def settings(installation, mongod, tmp_path):
    make_keys(tmp_path, ["triage"])
    return Settings(service="triage", installation=installation, mongodb_uri=mongod, key_dir=tmp_path)


@pytest.fixture
def database(settings):
    database = mongo.connect(settings)
    store.prepare()
    return database


@pytest.fixture
def queue(database, settings):
    return store.QueueStore(database, CallerSigner.load(settings.key_dir, "triage"))


def row(name, chance=None, minutes=60, state=SlaState.OK):
    facts = IncidentFacts(
        incident_id=name, provider_id="prv", tenant_id="ten", incident_revision=1, number=name.upper(),
        title="VPN", kind="incident", state="new", priority=3, category="", requester_name="Ada",
        assignment_group_id="", assignment_group_name="", assignee_id="", assignee_name="", channel="email",
        verified=True, create_time=NOON, update_time=NOON,
    )  # fmt: skip
    clock = QueueClock("resolution", state, NOON + timedelta(minutes=minutes), 1)
    forecast = None if chance is None else QueueForecast("resolution", chance, 40, 9, 1)
    return QueueRow(name, "prv", "ten", facts, {"resolution": clock}, forecast=forecast)


def by_risk(queue, size=50):
    found, token = [], ""
    while True:
        rows, token = queue.page(EVERYTHING, QueueFilter(), QueueSort.BREACH_RISK, size, token)
        found += [one.incident_id for one in rows]
        if not token:
            return found


def test_what_is_saved_is_what_is_loaded(queue):
    queue.save_many([row("inc_a", 0.25)], NOON)
    assert queue.get(EVERYTHING, "inc_a") == replace(row("inc_a", 0.25), revision=1)


def test_of_the_same_chance_the_earlier_due_comes_first_in_pages_of_any_size(queue):
    rows = [row(f"inc_{n}", [None, 0.5, 0.25][n % 3], minutes=60 - n) for n in range(9)]
    queue.save_many([*rows, row("inc_late", 0.1, state=SlaState.BREACHED)], NOON)
    expected = ["inc_late", "inc_7", "inc_4", "inc_1", "inc_8", "inc_5", "inc_2", "inc_6", "inc_3", "inc_0"]
    for size in (1, 2, 4, 50):
        assert by_risk(queue, size) == expected


def test_the_order_is_read_from_its_index(queue):
    queue.save_many([row(f"inc_{n:03}", n / 100) for n in range(60)], NOON)
    order = [("risk_sort", -1), ("due_sort", 1), ("_id", 1)]
    wanted = {"provider_id": "prv", "open": True}
    plan = queue.rows.collection.find(wanted).sort(order).limit(5).explain()["executionStats"]
    assert plan["totalDocsExamined"] == 5


def test_rows_of_older_days_get_their_place_once_the_index_is_built(queue, database):
    queue.save_many([row("inc_a"), row("inc_b", state=SlaState.BREACHED), row("inc_c", 0.5)], NOON)
    older = {"_id": {"$in": ["inc_a", "inc_b"]}}
    database["queue_entries"].update_many(older, {"$unset": {"risk_sort": "", "forecast": ""}})
    database["queue_entries"].drop_index("risk")
    store.prepare()
    assert by_risk(queue, 1) == ["inc_b", "inc_c", "inc_a"]


def test_totals_are_the_tallies_added_up_and_each_sees_what_is_theirs(queue):
    mine = replace(row("inc_1"), facts=replace(row("inc_1").facts, assignee_id="per_a"))
    late, held = row("inc_2", state=SlaState.BREACHED), row("inc_3")
    held = replace(held, facts=replace(held.facts, state="on_hold", priority=1, tenant_id="ten"))
    queue.save_many([mine, late, held], NOON)
    counts = queue.totals(EVERYTHING, QueueFilter()).seen_by("per_a")
    assert (counts.total, counts.mine, counts.unassigned, counts.breached, counts.waiting) == (3, 1, 2, 1, 1)
    assert (counts.by_priority, counts.by_tenant) == ({1: 1, 3: 2}, {"ten": 3})
    assert sum(tally.count for tally in queue.tallies(EVERYTHING, QueueFilter())) == 3
    assert queue.totals(EVERYTHING, QueueFilter(query="inc")).seen_by("").total == 3
    assert queue.count(EVERYTHING, QueueFilter(sla_states=frozenset({SlaState.BREACHED}))) == 1
    assert queue.count(EVERYTHING, QueueFilter(sla_states=frozenset({SlaState.MET}))) == 0
    assert queue.count(EVERYTHING, QueueFilter(priorities=frozenset({1}), unassigned=True)) == 1
    assert queue.totals(GrantedScope("prv", frozenset({"ten_other"})), QueueFilter()).seen_by("").total == 0
