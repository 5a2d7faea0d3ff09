"""What makes notify act: events of other services, and the time at which a delivery is due."""

from services.notify.consumers.events import consumers
from services.notify.consumers.senders import Launcher, Senders

__all__ = ["Launcher", "Senders", "consumers"]
