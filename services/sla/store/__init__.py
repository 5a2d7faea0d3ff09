"""Contracts, calendars and clock sets in MongoDB."""

from chassis.mongo import ensure_indexes
from services.sla.store.agreements import CalendarStore, ContractStore
from services.sla.store.clock_sets import ClockSetStore
from services.sla.store.documents import CalendarDocument, ClockSetDocument, ContractDocument

__all__ = ["CalendarStore", "ClockSetStore", "ContractStore", "prepare"]


def prepare() -> None:
    """Builds the indexes; idempotent. Raises Unavailable while MongoDB is away."""
    ensure_indexes([ContractDocument, CalendarDocument, ClockSetDocument])
