"""What browsers are told of an event, as JSON."""

import json

from google.protobuf.message import DecodeError

from fairlead.incidents.v1 import events_pb2 as incident_events
from fairlead.incidents.v1 import order_events_pb2 as order_events
from fairlead.incidents.v1.incident_pb2 import Incident
from fairlead.triage.v1 import events_pb2 as triage_events
from services.gateway.backends.words import plain
from services.gateway.live.feed import Told

# As the incidents service's timeline has it: everything else is the staff's own affair.
_PUBLIC = frozenset(
    {
        *("incident_opened", "replied", "acknowledged", "held", "resumed"),
        *("approval_asked", "approval_decided", "fulfillment_started"),
        *("resolved", "confirmed", "closed", "reopened", "canceled", "merged", "unmerged"),
    }
)


def read_queue_entry(_fact: str, payload: bytes) -> Told | None:
    """The whole row, in the shape of /api/v1/queue."""
    try:
        entry = triage_events.QueueEntryChanged.FromString(payload).entry
    except DecodeError:
        return None
    # Fields whose value is "no" or "none" are left out of what is set; a row says them outright.
    row = {
        "verified": False,
        "needs_dispatcher": False,
        "in_maintenance": False,
        "title": "",
        "clocks": [],
        **plain(entry),
    }
    return Told("queue_entry", _text(row), internal=True)


def read_incident_event(fact: str, payload: bytes) -> Told | None:
    """That something happened; the page fetches what its reader may see of it."""
    name = "".join(word.title() for word in fact.split("_"))
    kind = getattr(incident_events, name, None) or getattr(order_events, name, None)
    if kind is None:
        return None
    try:
        incident = kind.FromString(payload).incident
    except DecodeError:
        return None
    told = Incident(
        incident_id=incident.incident_id,
        number=incident.number,
        state=incident.state,
        revision=incident.revision,
        update_time=incident.update_time if incident.HasField("update_time") else None,
    )
    body = {"fact": fact, **plain(told)}
    parties = (incident.requester, *incident.participants)
    people = frozenset(party.person_id for party in parties) - {""}
    return Told("incident", _text(body), fact not in _PUBLIC, people)


def _text(body: dict[str, object]) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)
