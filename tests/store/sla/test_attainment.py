"""Kept and broken promises on real MongoDB, against a count by hand over random lives of incidents."""

import random
import secrets
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.tenancy import GrantedScope, TenantScope
from services.sla.domain.attainment import Outcome, attainments, by_group, totals
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock import ClockState, replay
from services.sla.domain.clock_set import ClockSet, Header, settle
from services.sla.domain.contract import Contract, Target, TargetKind, TargetLevel, Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.ports import Settled
from services.sla.store import ClockSetStore
from tests.property.sla.strategies import calendars, contracts, lives

TENANTS = ("ten_a", "ten_b")
GROUPS = ("grp_a", "grp_b", "")


@st.composite
def histories(draw):
    """Terms, some incidents' facts, the present (no earlier than any fact), and how long ago the period began."""
    pair = {name: BusinessTime(draw(calendars(name))) for name in ("cal_a", "cal_b")}
    many = draw(st.lists(lives(), min_size=1, max_size=8))
    latest = max(facts[-1].time for facts in many)
    now = latest + timedelta(minutes=draw(st.integers(0, 3 * 1440)))
    return Terms(draw(contracts()), pair), many, now, timedelta(minutes=draw(st.integers(1, 60 * 1440)))


def by_hand(records, terms, start, now, end=None):
    end = end or now + timedelta(days=1)
    counts = Counter()
    for record in records:
        for clock in replay(record.facts, terms, now):
            if clock.level is not TargetLevel.CLIENT:
                continue  # no promise to a client
            key = (record.tenant_id, clock.kind)
            if clock.breached:
                counts[(*key, "breached")] += start <= clock.breach_time < end
            elif clock.state is ClockState.MET:
                counts[(*key, "met")] += start <= clock.stop_time < end
            elif clock.state in (ClockState.RUNNING, ClockState.PAUSED):
                counts[(*key, "running")] += 1
    return +counts


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(histories())
def test_what_is_counted_is_what_a_count_by_hand_gives(database, signer, history):
    terms, many, now, ago = history
    provider, sets = f"prv_{secrets.token_hex(6)}", ClockSetStore(database, signer)
    start, records, changes = now - ago, [], []
    for place, facts in enumerate(many):
        record = ClockSet(f"inc_{provider}_{place}", provider, TENANTS[place % 2]).with_facts(facts)
        # As it was left when it was heard of last: the watcher may not have come to what is due since.
        settled, told = settle(record.with_terms(terms), terms, facts[-1].time)
        settled = replace(settled, header=Header(assignment_group_id=GROUPS[place % 3]))
        records.append(settled)
        changes.append(Settled(settled, terms.contract, told, signer.service_caller(now, provider), now))
    assert sets.put(changes) == set()
    for scope, tenants in (
        (GrantedScope(provider, None), TENANTS),
        (GrantedScope(provider, frozenset(TENANTS[:1])), TENANTS[:1]),
        (TenantScope(provider, TENANTS[1]), TENANTS[1:]),
    ):
        tallies = sets.tallies(scope, start, now)
        counted = Counter()
        for tally in tallies:
            counted[tally.tenant_id, tally.kind, tally.outcome.value] += tally.count
        expected = by_hand([r for r in records if r.tenant_id in tenants], terms, start, now)
        assert counted == expected
        for each in attainments(tallies):
            key = each.tenant_id, each.kind
            assert each.contract_id == "ctr_a"
            assert (each.met, each.breached, each.running) == tuple(
                expected[(*key, outcome.value)] for outcome in Outcome
            )
        assert sum(each.met + each.breached + each.running for each in totals(tallies)) == counted.total()
        for each in by_group(tallies):
            own = [
                r for r in records if r.tenant_id in tenants and r.header.assignment_group_id == each.group_id
            ]
            mine = by_hand(own, terms, start, now)
            counts = (each.met, each.breached, each.running)
            assert counts == tuple(
                sum(mine[tenant, each.kind, outcome.value] for tenant in tenants) for outcome in Outcome
            )
        middle = start + ago / 2
        until = Counter()
        for tally in sets.tallies(scope, start, now, middle):
            until[tally.tenant_id, tally.kind, tally.outcome.value] += tally.count
        assert until == by_hand([r for r in records if r.tenant_id in tenants], terms, start, now, middle)


def test_counting_reads_only_what_was_decided_in_the_period_and_what_runs(database, signer):
    now = datetime(2026, 6, 14, 12, tzinfo=UTC)
    sets, dice, documents = ClockSetStore(database, signer), random.Random(1), []
    for number in range(400):
        decided = number >= 20
        when = now - timedelta(days=dice.uniform(0, 100)) if decided else None
        state = dice.choice(["met", "missed"]) if decided else "running"
        standing = {
            "key": "resolution.1",
            "state": state,
            "due_time": now + timedelta(days=1),
            "decide_time": when,
        }
        standing["verdict"] = {"met": "met", "missed": "breached"}.get(state, "")
        documents.append(
            {"_id": f"inc_{number}", "provider_id": "prv", "tenant_id": TENANTS[number % 2], "revision": 1}
            | {"contract_id": "ctr", "standings": [standing], "running": not decided}
        )  # fmt: skip
    sets.records.collection.insert_many(documents)
    recent = sum(
        1 for d in documents if (t := d["standings"][0]["decide_time"]) and t >= now - timedelta(days=7)
    )
    told = []
    aggregate = database["clock_sets"].aggregate
    for pipeline, index in _asked(
        sets, GrantedScope("prv", frozenset(TENANTS)), now - timedelta(days=7), now
    ):
        command = {"aggregate": "clock_sets", "pipeline": pipeline, "cursor": {}, "hint": index}
        explained = database.command("explain", command, verbosity="executionStats")
        stats = explained.get("executionStats") or explained["stages"][0]["$cursor"]["executionStats"]
        told.append(stats["totalDocsExamined"])
        assert list(aggregate(pipeline, hint=index))
    assert told == [recent, 20]


def _asked(sets, scope, start, now):
    asked = []
    real = sets.records.aggregate
    sets.records.aggregate = lambda scope, pipeline, hint: asked.append(
        ([{"$match": {**scope.filter(), **pipeline[0]["$match"]}}, *pipeline[1:]], hint)
    ) or []  # fmt: skip
    try:
        sets.tallies(scope, start, now)
    finally:
        sets.records.aggregate = real
    return asked


def test_what_was_written_before_verdicts_were_counted_can_still_be_read(database, signer):
    sets, opened = ClockSetStore(database, signer), datetime(2026, 6, 14, 12, tzinfo=UTC)
    promise = Contract("ctr", "prv", "ten_a", "Gold", (Target(TargetKind.RESOLUTION, 3, 3600, "cal"),))
    terms = Terms(promise, {"cal": BusinessTime(Calendar("cal", "UTC", always_open=True))})
    fact = Fact("inc_old:1000", 1000, FactKind.OPENED, opened, priority=3)
    record = ClockSet("inc_old", "prv", "ten_a").with_facts([fact]).with_terms(terms)
    settled, told = settle(record, terms, opened)
    sets.put([Settled(settled, promise, told, signer.service_caller(opened, "prv"), opened)])
    dropped = {"running": 1, "standings.0.verdict": 1, "standings.0.decide_time": 1}
    database["clock_sets"].update_one({"_id": "inc_old"}, {"$unset": dropped})
    assert sets.find(TenantScope("prv", "ten_a"), ["inc_old"]) == [replace(settled, revision=1)]
