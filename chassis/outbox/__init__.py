"""State and its events saved in one write; a relay brings the events to JetStream, each once and in order.

How a service's store.py uses it (times and ids come from the use case; `signer` is the service's own):

    class IncidentStore:
        def __init__(self, database: Database, signer: CallerSigner) -> None:
            self.incidents = AggregateStore(database["incidents"], noun="incident", signer=signer)

        def open(self, scope: TenantScope, incident: Incident, facts: list[OutboundEvent]) -> None:
            self.incidents.create(scope, incident.id, to_document(incident), facts)   # AlreadyExists

        def save(self, scope: TenantScope, incident: Incident, facts: list[OutboundEvent]) -> int:
            return self.incidents.save(scope, incident.id, incident.revision, to_document(incident), facts)

    incident = from_document(store.incidents.load(scope, incident_id))        # NotFound("incident_not_found")
    incident.hold(reason, now)                                                # decide
    fact = OutboundEvent("incident_held", IncidentHeld(reason=reason), now, caller)
    store.save(scope, incident, [fact])                                       # RevisionConflict: load again

    for event in store.incidents.history(scope, incident_id):                 # the timeline, oldest first
        event.fact, event.time, event.caller.subject, event.parse(IncidentHeld)

    relay = Relay(settings, [store.incidents]); relay.start(); …; relay.stop()   # in main.py, one per service

A batch handler saves many at once and looks at each result; nothing is raised for a single one's conflict:

    for result in store.incidents.save_many([(scope, id, revision, state, events), …]):
        if not result.ok: …                        # result.outcome: conflict | exists | missing

What lies in MongoDB: the document holds `revision`, the state's own fields, and `pending_events` until the
relay has them in JetStream and in `<collection>_history`. The revision begins at 1 and rises by one with each
save; an event's sequence is revision × 1000 + its place among the save's events, so it grows within one
aggregate, with gaps. Aggregate ids are unique within the service, across its collections.
"""

from chassis.outbox.events import OutboundEvent, StoredEvent
from chassis.outbox.relay import Relay
from chassis.outbox.store import AggregateStore, ChangedAggregate, NewAggregate, Outcome, Result

__all__ = [
    "AggregateStore",
    "ChangedAggregate",
    "NewAggregate",
    "OutboundEvent",
    "Outcome",
    "Relay",
    "Result",
    "StoredEvent",
]
