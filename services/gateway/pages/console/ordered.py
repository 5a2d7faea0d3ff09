"""What the incident's page says of an order: its approval in words, its tasks as signs."""

from fairlead.incidents.v1.approval_pb2 import ApprovalState
from fairlead.incidents.v1.incident_pb2 import Incident
from fairlead.incidents.v1.order_pb2 import Task, TaskState
from services.gateway.backends.words import word_of
from services.gateway.pages.language import gettext as _
from services.gateway.pages.signs import Sign


def approval_sign(incident: Incident) -> Sign:
    """How its approval stands."""
    word = word_of(ApprovalState.DESCRIPTOR, incident.order.approval.state) or ""
    label, icon, tone = {
        "waiting": (_("Awaiting approval"), "user-check", "warn"),
        "approved": (_("Approved"), "check", "good"),
        "rejected": (_("Rejected"), "x", "bad"),
        "withdrawn": (_("Withdrawn"), "x", "quiet"),
        "expired": (_("Nobody decided in time"), "x", "bad"),
    }.get(word, (_("Unknown"), "help-circle", "quiet"))
    return Sign(word, label, icon, tone)


def task_sign(task: Task) -> Sign:
    """How a task stands."""
    word = word_of(TaskState.DESCRIPTOR, task.state) or ""
    label, icon, tone = {
        "planned": (_("Later"), "hourglass", "quiet"),
        "open": (_("To do"), "player-play", "info"),
        "done": (_("Done"), "check", "good"),
        "skipped": (_("Skipped"), "x", "quiet"),
    }.get(word, (_("Unknown"), "help-circle", "quiet"))
    return Sign(word, label, icon, tone)
