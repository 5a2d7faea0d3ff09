"""Which actions make sense in which state. The record decides; this only spares people what would fail."""

from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.approval_pb2 import APPROVAL_STATE_WAITING
from fairlead.incidents.v1.incident_pb2 import Incident

_OPEN = frozenset(
    {
        "assign",
        "acknowledge",
        "reply",
        "note",
        "classify",
        "prioritize",
        "hold",
        "resolve",
        "cancel",
        "merge",
        "split",
        "set_parent",
    }
)
_OFFERED = {
    incident_pb2.INCIDENT_STATE_NEW: _OPEN,
    incident_pb2.INCIDENT_STATE_ASSIGNED: _OPEN,
    incident_pb2.INCIDENT_STATE_IN_PROGRESS: _OPEN - {"acknowledge"},
    incident_pb2.INCIDENT_STATE_ON_HOLD: _OPEN - {"acknowledge", "hold"} | {"resume"},
    incident_pb2.INCIDENT_STATE_RESOLVED: frozenset(
        {"reply", "note", "classify", "close", "reopen", "split"}
    ),
    incident_pb2.INCIDENT_STATE_CLOSED: frozenset({"note", "reopen"}),
    incident_pb2.INCIDENT_STATE_CANCELED: frozenset({"note"}),
    incident_pb2.INCIDENT_STATE_MERGED: frozenset({"unmerge"}),
}


def awaits_approval(incident: Incident) -> bool:
    """Nobody works on it before somebody agreed."""
    return incident.order.approval.state == APPROVAL_STATE_WAITING


def offers(incident: Incident, person_id: str) -> frozenset[str]:
    """The names of actions that make sense now for this person."""
    offered = _OFFERED.get(incident.state, frozenset({"note"}))
    mine = incident.assignee_id == person_id
    if awaits_approval(incident):
        # Its approvers say when it goes on.
        offered -= {"resume", "resolve"}
    if incident.order.item_id:
        offered -= {"merge"}
    return offered if mine else offered - {"acknowledge"}
