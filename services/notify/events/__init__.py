"""What notify announces: the end of each delivery."""

from datetime import datetime

from chassis.outbox import OutboundEvent
from chassis.tenancy import Caller
from fairlead.notify.v1 import events_pb2
from services.notify.domain.delivery import Delivery, State
from services.notify.events import messages


def end_of(delivery: Delivery, now: datetime, caller: Caller) -> list[OutboundEvent]:
    """The event of a delivery that was sent or given up; none for one that goes on."""
    message = messages.delivery(delivery)
    if delivery.state is State.SENT:
        return [OutboundEvent("delivery_sent", events_pb2.DeliverySent(delivery=message), now, caller)]
    if delivery.state is State.DEAD:
        return [OutboundEvent("delivery_failed", events_pb2.DeliveryFailed(delivery=message), now, caller)]
    return []
