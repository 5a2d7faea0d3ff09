"""What the stores write is what the documents declare."""

from datetime import UTC, datetime

import pytest

from chassis.tenancy import TenantScope
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock_set import ClockSet, Header, settle
from services.sla.domain.contract import Contract, Target, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.versions import CalendarRecord, ContractRecord
from services.sla.ports import Settled
from services.sla.store import CalendarStore, ClockSetStore, ContractStore
from services.sla.store.documents import CalendarDocument, ClockSetDocument, ContractDocument

NOON = datetime(2026, 6, 14, 12, tzinfo=UTC)
DESK = Calendar("cal", "Europe/Paris", name="Desk", hours={1: ((0, 3600),)}, create_time=NOON)
GOLD = Contract(
    "ctr",
    "prv",
    "ten",
    "Gold",
    (Target(TargetKind.RESOLUTION, 3, 3600, "cal", 50),),
    effective_time=NOON,
    create_time=NOON,
)


@pytest.fixture
def written(database, signer):
    caller = signer.service_caller(NOON, "prv")
    room, tenant = TenantScope("prv", "prv"), TenantScope("prv", "ten")
    CalendarStore(database).add(room, CalendarRecord("cal", "prv", (DESK,)))
    ContractStore(database, signer).add(tenant, ContractRecord("ctr", "prv", "ten", (GOLD,)), caller)
    terms = Terms(GOLD, {"cal": BusinessTime(DESK)})
    opened = Fact("inc:1000", 1000, FactKind.OPENED, NOON, priority=3)
    record = ClockSet("inc", "prv", "ten", Header("A-1", revision=1)).with_facts([opened]).with_terms(terms)
    settled, announcements = settle(record, terms, NOON)
    ClockSetStore(database, signer).put([Settled(settled, GOLD, announcements, caller, NOON)])


@pytest.mark.parametrize("document", [CalendarDocument, ContractDocument, ClockSetDocument])
def test_what_is_written_fits_what_is_declared(written, document):
    [found] = document.objects
    found.validate()
    own = set(document._get_collection().find_one()) - {"_id", "pending_events", "published"}
    assert own <= set(document._fields)
