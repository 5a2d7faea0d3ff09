"""Alert sources, what they sent, and alert groups."""

from services.intake.store.alerts.deliveries import DeliveryStore
from services.intake.store.alerts.documents import Indexes
from services.intake.store.alerts.groups import GroupStore
from services.intake.store.alerts.sources import SourceStore

__all__ = ["DeliveryStore", "GroupStore", "Indexes", "SourceStore"]
