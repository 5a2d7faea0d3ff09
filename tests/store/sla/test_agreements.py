"""Contracts and calendars in MongoDB."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.errors import AlreadyExists, NotFound, RevisionConflict
from chassis.tenancy import GrantedScope, TenantScope
from fairlead.sla.v1.events_pb2 import ContractChanged
from services.sla.domain.calendar import Calendar
from services.sla.domain.contract import AwaitedParty, Contract, ReopenRule, Target, TargetKind
from services.sla.domain.versions import CalendarRecord, ContractRecord
from services.sla.store import CalendarStore, ContractStore

NOON = datetime(2026, 6, 14, 12, tzinfo=UTC)
ROOM = TenantScope("prv", "prv")
TENANT = TenantScope("prv", "ten")


@pytest.fixture
def contracts(database, signer):
    return ContractStore(database, signer)


@pytest.fixture
def calendars(database):
    return CalendarStore(database)


@pytest.fixture
def caller(signer):
    return signer.service_caller(NOON, "prv")


def contract(contract_id="ctr_a", tenant_id="ten", version=1):
    return Contract(
        contract_id,
        "prv",
        tenant_id,
        "Gold",
        (Target(TargetKind.RESOLUTION, 1, 3600, "cal", 75, frozenset({AwaitedParty.VENDOR})),),
        version,
        NOON + timedelta(days=version),
        ReopenRule.NEW_CYCLE,
        5,
        6,
        "Europe/Paris",
        NOON,
    )


def record(contract_id="ctr_a", tenant_id="ten"):
    return ContractRecord(contract_id, "prv", tenant_id, (contract(contract_id, tenant_id),))


def test_a_contract_is_loaded_as_it_was_saved_and_announced_with_each_version(contracts, caller):
    saved = contracts.add(TENANT, record(), caller)
    assert contracts.get(TENANT, "ctr_a") == saved
    second = contracts.save(TENANT, saved.with_version(contract(version=2), 1), caller)
    assert contracts.get(TENANT, "ctr_a") == second
    history = contracts.records.history(TENANT, "ctr_a")
    assert [e.parse(ContractChanged).contract.version for e in history] == [1, 2]
    with pytest.raises(RevisionConflict):
        contracts.save(TENANT, saved, caller)


def test_a_tenant_has_one_contract_and_a_provider_one_default(contracts, caller):
    contracts.add(TENANT, record(), caller)
    contracts.add(ROOM, record("ctr_d", ""), caller)
    for scope, tenant_id in ((TENANT, "ten"), (ROOM, "")):
        with pytest.raises(AlreadyExists):
            contracts.add(scope, record("ctr_z", tenant_id), caller)
    assert [r.tenant_id for r in contracts.all_of(GrantedScope("prv", None))] == ["", "ten"]


def test_another_tenants_contract_is_not_found(contracts, caller):
    contracts.add(TENANT, record(), caller)
    for scope in (TenantScope("prv", "ten_b"), GrantedScope("prv_b", None)):
        with pytest.raises(NotFound):
            contracts.get(scope, "ctr_a")
        assert contracts.all_of(scope) == []


def test_a_calendar_is_loaded_as_it_was_saved(calendars):
    first = Calendar(
        "cal_a",
        "America/Toronto",
        1,
        "Desk",
        hours={1: ((9 * 3600, 17 * 3600),), 5: ((79200, 108000),)},
        country="CA",
        subdivision="QC",
        overrides={date(2026, 12, 24): ((32400, 43200),), date(2026, 12, 31): ()},
        override_names={date(2026, 12, 24): "Half day"},
        create_time=NOON,
    )
    saved = calendars.add(ROOM, CalendarRecord("cal_a", "prv", (first,)))
    second = replace(first, version=2, always_open=True)
    calendars.save(ROOM, saved.with_version(second, 1))
    loaded = calendars.get(ROOM, "cal_a")
    assert [vars(v) for v in loaded.versions] == [vars(first), vars(second)]
    assert loaded.at(NOON).version == 2
    with pytest.raises(AlreadyExists):
        calendars.add(ROOM, CalendarRecord("cal_b", "prv", (replace(first, calendar_id="cal_b"),)))
