"""Events in: durable JetStream consumers, in order within one aggregate, with retry and dead letters.

    from chassis import bus

    def handle(events: list[bus.Event]) -> None:
        for event in events:
            opened = event.parse(IncidentOpened)
            ...                               # load, decide, save; idempotent by event.id, newest revision wins
        # Returned: every event of the batch is acknowledged. Not returned: none is.

    consumers = bus.Consumers(settings, database, verifier, [
        bus.Consumer(name="triage-incidents", source="incidents",
                     facts=("incident_opened", "resolved"), handle=handle),
    ])
    consumers.start()                         # at once, even with NATS down; it keeps trying
    rpc.Server(settings, verifier, [..., consumers.dead_letters])
    consumers.stop()

Promises
- A handler gets up to 100 events at a time, the events of one aggregate in order. Up to `parallel` batches of
  different aggregates run at once, on worker threads; a handler must be safe for that.
- Acknowledged after `handle` returned, never before: delivery is at least once.
- An event that fails is tried again after 0.2 s doubling to 30 s; later events of the same aggregate wait for
  it, other aggregates go on. After 8 attempts it is kept as a dead letter (collection `dead_letters` of the
  consuming service's database), and only then given up.
- errors.Unavailable (a store or a peer is down) is retried for ever and never counts; so are the MongoDB
  driver's and gRPC's own ways of saying so. Raise it for what else a handler depends on (a mail server).
- Raise EventFailed({event.id: error}) to fail some events of a batch; any other exception makes the runner try
  the batch again one by one.
- The caller's token is verified at the event's own time. An event whose caller does not verify is a dead
  letter at once, with reason "caller_unverified".
- event.caller says who did it; its token has often expired by now. Calls made while handling carry the
  service's own caller: signer.service_caller(now, event.provider_id). (An OutboundEvent may name event.caller:
  the store mints a valid token.)
- Two replicas of a service share a durable: order within an aggregate then holds within each replica only,
  so a consumer compares revisions. (Subject partitions would lift this; they are not needed yet.)
"""

from chassis.bus.connection import Transport, transport
from chassis.bus.consumers import Consumer, Consumers
from chassis.bus.events import Event, EventFailed
from chassis.bus.retry import Retry

__all__ = ["Consumer", "Consumers", "Event", "EventFailed", "Retry", "Transport", "transport"]
