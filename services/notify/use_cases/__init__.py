"""What notify does: decide who is told, tell them, let people see it, keep webhook endpoints."""

from services.notify.use_cases.bouncing import KeepSuppressions, NoteBounce, Reachable, Report
from services.notify.use_cases.claims import Claims
from services.notify.use_cases.delivering import CLAIMED_AT_ONCE, Deliver, Each
from services.notify.use_cases.seeing import SeeDeliveries
from services.notify.use_cases.telling import Tell
from services.notify.use_cases.webhooks import KeepWebhooks

__all__ = [
    "CLAIMED_AT_ONCE",
    "Claims",
    "Deliver",
    "Each",
    "KeepSuppressions",
    "KeepWebhooks",
    "NoteBounce",
    "Reachable",
    "Report",
    "SeeDeliveries",
    "Tell",
]
