"""What is announced: one event a fact."""

from dataclasses import replace
from typing import Any

from google.protobuf.message import Message

from chassis.outbox import OutboundEvent
from chassis.tenancy import Caller
from fairlead.incidents.v1 import events_pb2, incident_pb2, major_incident_pb2
from services.incidents.domain import facts
from services.incidents.domain.facts import Change, Fact
from services.incidents.events.messages import attachment_messages, incident_message, timestamp
from services.incidents.events.orders import order_fact


def outbound(change: Change, caller: Caller) -> list[OutboundEvent]:
    """The events of one change, in order; each carries the incident as the whole change left it."""
    actor = incident_pb2.Actor(subject=change.actor.subject, name=change.actor.name)
    lean = incident_message(change.after, with_description=False, with_titles=True)
    return [
        OutboundEvent(fact.name, _message(fact, change, lean, actor), change.time, caller)
        for fact in change.facts
    ]


def _message(fact: Fact, change: Change, lean: incident_pb2.Incident, actor: incident_pb2.Actor) -> Message:
    after: dict[str, Any] = {"incident": lean, "actor": actor}
    match fact:
        case facts.Opened():
            # How the provider goes about an order is read by webhooks of nobody.
            order = change.after.order
            whole = incident_message(
                replace(change.after, order=order.for_clients()) if order else change.after
            )
            return events_pb2.IncidentOpened(
                incident=whole,
                actor=actor,
                automatic=fact.automatic,
                attachments=attachment_messages(fact.attachments),
                item_names=fact.item_names,
            )
        case facts.Replied():
            return events_pb2.Replied(
                **after,
                text=fact.text,
                by_staff=fact.by_staff,
                submission_id=fact.submission_id,
                first_response=fact.first_response,
                unverified=fact.unverified,
                attachments=attachment_messages(fact.attachments),
            )
        case facts.Noted():
            return events_pb2.Noted(
                **after, text=fact.text, attachments=attachment_messages(fact.attachments)
            )
        case facts.Classified():
            return events_pb2.Classified(
                **after, previous_category=fact.previous_category, reason=fact.reason
            )
        case facts.Prioritized():
            previous = f"PRIORITY_{fact.previous_priority.upper()}"
            return events_pb2.Prioritized(**after, previous_priority=previous, reason=fact.reason)
        case facts.Assigned():
            return events_pb2.Assigned(
                **after,
                previous_assignee_id=fact.previous_assignee_id,
                previous_assignment_group_id=fact.previous_assignment_group_id,
                reason=fact.reason,
            )
        case facts.Resumed():
            awaited = f"AWAITED_PARTY_{fact.awaited.upper()}"
            return events_pb2.Resumed(**after, awaited=awaited, reason=fact.reason)
        case facts.Rated():
            return events_pb2.Rated(**after, previous_score=fact.previous_score)
        case facts.Linked() | facts.Unlinked():
            made = events_pb2.Linked if isinstance(fact, facts.Linked) else events_pb2.Unlinked
            return made(**after, parent_incident_id=fact.parent_id)
        case facts.ItemsNamed():
            return events_pb2.ItemsNamed(**after, added=fact.added, removed=fact.removed)
        case facts.Tied() | facts.Untied():
            tie = events_pb2.Tied if isinstance(fact, facts.Tied) else events_pb2.Untied
            return tie(**after, kind=f"TIE_KIND_{fact.kind.upper()}", number=fact.number)
        case facts.JoinedMajor() | facts.LeftMajor():
            joined = isinstance(fact, facts.JoinedMajor)
            mark = major_incident_pb2.JoinedMajor if joined else major_incident_pb2.LeftMajor
            return mark(**after, major_id=fact.major_id, major_number=fact.number)
        case facts.HintDismissed():
            return events_pb2.HintDismissed(
                **after, hinted_incident_id=fact.incident_id, hinted_number=fact.number
            )
        case facts.Merged() | facts.Absorbed() | facts.Unmerged() | facts.Released():
            return _relation(fact, after)
        case (
            facts.ApprovalAsked() | facts.ApprovalDecided() | facts.FulfillmentStarted() | facts.TaskChanged()
        ):
            return order_fact(fact, after)
        case facts.SplitOff() | facts.SplitFrom() | facts.Copied():
            return _split(fact, after)
        case facts.Closed() | facts.Reopened() | facts.Canceled():
            return _PLAIN[type(fact)](**after, reason=fact.reason)
        case _:
            return _PLAIN[type(fact)](**after)


def _split(fact: facts.SplitOff | facts.SplitFrom | facts.Copied, after: dict[str, Any]) -> Message:
    match fact:
        case facts.SplitOff():
            return events_pb2.SplitOff(
                **after,
                into_incident_id=fact.into_incident_id,
                into_number=fact.into_number,
                entry_ids=fact.entry_ids,
                reason=fact.reason,
            )
        case facts.SplitFrom():
            return events_pb2.SplitFrom(
                **after,
                from_incident_id=fact.from_incident_id,
                from_number=fact.from_number,
                first_response_time=timestamp(fact.first_response_time),
            )
        case facts.Copied():
            return events_pb2.Copied(
                incident=after["incident"],
                actor=incident_pb2.Actor(subject=fact.author.subject, name=fact.author.name),
                copied_by=after["actor"],
                text=fact.text,
                original_time=timestamp(fact.original_time),
                by_staff=fact.by_staff,
                from_entry_id=fact.from_entry_id,
                unverified=fact.unverified,
                attachments=attachment_messages(fact.attachments),
            )


def _relation(
    fact: facts.Merged | facts.Absorbed | facts.Unmerged | facts.Released, after: dict[str, Any]
) -> Message:
    match fact:
        case facts.Merged():
            return events_pb2.Merged(
                **after,
                into_incident_id=fact.into_incident_id,
                into_number=fact.into_number,
                people_join=fact.people_join,
                reason=fact.reason,
            )
        case facts.Absorbed():
            message = events_pb2.Absorbed(
                **after,
                absorbed_incident_id=fact.incident_id,
                absorbed_number=fact.number,
                absorbed_title=fact.title,
                reason=fact.reason,
            )
            message.open_time.FromDatetime(fact.open_time)
            return message
        case facts.Unmerged():
            return events_pb2.Unmerged(
                **after,
                from_incident_id=fact.from_incident_id,
                from_number=fact.from_number,
                people_left=fact.people_left,
                reason=fact.reason,
            )
        case facts.Released():
            return events_pb2.Released(
                **after,
                released_incident_id=fact.incident_id,
                released_number=fact.number,
                released_title=fact.title,
                reason=fact.reason,
            )


_PLAIN: dict[type, type[Any]] = {
    facts.Acknowledged: events_pb2.Acknowledged,
    facts.Held: events_pb2.Held,
    facts.Resolved: events_pb2.Resolved,
    facts.Confirmed: events_pb2.Confirmed,
    facts.Closed: events_pb2.Closed,
    facts.Reopened: events_pb2.Reopened,
    facts.Canceled: events_pb2.Canceled,
}
