"""One action on many incidents, held back for some seconds in which it can be undone, then done row by row.

What was asked is kept before anything is said of it, so closing the browser neither loses nor doubles it: whichever
replica finds it due does it, and each row's commands carry keys of their own.
"""

from services.gateway.bulk.action import BulkAction, Row, RowResult, State, Step, bulk_id_of
from services.gateway.bulk.offers import awaits_approval, offers
from services.gateway.bulk.runner import BulkRunner
from services.gateway.bulk.store import BulkActions

__all__ = [
    "BulkAction",
    "BulkActions",
    "BulkRunner",
    "Row",
    "RowResult",
    "State",
    "Step",
    "awaits_approval",
    "bulk_id_of",
    "offers",
]
