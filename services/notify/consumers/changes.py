"""Events in: what is asked about a change, and what was decided, as facts that concern somebody."""

from datetime import UTC

from chassis.bus import Event
from fairlead.incidents.v1 import change_pb2
from services.notify.domain.notification import IncidentFact, Recipient, Side

CHANGE_FACTS = ("change_asked", "change_approved", "change_rejected")
_MOST_WORDS = 2_000


def change_fact(event: Event) -> IncidentFact:
    """For whoever is asked, and for whoever asked. What is shared is told in the provider's own room."""
    message = event.parse(change_pb2.ChangeChanged)
    change = message.change
    window = change.window.start_time.ToDatetime(tzinfo=UTC).isoformat() if change.HasField("window") else ""
    asked = event.fact == "change_asked"
    # By person alone: on which side each stands is known when it is sent.
    approvers = tuple(Recipient(Side.STAFF, one.person_id, name=one.name) for one in message.asked)
    return IncidentFact(
        event_id=event.id,
        fact=event.fact,
        time=event.time,
        provider_id=event.provider_id,
        tenant_id=event.tenant_id,
        incident_id="",
        number=change.number,
        title=change.title,
        actor_subject=message.actor.subject,
        actor_name=message.actor.name,
        words=_work(change) if asked else _comment(change),
        assignee_id=change.requester_id,
        assignee_name=change.requester_name,
        approvers=approvers,
        details={
            "change": change.change_id,
            "reminder": "yes" if "reminder" in message.changes else "",
            "requester": change.requester_name,
            "due_time": window,
        },
    )


def _work(change: change_pb2.Change) -> str:
    return "\n\n".join(text for text in (change.description, change.plan) if text)[:_MOST_WORDS]


def _comment(change: change_pb2.Change) -> str:
    """What was said last."""
    history = change.approval.history
    return history[-1].comment if history else ""
