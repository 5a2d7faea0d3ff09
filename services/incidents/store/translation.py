"""Incident ↔ the document's fields."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from services.incidents.domain.attachment import AttachmentRef
from services.incidents.domain.filled_form import FilledForm, FormAnswer
from services.incidents.domain.incident import (
    Absorption,
    Arrival,
    AwaitedParty,
    Decision,
    Hold,
    Impact,
    Incident,
    Kind,
    MergedInto,
    Party,
    Priority,
    Rating,
    Resolution,
    State,
    Urgency,
)
from services.incidents.domain.order import Order
from services.incidents.store.orders import order_state, to_order

# Before every time that a record can hold: a bound that lets a partial index leave out what has no time.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_PLAIN = (
    *("number", "title", "description", "channel", "verified", "category"),
    *("assignment_group_id", "assignment_group_name", "assignee_id", "assignee_name"),
    *("create_time", "update_time", "first_response_time", "close_time", "close_due_time"),
    *(
        "reopen_count",
        "follows_incident_id",
        "may_belong_to",
        "parent_id",
        "split_from_id",
        "configuration_item",
    ),
    *("major_id", "major_number"),
    *("acknowledge_time", "held_seconds", "contact_count"),
)
_DECISIONS = ("classification_decision", "priority_decision", "assignment_decision")


def to_state(incident: Incident) -> dict[str, Any]:
    """The fields of the document, without id, owner and revision, which the store keeps."""
    state: dict[str, Any] = {name: getattr(incident, name) for name in _PLAIN}
    parties = (incident.requester, *incident.participants)
    state |= {
        "kind": incident.kind.value,
        "state": incident.state.value,
        "priority": incident.priority.value,
        "impact": incident.impact.value if incident.impact else None,
        "urgency": incident.urgency.value if incident.urgency else None,
        "requester": _party(incident.requester),
        "participants": [_party(party) for party in incident.participants],
        "party_ids": list(dict.fromkeys(party.person_id for party in parties if party.person_id)),
        "hold": _hold(incident.hold),
        "resolution": _resolution(incident.resolution),
        "rating": _rating(incident.rating),
        "submission_ids": list(incident.submission_ids),
        "split_ids": list(incident.split_ids),
        "attachments": [
            {"attachment_id": ref.attachment_id, "internal": ref.internal} for ref in incident.attachments
        ],
        "item_ids": list(incident.item_ids),
        "recent_keys": list(incident.recent_keys),
        "merged": _merged(incident.merged),
        "absorptions": [_absorption(one) for one in incident.absorptions],
    }
    if incident.form:
        state["form"] = asdict(incident.form)
    if incident.order:
        state |= _order_fields(incident.order)
    for name in _DECISIONS:
        state[name] = _decision(getattr(incident, name))
    return state


def _order_fields(order: Order) -> dict[str, Any]:
    """The order, and by what is asked for approvals: who is awaited, and when time does something to it."""
    approval, names = order.approval, []
    if approval and approval.present:
        names = [one.person_id for one in approval.still_asked]
        names += [f"role:{role}" for role in approval.present.roles]
    return {
        "order": order_state(order),
        "approvers": names,
        "approval_due_time": approval.next_due_time if approval else None,
    }


def changed_state(before: Incident, after: Incident) -> dict[str, Any]:
    """Only the fields that differ: a note must not write a long description again."""
    old = to_state(before)
    return {name: value for name, value in to_state(after).items() if name not in old or value != old[name]}


def to_incident(document: Mapping[str, Any]) -> Incident:
    """The incident that the document holds; a field that was not read (a description) is left at its default."""
    hold, resolution = document.get("hold"), document.get("resolution")
    rating = document.get("rating")
    decisions: dict[str, Any] = {
        name: Decision(**document[name]) if document.get(name) else None for name in _DECISIONS
    }
    return Incident(
        incident_id=document["_id"],
        provider_id=document["provider_id"],
        tenant_id=document["tenant_id"],
        revision=document["revision"],
        kind=Kind(document["kind"]),
        state=State(document["state"]),
        priority=Priority(document["priority"]),
        impact=Impact(document["impact"]) if document.get("impact") else None,
        urgency=Urgency(document["urgency"]) if document.get("urgency") else None,
        requester=Party(**document["requester"]),
        participants=tuple(Party(**party) for party in document.get("participants", ())),
        hold=Hold(AwaitedParty(hold["awaiting"]), hold["reason"], hold["start_time"]) if hold else None,
        resolution=Resolution(**resolution) if resolution else None,
        rating=Rating(**rating) if rating else None,
        submission_ids=tuple(document.get("submission_ids", ())),
        split_ids=tuple(document.get("split_ids", ())),
        attachments=tuple(AttachmentRef(**ref) for ref in document.get("attachments", ())),
        item_ids=tuple(document.get("item_ids", ())),
        recent_keys=tuple(document.get("recent_keys", ())),
        form=_form(document.get("form")),
        order=to_order(document.get("order")),
        merged=_to_merged(document.get("merged")),
        absorptions=tuple(_to_absorption(one) for one in document.get("absorptions", ())),
        **decisions,
        **{name: document[name] for name in _PLAIN if name in document},
    )


def _form(kept: Mapping[str, Any] | None) -> FilledForm | None:
    if not kept:
        return None
    answers = tuple(FormAnswer(**each) for each in kept["answers"])
    return FilledForm(kept["form_id"], kept["version"], kept["title"], answers)


def _merged(merged: MergedInto | None) -> dict[str, Any] | None:
    if merged is None:
        return None
    return {
        "incident_id": merged.incident_id,
        "merge_time": merged.merge_time,
        "former_state": merged.former_state.value,
    }


def _to_merged(kept: Mapping[str, Any] | None) -> MergedInto | None:
    if not kept:
        return None
    return MergedInto(kept["incident_id"], kept["merge_time"], State(kept["former_state"]))


def _absorption(one: Absorption) -> dict[str, Any]:
    return {
        "incident_id": one.incident_id,
        "merge_time": one.merge_time,
        "revision": one.revision,
        "attachments_before": one.attachments_before,
        "arrivals": [{**_party(each.party), "title": each.title} for each in one.arrivals],
        "is_over": one.is_over,
    }


def _to_absorption(kept: Mapping[str, Any]) -> Absorption:
    arrivals = tuple(
        Arrival(Party(each["address"], each["name"], each["person_id"]), each["title"])
        for each in kept["arrivals"]
    )
    return Absorption(**{**kept, "arrivals": arrivals})


def _party(party: Party) -> dict[str, str]:
    return {"address": party.address, "name": party.name, "person_id": party.person_id}


def _hold(hold: Hold | None) -> dict[str, Any] | None:
    if hold is None:
        return None
    return {"awaiting": hold.awaiting.value, "reason": hold.reason, "start_time": hold.start_time}


def _resolution(resolution: Resolution | None) -> dict[str, Any] | None:
    if resolution is None:
        return None
    return {"code": resolution.code, "text": resolution.text, "resolve_time": resolution.resolve_time}


def _rating(rating: Rating | None) -> dict[str, Any] | None:
    if rating is None:
        return None
    return {"score": rating.score, "comment": rating.comment, "rate_time": rating.rate_time}


def _decision(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {"source": decision.source, "reason": decision.reason, "confidence": decision.confidence}
