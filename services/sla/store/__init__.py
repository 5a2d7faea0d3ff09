"""Contracts, calendars and clock sets in MongoDB."""

from chassis import clock
from chassis.mongo import ensure_indexes
from services.sla.store.agreements import CalendarStore, ContractStore
from services.sla.store.clock_sets import ClockSetStore, date_openings, look_at_all
from services.sla.store.documents import CalendarDocument, ClockSetDocument, ContractDocument
from services.sla.store.statement_documents import STATEMENT_DOCUMENTS
from services.sla.store.statement_sources import (
    CreditBookStore,
    LateFactStore,
    ObjectionStore,
    StatementSourceStore,
)
from services.sla.store.statements import StatementLineStore, StatementStore

__all__ = [
    "CalendarStore",
    "ClockSetStore",
    "ContractStore",
    "CreditBookStore",
    "LateFactStore",
    "ObjectionStore",
    "StatementLineStore",
    "StatementSourceStore",
    "StatementStore",
    "prepare",
]


def prepare() -> None:
    """Builds the indexes; idempotent. Raises Unavailable while MongoDB is away."""
    date_openings()
    look_at_all(clock.now())
    ensure_indexes([ContractDocument, CalendarDocument, ClockSetDocument, *STATEMENT_DOCUMENTS])
