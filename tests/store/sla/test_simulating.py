"""A client's past under a proposed contract, from a real MongoDB."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.errors import InvalidArgument, NotFound, PermissionDenied
from chassis.tenancy import Role, TenantScope
from services.sla import store
from services.sla.clients.signing import StatementKeys
from services.sla.domain.clock_set import settle
from services.sla.domain.contract import Target, TargetKind
from services.sla.domain.facts import FactKind
from services.sla.ports import Settled, StatementQuery
from services.sla.use_cases import MonthOrTimes, Places, Simulating, simulating
from tests.harness.statements import (
    ACME,
    JUNE,
    LUMEN,
    PROVIDER,
    Past,
    admin,
    broken,
    contract,
    incident,
    kept,
    manager,
    person,
)

SCOPE = TenantScope(PROVIDER, ACME)
MONTH = timedelta(days=30)
WHOLE = MonthOrTimes("2024-06")
# Within an hour, whatever the priority.
STRICT = replace(contract(), name="Strict", targets=(Target(TargetKind.RESOLUTION, 0, 3000, "cal_always"),))


@pytest.fixture
def past(database, signer, settings):
    made = Past(database, signer, StatementKeys(settings.key_dir))
    made.agree()
    return made


@pytest.fixture
def simulate(past):
    def simulate(proposed=STRICT, asked=WHOLE, caller=None, tenant_id=ACME):
        parts = (past.contracts, past.calendars, past, past.sources, past.objections, past.credits, past.book)
        return list(
            Simulating(*parts, Places(1, 1), past.clock).run(caller or admin(), tenant_id, proposed, asked)
        )

    return simulate


def test_both_sides_stand_beside_each_other_with_credits_and_what_changes(past, simulate):
    past.happened([kept(1), kept(2, 700), broken(3, 800), kept(9, 60 * 24 * 31)])
    last = simulate()[-1]
    table = last.result.table()
    assert (table["incidents"], last.contract_name) == (3, "Gold")
    assert table["as_agreed"]["targets"]["resolution"]["met"] == 2
    assert table["proposed"]["breached"] == 3 and table["proposed"]["attainment_percent"] == 0.0
    assert [(one.number, one.promise) for one in last.result.changes] == [
        ("ACME-1", "resolution.1"),
        ("ACME-2", "resolution.1"),
    ]
    # Two of three in time: below 90 %, a tenth of the fee. The proposed side breaks more, and owes up to the cap, too.
    assert table["as_agreed"]["credits"]["months"] == {"2024-06": 50_000}
    assert table["proposed"]["credits"]["months"] == {"2024-06": 50_000}


def test_it_says_how_far_it_is_and_ends_with_the_result(past, simulate):
    past.happened([kept(number, 600 + number) for number in range(450)])
    steps = simulate()
    assert [(step.done, step.total) for step in steps] == [
        (0, 450), (200, 450), (400, 450), (450, 450), (450, 450),
    ]  # fmt: skip
    assert [step.result is None for step in steps] == [True, True, True, True, False]


def test_an_incident_belongs_to_the_period_in_which_it_was_opened(past, simulate):
    past.happened([kept(1, 0), kept(2, 10), kept(3, 20)])
    asked = MonthOrTimes("", JUNE + timedelta(minutes=10), JUNE + timedelta(minutes=20))
    assert simulate(asked=asked)[-1].result.incidents == 1


def test_an_approved_exclusion_counts_on_neither_side(past, simulate):
    past.happened([broken(1)])
    past.close()
    id = past.objecting.propose(
        admin("per_ada"), past.stating.page(admin(), [], StatementQuery())[0].statement.statement_id,
        "inc_00001", "resolution", 1, "storm",
    ).exclusion_id  # fmt: skip
    past.objecting.decide(manager(), id, True)
    table = simulate()[-1].result.table()
    assert table["as_agreed"]["targets"]["resolution"]["excluded"] == 1
    assert (table["proposed"]["excluded"], table["proposed"]["breached"]) == (1, 0)


def test_facts_that_nobody_asked_for_were_not_kept_and_that_is_said(past, simulate):
    past.happened([kept(1)])
    custom = Target(
        TargetKind.CUSTOM, 0, 600, "cal_always", name="taken", start_event=FactKind.OPENED,
        stop_event=FactKind.ACKNOWLEDGED,
    )  # fmt: skip
    assert simulate(replace(STRICT, targets=(custom,)))[-1].facts_not_kept == [FactKind.ACKNOWLEDGED]
    assert simulate()[-1].facts_not_kept == []


def test_another_clients_incidents_are_not_replayed(past, simulate):
    past.agree(contract(LUMEN, "ctr_lumen"))
    past.happened([kept(2, tenant_id=LUMEN)], contract(LUMEN, "ctr_lumen"))
    past.happened([kept(1)])
    assert simulate()[-1].result.incidents == 1
    with pytest.raises(NotFound):
        simulate(tenant_id=LUMEN, caller=person(Role.DISPATCHER, tenants=frozenset({ACME})))


def test_clients_and_technicians_may_not(past, simulate):
    for caller in (manager(), person(Role.TECHNICIAN)):
        with pytest.raises(PermissionDenied):
            simulate(caller=caller)
    assert simulate(caller=person(Role.DISPATCHER))[-1].total == 0


@pytest.mark.parametrize(
    "asked",
    [
        MonthOrTimes(),
        MonthOrTimes("2024-13"),
        MonthOrTimes("2024-06", JUNE),
        MonthOrTimes("", JUNE, JUNE),
        MonthOrTimes("", JUNE),
    ],
)
def test_what_is_no_period_is_refused(past, simulate, asked):
    with pytest.raises(InvalidArgument) as refused:
        simulate(asked=asked)
    assert refused.value.reason == "period_invalid"


def test_more_incidents_than_can_be_replayed_at_once_are_refused_at_once(past, simulate, monkeypatch):
    monkeypatch.setattr(simulating, "MOST_INCIDENTS", 1)
    past.happened([kept(1), kept(2)])
    with pytest.raises(InvalidArgument) as refused:
        simulate()
    assert refused.value.reason == "too_many_incidents"


def test_nothing_is_saved(past, simulate, database):
    past.happened([kept(1)])

    def everything():
        names = sorted(database.list_collection_names())
        return [(name, list(database[name].find().sort("_id"))) for name in names]

    before = everything()
    simulate()
    assert everything() == before


def test_without_any_contract_the_proposed_one_stands_alone(database, signer, settings):
    past = Past(database, signer, StatementKeys(settings.key_dir))
    past.agree(contract(LUMEN, "ctr_lumen"))
    change = incident(1, 600, ("resolved", 10))
    settled, _ = settle(change.with_terms(None), None, past.now)
    past.sets.put([Settled(settled, None, [], past.as_service(PROVIDER), past.now)])
    parts = (past.contracts, past.calendars, past, past.sources, past.objections, past.credits, past.book)
    last = list(Simulating(*parts, Places(1, 1), past.clock).run(admin(), ACME, STRICT, WHOLE))[-1]
    table = last.result.table()
    assert (table["as_agreed"]["met"], table["proposed"]["met"], last.contract_name) == (0, 1, "")
    assert "credits" not in table["proposed"]


def test_what_was_kept_before_openings_were_dated_is_dated_when_the_index_is_built(past, database):
    past.happened([kept(1), kept(2, 700)])
    sets = database["clock_sets"]
    sets.drop_index("opened")
    sets.update_many({"_id": "inc_00001"}, {"$unset": {"open_time": ""}})
    assert past.sources.count_opened(SCOPE, JUNE, JUNE + MONTH, 10) == 1
    store.prepare()
    assert past.sources.count_opened(SCOPE, JUNE, JUNE + MONTH, 10) == 2
    [found] = past.sources.opened(SCOPE, JUNE, JUNE + MONTH)
    assert [record.incident_id for record in found] == ["inc_00001", "inc_00002"]
    assert found[0].open_time == JUNE + timedelta(minutes=600)


def test_they_are_found_by_an_index_in_the_order_of_their_opening(past, database):
    past.happened([kept(number, 600) for number in range(20)])
    within = {"provider_id": PROVIDER, "tenant_id": ACME, "open_time": {"$gte": JUNE, "$lt": JUNE + MONTH}}
    plan = database["clock_sets"].find(within).sort("open_time").explain()["queryPlanner"]["winningPlan"]
    assert "opened" in str(plan) and "SORT" not in str(plan) and "COLLSCAN" not in str(plan)
