"""Domain facts → protobuf messages of `fairlead.incidents.v1`, and kept events → lines of the timeline."""

from services.incidents.events.facts import outbound
from services.incidents.events.history import timeline_entry
from services.incidents.events.messages import attachment_messages, entry_message, incident_message
from services.incidents.events.orders import approval_message, item_message, step_message

__all__ = [
    "approval_message",
    "attachment_messages",
    "entry_message",
    "incident_message",
    "item_message",
    "outbound",
    "step_message",
    "timeline_entry",
]
