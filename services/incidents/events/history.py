"""Kept events as lines of the timeline."""

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from chassis.outbox import StoredEvent
from fairlead.incidents.v1 import (
    events_pb2,
    incident_pb2,
    major_incident_pb2,
    order_events_pb2,
    order_pb2,
)
from services.incidents.domain.attachment import Attachment
from services.incidents.domain.incident import Actor
from services.incidents.domain.timeline import TimelineEntry


def timeline_entry(event: StoredEvent) -> TimelineEntry:
    """A kept event as a line of its incident's history."""
    message_class, line = _LINES[event.fact]
    message: Any = event.parse(message_class)
    return TimelineEntry(
        entry_id=event.id,
        incident_id=event.aggregate_id,
        fact=event.fact,
        time=event.time,
        actor=Actor(message.actor.subject, message.actor.name),
        seq=event.seq,
        revision=event.revision,
        **line(message),
    )


def _short(enum: Any, prefix: str, value: int) -> str:
    return enum.Name(value).removeprefix(prefix).lower()


def _opened_line(message: Any) -> Mapping[str, Any]:
    return {
        "text": message.incident.description,
        "changes": {"title": message.incident.title},
        "attachments": _attachments(message),
    }


def _said_line(message: Any) -> Mapping[str, Any]:
    return {"text": message.text, "attachments": _attachments(message)}


def _replied_line(message: Any) -> Mapping[str, Any]:
    changes = {"sender": "unverified"} if message.unverified else {}
    said = {"by_staff": message.by_staff, "submission_id": message.submission_id}
    return {**_said_line(message), "changes": changes, **said}


def _attachments(message: Any) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(each.attachment_id, each.name, each.content_type, each.size, each.sha256)
        for each in message.attachments
    )


def _classified_line(message: Any) -> Mapping[str, Any]:
    incident = message.incident
    kind = _short(incident_pb2.IncidentKind, "INCIDENT_KIND_", incident.kind)
    return {"reason": message.reason, "changes": {"category": incident.category, "kind": kind}}


def _prioritized_line(message: Any) -> Mapping[str, Any]:
    incident = message.incident
    # Written P1 to P5 everywhere a person or a program reads it.
    changes = {"priority": _short(incident_pb2.Priority, "PRIORITY_", incident.priority).upper()}
    if incident.impact:
        changes["impact"] = _short(incident_pb2.Impact, "IMPACT_", incident.impact)
    if incident.urgency:
        changes["urgency"] = _short(incident_pb2.Urgency, "URGENCY_", incident.urgency)
    return {"reason": message.reason, "changes": changes}


def _assigned_line(message: Any) -> Mapping[str, Any]:
    names = ("assignment_group_id", "assignment_group_name", "assignee_id", "assignee_name")
    return {"reason": message.reason, "changes": {name: getattr(message.incident, name) for name in names}}


def _held_line(message: Any) -> Mapping[str, Any]:
    hold = message.incident.hold
    awaiting = _short(incident_pb2.AwaitedParty, "AWAITED_PARTY_", hold.awaiting)
    return {"reason": hold.reason, "changes": {"awaiting": awaiting}}


def _resumed_line(message: Any) -> Mapping[str, Any]:
    awaited = _short(incident_pb2.AwaitedParty, "AWAITED_PARTY_", message.awaited)
    return {"reason": message.reason, "changes": {"awaited": awaited}}


def _resolved_line(message: Any) -> Mapping[str, Any]:
    resolution = message.incident.resolution
    return {"text": resolution.text, "reason": resolution.code}


def _reason_line(message: Any) -> Mapping[str, Any]:
    return {"reason": message.reason}


def _rated_line(message: Any) -> Mapping[str, Any]:
    rating = message.incident.rating
    changes = {"score": str(rating.score)}
    if message.previous_score:
        changes["previous_score"] = str(message.previous_score)
    return {"text": rating.comment, "changes": changes}


def _with(number: str, people_joined: bool) -> Mapping[str, str]:
    return {"number": number, "people": "joined" if people_joined else "kept_out"}


def _merged_line(message: Any) -> Mapping[str, Any]:
    return {"reason": message.reason, "changes": _with(message.into_number, message.people_join)}


def _absorbed_line(message: Any) -> Mapping[str, Any]:
    changes = {"number": message.absorbed_number, "title": message.absorbed_title}
    return {"reason": message.reason, "changes": changes}


def _unmerged_line(message: Any) -> Mapping[str, Any]:
    return {"reason": message.reason, "changes": _with(message.from_number, message.people_left)}


def _released_line(message: Any) -> Mapping[str, Any]:
    changes = {"number": message.released_number, "title": message.released_title}
    return {"reason": message.reason, "changes": changes}


def _dismissed_line(message: Any) -> Mapping[str, Any]:
    return {"changes": {"number": message.hinted_number}}


def _asked_line(message: Any) -> Mapping[str, Any]:
    names = ", ".join(one.name for one in message.approvers)
    changes = {"step": message.step_name, "approvers": names}
    return {"changes": {**changes, "reminder": "yes"} if message.reminder else changes}


def _decided_line(message: Any) -> Mapping[str, Any]:
    changes = {"step": message.step_name, "outcome": message.outcome}
    if message.person.person_id:
        changes["person"] = message.person.name
    return {"reason": message.comment, "changes": changes}


def _task_line(message: Any) -> Mapping[str, Any]:
    task = message.task
    state = _short(order_pb2.TaskState, "TASK_STATE_", task.state)
    return {
        "reason": task.reason,
        "changes": {"task": task.name, "state": state, "assignee_name": task.assignee_name},
    }


def _major_line(message: Any) -> Mapping[str, Any]:
    return {"changes": {"number": message.major_number}}


def _tie_line(message: Any) -> Mapping[str, Any]:
    kind = _short(events_pb2.TieKind, "TIE_KIND_", message.kind)
    return {"changes": {"number": message.number, "kind": kind}}


def _split_off_line(message: Any) -> Mapping[str, Any]:
    lines = " ".join(message.entry_ids)
    return {"reason": message.reason, "changes": {"number": message.into_number, "lines": lines}}


def _split_from_line(message: Any) -> Mapping[str, Any]:
    return {"changes": {"number": message.from_number}}


def _copied_line(message: Any) -> Mapping[str, Any]:
    said = message.original_time.ToDatetime(tzinfo=UTC)
    changes = {"original_time": said.isoformat(), "by": message.copied_by.name, "from": message.from_entry_id}
    if message.unverified:
        changes["sender"] = "unverified"
    return {**_said_line(message), "changes": changes, "by_staff": message.by_staff}


def _bare_line(message: Any) -> Mapping[str, Any]:
    return {}


def _items_line(message: Any) -> Mapping[str, Any]:
    told = {"added": ", ".join(message.added), "removed": ", ".join(message.removed)}
    return {"changes": {name: names for name, names in told.items() if names}}


_LINES: dict[str, tuple[type[Any], Callable[[Any], Mapping[str, Any]]]] = {
    "incident_opened": (events_pb2.IncidentOpened, _opened_line),
    "replied": (events_pb2.Replied, _replied_line),
    "noted": (events_pb2.Noted, _said_line),
    "classified": (events_pb2.Classified, _classified_line),
    "prioritized": (events_pb2.Prioritized, _prioritized_line),
    "assigned": (events_pb2.Assigned, _assigned_line),
    "acknowledged": (events_pb2.Acknowledged, _bare_line),
    "held": (events_pb2.Held, _held_line),
    "resumed": (events_pb2.Resumed, _resumed_line),
    "resolved": (events_pb2.Resolved, _resolved_line),
    "confirmed": (events_pb2.Confirmed, _bare_line),
    "closed": (events_pb2.Closed, _reason_line),
    "reopened": (events_pb2.Reopened, _reason_line),
    "canceled": (events_pb2.Canceled, _reason_line),
    "rated": (events_pb2.Rated, _rated_line),
    "merged": (events_pb2.Merged, _merged_line),
    "absorbed": (events_pb2.Absorbed, _absorbed_line),
    "unmerged": (events_pb2.Unmerged, _unmerged_line),
    "released": (events_pb2.Released, _released_line),
    # Which parent is not told: whoever is granted it reads it among the links.
    "linked": (events_pb2.Linked, _bare_line),
    "unlinked": (events_pb2.Unlinked, _bare_line),
    "approval_asked": (order_events_pb2.ApprovalAsked, _asked_line),
    "approval_decided": (order_events_pb2.ApprovalDecided, _decided_line),
    "fulfillment_started": (order_events_pb2.FulfillmentStarted, _bare_line),
    "task_changed": (order_events_pb2.TaskChanged, _task_line),
    "items_named": (events_pb2.ItemsNamed, _items_line),
    "joined_major": (major_incident_pb2.JoinedMajor, _major_line),
    "left_major": (major_incident_pb2.LeftMajor, _major_line),
    "tied": (events_pb2.Tied, _tie_line),
    "untied": (events_pb2.Untied, _tie_line),
    "split_off": (events_pb2.SplitOff, _split_off_line),
    "split_from": (events_pb2.SplitFrom, _split_from_line),
    "copied": (events_pb2.Copied, _copied_line),
    "copied_note": (events_pb2.Copied, _copied_line),
    "hint_dismissed": (events_pb2.HintDismissed, _dismissed_line),
}
