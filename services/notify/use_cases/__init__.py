"""What notify does: decide who is told, tell them, let people see it, keep webhook endpoints."""

from services.notify.use_cases.delivering import Deliver, Each
from services.notify.use_cases.seeing import SeeDeliveries
from services.notify.use_cases.telling import NoteBounce, Tell
from services.notify.use_cases.webhooks import KeepWebhooks

__all__ = ["Deliver", "Each", "KeepWebhooks", "NoteBounce", "SeeDeliveries", "Tell"]
