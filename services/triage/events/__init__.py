"""What triage announces."""

from datetime import datetime

from chassis.outbox import OutboundEvent
from chassis.tenancy import Caller
from fairlead.triage.v1 import events_pb2
from services.triage.domain.queue import QueueRow
from services.triage.events import messages


def queue_entry_changed(row: QueueRow, now: datetime, caller: Caller) -> OutboundEvent:
    """The whole row as it stands, for live pages."""
    return OutboundEvent(
        "queue_entry_changed", events_pb2.QueueEntryChanged(entry=messages.entry(row)), now, caller
    )
